//! Aborts, at any moment.

use serde_json::json;
use x_media_upload::protocol::{End, Output, RequestId};

use super::driver::{self, Client, ID, MIB, Sent, pending, processing, ready};

#[test]
fn after_an_abort_at_any_moment_nothing_is_sent_and_what_is_in_flight_is_taken_back() {
    // After so many events: before the first request, between INIT and the last STATUS, in every pause.
    for events in 0_usize.. {
        let mut run = Client::v1().upload(5 * MIB, json!({ "segmentSize": MIB, "concurrency": 2 }));
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
        assert_eq!(run.end(), driver::End::Aborted, "after {events} events");
        let in_flight_ids: Vec<RequestId> = in_flight.iter().map(|sent| sent.id).collect();
        assert_eq!(run.cancelled, in_flight_ids, "after {events} events");
        let told = run.progress.len();
        for sent in in_flight {
            run.answer_well(&sent);
        }
        run.abort();
        run.client.refreshed(true);
        run.client.pass(1_000_000);
        assert!(matches!(run.step(), Output::Sleep(None)), "after {events} events");
        assert_eq!(run.progress.len(), told);
    }
}

#[test]
fn an_abort_by_the_callback_that_is_told_of_the_last_answer_still_aborts() {
    let is_status = |output: &Output| matches!(output, Output::Status(_));
    let is_progress = |output: &Output| matches!(output, Output::Progress(_));
    for is_callback in [is_status, is_progress] {
        for answer in [ready(), processing(&json!({ "state": "failed" }))] {
            let (mut run, sent) = Client::v1().finalizing(json!({}));
            run.answer(&sent, 201, pending(1));
            let status = run.next("STATUS");
            run.answer(&status, 200, &answer);
            let mut told = run.step();
            while !is_callback(&told) && !matches!(told, Output::End(End::Rejected(_))) {
                told = run.step();
            }
            run.abort();
            // The end that was told is the end.
            if is_callback(&told) {
                assert!(matches!(run.step(), Output::End(End::Aborted)), "{told:?}, {answer}");
            }
            assert!(matches!(run.step(), Output::Sleep(None)), "{told:?}, {answer}");
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
        assert_eq!(run.end(), driver::End::Aborted);
    }
}
