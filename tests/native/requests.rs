//! What leaves for X, for 1.1 and 2: method, URL, encoding and fields.

use serde_json::{Value, json};
use x_media_upload::protocol::Body;

use super::driver::{Client, ID, Sent};

/// The first request of a call.
fn request(api: &str, method: &str, arguments: Value) -> Value {
    shown(&Client::new(json!({ "api": api })).start(method, arguments).requests().remove(0))
}

/// A request as it is on the wire. The fields of a multipart body are told as a form, and the bytes of the file that follow.
fn shown(sent: &Sent) -> Value {
    let request = &sent.request;
    let mut shown = json!({ "command": sent.command(), "method": request.method(), "url": request.url() });
    match &request.body {
        Body::None => {}
        Body::Form(parameters) => shown["form"] = parameters.to_form().into(),
        Body::Json(_) => shown["json"] = sent.fields(),
        Body::Multipart(parameters, segment) => {
            shown["multipart"] = parameters.to_form().into();
            shown["media"] = json!([segment.start, segment.end]);
        }
    }
    shown
}

const V1: &str = "https://upload.twitter.com/1.1/media/upload.json";
const V2: &str = "https://api.x.com/2/media/upload";

#[test]
fn initialize_is_a_form_in_1_1_and_json_in_2() {
    let least = json!({ "total_bytes": 1_577_963, "media_type": "video/mp4" });
    assert_eq!(
        request("1.1", "initialize", least.clone()),
        json!({
            "command": "INIT", "method": "POST", "url": V1,
            "form": "command=INIT&total_bytes=1577963&media_type=video%2Fmp4",
        }),
    );
    // Its schema has additionalProperties:false.
    assert_eq!(
        request("2", "initialize", least.clone()),
        json!({ "command": "INIT", "method": "POST", "url": format!("{V2}/initialize"), "json": least }),
    );
}

#[test]
fn what_initialize_may_say_besides_goes_as_it_was_given() {
    // In a form the list is joined by commas; `shared` is a JSON boolean in 2, and the same word in a form.
    let all = json!({
        "total_bytes": 17_179_869_184_u64, "media_type": "image/gif", "media_category": "dm_gif",
        "additional_owners": ["0", "783214", "9999999999999999999"], "shared": true,
    });
    assert_eq!(request("2", "initialize", all.clone())["json"], all);
    assert_eq!(
        request("1.1", "initialize", all)["form"],
        "command=INIT&total_bytes=17179869184&media_type=image%2Fgif&media_category=dm_gif\
         &additional_owners=0%2C783214%2C9999999999999999999&shared=true",
    );

    let no = json!({ "total_bytes": 1, "media_type": "image/gif", "additional_owners": [], "shared": false });
    let expected = json!({ "total_bytes": 1, "media_type": "image/gif", "shared": false });
    assert_eq!(request("2", "initialize", no)["json"], expected);
}

#[test]
fn append_is_multipart_and_has_nothing_in_the_query() {
    let arguments = json!({ "mediaId": ID, "segmentIndex": 999, "segment": 5_000_000 });
    assert_eq!(
        request("1.1", "append", arguments.clone()),
        json!({
            "command": "APPEND", "method": "POST", "url": V1,
            "multipart": format!("command=APPEND&media_id={ID}&segment_index=999"), "media": [0, 5_000_000],
        }),
    );
    assert_eq!(
        request("2", "append", arguments),
        json!({
            "command": "APPEND", "method": "POST", "url": format!("{V2}/{ID}/append"),
            "multipart": "segment_index=999", "media": [0, 5_000_000],
        }),
    );
}

#[test]
fn finalize_is_a_form_in_1_1_and_an_empty_object_in_2() {
    for method in ["finalize", "finalizeAndWait"] {
        assert_eq!(
            request("1.1", method, json!({ "mediaId": ID })),
            json!({
                "command": "FINALIZE", "method": "POST", "url": V1, "form": format!("command=FINALIZE&media_id={ID}"),
            }),
        );
        assert_eq!(
            request("2", method, json!({ "mediaId": ID })),
            json!({ "command": "FINALIZE", "method": "POST", "url": format!("{V2}/{ID}/finalize"), "json": {} }),
        );
    }
}

#[test]
fn status_is_a_get_with_everything_in_the_query() {
    for (api, url) in [("1.1", V1), ("2", V2)] {
        for (method, arguments) in [("status", json!({ "mediaId": ID })), ("waitUntilReady", json!({ "media": ID }))] {
            let url = format!("{url}?command=STATUS&media_id={ID}");
            assert_eq!(request(api, method, arguments), json!({ "command": "STATUS", "method": "GET", "url": url }));
        }
    }
}

#[test]
fn the_base_url_stands_before_every_path() {
    let client = Client::new(json!({ "api": "2", "baseUrl": "https://app.test/x" }));
    let (_, finalize) = client.command("finalize");
    assert_eq!(finalize.request.url(), format!("https://app.test/x/2/media/upload/{ID}/finalize"));
}

/// OAuth 1.0a signs what is in the query and in a form, and nothing of other bodies.
#[test]
fn what_is_signed_of_a_request_are_the_parameters_in_its_query_and_its_form() {
    let signed =
        |api: &str, method: &str| Client::new(json!({ "api": api })).command(method).1.request.signed().to_form();
    let about_media = |command: &str| format!("command={command}&media_id={ID}");
    assert_eq!(signed("1.1", "initialize"), "command=INIT&total_bytes=1&media_type=video%2Fmp4");
    assert_eq!(signed("1.1", "append"), "");
    assert_eq!(signed("1.1", "finalize"), about_media("FINALIZE"));
    assert_eq!(signed("1.1", "status"), about_media("STATUS"));
    assert_eq!(signed("2", "initialize"), "");
    assert_eq!(signed("2", "append"), "");
    assert_eq!(signed("2", "finalize"), "");
    assert_eq!(signed("2", "status"), about_media("STATUS"));
}
