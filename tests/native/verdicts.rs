//! Ready, failed or neither: what follows from what X says of its processing.

use serde_json::{Value, json};

use super::driver::{Client, EPOCH, End, ID, pending, processing, ready};

/// What STATUS becomes after FINALIZE was pending: an end, or `None` where it is asked again.
fn verdict(processing_info: &Value) -> Option<End> {
    let mut run = Client::v1().finalized(&pending(1));
    let status = run.next("STATUS");
    run.answer(&status, 200, processing(processing_info));
    run.has_ended().then(|| run.end())
}

#[test]
fn every_processing_info_has_its_verdict() {
    let ready = [
        json!(null),
        json!({ "state": "succeeded" }),
        json!({ "state": "succeeded", "progress_percent": 100 }),
        json!({ "state": "succeeded", "check_after_secs": 5, "progress_percent": 99 }),
    ];
    let failed = [
        json!({ "state": "failed", "error": { "code": 1, "name": "InvalidMedia", "message": "Unsupported video format" } }),
        json!({ "state": "failed", "error": { "code": 1, "name": "InvalidMedia" } }),
        json!({ "state": "failed" }),
        json!({ "state": "failed", "progress_percent": 99 }),
        json!({ "state": "failed", "check_after_secs": 1 }),
        json!({ "state": "in_progress", "progress_percent": 100, "error": { "code": 1, "name": "InvalidMedia" } }),
        json!({ "state": "pending", "check_after_secs": 1, "error": {} }),
        json!({ "state": "succeeded", "error": { "code": 1 } }),
        json!({ "error": { "message": "no state at all" } }),
    ];
    let later = [
        json!({ "state": "pending", "check_after_secs": 1 }),
        json!({ "state": "in_progress", "check_after_secs": 10, "progress_percent": 100 }),
        json!({ "state": "in_progress" }),
        json!({ "state": "uploading" }),
        json!({ "state": "Succeeded" }),
        json!({ "state": "" }),
        json!({}),
    ];
    for info in ready {
        let expected = match info {
            Value::Null => json!({ "media_id_string": ID }),
            _ => processing(&info),
        };
        assert_eq!(verdict(&info), Some(End::Resolved(expected)), "{info}");
    }
    for info in failed {
        assert_eq!(verdict(&info), Some(End::Rejected(failure(&info))), "{info}");
    }
    for info in later {
        assert_eq!(verdict(&info), None, "{info}");
    }
}

/// The error of a media that failed.
fn failure(processing_info: &Value) -> Value {
    json!({
        "code": "processing_failed", "command": "STATUS", "media_id_string": ID, "apiErrors": [],
        "processing_info": processing_info, "attempts": 1, "retryable": false,
    })
}

/// X may write what it likes: what is of an odd type is left out, and is no reason to fail a good upload.
#[test]
fn what_is_of_an_odd_type_says_no_more_than_that_it_is_there() {
    for odd in [json!([]), json!({}), json!(-1), json!(true), json!("?")] {
        let info = json!({ "state": "succeeded", "check_after_secs": odd, "progress_percent": odd });
        let ready = End::Resolved(processing(&json!({ "state": "succeeded" })));
        assert_eq!(verdict(&info), Some(ready), "{odd}");
        // Whatever it is, an error is one.
        let failed = End::Rejected(failure(&json!({ "state": "uploading", "error": {} })));
        assert_eq!(verdict(&json!({ "state": "uploading", "error": odd })), Some(failed), "{odd}");
        let failed = End::Rejected(failure(&json!({ "error": { "name": "InvalidMedia" } })));
        let error = json!({ "code": odd, "name": "InvalidMedia" });
        assert_eq!(verdict(&json!({ "error": error })), Some(failed), "{odd}");
        assert_eq!(verdict(&odd), None, "{odd}");
    }
    for odd in [json!(null), json!([]), json!({}), json!(7), json!(true)] {
        assert_eq!(verdict(&json!({ "state": odd })), None, "{odd}");
        let failed = End::Rejected(failure(&json!({ "error": { "code": 1 } })));
        let error = json!({ "code": 1, "name": odd, "message": odd });
        assert_eq!(verdict(&json!({ "error": error })), Some(failed), "{odd}");
    }
}

#[test]
fn an_error_that_is_null_is_none() {
    let ready = End::Resolved(processing(&json!({ "state": "succeeded" })));
    assert_eq!(verdict(&json!({ "state": "succeeded", "error": null })), Some(ready));
    let failed = End::Rejected(failure(&json!({ "state": "failed" })));
    assert_eq!(verdict(&json!({ "state": "failed", "error": null })), Some(failed));
}

#[test]
fn the_verdict_on_finalize_is_the_same_and_asks_nothing() {
    let client = Client::v1();
    assert_eq!(client.finalized(&ready()).media(), ready());
    assert_eq!(client.finalized(&processing(&json!({ "state": "succeeded" }))).media()["media_id_string"], ID);
    let error = client.finalized(&processing(&json!({ "state": "failed" }))).error();
    assert_eq!((&error["code"], &error["command"]), (&json!("processing_failed"), &json!("FINALIZE")));
}

#[test]
fn the_media_carries_what_finalize_and_the_last_status_said_together() {
    let mut run = Client::v1().start("finalizeAndWait", json!({ "mediaId": ID }));
    let finalize = run.next("FINALIZE");
    run.answer(
        &finalize,
        201,
        json!({
            "media_id": 1, "media_id_string": ID, "media_key": "7_1", "size": 8_707_460, "expires_after_secs": 86_400,
            "processing_info": { "state": "pending", "check_after_secs": 1 },
        }),
    );
    let status = run.next("STATUS");
    run.answer(
        &status,
        200,
        json!({
            "media_id_string": ID, "expires_after_secs": 85_119, "video": { "video_type": "video/mp4" },
            "processing_info": { "state": "succeeded", "progress_percent": 100 },
        }),
    );
    assert_eq!(
        run.media(),
        json!({
            "media_id_string": ID, "media_key": "7_1", "size": 8_707_460, "expires_after_secs": 85_119,
            "expiresAt": EPOCH + run.client.now() + 85_119_000, "video": { "video_type": "video/mp4" },
            "processing_info": { "state": "succeeded", "progress_percent": 100 },
        }),
    );
}

#[test]
fn what_an_earlier_answer_said_of_the_processing_is_over() {
    let mut run = Client::v1().finalized(&pending(1));
    let status = run.next("STATUS");
    run.answer(&status, 200, ready());
    assert_eq!(run.media(), ready());
}
