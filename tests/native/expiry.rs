//! Media that X has dropped, or will before long.

use serde_json::json;

use super::driver::stopped::{PHASES, commands, resume, stopped};
use super::driver::{Client, EPOCH, ID, pending, without};

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

    // A Media that was kept, given back after its time.
    let kept =
        json!({ "media_id_string": ID, "expiresAt": 1_000_000_000_000_u64, "processing_info": { "state": "pending" } });
    assert_eq!(client.start("waitUntilReady", json!({ "media": kept })).code(), "expired");
    // It is of no matter to one that is ready.
    let kept = json!({ "media_id_string": ID, "expiresAt": 1_000_000_000_000_u64 });
    assert_eq!(client.start("waitUntilReady", json!({ "media": kept.clone() })).media(), kept);
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
