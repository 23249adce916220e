//! Without a network: what failed waits for it, and loses no try.

use serde_json::json;

use super::driver::{Client, EPOCH, ID, MIB, Run, http, ready};

/// A client that tries only once, and the first request of an upload.
fn started() -> (Client, Run) {
    let client = Client::new(json!({ "api": "1.1", "retry": { "attempts": 1 } }));
    let run = client.upload(MIB, json!({}));
    (client, run)
}

#[test]
fn no_request_is_held_back_because_the_machine_says_that_it_is_offline() {
    let (client, mut run) = started();
    client.set_online(false);
    for name in ["INIT", "APPEND", "FINALIZE", "STATUS", "STATUS"] {
        let sent = run.next(name);
        assert!(sent.waited <= 4002);
        run.answer_well(&sent);
    }
    assert_eq!(run.media()["media_id_string"], ID);
}

#[test]
fn what_fails_offline_is_tried_again_at_once_when_online_and_loses_no_try() {
    let (client, mut run) = started();
    for name in ["INIT", "APPEND", "FINALIZE"] {
        for offline_millis in [0, 1, 20_000, 29_999] {
            let sent = run.next(name);
            client.set_online(false);
            run.lose(&sent);
            assert!(run.requests().is_empty());
            let until = EPOCH + client.now() + 30_000;
            assert_eq!(run.progress.last().unwrap()["waiting"], json!({ "for": "online", "until": until }));
            client.pass(offline_millis);
            assert!(run.requests().is_empty());
            client.set_online(true);
            let again = run.requests().remove(0);
            assert_eq!((again.waited, &again.request), (offline_millis, &sent.request));
            client.set_online(false);
            run.lose(&again);
            run.drain();
            client.set_online(true);
        }
        run.well(name);
    }
    // Then the only try there is.
    let status = run.next("STATUS");
    run.answer(&status, 200, ready());
    assert_eq!(run.media()["media_id_string"], ID);

    let (client, mut run) = started();
    let init = run.next("INIT");
    client.set_online(false);
    run.lose(&init);
    run.drain();
    client.set_online(true);
    let init = run.next("INIT");
    run.lose(&init);
    let error = run.error();
    assert_eq!((&error["code"], &error["attempts"]), (&json!("network"), &json!(1)));
}

#[test]
fn what_fails_offline_waits_half_a_minute_at_most_because_the_machine_may_be_wrong() {
    let (client, mut run) = started();
    client.set_online(false);
    let mut sent = run.next("INIT");
    for _ in 0..50 {
        run.lose(&sent);
        sent = run.next("INIT");
        assert_eq!(sent.waited, 30_000);
    }
    run.answer_well(&sent);
    run.well("APPEND");
}

#[test]
fn a_request_that_times_out_offline_waits_too() {
    let (client, mut run) = started();
    let first = run.next("INIT");
    client.pass(29_000);
    client.set_online(false);
    let second = run.next("INIT");
    assert_eq!((second.at, &run.cancelled), (60_000, &vec![first.id]));
}

#[test]
fn an_answer_is_an_answer_also_offline() {
    let (client, mut run) = started();
    client.set_online(false);
    let init = run.next("INIT");
    run.answer(&init, 503, "");
    assert_eq!(run.code(), "server");
}

#[test]
fn a_rate_limit_is_not_over_because_the_network_is_back() {
    let client = Client::new(json!({ "api": "1.1", "retry": { "attempts": 2 } }));
    let mut run = client.upload(MIB, json!({}));
    let init = run.next("INIT");
    run.answer_with(&init, &http(429).header("retry-after", 20));
    client.set_online(false);
    assert!(run.requests().is_empty());
    client.set_online(true);
    assert!(run.requests().is_empty());
    assert_eq!(run.snapshot()["waiting"]["for"], "rate_limit");
    assert_eq!(run.next("INIT").waited, 20_000);
}

#[test]
fn offline_the_deadline_and_the_expiry_hold() {
    let client = Client::v1();
    let mut run = client.start("waitUntilReady", json!({ "media": ID, "timeoutSecs": 100 }));
    client.set_online(false);
    while let Some(status) = run.any() {
        run.lose(&status);
    }
    assert_eq!((run.code(), client.now()), ("processing_timeout".to_owned(), 100_000));

    let mut run = client.upload(MIB, json!({}));
    let init = run.next("INIT");
    let answered = client.now();
    run.answer(&init, 202, json!({ "media_id_string": ID, "expires_after_secs": 100 }));
    while let Some(append) = run.any() {
        run.lose(&append);
    }
    assert_eq!((run.code(), client.now() - answered), ("expired".to_owned(), 100_000));
}
