//! Getters of callers that throw while a call reads what it is given.

use serde_json::{Value, json};
use x_media_upload::protocol::{Authorization, Code, Read, Session};

use super::driver::stopped::stopped;
use super::driver::{Client, ID, Js, MIB, settings};

/// Checks that this call is refused in these words, and that what was thrown is kept.
fn assert_threw(call: Read<(), Js>, message: &str) {
    let Err(refusal) = call else { panic!("nothing threw where {message}") };
    assert_eq!((refusal.error.code, refusal.error.to_string().as_str()), (Code::InvalidArgument, message));
    assert_eq!(refusal.thrown, Some(Js::Json("boom".into())), "{message}");
}

const BOOM: Js = Js::Throws("boom");

#[test]
fn a_getter_that_throws_is_told_by_its_field_and_what_it_threw_is_kept() {
    let client = |given: Js| settings(&given, Authorization::Fixed).map(drop);
    for field in ["api", "baseUrl", "requestTimeoutMs", "retry"] {
        let message = format!("{field} must be readable: its getter threw");
        assert_threw(client(Js::with(&json!({ "api": "2" }), field, BOOM)), &message);
    }
    for field in ["attempts", "minDelayMs", "maxDelayMs", "maxRateLimitWaitMs"] {
        let retry = Js::with(&json!({}), field, BOOM);
        let message = format!("{field} must be readable: its getter threw");
        assert_threw(client(Js::with(&json!({ "api": "2" }), "retry", retry)), &message);
    }
    let uploading: &[&str] = &[
        "mediaType",
        "mediaCategory",
        "additionalOwners",
        "shared",
        "altText",
        "segmentSize",
        "concurrency",
        "wait",
        "timeoutSecs",
        "session",
    ];
    let table: [(&str, Value, &[&str]); 4] = [
        (
            "initialize",
            json!({ "total_bytes": 1, "media_type": "a/b" }),
            &["total_bytes", "media_type", "media_category", "additional_owners", "shared"],
        ),
        ("waitUntilReady", json!({ "media": ID }), &["timeoutSecs"]),
        ("finalizeAndWait", json!({ "mediaId": ID }), &["timeoutSecs"]),
        ("upload", json!({ "file": 1 }), uploading),
    ];
    for field in ["media_id_string", "size", "image", "processing_info"] {
        let media = Js::with(&json!({ "media_id_string": ID }), field, BOOM);
        let call = Client::v1().call("waitUntilReady", Js::with(&json!({}), "media", media)).map(drop);
        assert_threw(call, &format!("{field} must be readable: its getter threw"));
    }
    for (method, given, fields) in table {
        for field in fields {
            let call = Client::v1().call(method, Js::with(&given, field, BOOM)).map(drop);
            assert_threw(call, &format!("{field} must be readable: its getter threw"));
        }
    }
}

#[test]
fn what_is_read_whole_is_told_by_its_own_name_where_something_in_it_throws() {
    let call = |method, given, field, value| Client::v1().call(method, Js::with(&given, field, value)).map(drop);
    let metadata = Js::with(&json!({}), "alt_text", BOOM);
    assert_threw(
        call("setMetadata", json!({ "mediaId": ID }), "metadata", metadata),
        "metadata must be what JSON can say",
    );
    let session = stopped("append");
    assert!(Session::read(&session.to_string()).is_some());
    let session = Js::with(&session, "size", BOOM);
    assert_threw(call("upload", json!({ "file": 6 * MIB }), "session", session), "session must be what JSON can say");
}
