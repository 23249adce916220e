//! Media that X has dropped, or will before long.

use serde_json::json;

use super::driver::stopped::{PHASES, commands, resume, stopped};
use super::driver::{Client, EPOCH, ID, MIB, merged, pending, without};

#[test]
fn past_its_expiry_a_media_is_expired() {
    let client = Client::v1();
    let mut body = pending(300);
    body["expires_after_secs"] = 60.into();
    let mut run = client.finalized(&body);
    let error = run.error();
    assert_eq!((&error["code"], &error["retryable"]), (&json!("expired"), &json!(false)));
    assert_eq!(client.now(), 60_000);

    // What a later answer says goes before what FINALIZE said.
    body["processing_info"]["check_after_secs"] = 1.into();
    let mut run = client.finalized(&body);
    let status = run.next("STATUS");
    let answered_at = client.now();
    let mut body = pending(300);
    body["expires_after_secs"] = 20.into();
    run.answer(&status, 200, body);
    assert_eq!(run.code(), "expired");
    assert_eq!(client.now(), answered_at + 20_000);
}

#[test]
fn a_media_that_was_kept_beyond_its_time_is_expired_whatever_it_was_and_nothing_is_asked() {
    let client = Client::v1();
    let kept = [
        json!({}),
        json!({ "size": 7 }),
        json!({ "processing_info": { "state": "pending" } }),
        json!({ "processing_info": { "state": "succeeded" } }),
        json!({ "processing_info": { "state": "failed" } }),
    ];
    for kept in kept {
        for expires_at in [0, 1000, 1_000_000_000_000, EPOCH - 1, EPOCH] {
            let media = merged(kept.clone(), &json!({ "media_id_string": ID, "expiresAt": expires_at }));
            // Ends without a request, or this panics.
            let error = client.start("waitUntilReady", json!({ "media": media })).error();
            assert_eq!((&error["code"], &error["media_id_string"]), (&json!("expired"), &json!(ID)), "{media}");
            assert_eq!((&error["attempts"], &error["retryable"]), (&json!(0), &json!(false)), "{media}");
        }
    }
    // A moment before, it is as good as any.
    let kept = json!({ "media_id_string": ID, "expiresAt": EPOCH + 1 });
    assert_eq!(client.start("waitUntilReady", json!({ "media": kept.clone() })).media(), kept);
}

#[test]
fn a_clock_that_jumps_expires_nothing_that_is_under_way_and_keeps_nothing_alive() {
    const HOUR: i64 = 3_600_000;
    for jump in [-1000 * HOUR, -HOUR, HOUR, 25 * HOUR, 1000 * HOUR] {
        // An upload, in each of its stages.
        for stage in 0..5 {
            let client = Client::v1();
            let mut run = client.upload(2 * MIB, json!({ "segmentSize": MIB, "concurrency": 1, "hasStore": true }));
            let mut answered = 0;
            while let Some(sent) = run.any() {
                run.answer_well(&sent);
                if answered == stage {
                    client.set_clock(jump);
                }
                answered += 1;
            }
            assert_eq!(run.media()["media_id_string"], ID, "{jump} after {stage}");
        }
        // A wait; what X said of its end still counts, from its answer on.
        let client = Client::v1();
        let mut run = client.finalized(&merged(pending(5), &json!({ "expires_after_secs": 60 })));
        run.drain();
        client.set_clock(jump);
        while let Some(status) = run.any() {
            run.answer(&status, 200, pending(5));
        }
        assert_eq!((run.code(), client.now()), ("expired".to_owned(), 60_000), "{jump}");
    }
}

#[test]
fn an_expired_session_is_an_error_where_the_caller_gave_it_and_starts_over_where_a_store_did() {
    for phase in PHASES {
        let mut session = stopped(phase);
        for (expires_at, is_expired) in [(EPOCH - 1, true), (EPOCH, true), (EPOCH + 1, false)] {
            session["expiresAt"] = expires_at.into();
            let mut run = resume(&session, false, json!({}));
            if is_expired {
                let error = run.error();
                assert_eq!((&error["code"], &error["media_id_string"]), (&json!("expired"), &json!(ID)), "{phase}");
                assert_eq!(error["session"], session);
                // It says nothing of the one that a store has.
                let mut stored = resume(&session, false, json!({ "hasStore": true }));
                assert_eq!((stored.code().as_str(), stored.forget), ("expired", false), "{phase}");
            } else {
                assert_ne!(commands(&run.requests())[0], "INIT", "{phase}");
            }
            let sent = commands(&resume(&session, true, json!({})).requests());
            assert_eq!(sent[0] == "INIT", is_expired, "{phase}");
        }
        // X need not say when.
        let session = without(session, "expiresAt");
        assert_ne!(commands(&resume(&session, false, json!({})).requests())[0], "INIT", "{phase}");
    }
}

#[test]
fn an_upload_that_expires_on_the_way_says_so_at_once() {
    for phase in PHASES {
        let mut session = stopped(phase);
        session["expiresAt"] = (EPOCH + 5000).into();
        for from_store in [false, true] {
            let mut run = resume(&session, from_store, json!({}));
            let sent = run.requests();
            let error = run.error();
            assert_eq!((&error["code"], &error["retryable"]), (&json!("expired"), &json!(false)), "{phase}");
            assert_eq!((&error["media_id_string"], &error["command"]), (&json!(ID), &json!(sent[0].command())));
            assert_eq!((run.client.now(), run.forget), (5000, true), "{phase}");
            assert_eq!(run.cancelled, sent.iter().map(|sent| sent.id).collect::<Vec<_>>(), "{phase}");
        }
    }
}
