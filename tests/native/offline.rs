//! Without a network: what failed waits for it. An upload loses no try by that; all else counts them.

use serde_json::{Value, json};

use super::driver::{Client, EPOCH, ID, MIB, Run, http, pending, ready};

/// A client that tries only once, and the first request of an upload.
fn started() -> (Client, Run) {
    let client = Client::new(json!({ "api": "1.1", "retry": { "attempts": 1 } }));
    let run = client.upload(MIB, json!({ "segmentSize": MIB }));
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

/// How a call goes on without a network for ever: when each request leaves, and how it ends.
fn offline_for_ever(client: &Client, method: &str, given: Value) -> (Vec<u64>, Value) {
    client.set_online(false);
    let mut run = client.start(method, given);
    let mut sent = Vec::new();
    while let Some(request) = run.any() {
        sent.push(request.at);
        run.lose(&request);
    }
    (sent, run.error())
}

#[test]
fn a_call_without_a_network_waits_for_one_before_each_further_try_and_counts_them() {
    let given = json!({
        "mediaId": ID, "segmentIndex": 0, "segment": 1, "total_bytes": 1, "media_type": "video/mp4", "metadata": {},
        "mediaCategory": "tweet_video", "languageCodes": ["en"],
    });
    for method in ["initialize", "append", "finalize", "status", "setMetadata", "removeSubtitles"] {
        for (attempts, tries) in [(Some(1), 1), (Some(2), 2), (Some(3), 3), (None, 8)] {
            let retry = attempts.map_or(json!({}), |attempts| json!({ "attempts": attempts }));
            let client = Client::new(json!({ "api": "1.1", "retry": retry }));
            let (sent, error) = offline_for_ever(&client, method, given.clone());
            let expected: Vec<u64> = (0..tries).map(|place| place * 30_000).collect();
            assert_eq!(sent, expected, "{method}");
            assert_eq!((&error["code"], &error["attempts"]), (&json!("network"), &json!(tries)), "{method}");
        }
        // As soon as there is one, the next try leaves.
        let client = Client::with_attempts(2);
        client.set_online(false);
        let mut run = client.start(method, given.clone());
        let sent = run.any().unwrap();
        run.lose(&sent);
        run.drain();
        client.pass(10_000);
        assert!(run.requests().is_empty(), "{method}");
        client.set_online(true);
        let again = run.requests().remove(0);
        assert_eq!((again.at, &again.request), (10_000, &sent.request), "{method}");
        run.lose(&again);
        assert_eq!(run.error()["attempts"], 2, "{method}");
    }
}

#[test]
fn finalize_and_the_wait_after_it_are_tried_until_their_deadline() {
    for attempts in [1, 8] {
        for secs in [10, 60, 100] {
            let client = Client::with_attempts(attempts);
            let given = json!({ "mediaId": ID, "timeoutSecs": secs });
            let (sent, error) = offline_for_ever(&client, "finalizeAndWait", given.clone());
            let mut expected: Vec<u64> = (0..).map(|place| place * 30_000).take_while(|at| *at < secs * 1000).collect();
            expected.push(secs * 1000);
            assert_eq!(sent, expected, "{secs}");
            assert_eq!((&error["code"], &error["retryable"]), (&json!("network"), &json!(true)), "{secs}");
            assert_eq!((&error["command"], client.now()), (&json!("FINALIZE"), secs * 1000), "{secs}");
            assert_ne!(error["attempts"], 0, "{secs}");

            // Found in time, the network loses it nothing: the wait counts from FINALIZE's answer.
            let client = Client::with_attempts(attempts);
            client.set_online(false);
            let mut run = client.start("finalizeAndWait", given);
            let sent = run.next("FINALIZE");
            run.lose(&sent);
            run.drain();
            client.pass(5000);
            client.set_online(true);
            let sent = run.next("FINALIZE");
            assert_eq!(sent.at, 5000);
            run.answer(&sent, 201, pending(1));
            while let Some(status) = run.any() {
                run.answer(&status, 200, pending(1));
            }
            assert_eq!((run.code(), client.now()), ("processing_timeout".to_owned(), 5000 + secs * 1000));
        }
    }
    // In a pause of its machine it moves on: nothing is sent in vain for hours.
    let client = Client::v1();
    client.set_online(false);
    let mut run = client.start("finalizeAndWait", json!({ "mediaId": ID, "timeoutSecs": 60 }));
    let sent = run.next("FINALIZE");
    run.lose(&sent);
    run.drain();
    client.pass(7_200_000);
    let sent = run.next("FINALIZE");
    run.lose(&sent);
    assert_eq!(run.code(), "network");
}

#[test]
fn an_upload_that_has_not_begun_waits_a_day_for_a_network_and_one_that_has_for_as_long_as_its_media_lasts() {
    const HOUR: u64 = 3_600_000;
    for attempts in [1, 8] {
        let client = Client::with_attempts(attempts);
        let mut run = client.upload(1, json!({}));
        client.set_online(false);
        let mut tries = 0;
        while let Some(sent) = run.requests().pop() {
            assert_eq!(sent.command(), "INIT");
            run.lose(&sent);
            tries += 1;
            assert!(tries < 3000, "it waits for ever");
            if run.has_ended() {
                break;
            }
            client.pass(30_000);
        }
        let error = run.error();
        assert_eq!((&error["code"], client.now(), tries), (&json!("network"), 24 * HOUR, 24 * 120 + 1));
        assert_ne!(error["attempts"], 0);

        // It has no end of its own where X named none.
        let client = Client::with_attempts(attempts);
        let mut run = client.upload(1, json!({ "altText": "A dog" }));
        let init = run.next("INIT");
        run.answer(&init, 202, ready());
        for command in ["APPEND", "FINALIZE", "METADATA"] {
            let first = run.next(command);
            client.set_online(false);
            run.lose(&first);
            for _ in 0..3000 {
                assert!(run.requests().is_empty());
                client.pass(30_000);
                let again = run.requests().remove(0);
                run.lose(&again);
            }
            run.drain();
            client.set_online(true);
            let again = run.requests().remove(0);
            assert_eq!(again.request, first.request);
            match command {
                "FINALIZE" => run.answer(&again, 201, ready()),
                _ => run.answer_well(&again),
            }
        }
        assert_eq!(run.media()["media_id_string"], ID);
    }
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
