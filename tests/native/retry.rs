//! Whether a request is tried again, and when.

use serde_json::json;
use x_media_upload::protocol::{Cause, Code};

use super::driver::stopped::{resume, stopped};
use super::driver::{COMMANDS, Client, EPOCH, ID, MIB, Reply, Run, Sent, failed, http};

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

/// How many requests are sent in all where the first ones end so, and all others as the last of them.
fn tries(run: &mut Run, ends: &[Reply]) -> usize {
    let mut tries = 0;
    while let Some(sent) = run.any() {
        run.answer_with(&sent, ends.get(tries).or(ends.last()).unwrap());
        tries += 1;
    }
    tries
}

#[test]
fn eight_tries_where_nothing_is_said() {
    for answer in [failed(Code::Timeout), http(408), http(429), http(503)] {
        for method in COMMANDS {
            let mut run = Client::v1().command_run(method);
            assert_eq!(tries(&mut run, std::slice::from_ref(&answer)), 8, "{method}: {answer:?}");
            assert_eq!(run.error()["attempts"], 8, "{method}: {answer:?}");
        }
    }
}

#[test]
fn a_page_to_which_nothing_ever_answers_hears_of_it_in_seconds() {
    let lost = failed(Code::Network);
    for method in [
        "initialize",
        "append",
        "finalize",
        "status",
        "setMetadata",
        "addSubtitles",
        "removeSubtitles",
        "finalizeAndWait",
        "upload",
    ] {
        let client = Client::v1();
        client.set_random(0.999_999);
        let mut run = client.command_run(method);
        assert_eq!(tries(&mut run, std::slice::from_ref(&lost)), 4, "{method}");
        let error = run.error();
        assert_eq!((&error["code"], &error["attempts"]), (&json!("network"), &json!(4)), "{method}");
        assert!(client.now() < 15_000, "{method}: {}", client.now());

        // Whatever is heard, or the time that an answer may take, says that there is a way.
        for heard in [http(503), http(429), failed(Code::Timeout)] {
            for place in 0..3 {
                let mut ends = vec![lost.clone(); place];
                ends.extend([heard.clone(), lost.clone()]);
                let mut run = Client::v1().command_run(method);
                assert_eq!(tries(&mut run, &ends), 8, "{method}: {heard:?} at {place}");
            }
        }
        // Who says how often, gets it so often.
        for attempts in [1, 2, 6] {
            let mut run = Client::with_attempts(attempts).command_run(method);
            assert_eq!(tries(&mut run, std::slice::from_ref(&lost)), attempts as usize, "{method}");
        }
    }
}

#[test]
fn what_an_upload_sends_after_an_answer_is_tried_eight_times() {
    for (before, command) in [(1, "APPEND"), (2, "FINALIZE")] {
        let mut run = Client::v1().upload(1, json!({}));
        for _ in 0..before {
            let sent = run.any().unwrap();
            run.answer_well(&sent);
        }
        assert_eq!(run.requests()[0].command(), command);
        run.abort();
        let mut run = Client::v1().upload(1, json!({}));
        for _ in 0..before {
            let sent = run.any().unwrap();
            run.answer_well(&sent);
        }
        assert_eq!(tries(&mut run, &[failed(Code::Network)]), 8, "{command}");
    }
    // The INIT of an upload that starts over is its second: X has answered to it.
    let mut run = Client::v1().upload(MIB, json!({ "segmentSize": MIB }));
    run.well("INIT");
    let append = run.next("APPEND");
    run.answer(&append, 413, "");
    assert_eq!(tries(&mut run, &[failed(Code::Network)]), 8);
    assert_eq!(run.error()["command"], "INIT");
    // So is that of one whose stored session is of no use any more.
    let mut session = stopped("append");
    session["expiresAt"] = (EPOCH - 1).into();
    let mut run = resume(&session, true, json!({}));
    assert_eq!(tries(&mut run, &[failed(Code::Network)]), 8);
    assert_eq!(run.error()["command"], "INIT");
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
            if method == "append" && matches!(answer.status(), Some(400 | 404 | 409)) {
                continue;
            }
            let (mut run, sent) = Client::v1().command(method);
            run.answer_with(&sent, &answer);
            let error = run.error();
            assert_eq!((&error["attempts"], &error["retryable"]), (&json!(1), &json!(false)), "{method} {answer:?}");
            assert_eq!(run.cause(), Some(Cause::Request(sent.id)), "the shell knows what that request threw");
        }
    }
}

/// What X says of a segment that it refuses, and what proxies, gateways and lagging machines say in passing.
fn refusals() -> Vec<Reply> {
    let statuses = [400, 404, 405, 406, 409, 410, 411, 412, 415, 417, 421, 422, 423, 424, 426, 428, 431, 451, 499];
    let mut refusals: Vec<Reply> = statuses.into_iter().map(http).collect();
    refusals.extend([
        http(400).body(r#"{"errors":[{"code":215,"message":"Bad Authentication data."}]}"#),
        http(404).body(r#"{"errors":[{"code":34,"message":"Sorry, that page does not exist"}]}"#),
        http(404).body("<html><title>404 Not Found</title></html>"),
        http(421).body("Misdirected Request"),
    ]);
    refusals
}

#[test]
fn a_segment_that_is_refused_in_passing_is_sent_again_and_the_upload_goes_on() {
    for refusal in refusals() {
        for times in [1, 2] {
            let options = json!({ "segmentSize": MIB, "concurrency": 1, "hasStore": true });
            let mut run = Client::v1().upload(4 * MIB, options);
            run.well("INIT");
            run.well("APPEND");
            let first = run.next("APPEND");
            run.answer_with(&first, &refusal);
            for _ in 1..times {
                let again = run.next("APPEND");
                assert!((1000..=30_000).contains(&again.waited), "{}", again.waited);
                run.answer_with(&again, &refusal);
            }
            let again = run.next("APPEND");
            assert_eq!((&again.request, again.waited >= 1000), (&first.request, true), "{refusal:?}");
            run.answer_well(&again);
            let rest: Vec<&str> = run.finish().iter().map(Sent::command).collect();
            assert_eq!(rest, ["APPEND", "APPEND", "FINALIZE", "STATUS", "STATUS"], "{refusal:?}");
            assert_eq!(run.media()["media_id_string"], ID);
        }
    }
}

#[test]
fn a_segment_that_is_refused_for_good_is_sent_three_times_at_most_and_the_session_stays() {
    for refusal in refusals() {
        for (attempts, most) in [(None, 3), (Some(1), 1), (Some(2), 2), (Some(3), 3), (Some(9), 3)] {
            let retry = attempts.map_or(json!({}), |attempts| json!({ "attempts": attempts }));
            let client = Client::new(json!({ "api": "1.1", "retry": retry }));
            let mut run = client.command_run("append");
            assert_eq!(tries(&mut run, std::slice::from_ref(&refusal)), most, "{refusal:?}");

            let mut run = client.upload(2 * MIB, json!({ "segmentSize": MIB, "concurrency": 1, "hasStore": true }));
            run.well("INIT");
            run.well("APPEND");
            assert_eq!(tries(&mut run, std::slice::from_ref(&refusal)), most, "{refusal:?}");
            let error = run.error();
            assert_eq!((&error["status"], &error["attempts"]), (&json!(refusal.status()), &json!(most)), "{refusal:?}");
            assert_eq!((&error["retryable"], run.forget), (&json!(false), false), "{refusal:?}");
            assert_eq!(error["session"]["acknowledged"], json!([0]), "{refusal:?}");
        }
    }
    // These say what is wrong, and say so for good.
    for (status, code) in [(402, "payment_required"), (403, "forbidden"), (413, "too_large")] {
        let mut run = Client::v1().command_run("append");
        assert_eq!((tries(&mut run, &[http(status)]), run.code()), (1, code.to_owned()));
    }
}

#[test]
fn a_refusal_of_another_command_is_no_passing_one() {
    for method in ["initialize", "finalize", "status", "setMetadata", "addSubtitles"] {
        for refusal in refusals() {
            let mut run = Client::v1().command_run(method);
            assert_eq!(tries(&mut run, std::slice::from_ref(&refusal)), 1, "{method}: {refusal:?}");
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
