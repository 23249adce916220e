//! Whole uploads, from INIT to the end.

use serde_json::{Value, json};
use x_media_upload::protocol::{Input, RequestId};

use super::driver::{Client, EPOCH, ID, MIB, Run, http, merged, pending, processing, ready};

/// An upload of that many segments.
fn upload(segments: u64, options: Value) -> Run {
    Client::v1().upload(segments * MIB, merged(json!({ "segmentSize": MIB }), &options))
}

#[test]
fn an_upload_goes_through_all_commands_in_order() {
    let mut run = upload(6, json!({ "concurrency": 2 }));
    let mut sent = Vec::new();
    while !run.has_ended() {
        let request = match run.requests() {
            requests if requests.is_empty() => vec![run.next("STATUS")],
            requests => requests,
        };
        for request in request {
            sent.push(request.command().to_owned());
            run.client.pass(10);
            run.answer_well(&request);
        }
    }
    assert_eq!(
        sent,
        ["INIT", "APPEND", "APPEND", "APPEND", "APPEND", "APPEND", "APPEND", "FINALIZE", "STATUS", "STATUS"]
    );
    // INIT knew the key, FINALIZE nothing new, STATUS the size.
    assert_eq!(
        run.media(),
        json!({
            "media_id_string": ID, "media_key": "7_1", "size": 1, "expires_after_secs": 86_400,
            "expiresAt": EPOCH + 10 + 86_400_000, "processing_info": { "state": "succeeded", "progress_percent": 100 },
        }),
    );
}

#[test]
fn as_many_segments_are_under_way_as_allowed_and_finalize_follows_the_last_answer() {
    for concurrency in 1..=8 {
        let mut run = upload(20, json!({ "concurrency": concurrency }));
        run.well("INIT");
        let mut in_flight = run.requests();
        for answered in 0..20 {
            assert_eq!(in_flight.len(), concurrency.min(20 - answered), "{answered} answered");
            // Not the first one: answers come in any order.
            let sent = in_flight.remove(in_flight.len() / 2);
            assert_eq!(sent.command(), "APPEND");
            run.answer_well(&sent);
            in_flight.extend(run.requests());
        }
        assert_eq!(in_flight.len(), 1);
        assert_eq!(in_flight[0].command(), "FINALIZE");
        assert_eq!(run.snapshot()["bytesSent"], 20 * MIB);
    }
}

#[test]
fn a_segment_that_failed_is_sent_again_and_the_others_are_not() {
    let mut run = upload(3, json!({ "concurrency": 3 }));
    run.well("INIT");
    let sent = run.requests();
    run.answer_well(&sent[0]);
    run.lose(&sent[1]);
    run.answer_well(&sent[2]);
    assert!(run.requests().is_empty());
    assert_eq!(run.snapshot()["waiting"]["for"], "retry");
    assert_eq!(run.snapshot()["bytesSent"], 2 * MIB);
    let again = run.next("APPEND");
    assert_eq!(again.request, sent[1].request);
    run.answer_well(&again);
    run.next("FINALIZE");
}

#[test]
fn the_first_final_failure_cancels_the_others() {
    let mut run = upload(5, json!({ "concurrency": 4 }));
    run.well("INIT");
    let sent = run.requests();
    run.lose(&sent[0]); // it waits for its next try
    run.answer(&sent[2], 403, r#"{"title":"Forbidden"}"#);
    let error = run.error();
    assert_eq!(
        (&error["code"], &error["command"], &error["media_id_string"]),
        (&json!("forbidden"), &json!("APPEND"), &json!(ID))
    );
    assert_eq!(run.cancelled, [sent[1].id, sent[3].id]);
}

#[test]
fn a_failure_names_the_media_as_soon_as_there_is_one() {
    let mut run = upload(1, json!({}));
    let init = run.next("INIT");
    run.answer(&init, 403, "");
    assert_eq!(run.error().get("media_id_string"), None);
    let (mut run, sent) = Client::v1().finalizing(json!({ "timeoutSecs": 1 }));
    run.answer(&sent, 201, pending(5));
    let error = run.error();
    assert_eq!((&error["code"], &error["media_id_string"]), (&json!("processing_timeout"), &json!(ID)));
}

#[test]
fn an_upload_that_need_not_wait_ends_with_finalize() {
    let (mut run, sent) = Client::v1().finalizing(json!({ "wait": false }));
    run.answer(&sent, 201, pending(5));
    assert_eq!(run.media()["processing_info"], json!({ "state": "pending", "check_after_secs": 5 }));
    let (mut run, sent) = Client::v1().finalizing(json!({ "wait": false }));
    run.answer(&sent, 201, ready());
    assert_eq!(run.media()["media_key"], "7_1");
    let (mut run, sent) = Client::v1().finalizing(json!({ "wait": false }));
    run.answer(&sent, 201, processing(&json!({ "state": "failed" })));
    assert_eq!(run.code(), "processing_failed");
}

#[test]
fn inputs_that_mean_nothing_change_nothing() {
    let mut run = upload(2, json!({ "concurrency": 1 }));
    let init = run.well("INIT");
    let append = run.next("APPEND");
    let unknown = (0..1000).fold(RequestId::default(), |id, _| id.next());
    let nothing = [
        Input::RequestEnded(init.id, http(403).to_end()),
        Input::RequestEnded(unknown, http(403).to_end()),
        Input::FileSample(Some(vec![255, 216, 255])),
        Input::FileSample(None),
        Input::Loaded(None),
        Input::Unowned,
        Input::Disowned,
        Input::Resume,
    ];
    for input in nothing {
        run.tell(input);
        assert!(run.requests().is_empty());
        assert!(!run.has_ended());
    }
    run.answer_well(&append);
    run.answer(&append, 403, ""); // a second end of the same try
    run.well("APPEND");
    run.next("FINALIZE");
}
