//! What is told of a media besides its bytes: its alternative text, and other metadata.

use serde_json::{Value, json};
use x_media_upload::protocol::Code;

use super::driver::stopped::{commands, resume, stopped};
use super::driver::{Client, ID, MIB, Run, Sent, failed, http, merged, pending, processing, ready};

/// The request of a call of `setMetadata`: method, URL and fields.
fn request(api: &str, metadata: &Value) -> (&'static str, String, Value) {
    let given = json!({ "mediaId": ID, "metadata": metadata });
    let sent = Client::new(json!({ "api": api })).start("setMetadata", given).next("METADATA");
    (sent.request.method(), sent.request.url(), sent.fields())
}

#[test]
fn metadata_goes_beside_the_id_in_1_1_and_in_an_object_of_its_own_in_2() {
    let others = json!({ "found_media_origin": { "provider": "p", "id": "1" }, "a": [1, -2.5, null, { "b": "c" }] });
    let given = merged(json!({ "alt_text": "A \"dancing\" cat 😀\n" }), &others);
    let fields = merged(json!({ "alt_text": { "text": "A \"dancing\" cat 😀\n" } }), &others);
    let url_v1 = "https://upload.twitter.com/1.1/media/metadata/create.json".to_owned();
    let url_v2 = "https://api.x.com/2/media/metadata".to_owned();
    assert_eq!(request("1.1", &given), ("POST", url_v1.clone(), merged(json!({ "media_id": ID }), &fields)));
    assert_eq!(request("2", &given), ("POST", url_v2.clone(), json!({ "id": ID, "metadata": fields })));
    // There need not be any of it.
    assert_eq!(request("1.1", &json!({})), ("POST", url_v1, json!({ "media_id": ID })));
    assert_eq!(request("2", &json!({})), ("POST", url_v2, json!({ "id": ID, "metadata": {} })));
}

#[test]
fn an_id_in_the_metadata_does_not_take_the_place_of_the_one_that_the_call_names() {
    let given = json!({ "id": "1", "media_id": 2, "alt_text": "a cat" });
    let fields = json!({ "alt_text": { "text": "a cat" } });
    assert_eq!(request("1.1", &given).2, merged(json!({ "media_id": ID }), &fields));
    assert_eq!(request("2", &given).2, json!({ "id": ID, "metadata": fields }));
    // Where nothing else is told, and as the other API calls it.
    for (given, body) in [("1.1", json!({ "media_id": ID })), ("2", json!({ "id": ID, "metadata": {} }))] {
        for name in ["id", "media_id"] {
            assert_eq!(request(given, &json!({ name: "999" })).2, body, "{given}, {name}");
        }
    }
}

#[test]
fn an_empty_alternative_text_is_none() {
    let mut run = Client::v1().upload(MIB, json!({ "altText": "", "segmentSize": MIB }));
    let sent = run.finish();
    assert_eq!(commands(&sent), ["INIT", "0: 0 to 1", "FINALIZE", "STATUS", "STATUS"]);
    assert_eq!(run.media()["media_id_string"], ID);
    // Nor is it told in the end of an upload that had one before.
    let mut run = resume(&stopped("metadata"), false, json!({ "altText": "" }));
    assert!(run.finish().is_empty());
    assert_eq!(run.media()["media_id_string"], ID);
    // To take a text away, it can be told by itself.
    assert_eq!(request("1.1", &json!({ "alt_text": "" })).2["alt_text"], json!({ "text": "" }));
}

/// An upload with an alternative text, up to where its METADATA has left.
fn described(client: &Client, options: Value) -> (Run, Sent) {
    let mut run =
        client.upload(MIB, merged(json!({ "altText": "A dancing cat", "segmentSize": MIB, "saves": true }), &options));
    for command in ["INIT", "APPEND", "FINALIZE", "STATUS", "STATUS"] {
        run.well(command);
    }
    let metadata = run.next("METADATA");
    (run, metadata)
}

#[test]
fn an_upload_sets_its_alternative_text_once_the_media_is_ready() {
    let (mut run, metadata) = described(&Client::v2(), json!({}));
    assert_eq!(metadata.fields(), json!({ "id": ID, "metadata": { "alt_text": { "text": "A dancing cat" } } }));
    assert_eq!(metadata.waited, 0);
    run.drain();
    assert_eq!(run.snapshot()["phase"], "metadata");
    run.answer(&metadata, 200, "");
    let media = run.media();
    assert_eq!((&media["media_id_string"], &media["processing_info"]["state"]), (&json!(ID), &json!("succeeded")));
    assert_eq!(run.progress.last().unwrap()["phase"], "ready");

    let (_, metadata) = described(&Client::v1(), json!({}));
    assert_eq!(metadata.fields(), json!({ "media_id": ID, "alt_text": { "text": "A dancing cat" } }));

    // A picture is ready with FINALIZE.
    let mut run = Client::v1().upload(MIB, json!({ "altText": "A cat", "segmentSize": MIB }));
    run.well("INIT");
    run.well("APPEND");
    let finalize = run.next("FINALIZE");
    run.answer(&finalize, 201, ready());
    run.well("METADATA");
    assert_eq!(run.media()["media_key"], "7_1");
}

#[test]
fn a_media_that_failed_gets_no_text() {
    let mut run = Client::v1().upload(MIB, json!({ "altText": "A cat", "segmentSize": MIB }));
    run.well("INIT");
    run.well("APPEND");
    let finalize = run.next("FINALIZE");
    run.answer(&finalize, 201, pending(1));
    let status = run.next("STATUS");
    run.answer(&status, 200, processing(&json!({ "state": "failed" })));
    assert_eq!(run.code(), "processing_failed");
}

#[test]
fn where_setting_the_text_fails_the_media_is_not_lost() {
    for (answer, code, attempts) in [
        (http(403), "forbidden", 1),
        (http(400), "rejected", 1),
        (http(503), "server", 8),
        (failed(Code::Network), "network", 8),
    ] {
        let (mut run, mut metadata) = described(&Client::v1(), json!({}));
        for _ in 1..attempts {
            run.answer_with(&metadata, &answer);
            metadata = run.next("METADATA");
        }
        run.answer_with(&metadata, &answer);
        let error = run.error();
        assert_eq!((&error["code"], &error["command"]), (&json!(code), &json!("METADATA")));
        assert_eq!((&error["media_id_string"], &error["attempts"]), (&json!(ID), &json!(attempts)));
        assert_eq!(error["session"], *run.saves.last().unwrap());
        assert!(!run.forget);
        // Another try begins there, with another text too.
        let options = json!({ "session": error["session"], "altText": "A cat that dances" });
        let mut run = Client::v1().upload(MIB, options);
        let metadata = run.well("METADATA");
        assert_eq!(metadata.field("alt_text")["text"], "A cat that dances");
        assert_eq!(run.media()["media_id_string"], ID);
        // Without one there is nothing left to do.
        let mut run = Client::v1().upload(MIB, json!({ "session": error["session"] }));
        assert_eq!(run.media()["media_id_string"], ID);
    }
}
