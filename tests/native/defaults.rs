//! What holds where callers say nothing. What they may say, and what is refused by its name: `options.rs`.

use serde_json::{Value, json};

use super::driver::{Client, End, MIB, merged, pending, ready};

#[test]
fn each_api_has_its_own_url_where_none_is_given() {
    for (api, url) in [("1.1", "https://upload.twitter.com"), ("2", "https://api.x.com")] {
        let (_, sent) = Client::new(json!({ "api": api })).command("finalize");
        assert!(sent.request.url().starts_with(&format!("{url}/{api}/")), "{sent:?}");
    }
}

#[test]
fn an_upload_for_which_nothing_is_said_learns_the_line_by_64_kib_then_has_four_segments_under_way_and_waits_half_an_hour()
 {
    let mut run = Client::v1().upload(8 * MIB, json!({}));
    let init = run.next("INIT");
    assert_eq!(init.field("media_category"), "tweet_video");
    run.answer(&init, 202, ready());
    assert_eq!(run.well("APPEND").bytes(), 65_536);
    let mut requests = run.requests();
    assert_eq!(requests.len(), 4);
    while requests[0].command() == "APPEND" {
        requests.iter().for_each(|sent| run.answer(sent, 204, ""));
        requests = run.requests();
    }
    let finalize = requests.remove(0);
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
        for (given, expected) in [(json!({}), millis), (json!({ "requestTimeoutMs": 1234 }), 1234)] {
            let options = merged(json!({ "api": "2", "retry": { "attempts": 1 } }), &given);
            let (mut run, request) = Client::new(options).command(method);
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
    // What is no field of a Media is none here.
    let odd = merged(ready(), &json!({ "id": "7", "media_id": 7, "data": { "media_id": 7 }, "own": {} }));
    assert_eq!(media(odd), End::Resolved(ready()));
}
