//! Whether a request is tried again, and when.

use serde_json::json;
use x_media_upload::protocol::{Cause, Code};

use super::driver::{COMMANDS, Client, failed, http};

#[test]
fn what_may_pass_is_tried_again_as_often_as_allowed() {
    let passing = [
        failed(Code::Network),
        http(408),
        http(425),
        http(429),
        http(500),
        http(502).body("<html>"),
        http(503),
        http(504),
    ];
    for answer in passing {
        for method in COMMANDS {
            for attempts in [1, 2, 5] {
                let (mut run, mut sent) = Client::with_attempts(attempts).command(method);
                let name = sent.command().to_owned();
                let request = sent.request.clone();
                for _ in 1..attempts {
                    run.answer_with(&sent, &answer);
                    sent = run.next(&name);
                    assert_eq!(sent.request, request);
                }
                run.answer_with(&sent, &answer);
                let error = run.error();
                assert_eq!(
                    (&error["attempts"], &error["retryable"]),
                    (&json!(attempts), &json!(true)),
                    "{method} {answer:?}"
                );
            }
        }
    }
}

#[test]
fn eight_tries_where_nothing_is_said() {
    let (mut run, mut sent) = Client::v1().command("finalize");
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
        http(400),
        http(402),
        http(403),
        http(404),
        http(409),
        http(413),
        http(0),
        http(308),
        failed(Code::FileChanged),
        failed(Code::CallbackFailed),
        failed(Code::InvalidArgument),
        failed(Code::Internal),
    ];
    for answer in standing {
        for method in COMMANDS {
            let (mut run, sent) = Client::v1().command(method);
            run.answer_with(&sent, &answer);
            let error = run.error();
            assert_eq!((&error["attempts"], &error["retryable"]), (&json!(1), &json!(false)), "{method} {answer:?}");
            assert_eq!(run.cause(), Some(Cause::Request(sent.id)), "the shell knows what that request threw");
        }
    }
}

#[test]
fn a_time_out_takes_the_request_back_and_counts_as_a_try() {
    for method in COMMANDS {
        let (mut run, first) = Client::with_attempts(2).command(method);
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
            client.set_random(chance);
            let (mut run, mut sent) = client.command("finalize");
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
    client.set_random(1.0 - f64::EPSILON);
    let (mut run, mut sent) = client.command("finalize");
    for _ in 1..1000 {
        run.lose(&sent);
        sent = run.next("FINALIZE");
        assert!(sent.waited <= 604_800_000);
    }
    run.lose(&sent);
    assert_eq!(run.error()["attempts"], 1000);
}
