//! From the first request to the end: a FINALIZE, the wait after it, a whole upload.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "here a panic is a failed test")]

mod shell;

use serde_json::{Value, json};
use shell::{Client, EPOCH, End, ID, MIB, Run, Sent, pending, ready};

fn finalize(client: &Client, method: &str) -> (Run, Sent) {
    let mut run = client.start(method, json!({ "mediaId": ID }));
    let sent = run.next("FINALIZE");
    (run, sent)
}

/// An upload of that many segments.
fn upload(client: &Client, segments: u64, mut options: Value) -> Run {
    options["segmentSize"] = MIB.into();
    client.upload(segments * MIB, options)
}

/// An upload whose FINALIZE has just left.
fn sent_whole(client: &Client, options: Value) -> (Run, Sent) {
    let mut run = upload(client, 2, options);
    for name in ["INIT", "APPEND", "APPEND"] {
        run.well(name);
    }
    let sent = run.next("FINALIZE");
    (run, sent)
}

#[test]
fn finalize_alone_is_answered_with_what_x_says_whatever_that_is() {
    let answers = [
        ready(),
        pending(5),
        json!({ "media_id_string": ID, "processing_info": { "state": "failed" } }),
        json!({ "media_id_string": ID, "processing_info": { "state": "in_progress", "error": { "code": 1 } } }),
    ];
    for answer in answers {
        let (mut run, sent) = finalize(&Client::v1(), "finalize");
        run.answer(&sent, 201, &answer);
        assert_eq!(run.media(), answer);
        assert_eq!(run.statuses, [] as [Value; 0]);
    }
}

#[test]
fn a_refused_finalize_stands_where_every_earlier_try_was_answered() {
    for method in ["finalize", "finalizeAndWait"] {
        for (http, code) in [(400, "rejected"), (404, "not_found")] {
            let (mut run, sent) = finalize(&Client::v1(), method);
            run.answer(&sent, 503, "");
            let sent = run.next("FINALIZE");
            run.answer(&sent, http, "");
            let error = run.error();
            assert_eq!(
                (&error["code"], &error["command"], &error["attempts"]),
                (&json!(code), &json!("FINALIZE"), &json!(2))
            );
        }
    }
}

/// A FINALIZE whose answer was lost, in each way in which it can be, and the one that is sent again.
fn lost(client: &Client, method: &str) -> Vec<(Run, Sent)> {
    let (mut cut, sent) = finalize(client, method);
    cut.lose(&sent);
    let again = cut.next("FINALIZE");
    let (mut late, _) = finalize(client, method);
    let again_late = late.next("FINALIZE"); // after half a minute
    vec![(cut, again), (late, again_late)]
}

#[test]
fn where_the_answer_to_finalize_was_lost_status_settles_whether_it_was_done() {
    for refusal in [(400, ""), (404, ""), (200, r#"{"errors":[{"message":"Not found"}]}"#)] {
        for (mut run, sent) in lost(&Client::v1(), "finalize") {
            run.answer(&sent, refusal.0, refusal.1);
            let status = run.next("STATUS");
            assert_eq!(status.waited, 0);
            run.answer(&status, 200, pending(5));
            assert_eq!(run.media(), pending(5));
        }
        for (mut run, sent) in lost(&Client::v1(), "finalizeAndWait") {
            run.answer(&sent, refusal.0, refusal.1);
            let status = run.next("STATUS");
            run.answer(&status, 200, pending(5));
            let status = run.next("STATUS");
            assert!((5000..=5002).contains(&status.waited));
            run.answer(&status, 200, ready());
            assert_eq!(run.media(), ready());
            assert_eq!(run.statuses, [pending(5), ready()]);
        }
    }
}

#[test]
fn where_status_knows_nothing_either_the_refusal_stands() {
    for unknown in [400, 404] {
        for method in ["finalize", "finalizeAndWait"] {
            for (mut run, sent) in lost(&Client::v1(), method) {
                run.answer(&sent, 400, r#"{"error":"Segments do not add up to provided total file size."}"#);
                let status = run.next("STATUS");
                run.answer(&status, unknown, r#"{"errors":[{"code":34,"message":"Sorry, that page does not exist"}]}"#);
                let error = run.error();
                assert_eq!((&error["code"], &error["command"]), (&json!("rejected"), &json!("FINALIZE")));
                assert_eq!(error["apiErrors"][0]["message"], "Segments do not add up to provided total file size.");
            }
        }
    }
}

#[test]
fn a_refusal_that_does_not_say_unknown_leaves_no_doubt() {
    for (http, code) in [(402, "payment_required"), (403, "forbidden"), (410, "rejected"), (413, "too_large")] {
        for (mut run, sent) in lost(&Client::v1(), "finalize") {
            run.answer(&sent, http, "");
            assert_eq!(run.code(), code);
        }
        let (mut run, sent) = sent_whole(&Client::v1(), json!({}));
        run.answer(&sent, http, "");
        assert_eq!(run.code(), code);
    }
}

#[test]
fn in_an_upload_status_decides_on_every_refused_finalize_because_browsers_send_twice() {
    for http in [400, 404] {
        let (mut run, sent) = sent_whole(&Client::v1(), json!({}));
        run.answer(&sent, http, r#"{"error":"unknown"}"#);
        let status = run.next("STATUS");
        run.lose(&status); // no verdict
        let status = run.next("STATUS");
        run.answer(&status, 200, pending(3));
        let status = run.next("STATUS");
        assert!((3000..=3002).contains(&status.waited));
        run.answer(&status, 200, ready());
        assert_eq!(run.media()["media_id_string"], ID);

        let (mut run, sent) = sent_whole(&Client::v1(), json!({}));
        run.answer(&sent, http, r#"{"error":"unknown"}"#);
        let status = run.next("STATUS");
        run.answer(&status, 404, "");
        let error = run.error();
        assert_eq!((&error["command"], &error["status"]), (&json!("FINALIZE"), &json!(http)));
        assert_eq!(error["apiErrors"][0]["message"], "unknown");
    }
}

#[test]
fn a_status_that_tells_nothing_settles_nothing() {
    let nothing = [
        json!({ "failed": "network" }),
        json!({ "status": 503, "body": "" }),
        json!({ "status": 200, "body": "<html>" }),
        json!({ "status": 200, "body": "" }),
    ];
    for answer in nothing {
        let (mut run, sent) = sent_whole(&Client::v1(), json!({}));
        run.answer(&sent, 404, "");
        for _ in 0..3 {
            let status = run.next("STATUS");
            run.answer_with(&status, answer.clone());
        }
        let status = run.next("STATUS");
        run.answer(&status, 200, ready());
        assert_eq!(run.media()["media_id_string"], ID, "{answer}");
    }
}

#[test]
fn an_upload_goes_through_all_commands_in_order() {
    let mut run = upload(&Client::v1(), 6, json!({ "concurrency": 2 }));
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
        let mut run = upload(&Client::v1(), 20, json!({ "concurrency": concurrency }));
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
    let mut run = upload(&Client::v1(), 3, json!({ "concurrency": 3 }));
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
    let mut run = upload(&Client::v1(), 5, json!({ "concurrency": 4 }));
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
    let mut run = upload(&Client::v1(), 1, json!({}));
    let init = run.next("INIT");
    run.answer(&init, 403, "");
    assert_eq!(run.error().get("media_id_string"), None);
    let (mut run, sent) = sent_whole(&Client::v1(), json!({ "timeoutSecs": 1 }));
    run.answer(&sent, 201, pending(5));
    let error = run.error();
    assert_eq!((&error["code"], &error["media_id_string"]), (&json!("processing_timeout"), &json!(ID)));
}

#[test]
fn an_upload_that_need_not_wait_ends_with_finalize() {
    let (mut run, sent) = sent_whole(&Client::v1(), json!({ "wait": false }));
    run.answer(&sent, 201, pending(5));
    assert_eq!(run.media()["processing_info"], json!({ "state": "pending", "check_after_secs": 5 }));
    let (mut run, sent) = sent_whole(&Client::v1(), json!({ "wait": false }));
    run.answer(&sent, 201, ready());
    assert_eq!(run.media()["media_key"], "7_1");
    let (mut run, sent) = sent_whole(&Client::v1(), json!({ "wait": false }));
    run.answer(&sent, 201, json!({ "media_id_string": ID, "processing_info": { "state": "failed" } }));
    assert_eq!(run.code(), "processing_failed");
}

#[test]
fn after_an_abort_at_any_moment_nothing_is_sent_and_what_is_in_flight_is_taken_back() {
    // After so many events: before the first request, between INIT and the last STATUS, in every pause.
    for events in 0_usize.. {
        let mut run = upload(&Client::v1(), 5, json!({ "concurrency": 2 }));
        let mut in_flight: Vec<Sent> = Vec::new();
        for event in 0..events {
            in_flight.extend(run.requests());
            if in_flight.is_empty() {
                let Some(sent) = run.any() else {
                    assert!(events > 15);
                    return;
                };
                in_flight.push(sent);
            } else {
                let sent = in_flight.remove(0);
                // Every fourth one fails, so that there are pauses between tries too.
                if event % 4 == 3 { run.lose(&sent) } else { run.answer_well(&sent) }
            }
        }
        // Also between an answer and what follows from it.
        if events.is_multiple_of(2) {
            in_flight.extend(run.requests());
        }
        run.abort();
        assert_eq!(run.end(), End::Aborted, "after {events} events");
        let in_flight_ids: Vec<u64> = in_flight.iter().map(|sent| sent.id).collect();
        assert_eq!(run.cancelled, in_flight_ids, "after {events} events");
        let told = run.progress.len();
        for sent in in_flight {
            run.answer_well(&sent);
        }
        run.abort();
        run.client.refreshed(true);
        run.client.pass(1_000_000);
        assert_eq!(run.step(), json!({ "do": "sleep" }), "after {events} events");
        assert_eq!(run.progress.len(), told);
    }
}

#[test]
fn an_abort_by_the_callback_that_is_told_of_the_last_answer_still_aborts() {
    for callback in ["status", "progress"] {
        for answer in [ready(), json!({ "media_id_string": ID, "processing_info": { "state": "failed" } })] {
            let (mut run, sent) = sent_whole(&Client::v1(), json!({}));
            run.answer(&sent, 201, pending(1));
            let status = run.next("STATUS");
            run.answer(&status, 200, &answer);
            let mut told = run.step();
            while told["do"] != callback && told["do"] != "reject" {
                told = run.step();
            }
            run.abort();
            // The end that was told is the end.
            let expected = if told["do"] == callback { "abort" } else { "sleep" };
            assert_eq!(run.step()["do"], expected, "{callback}, {answer}");
            assert_eq!(run.step()["do"], "sleep");
        }
    }
}

#[test]
fn an_abort_before_the_first_step_sends_nothing() {
    for (method, arguments) in [
        ("upload", json!({ "file": 1, "mediaType": "video/mp4" })),
        ("finalizeAndWait", json!({ "mediaId": ID })),
        ("waitUntilReady", json!({ "media": pending(1) })),
        ("status", json!({ "mediaId": ID })),
    ] {
        let mut run = Client::v1().start(method, arguments);
        run.abort();
        assert_eq!(run.end(), End::Aborted);
    }
}

#[test]
fn events_that_mean_nothing_change_nothing() {
    let mut run = upload(&Client::v1(), 2, json!({ "concurrency": 1 }));
    let init = run.well("INIT");
    let append = run.next("APPEND");
    let nothing = [
        json!({ "id": init.id, "outcome": { "status": 403, "body": "" } }),
        json!({ "id": 1_000_000, "outcome": { "status": 403, "body": "" } }),
        json!({ "id": -1, "outcome": { "failed": "network" } }),
        json!({ "ends": [255, 216, 255] }),
        json!({ "ends": null }),
    ];
    for event in nothing {
        run.tell(event);
        assert!(run.requests().is_empty());
        assert!(!run.has_ended());
    }
    run.answer_well(&append);
    run.answer(&append, 403, ""); // a second end of the same try
    run.well("APPEND");
    run.next("FINALIZE");
}

/// What a number of millionths is, as JavaScript reads it.
fn fraction(progress: &Value) -> f64 {
    progress["fraction"].as_f64().unwrap()
}

#[test]
fn progress_tells_every_step_and_never_falls() {
    let mut run = upload(&Client::v1(), 4, json!({ "concurrency": 1 }));
    for name in ["INIT", "APPEND", "APPEND", "APPEND", "APPEND", "FINALIZE", "STATUS", "STATUS"] {
        run.well(name);
    }
    run.media();
    let mut steps: Vec<Value> = run.progress.clone();
    for two in steps.windows(2) {
        assert!(fraction(&two[0]) <= fraction(&two[1]), "{} then {}", two[0], two[1]);
        assert!(two[0]["bytesSent"].as_u64() <= two[1]["bytesSent"].as_u64());
    }
    // At each step; in between the same is told again.
    steps.dedup();
    let expected = json!([
        { "phase": "initialize", "fraction": 0.0, "bytesSent": 0, "segmentsSent": 0 },
        { "phase": "append", "fraction": 0.0, "bytesSent": 0, "segmentsSent": 0 },
        { "phase": "append", "fraction": 0.225, "bytesSent": MIB, "segmentsSent": 1 },
        { "phase": "append", "fraction": 0.45, "bytesSent": 2 * MIB, "segmentsSent": 2 },
        { "phase": "append", "fraction": 0.675, "bytesSent": 3 * MIB, "segmentsSent": 3 },
        { "phase": "finalize", "fraction": 0.9, "bytesSent": 4 * MIB, "segmentsSent": 4 },
        { "phase": "processing", "fraction": 0.9, "bytesSent": 4 * MIB, "segmentsSent": 4, "waiting": true },
        { "phase": "processing", "fraction": 0.9, "bytesSent": 4 * MIB, "segmentsSent": 4 },
        { "phase": "processing", "fraction": 0.95, "bytesSent": 4 * MIB, "segmentsSent": 4, "waiting": true, "processingPercent": 50 },
        { "phase": "processing", "fraction": 0.95, "bytesSent": 4 * MIB, "segmentsSent": 4, "processingPercent": 50 },
        { "phase": "ready", "fraction": 1.0, "bytesSent": 4 * MIB, "segmentsSent": 4, "processingPercent": 100 },
    ]);
    for (step, expected) in steps.iter_mut().zip(expected.as_array().unwrap()) {
        assert_eq!(step["bytesTotal"], 4 * MIB);
        assert_eq!(step.get("media_id_string"), (step["phase"] != "initialize").then_some(&json!(ID)));
        assert!((fraction(step) - fraction(expected)).abs() < 2e-6, "{step}");
        if step.get("waiting").is_some() {
            assert_eq!(step["waiting"]["for"], "processing");
            step["waiting"] = true.into();
        }
        for known in ["bytesTotal", "media_id_string", "fraction"] {
            step.as_object_mut().unwrap().remove(known);
        }
        let mut expected = expected.clone();
        expected.as_object_mut().unwrap().remove("fraction");
        assert_eq!(*step, expected);
    }
    assert_eq!(steps.len(), expected.as_array().unwrap().len());
}

#[test]
fn progress_does_not_fall_when_xs_own_figure_does() {
    let (mut run, sent) = sent_whole(&Client::v1(), json!({}));
    run.answer(&sent, 201, pending(1));
    for percent in [5, 99, 40, 200, 0] {
        let status = run.next("STATUS");
        let info = json!({ "state": "in_progress", "check_after_secs": 1, "progress_percent": percent });
        run.answer(&status, 200, json!({ "media_id_string": ID, "processing_info": info }));
    }
    run.next("STATUS");
    let told: Vec<f64> = run.progress.iter().map(fraction).collect();
    assert!(told.windows(2).all(|two| two[0] <= two[1]), "{told:?}");
    assert!(told.iter().all(|fraction| *fraction <= 1.0), "{told:?}");
    assert_eq!(run.snapshot()["processingPercent"], 0);
}

#[test]
fn progress_is_told_at_least_once_a_second_while_something_is_under_way() {
    let (mut run, sent) = sent_whole(&Client::v1(), json!({}));
    run.client.pass(10_000);
    run.answer(&sent, 201, pending(10));
    let start = run.progress.len();
    run.next("STATUS");
    let told = run.progress.len() - start;
    assert!((10..=12).contains(&told), "{told} in ten seconds");
    // One command alone has nothing to tell.
    let (mut run, _) = finalize(&Client::v1(), "finalizeAndWait");
    run.client.pass(5000);
    run.drain();
    assert_eq!(run.progress, [] as [Value; 0]);
}
