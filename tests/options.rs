//! What holds where callers say nothing. What they may say, and what is refused by its name: `tests/checks.test.js`.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "here a panic is a failed test")]

mod shell;

use serde_json::{Value, json};
use shell::{Client, End, ID, MIB, pending, ready};
use x_media_upload::protocol::options;

#[test]
fn each_api_has_its_own_url_where_none_is_given() {
    for (api, url) in [("1.1", "https://upload.twitter.com"), ("2", "https://api.x.com")] {
        let (_, base_url) = options::client(&json!({ "api": api }).to_string());
        assert_eq!(base_url, url);
    }
}

#[test]
fn an_upload_for_which_nothing_is_said_has_four_segments_of_a_mebibyte_under_way_and_waits_half_an_hour() {
    let mut run = Client::v1().upload(4 * MIB, json!({}));
    let init = run.next("INIT");
    assert_eq!(init.field("media_category"), "tweet_video");
    run.answer(&init, 202, ready());
    let requests = run.requests();
    assert_eq!(requests.len(), 4);
    for sent in &requests {
        assert_eq!(sent.bytes(), MIB);
        run.answer(sent, 204, "");
    }
    let finalize = run.next("FINALIZE");
    run.answer(&finalize, 201, pending(300));
    let finalized = run.client.now();
    for _ in 0..5 {
        let status = run.next("STATUS");
        run.answer(&status, 200, pending(300));
    }
    assert_eq!(run.code(), "processing_timeout");
    assert_eq!(run.client.now() - finalized, 1_800_000);
}

#[test]
fn a_request_for_which_no_time_is_allowed_has_a_minute_for_append_and_half_of_it_otherwise() {
    for (method, millis) in [("initialize", 30_000), ("append", 60_000), ("finalize", 30_000), ("status", 30_000)] {
        for (given, expected) in [(json!(null), millis), (json!(1234), 1234)] {
            let mut options = json!({ "api": "2", "retry": { "attempts": 1 }, "requestTimeoutMs": given });
            if given.is_null() {
                options.as_object_mut().unwrap().remove("requestTimeoutMs");
            }
            let arguments =
                json!({ "mediaId": ID, "segmentIndex": 0, "segment": 1, "total_bytes": 1, "media_type": "image/png" });
            let mut run = Client::new(options).start(method, arguments);
            let request = run.requests().remove(0);
            assert_eq!(run.code(), "timeout");
            assert_eq!(run.client.now(), expected, "{method}");
            assert_eq!(run.cancelled, [request.id]);
        }
    }
}

#[test]
fn a_media_may_come_from_anywhere_and_what_it_does_not_say_is_not_held_against_it() {
    let media = |media: Value| {
        let mut run = Client::v1().start("waitUntilReady", json!({ "media": media }));
        match run.requests().pop() {
            Some(_) => panic!("nothing had to be asked"),
            None if run.has_ended() => run.end(),
            None => End::Resolved(json!("asks later")),
        }
    };
    assert_eq!(media(ready()), End::Resolved(ready()));
    assert_eq!(media(pending(5)), End::Resolved(json!("asks later")));
    // The body of a FINALIZE that somebody else sent: it does not say when it was answered.
    let mut body = pending(5);
    body["expires_after_secs"] = 86_400.into();
    assert_eq!(media(body), End::Resolved(json!("asks later")));
}
