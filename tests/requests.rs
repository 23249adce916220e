//! What leaves for X, for 1.1 and 2: method, URL, encoding and fields.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "here a panic is a failed test")]

mod shell;

use serde_json::{Value, json};
use shell::{Client, ID};

/// The first request of a call.
fn request(api: &str, method: &str, arguments: Value) -> Value {
    Client::new(json!({ "api": api })).start(method, arguments).requests().remove(0).request
}

const V1: &str = "https://upload.twitter.com/1.1/media/upload.json";
const V2: &str = "https://api.x.com/2/media/upload";

#[test]
fn initialize_is_a_form_in_1_1_and_json_in_2() {
    let least = json!({ "total_bytes": 1_577_963, "media_type": "video/mp4" });
    assert_eq!(
        request("1.1", "initialize", least.clone()),
        json!({
            "command": "INIT", "method": "POST", "url": V1, "encoding": "form",
            "fields": "command=INIT&total_bytes=1577963&media_type=video%2Fmp4",
        }),
    );
    // Its schema has additionalProperties:false.
    assert_eq!(
        request("2", "initialize", least.clone()),
        json!({
            "command": "INIT", "method": "POST", "url": format!("{V2}/initialize"), "encoding": "json",
            "fields": least,
        }),
    );
}

#[test]
fn what_initialize_may_say_besides_goes_as_it_was_given() {
    // In a form the list is joined by commas; `shared` is a JSON boolean in 2, and the same word in a form.
    let all = json!({
        "total_bytes": 17_179_869_184_u64, "media_type": "image/gif", "media_category": "dm_gif",
        "additional_owners": ["0", "783214", "9999999999999999999"], "shared": true,
    });
    assert_eq!(request("2", "initialize", all.clone())["fields"], all);
    assert_eq!(
        request("1.1", "initialize", all)["fields"],
        "command=INIT&total_bytes=17179869184&media_type=image%2Fgif&media_category=dm_gif\
         &additional_owners=0%2C783214%2C9999999999999999999&shared=true",
    );

    let no = json!({ "total_bytes": 1, "media_type": "image/gif", "additional_owners": [], "shared": false });
    let fields = request("2", "initialize", no)["fields"].take();
    assert_eq!(fields, json!({ "total_bytes": 1, "media_type": "image/gif", "shared": false }));
}

#[test]
fn append_is_multipart_and_has_nothing_in_the_query() {
    let arguments = json!({ "mediaId": ID, "segmentIndex": 999, "segment": 5_000_000 });
    assert_eq!(
        request("1.1", "append", arguments.clone()),
        json!({
            "command": "APPEND", "method": "POST", "url": V1, "encoding": "multipart",
            "fields": { "command": "APPEND", "media_id": ID, "segment_index": 999 },
            "start": 0, "end": 5_000_000,
        }),
    );
    assert_eq!(
        request("2", "append", arguments),
        json!({
            "command": "APPEND", "method": "POST", "url": format!("{V2}/{ID}/append"), "encoding": "multipart",
            "fields": { "segment_index": 999 },
            "start": 0, "end": 5_000_000,
        }),
    );
}

#[test]
fn finalize_is_a_form_in_1_1_and_an_empty_object_in_2() {
    for method in ["finalize", "finalizeAndWait"] {
        assert_eq!(
            request("1.1", method, json!({ "mediaId": ID })),
            json!({
                "command": "FINALIZE", "method": "POST", "url": V1, "encoding": "form",
                "fields": format!("command=FINALIZE&media_id={ID}"),
            }),
        );
        assert_eq!(
            request("2", method, json!({ "mediaId": ID })),
            json!({
                "command": "FINALIZE", "method": "POST", "url": format!("{V2}/{ID}/finalize"), "encoding": "json",
                "fields": {},
            }),
        );
    }
}

#[test]
fn status_is_a_get_with_everything_in_the_query() {
    for (api, url) in [("1.1", V1), ("2", V2)] {
        for (method, arguments) in [("status", json!({ "mediaId": ID })), ("waitUntilReady", json!({ "media": ID }))] {
            let request = request(api, method, arguments);
            assert_eq!(request["command"], "STATUS");
            assert_eq!((&request["method"], &request["encoding"]), (&json!("GET"), &json!("query")));
            assert_eq!(request["url"], format!("{url}?command=STATUS&media_id={ID}"));
            assert_eq!((&request["start"], &request["end"]), (&json!(null), &json!(null)));
        }
    }
}

#[test]
fn the_base_url_stands_before_every_path() {
    let client = Client::new(json!({ "api": "2", "baseUrl": "https://app.test/x" }));
    let url = client.start("finalize", json!({ "mediaId": ID })).next("FINALIZE").request["url"].take();
    assert_eq!(url, format!("https://app.test/x/2/media/upload/{ID}/finalize"));
}
