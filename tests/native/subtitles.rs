//! The subtitles of a video: what adds them, what removes them, and what X's answers to it mean.

use serde_json::{Value, json};

use super::driver::{Client, End, ID, http, merged};

/// All requests of a call, each of which is answered with 200 and nothing: method, URL and fields of each.
fn requests(api: &str, method: &str, given: &Value) -> Vec<(&'static str, String, Value)> {
    let mut run = Client::new(json!({ "api": api })).start(method, merged(json!({ "mediaId": ID }), given));
    let sent = run.finish();
    assert!(sent.iter().all(|sent| sent.command() == "SUBTITLES"));
    assert_eq!(run.end(), End::Resolved(Value::Null));
    sent.iter().map(|sent| (sent.request.method(), sent.request.url(), sent.fields())).collect()
}

/// Subtitles as callers name them.
fn subtitle(language_code: &str) -> Value {
    json!({ "media_id_string": "22", "language_code": language_code, "display_name": "\"E\\n\"" })
}

/// Subtitles as X does.
fn named(id_name: &str, language_code: &str) -> Value {
    json!({ id_name: "22", "language_code": language_code, "display_name": "\"E\\n\"" })
}

#[test]
fn subtitles_are_added_all_at_once_in_1_1_and_one_by_one_in_2() {
    let given = json!({ "mediaCategory": "tweet_video", "subtitles": [subtitle("en"), subtitle("DE")] });
    let listed = json!({ "subtitles": [named("media_id", "EN"), named("media_id", "DE")] });
    let fields = json!({ "media_id": ID, "media_category": "TweetVideo", "subtitle_info": listed });
    let url = "https://upload.twitter.com/1.1/media/subtitles/create.json".to_owned();
    assert_eq!(requests("1.1", "addSubtitles", &given), [("POST", url, fields)]);

    let request = |code| {
        let fields = json!({ "id": ID, "media_category": "TweetVideo", "subtitles": named("id", code) });
        ("POST", "https://api.x.com/2/media/subtitles".to_owned(), fields)
    };
    assert_eq!(requests("2", "addSubtitles", &given), [request("EN"), request("DE")]);
}

#[test]
fn subtitles_are_removed_all_at_once_in_1_1_and_one_by_one_in_2() {
    let given = json!({ "mediaCategory": "amplify_video", "languageCodes": ["en", "DE"] });
    let listed = json!({ "subtitles": [{ "language_code": "EN" }, { "language_code": "DE" }] });
    let fields = json!({ "media_id": ID, "media_category": "AmplifyVideo", "subtitle_info": listed });
    let url = "https://upload.twitter.com/1.1/media/subtitles/delete.json".to_owned();
    assert_eq!(requests("1.1", "removeSubtitles", &given), [("POST", url, fields)]);

    let request = |code| {
        let fields = json!({ "id": ID, "media_category": "AmplifyVideo", "language_code": code });
        ("DELETE", "https://api.x.com/2/media/subtitles".to_owned(), fields)
    };
    assert_eq!(requests("2", "removeSubtitles", &given), [request("EN"), request("DE")]);
}

#[test]
fn of_several_requests_each_follows_the_answer_to_the_one_before_and_the_first_failure_is_the_end() {
    let codes = json!({ "mediaId": ID, "mediaCategory": "tweet_video", "languageCodes": ["EN", "DE", "FR"] });
    let mut run = Client::v2().start("removeSubtitles", codes);
    let first = run.requests();
    assert_eq!(first.len(), 1);
    run.answer(&first[0], 503, "");
    let again = run.next("SUBTITLES");
    assert_eq!(again.request, first[0].request);
    assert!(run.requests().is_empty());
    run.answer(&again, 200, r#"{"data":{"deleted":true}}"#);
    let second = run.requests().remove(0);
    assert_eq!(second.field("language_code"), "DE");
    run.answer(&second, 403, "");
    let error = run.error();
    assert_eq!((&error["code"], &error["command"]), (&json!("forbidden"), &json!("SUBTITLES")));
    assert_eq!((&error["media_id_string"], &error["attempts"]), (&json!(ID), &json!(1)));
}

#[test]
fn answers_about_metadata_and_subtitles_need_no_body_and_errors_alone_are_a_refusal() {
    let given = json!({
        "mediaId": ID, "metadata": {}, "mediaCategory": "tweet_video", "subtitles": [subtitle("en")],
        "languageCodes": ["en"],
    });
    for method in ["setMetadata", "addSubtitles", "removeSubtitles"] {
        let end = |status: u16, body: &str| {
            let mut run = Client::v2().start(method, given.clone());
            let sent = run.requests().remove(0);
            run.answer_with(&sent, &http(status).body(body));
            run.end()
        };
        for (status, body) in [(200, ""), (204, ""), (201, "\r\n"), (200, r#"{"data":{"deleted":true}}"#), (200, "{}")]
        {
            assert_eq!(end(status, body), End::Resolved(Value::Null), "{method}: {status} {body}");
        }
        let End::Rejected(error) = end(200, r#"{"errors":[{"message":"no such media"}]}"#) else { panic!("{method}") };
        assert_eq!((&error["code"], &error["apiErrors"][0]["message"]), (&json!("rejected"), &json!("no such media")));
    }
}
