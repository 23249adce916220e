//! Pause and resume: what is under way ends, and nothing else is begun.

use serde_json::json;

use super::driver::{Client, End, ID, MIB, Run, Sent, http, pending, ready};

/// An upload of twelve segments, of which three are under way.
fn sending() -> (Run, Vec<Sent>) {
    let mut run = Client::v1().upload(12 * MIB, json!({ "segmentSize": MIB, "concurrency": 3 }));
    run.well("INIT");
    let sent = run.requests();
    (run, sent)
}

/// An upload whose FINALIZE has just left.
fn finalizing(timeout_secs: u64) -> (Run, Sent) {
    Client::v1().finalizing(json!({ "timeoutSecs": timeout_secs }))
}

/// Lets time pass in which nothing may leave.
fn rest(run: &mut Run, secs: u64) {
    for _ in 0..secs {
        assert!(run.requests().is_empty(), "at {}", run.client.now());
        run.client.pass(1000);
    }
}

#[test]
fn while_it_is_paused_no_segment_leaves_and_those_under_way_end() {
    let (mut run, sent) = sending();
    run.pause();
    for (count, sent) in sent.iter().enumerate() {
        rest(&mut run, 1);
        run.answer_well(sent);
        run.drain();
        assert_eq!(run.snapshot()["bytesSent"], (count as u64 + 1) * MIB);
    }
    rest(&mut run, 100);
    assert!(run.cancelled.is_empty());
    run.resume();
    let sent = run.requests();
    assert_eq!(sent.iter().map(|sent| (sent.segment().0, sent.waited)).collect::<Vec<_>>(), [(3, 0), (4, 0), (5, 0)]);
}

#[test]
fn pause_and_resume_may_come_at_any_moment_and_any_number_of_times() {
    for before in 0.. {
        let mut run = Client::v1().upload(2 * MIB, json!({ "segmentSize": MIB, "concurrency": 1, "altText": "A dog" }));
        let mut asked = Vec::new();
        for request in 0.. {
            let Some(sent) = run.any() else { break };
            asked.push(sent.command().to_owned());
            if request == before {
                run.pause();
                run.pause();
                rest(&mut run, 2);
            }
            run.answer_well(&sent);
            if request == before {
                rest(&mut run, 100);
                run.resume();
                run.resume();
            }
        }
        assert_eq!(asked, ["INIT", "APPEND", "APPEND", "FINALIZE", "STATUS", "STATUS", "METADATA"], "{before}");
        assert!(matches!(run.end(), End::Resolved(_)));
        if before == asked.len() {
            return;
        }
    }
}

#[test]
fn an_upload_that_is_paused_before_it_begins_begins_when_it_goes_on() {
    let mut run = Client::v1().upload(MIB, json!({ "saves": true }));
    run.pause();
    rest(&mut run, 100);
    run.resume();
    assert_eq!(run.next("INIT").at, 100_000);
}

#[test]
fn while_it_is_paused_nothing_is_tried_again() {
    let (mut run, sent) = sending();
    run.pause();
    run.lose(&sent[0]);
    run.answer(&sent[1], 503, "");
    rest(&mut run, 100);
    assert_eq!(run.cancelled, [sent[2].id], "it got no answer at all");
    run.resume();
    // The time-out of the third leaves room for one alone.
    let again = run.requests();
    assert_eq!((again.len(), &again[0].request, again[0].waited), (1, &sent[0].request, 0));

    let (mut run, finalize) = finalizing(1800);
    run.pause();
    run.answer(&finalize, 429, "");
    rest(&mut run, 100);
    run.resume();
    assert_eq!(run.next("FINALIZE").waited, 0);
}

#[test]
fn while_it_is_paused_no_token_is_asked_for() {
    let (mut run, finalize) = finalizing(1800);
    run.pause();
    run.answer(&finalize, 401, "");
    rest(&mut run, 100);
    assert_eq!(run.refreshes, 0);
    run.resume();
    run.drain();
    assert_eq!(run.refreshes, 1);
    run.client.refreshed(true);
    assert!(run.next("FINALIZE").refreshed);
}

#[test]
fn while_it_is_paused_no_status_is_asked_and_the_deadline_moves() {
    let (mut run, finalize) = finalizing(20);
    run.answer(&finalize, 201, pending(5));
    rest(&mut run, 2);
    run.pause();
    rest(&mut run, 1000);
    run.resume();
    // What was due in between is due at once.
    let status = run.next("STATUS");
    assert_eq!(status.at, 1_002_000);
    run.answer(&status, 200, pending(5));
    let status = run.next("STATUS");
    run.pause();
    run.client.pass(10_000);
    run.answer(&status, 200, pending(5));
    rest(&mut run, 90);
    run.resume();
    while let Some(status) = run.any() {
        run.answer(&status, 200, pending(5));
    }
    assert_eq!(run.code(), "processing_timeout");
    assert_eq!(run.client.now(), 1_000_000 + 100_000 + 20_000, "twenty seconds, and the pauses");
}

#[test]
fn the_patience_of_a_status_that_is_tried_again_moves_by_the_pause_and_no_further() {
    for (after, is_beyond) in [(50, false), (70, true), (500, true)] {
        let (mut run, finalize) = finalizing(60);
        run.answer(&finalize, 201, pending(1));
        let status = run.next("STATUS");
        run.answer(&status, 503, "");
        run.pause();
        rest(&mut run, 1000);
        run.resume();
        let status = run.next("STATUS");
        let resumed = run.client.now();
        run.answer_with(&status, &http(429).header("retry-after", after));
        if is_beyond {
            assert_eq!((run.code(), run.client.now()), ("rate_limited".to_owned(), resumed), "{after}");
        } else {
            assert_eq!(run.next("STATUS").waited, after * 1000);
        }
    }
}

#[test]
fn the_time_to_wait_begins_when_it_goes_on_where_finalize_was_answered_in_a_pause() {
    let (mut run, finalize) = finalizing(20);
    run.pause();
    run.client.pass(8000);
    run.answer(&finalize, 201, pending(5));
    rest(&mut run, 100);
    run.resume();
    let resumed = run.client.now();
    while let Some(status) = run.any() {
        run.answer(&status, 200, pending(5));
    }
    assert_eq!(run.code(), "processing_timeout");
    assert_eq!(run.client.now() - resumed, 20_000);
}

#[test]
fn an_answer_that_comes_in_a_pause_may_be_the_end() {
    let (mut run, finalize) = finalizing(20);
    run.pause();
    rest(&mut run, 10);
    run.answer(&finalize, 201, ready());
    assert_eq!(run.media()["media_id_string"], ID);
    let (mut run, sent) = sending();
    run.pause();
    run.answer(&sent[0], 403, "");
    assert_eq!(run.code(), "forbidden");
    let (mut run, sent) = sending();
    run.pause();
    run.drain();
    run.abort();
    assert_eq!(run.end(), End::Aborted);
    assert_eq!(run.cancelled, [sent[0].id, sent[1].id, sent[2].id]);
}

#[test]
fn a_pause_shows_in_the_progress_and_nothing_is_told_of_it_again_and_again() {
    let (mut run, sent) = sending();
    run.pause();
    run.drain();
    assert_eq!(
        (&run.progress.last().unwrap()["phase"], &run.snapshot()["phase"]),
        (&json!("paused"), &json!("paused"))
    );
    sent.iter().for_each(|sent| run.answer_well(sent));
    run.drain();
    let told = run.progress.len();
    assert_eq!(run.progress[told - 1]["bytesSent"], 3 * MIB);
    assert_eq!(run.progress[told - 1].get("waiting"), None);
    rest(&mut run, 100);
    assert_eq!(run.progress.len(), told);
    run.resume();
    run.drain();
    assert_eq!(run.snapshot()["phase"], "append");
    // What the session tells is where it was.
    run.pause();
    assert_eq!(run.session().unwrap()["phase"], "append");
}

#[test]
fn a_media_that_expires_in_a_pause_is_expired_when_it_goes_on() {
    let mut run = Client::v1().upload(MIB, json!({}));
    let init = run.next("INIT");
    run.answer(&init, 202, json!({ "media_id_string": ID, "expires_after_secs": 60 }));
    let append = run.next("APPEND");
    run.pause();
    run.answer_well(&append);
    rest(&mut run, 100);
    run.resume();
    assert_eq!(run.code(), "expired");
}
