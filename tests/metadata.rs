//! What is told of a media besides: its metadata, and the subtitles of a video.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "here a panic is a failed test")]

mod shell;

use serde_json::{Value, json};
use shell::{Client, End, ID, MIB, Run, Sent, pending, ready};

const V1: &str = "https://upload.twitter.com/1.1/media";
const V2: &str = "https://api.x.com/2/media";

/// All requests of a call, each of which is answered with 200 and nothing.
fn requests(api: &str, method: &str, arguments: &Value) -> Vec<Value> {
    let mut run = Client::new(json!({ "api": api })).start(method, arguments.clone());
    let sent: Vec<Value> = run.finish().into_iter().map(|sent| sent.request).collect();
    assert_eq!(run.end(), End::Resolved(Value::Null));
    sent
}

#[test]
fn what_is_told_goes_beside_the_id_where_each_api_wants_it() {
    // What the shell makes of metadata and subtitles, see `src/browser/about.js`: the fields of each request but for the id.
    let about = json!({ "alt_text": { "text": "A \"dancing\" cat 😀\n" }, "a": [1, -2.5, null, { "b": "c" }] });
    let table = [
        ("setMetadata", "METADATA", "POST", "metadata/create.json", "POST", "metadata"),
        ("addSubtitles", "SUBTITLES", "POST", "subtitles/create.json", "POST", "subtitles"),
        ("removeSubtitles", "SUBTITLES", "POST", "subtitles/delete.json", "DELETE", "subtitles"),
    ];
    for (method, command, method_v1, path_v1, method_v2, path_v2) in table {
        let request = |api: &str, about: &Value| {
            let requests = requests(api, method, &json!({ "mediaId": ID, "about": [about] }));
            assert_eq!(requests.len(), 1);
            requests[0].clone()
        };
        let expected = |method: &str, url: String, fields: &Value| {
            let mut request = json!({ "command": command, "method": method, "encoding": "json" });
            request["url"] = url.into();
            request["fields"] = fields.clone();
            request
        };
        let mut fields = about.clone();
        fields["media_id"] = ID.into();
        assert_eq!(request("1.1", &about), expected(method_v1, format!("{V1}/{path_v1}"), &fields));
        let mut fields = about.clone();
        fields["id"] = ID.into();
        assert_eq!(request("2", &about), expected(method_v2, format!("{V2}/{path_v2}"), &fields));
        assert_eq!(request("2", &json!({}))["fields"], json!({ "id": ID }));
    }
}

#[test]
fn of_several_requests_each_follows_the_answer_to_the_one_before_and_the_first_failure_is_the_end() {
    let client = Client::new(json!({ "api": "2" }));
    let about = ["EN", "DE", "FR"].map(|code| json!({ "language_code": code }));
    let mut run = client.start("removeSubtitles", json!({ "mediaId": ID, "about": about }));
    let first = run.requests();
    assert_eq!(first.len(), 1);
    run.answer(&first[0], 503, "");
    let again = run.next("SUBTITLES");
    assert_eq!(again.request, first[0].request);
    assert!(run.requests().is_empty());
    run.answer(&again, 200, r#"{"data":{"deleted":true}}"#);
    let second = run.requests().remove(0);
    assert_eq!(second.request["fields"]["language_code"], "DE");
    run.answer(&second, 403, "");
    let error = run.error();
    assert_eq!((&error["code"], &error["command"]), (&json!("forbidden"), &json!("SUBTITLES")));
    assert_eq!((&error["media_id_string"], &error["attempts"]), (&json!(ID), &json!(1)));
}

#[test]
fn their_answers_need_no_body_and_errors_alone_are_a_refusal() {
    for method in ["setMetadata", "addSubtitles", "removeSubtitles"] {
        let arguments = json!({ "mediaId": ID, "about": [{ "media_category": "TweetVideo" }] });
        let end = |status: u16, body: &str| {
            let mut run = Client::new(json!({ "api": "2" })).start(method, arguments.clone());
            let sent = run.requests().remove(0);
            run.answer(&sent, status, body);
            run.end()
        };
        for (status, body) in [(200, ""), (204, ""), (201, "<html>"), (200, r#"{"data":{"deleted":true}}"#)] {
            assert_eq!(end(status, body), End::Resolved(Value::Null), "{method}: {status} {body}");
        }
        let End::Rejected(error) = end(200, r#"{"errors":[{"message":"no such media"}]}"#) else { panic!("{method}") };
        assert_eq!((&error["code"], &error["apiErrors"][0]["message"]), (&json!("rejected"), &json!("no such media")));
    }
}

/// An upload with an alternative text, up to where its METADATA has left.
fn described(client: &Client, options: Value) -> (Run, Sent) {
    let mut all = json!({ "altText": "A dancing cat", "saves": true });
    all.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
    let mut run = client.upload(MIB, all);
    for command in ["INIT", "APPEND", "FINALIZE", "STATUS", "STATUS"] {
        run.well(command);
    }
    let metadata = run.next("METADATA");
    (run, metadata)
}

#[test]
fn an_upload_sets_its_alternative_text_once_the_media_is_ready() {
    let (mut run, metadata) = described(&Client::new(json!({ "api": "2" })), json!({}));
    assert_eq!(
        metadata.request["fields"],
        json!({ "id": ID, "metadata": { "alt_text": { "text": "A dancing cat" } } })
    );
    assert_eq!(metadata.waited, 0);
    run.drain();
    assert_eq!(run.snapshot()["phase"], "metadata");
    run.answer(&metadata, 200, "");
    let media = run.media();
    assert_eq!((&media["media_id_string"], &media["processing_info"]["state"]), (&json!(ID), &json!("succeeded")));
    assert_eq!(run.progress.last().unwrap()["phase"], "ready");

    let (_, metadata) = described(&Client::v1(), json!({}));
    assert_eq!(metadata.request["fields"], json!({ "media_id": ID, "alt_text": { "text": "A dancing cat" } }));

    // A picture is ready with FINALIZE.
    let mut run = Client::v1().upload(MIB, json!({ "altText": "A cat" }));
    run.well("INIT");
    run.well("APPEND");
    let finalize = run.next("FINALIZE");
    run.answer(&finalize, 201, ready());
    run.well("METADATA");
    assert_eq!(run.media()["media_key"], "7_1");
}

#[test]
fn a_media_that_failed_gets_no_text() {
    let mut run = Client::v1().upload(MIB, json!({ "altText": "A cat" }));
    run.well("INIT");
    run.well("APPEND");
    let finalize = run.next("FINALIZE");
    run.answer(&finalize, 201, pending(1));
    let status = run.next("STATUS");
    run.answer(&status, 200, json!({ "media_id_string": ID, "processing_info": { "state": "failed" } }));
    assert_eq!(run.code(), "processing_failed");
}

#[test]
fn where_setting_the_text_fails_the_media_is_not_lost() {
    for (answer, code, attempts) in [
        (json!({ "status": 403, "body": "" }), "forbidden", 1),
        (json!({ "status": 400, "body": "" }), "rejected", 1),
        (json!({ "status": 503, "body": "" }), "server", 8),
        (json!({ "failed": "network" }), "network", 8),
    ] {
        let (mut run, mut metadata) = described(&Client::v1(), json!({}));
        for _ in 1..attempts {
            run.answer_with(&metadata, answer.clone());
            metadata = run.next("METADATA");
        }
        run.answer_with(&metadata, answer);
        let error = run.error();
        assert_eq!((&error["code"], &error["command"]), (&json!(code), &json!("METADATA")));
        assert_eq!((&error["media_id_string"], &error["attempts"]), (&json!(ID), &json!(attempts)));
        assert_eq!(error["session"], *run.saves.last().unwrap());
        assert!(!run.forget);
        // Another try begins there, with another text too.
        let options = json!({ "session": error["session"], "altText": "A cat that dances" });
        let mut run = Client::v1().upload(MIB, options);
        let metadata = run.well("METADATA");
        assert_eq!(metadata.request["fields"]["alt_text"]["text"], "A cat that dances");
        assert_eq!(run.media()["media_id_string"], ID);
        // Without one there is nothing left to do.
        let mut run = Client::v1().upload(MIB, json!({ "session": error["session"] }));
        assert_eq!(run.media()["media_id_string"], ID);
    }
}
