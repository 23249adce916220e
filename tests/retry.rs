//! Whether a request is tried again, and when; what the jobs of one client have in common.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "here a panic is a failed test")]

mod shell;

use serde_json::{Value, json};
use shell::{Client, EPOCH, End, ID, MIB, Run, Sent, pending, ready};

/// The arguments of each method that sends one command.
fn command(client: &Client, method: &str) -> (Run, Sent) {
    let mut run = client.start(
        method,
        json!({ "mediaId": ID, "segmentIndex": 0, "segment": 1, "total_bytes": 1, "media_type": "video/mp4" }),
    );
    let sent = run.requests().remove(0);
    (run, sent)
}

const METHODS: [&str; 4] = ["initialize", "append", "finalize", "status"];

/// A client whose requests are tried that often.
fn with_attempts(attempts: u32) -> Client {
    Client::new(json!({ "api": "2", "retry": { "attempts": attempts } }))
}

#[test]
fn what_may_pass_is_tried_again_as_often_as_allowed() {
    let passing = [
        json!({ "failed": "network" }),
        json!({ "status": 408, "body": "" }),
        json!({ "status": 425, "body": "" }),
        json!({ "status": 429, "body": "" }),
        json!({ "status": 500, "body": "" }),
        json!({ "status": 502, "body": "<html>" }),
        json!({ "status": 503, "body": "" }),
        json!({ "status": 504, "body": "" }),
    ];
    for answer in passing {
        for method in METHODS {
            for attempts in [1, 2, 5] {
                let (mut run, mut sent) = command(&with_attempts(attempts), method);
                let name = sent.command().to_owned();
                let request = sent.request.clone();
                for _ in 1..attempts {
                    run.answer_with(&sent, answer.clone());
                    sent = run.next(&name);
                    assert_eq!(sent.request, request);
                }
                run.answer_with(&sent, answer.clone());
                let error = run.error();
                assert_eq!(
                    (&error["attempts"], &error["retryable"]),
                    (&json!(attempts), &json!(true)),
                    "{method} {answer}"
                );
            }
        }
    }
}

#[test]
fn eight_tries_where_nothing_is_said() {
    let (mut run, mut sent) = command(&Client::v1(), "finalize");
    for _ in 1..8 {
        run.lose(&sent);
        sent = run.next("FINALIZE");
    }
    run.lose(&sent);
    assert_eq!(run.error()["attempts"], 8);
}

#[test]
fn what_stands_is_not_tried_again() {
    let standing = [
        json!({ "status": 400, "body": "" }),
        json!({ "status": 402, "body": "" }),
        json!({ "status": 403, "body": "" }),
        json!({ "status": 404, "body": "" }),
        json!({ "status": 409, "body": "" }),
        json!({ "status": 413, "body": "" }),
        json!({ "status": 0, "body": "" }),
        json!({ "status": 308, "body": "" }),
        json!({ "failed": "file_changed" }),
        json!({ "failed": "callback_failed" }),
        json!({ "failed": "invalid_argument", "detail": "headers must be …" }),
        json!({ "failed": "internal" }),
    ];
    for answer in standing {
        for method in METHODS {
            let (mut run, sent) = command(&Client::v1(), method);
            run.answer_with(&sent, answer.clone());
            let error = run.error();
            assert_eq!((&error["attempts"], &error["retryable"]), (&json!(1), &json!(false)), "{method} {answer}");
            assert_eq!(run.cause, Some(json!(sent.id)), "the shell knows what that request threw");
        }
    }
}

#[test]
fn a_time_out_takes_the_request_back_and_counts_as_a_try() {
    for method in METHODS {
        let (mut run, first) = command(&with_attempts(2), method);
        let second = run.next(first.command());
        assert_eq!(run.cancelled, [first.id]);
        run.answer(&first, 500, ""); // too late to matter
        let error = run.error();
        assert_eq!(
            (&error["code"], &error["attempts"], &error["retryable"]),
            (&json!("timeout"), &json!(2), &json!(true))
        );
        assert_eq!(run.cancelled, [first.id, second.id]);
    }
}

#[test]
fn the_pauses_double_between_their_bounds_and_are_evenly_spread() {
    // Options beside the latest moment of each pause; the earliest is always minDelayMs.
    let table = [
        (json!({}), 1000, vec![2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]),
        (json!({ "minDelayMs": 10, "maxDelayMs": 50 }), 10, vec![50, 50, 50]),
        // Doubled is at least a tenth of a second.
        (json!({ "minDelayMs": 0, "maxDelayMs": 1000 }), 0, vec![200, 400, 800, 1000, 1000]),
        (json!({ "minDelayMs": 5000, "maxDelayMs": 6000 }), 5000, vec![6000, 6000]),
        (json!({ "minDelayMs": 700, "maxDelayMs": 0 }), 700, vec![700, 700]),
        (json!({ "minDelayMs": 0, "maxDelayMs": 0 }), 0, vec![0, 0, 0]),
    ];
    for (mut retry, least, most) in table {
        retry["attempts"] = 1000.into();
        for chance in [0.0, 0.25, 0.999_999_9] {
            let client = Client::new(json!({ "api": "2", "retry": retry }));
            client.random.set(chance);
            let (mut run, mut sent) = command(&client, "finalize");
            for &most in &most {
                run.lose(&sent);
                sent = run.next("FINALIZE");
                let expected = f64::from(least) + chance * f64::from(most - least);
                assert!((sent.waited as f64 - expected).abs() <= 1.0, "{retry}: {} for {expected}", sent.waited);
            }
        }
    }
    // However many tries: no overflow.
    let client = Client::new(json!({ "api": "2", "retry": { "attempts": 1000, "maxDelayMs": 604_800_000 } }));
    client.random.set(1.0 - f64::EPSILON);
    let (mut run, mut sent) = command(&client, "finalize");
    for _ in 1..1000 {
        run.lose(&sent);
        sent = run.next("FINALIZE");
        assert!(sent.waited <= 604_800_000);
    }
    run.lose(&sent);
    assert_eq!(run.error()["attempts"], 1000);
}

/// How long after a refusal with these headers the next try leaves; or the code, where there is none.
fn waited(client: &Client, status: u16, headers: Value) -> Result<u64, String> {
    let (mut run, sent) = command(client, "finalize");
    let mut answer = json!({ "status": status, "body": "" });
    answer.as_object_mut().unwrap().extend(headers.as_object().unwrap().clone());
    run.answer_with(&sent, answer);
    if run.has_ended() { Err(run.code()) } else { Ok(run.next("FINALIZE").waited) }
}

/// A moment in seconds, so far from now by the client's own clock.
fn epoch_secs(client: &Client, millis: i64) -> u64 {
    (EPOCH + client.now()).strict_add_signed(millis) / 1000
}

#[test]
fn a_429_is_not_tried_again_before_x_says_so() {
    for secs in [1, 60, 900] {
        let client = Client::v1();
        let reset = epoch_secs(&client, secs * 1000);
        assert_eq!(waited(&client, 429, json!({ "reset": reset.to_string() })), Ok(secs as u64 * 1000));
        let client = Client::v1();
        assert_eq!(waited(&client, 429, json!({ "retryAfter": secs.to_string() })), Ok(secs as u64 * 1000));
        let client = Client::v1();
        let at = EPOCH + secs as u64 * 1000;
        let date = json!({ "retryAfter": "Fri, 15 Jan 2027 08:00:00 GMT", "retryAt": at });
        assert_eq!(waited(&client, 429, date), Ok(secs as u64 * 1000));
    }
    // The later of both.
    let client = Client::v1();
    let both = json!({ "reset": epoch_secs(&client, 60_000).to_string(), "retryAfter": "5" });
    assert_eq!(waited(&client, 429, both), Ok(60_000));
    let client = Client::v1();
    let both = json!({ "reset": epoch_secs(&client, 5000).to_string(), "retryAfter": "60" });
    assert_eq!(waited(&client, 429, both), Ok(60_000));
}

#[test]
fn the_servers_own_clock_counts_where_it_can_be_read() {
    for skew in [-7_200_000, -90_000, 0, 90_000, 7_200_000] {
        let client = Client::v1();
        let date = (EPOCH / 1000 * 1000).strict_add_signed(skew);
        let reset = json!({ "reset": (date / 1000 + 60).to_string(), "date": date });
        assert_eq!(waited(&client, 429, reset), Ok(60_000), "{skew}");
        let client = Client::v1();
        let at = json!({ "retryAfter": "…", "retryAt": date + 60_000, "date": date });
        assert_eq!(waited(&client, 429, at), Ok(60_000), "{skew}");
        let client = Client::v1();
        assert_eq!(waited(&client, 429, json!({ "retryAfter": "60", "date": date })), Ok(60_000), "{skew}");
    }
}

#[test]
fn a_reset_that_is_past_or_absent_leaves_it_to_the_ordinary_backoff() {
    let client = Client::v1();
    let past = [
        json!({}),
        json!({ "remaining": "0" }),
        json!({ "reset": epoch_secs(&client, 0).to_string() }),
        json!({ "reset": epoch_secs(&client, -3_600_000).to_string() }),
        json!({ "retryAfter": "0" }),
        json!({ "retryAfter": "…", "retryAt": EPOCH - 1000 }),
        json!({ "reset": "0" }),
        json!({ "reset": "soon" }),
    ];
    for headers in past {
        let client = Client::v1();
        assert_eq!(waited(&client, 429, headers.clone()), Ok(1500), "{headers}");
    }
}

#[test]
fn a_reset_too_far_away_is_an_error_at_once() {
    let far = || Client::new(json!({ "api": "2", "retry": { "maxRateLimitWaitMs": 5000 } }));
    let client = far();
    assert_eq!(waited(&client, 429, json!({ "retryAfter": "5" })), Ok(5000));
    let client = far();
    assert_eq!(waited(&client, 429, json!({ "retryAfter": "6" })), Err("rate_limited".to_owned()));
    assert_eq!(client.now(), 0);
    // Nor is anything else of that command sent in vain.
    let mut run = client.start("finalize", json!({ "mediaId": ID }));
    let error = run.error();
    assert_eq!((&error["code"], &error["attempts"]), (&json!("rate_limited"), &json!(0)));
    assert_eq!(error["rateLimit"], json!({ "resetsAt": EPOCH + 6000 }));
    assert_eq!(error["retryable"], true);
    client.pass(1000);
    let mut run = client.start("finalize", json!({ "mediaId": ID }));
    assert_eq!(run.next("FINALIZE").at, 6000);
}

#[test]
fn a_rate_limit_of_status_beyond_the_deadline_is_an_error_at_once() {
    let client = Client::v1();
    let mut run = client.start("waitUntilReady", json!({ "media": ID, "timeoutSecs": 60 }));
    let status = run.next("STATUS");
    run.answer_with(&status, json!({ "status": 429, "body": "", "retryAfter": "61" }));
    assert_eq!(run.code(), "rate_limited");
    assert_eq!(client.now(), 0);
}

#[test]
fn only_a_429_waits_for_the_reset_because_x_names_it_in_every_answer() {
    for http in [408, 425, 500, 503] {
        let client = Client::v1();
        let headers =
            json!({ "limit": "615", "remaining": "600", "reset": epoch_secs(&client, 3_000_000).to_string() });
        assert_eq!(waited(&client, http, headers), Ok(1500), "{http}");
    }
}

#[test]
fn retry_after_of_another_refusal_holds_for_that_request_alone() {
    for http in [408, 500, 503] {
        let client = Client::v1();
        assert_eq!(waited(&client, http, json!({ "retryAfter": "20", "reset": "9999999999" })), Ok(20_000), "{http}");
        let (mut run, sent) = command(&client, "finalize");
        run.answer_with(&sent, json!({ "status": http, "body": "", "retryAfter": "20" }));
        assert!(run.requests().is_empty());
        assert_eq!(command(&client, "finalize").1.waited, 0);
    }
}

#[test]
fn a_rate_limit_holds_for_the_command_in_all_work_of_the_client_and_for_no_other() {
    let client = Client::v1();
    let (mut limited, sent) = command(&client, "status");
    let (mut before, sent_before) = command(&client, "status");
    limited.answer_with(&sent, json!({ "status": 429, "body": "", "retryAfter": "30" }));
    let mut other = client.start("status", json!({ "mediaId": ID }));
    assert!(other.requests().is_empty());
    for method in ["initialize", "append", "finalize"] {
        command(&client, method);
    }
    // What was under way when the limit was hit may fail for itself: its backoff ends before the limit does.
    before.answer(&sent_before, 503, "");
    for run in [&mut other, &mut before, &mut limited] {
        assert_eq!(run.next("STATUS").at, 30_000);
    }
    // Another client is another user, or at least it can't be known.
    assert_eq!(command(&Client::v1(), "status").1.at, 0);
}

#[test]
fn of_two_rate_limits_the_later_counts() {
    let client = Client::v1();
    let (mut first, sent) = command(&client, "status");
    let (mut second, sent_too) = command(&client, "status");
    first.answer_with(&sent, json!({ "status": 429, "body": "", "retryAfter": "30" }));
    second.answer_with(&sent_too, json!({ "status": 429, "body": "", "retryAfter": "10" }));
    assert_eq!(second.next("STATUS").at, 30_000);
    assert_eq!(first.next("STATUS").at, 30_000);
}

#[test]
fn an_upload_tells_that_it_waits_for_a_rate_limit_and_until_when() {
    let client = Client::v1();
    let mut run = client.start("upload", json!({ "file": 1, "mediaType": "image/png" }));
    let init = run.next("INIT");
    run.answer_with(&init, json!({ "status": 429, "body": "", "retryAfter": "30" }));
    assert!(run.requests().is_empty());
    let waiting = json!({ "for": "rate_limit", "until": EPOCH + 30_000 });
    assert_eq!(run.progress.last().unwrap()["waiting"], waiting);
    assert_eq!(run.snapshot()["waiting"], waiting);
    let init = run.next("INIT");
    assert_eq!(run.snapshot().get("waiting"), None);
    run.answer(&init, 503, "");
    assert!(run.requests().is_empty());
    assert_eq!(run.snapshot()["waiting"]["for"], "retry");
}

#[test]
fn a_401_is_answered_with_one_new_token_and_the_second_is_final() {
    for method in METHODS {
        let client = with_attempts(1);
        let (mut run, first) = command(&client, method);
        let name = first.command().to_owned();
        assert!(!first.refreshed);
        run.answer(&first, 401, "");
        assert!(run.requests().is_empty());
        assert_eq!(run.refreshes, 1);
        client.pass(700);
        run.client.refreshed(true);
        let second = run.next(&name);
        assert_eq!((second.refreshed, second.at), (true, 700));
        run.answer(&second, 401, r#"{"errors":[{"code":89,"message":"Invalid or expired token"}]}"#);
        let error = run.error();
        // The refresh is not counted.
        assert_eq!((&error["code"], &error["attempts"]), (&json!("unauthorized"), &json!(1)));
        assert_eq!(error["apiErrors"][0]["code"], 89);
        assert_eq!(run.refreshes, 1);
    }
}

#[test]
fn a_refresh_costs_no_try() {
    let (mut run, first) = command(&with_attempts(3), "finalize");
    run.lose(&first);
    let second = run.next("FINALIZE");
    run.answer(&second, 401, "");
    run.drain();
    run.client.refreshed(true);
    let third = run.next("FINALIZE");
    run.lose(&third);
    let fourth = run.next("FINALIZE");
    assert!(third.refreshed && !fourth.refreshed, "before each other try the caller's function is asked");
    run.lose(&fourth);
    assert_eq!(run.error()["attempts"], 3);
}

#[test]
fn without_a_function_to_ask_a_401_is_final() {
    let (mut run, sent) = command(&Client::with(json!({ "api": "2" }), "fixed"), "status");
    run.answer(&sent, 401, "");
    assert_eq!(run.code(), "unauthorized");
    assert_eq!(run.refreshes, 0);
}

#[test]
fn parallel_requests_with_the_same_token_share_one_refresh() {
    let client = Client::v1();
    let mut upload = client.upload(4 * MIB, json!({}));
    let init = upload.next("INIT");
    upload.answer(&init, 202, ready());
    let segments = upload.requests();
    let (mut other, sent) = command(&client, "status");
    for segment in &segments {
        upload.answer(segment, 401, "");
        assert!(upload.requests().is_empty());
    }
    other.answer(&sent, 401, "");
    assert!(other.requests().is_empty());
    assert_eq!((segments.len(), upload.refreshes, other.refreshes), (4, 1, 0));
    upload.client.refreshed(true);
    assert_eq!(upload.requests().len(), 4);
    assert!(other.requests()[0].refreshed);
    assert_eq!((upload.refreshes, other.refreshes), (1, 0));
}

#[test]
fn what_was_sent_with_an_older_token_than_the_last_refresh_is_just_sent_again() {
    let client = Client::v1();
    let (mut slow, sent_slow) = command(&client, "append");
    let (mut quick, sent) = command(&client, "status");
    quick.answer(&sent, 401, "");
    quick.drain();
    quick.client.refreshed(true);
    let sent = quick.next("STATUS");
    quick.answer(&sent, 200, ready());
    assert_eq!(quick.media(), ready());

    client.pass(5000);
    slow.answer(&sent_slow, 401, "");
    let again = slow.next("APPEND");
    assert_eq!((again.waited, slow.refreshes), (0, 0));
    // That told nothing of the new token; this does.
    slow.answer(&again, 401, "");
    assert!(slow.requests().is_empty());
    assert_eq!(slow.refreshes, 1);
    slow.client.refreshed(true);
    let again = slow.next("APPEND");
    slow.answer(&again, 401, "");
    assert_eq!(slow.code(), "unauthorized");
}

#[test]
fn a_refresh_that_throws_fails_all_that_wait_for_it_and_the_next_one_starts_anew() {
    let client = Client::v1();
    let (mut first, sent) = command(&client, "status");
    let (mut second, sent_too) = command(&client, "finalize");
    first.answer(&sent, 401, "");
    second.answer(&sent_too, 401, "");
    assert!(first.requests().is_empty() && second.requests().is_empty());
    first.client.refreshed(false);
    for run in [&mut first, &mut second] {
        let error = run.error();
        assert_eq!(
            (&error["code"], &error["attempts"], &error["retryable"]),
            (&json!("callback_failed"), &json!(1), &json!(false))
        );
        assert_eq!(run.cause, Some(json!("refresh")));
    }
    let (mut third, sent) = command(&client, "status");
    third.answer(&sent, 401, "");
    third.drain();
    assert_eq!(third.refreshes, 1);
    third.client.refreshed(true);
    let sent = third.next("STATUS");
    third.answer(&sent, 200, ready());
    assert_eq!(third.media(), ready());
}

#[test]
fn a_refresh_that_never_ends_is_waited_for_as_long_as_a_request() {
    let (mut run, sent) = command(&Client::v1(), "finalize");
    run.answer(&sent, 401, "");
    assert_eq!(run.code(), "timeout");
    assert_eq!(run.client.now(), 30_000);
}

#[test]
fn a_refresh_that_hangs_is_asked_for_anew_and_one_that_is_young_is_left_alone() {
    let client = Client::v1();
    let (mut first, sent) = command(&client, "status");
    let (mut second, sent_too) = command(&client, "status");
    first.answer(&sent, 401, "");
    first.drain();
    client.pass(1000);
    second.answer(&sent_too, 401, "");
    assert!(second.requests().is_empty());
    assert_eq!((first.refreshes, second.refreshes), (1, 0));
    assert_eq!(first.code(), "timeout");
    assert_eq!(client.now(), 30_000);

    // The next who needs a token asks.
    let (mut third, sent) = command(&client, "status");
    third.answer(&sent, 401, "");
    third.drain();
    assert_eq!(third.refreshes, 1);
    // Whose own patience ends now says nothing of the refresh that has just begun.
    assert_eq!(second.code(), "timeout");
    assert_eq!((client.now(), second.refreshes), (31_000, 0));
    let (mut fourth, sent) = command(&client, "status");
    fourth.answer(&sent, 401, "");
    assert!(fourth.requests().is_empty());
    assert_eq!(fourth.refreshes, 0);
    client.refreshed(true);
    assert!(third.next("STATUS").refreshed && fourth.next("STATUS").refreshed);
}

#[test]
fn a_refresh_goes_on_when_the_work_that_asked_for_it_is_aborted() {
    let client = Client::v1();
    let (mut aborted, sent) = command(&client, "status");
    let (mut other, sent_too) = command(&client, "status");
    aborted.answer(&sent, 401, "");
    aborted.drain();
    other.answer(&sent_too, 401, "");
    assert!(other.requests().is_empty());
    aborted.abort();
    assert_eq!(aborted.end(), End::Aborted);
    aborted.client.refreshed(true);
    assert_eq!(other.requests().len(), 1);
}

#[test]
fn a_token_may_expire_again_while_an_upload_goes_on() {
    let client = Client::v1();
    let mut run = client.upload(3 * MIB, json!({ "segmentSize": MIB, "concurrency": 1 }));
    let body = |command: &str| match command {
        "APPEND" => String::new(),
        "FINALIZE" => pending(1).to_string(),
        _ => ready().to_string(),
    };
    for (round, name) in ["INIT", "APPEND", "APPEND", "APPEND", "FINALIZE", "STATUS"].into_iter().enumerate() {
        let sent = run.next(name);
        run.answer(&sent, 401, "");
        run.drain();
        assert_eq!(run.refreshes, round + 1);
        run.client.refreshed(true);
        let sent = run.next(name);
        run.answer(&sent, 200, body(name));
    }
    assert_eq!(run.media()["media_id_string"], ID);
}
