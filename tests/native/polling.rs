//! When STATUS is asked, how often, and for how long.

use serde_json::{Value, json};
use x_media_upload::protocol::Code;

use super::driver::{Client, ID, Reply, failed, http, pending, processing, ready, succeeded};

#[test]
fn status_is_asked_when_x_said_so_and_never_earlier() {
    let seconds = |secs: u64| (secs * 1000, secs * 1000 + 300);
    let table = [
        (json!(1), seconds(1)),
        (json!(1.5), (1500, 1800)),
        (json!(5), seconds(5)),
        (json!(10), seconds(10)),
        (json!(299), seconds(299)),
        (json!(300), seconds(300)),
        (json!(301), seconds(300)),
        (json!(86_400), seconds(300)),
        (json!(1e9), seconds(300)),
        (json!(1e300), seconds(300)),
        (json!("5"), seconds(5)),
        (json!(" 1.5 "), (1500, 1800)),
        (json!("1e9"), seconds(300)),
        (json!(9_007_199_254_740_993_u64), seconds(300)),
        // Nothing that can be meant: the first rung of the ladder.
        (json!(0), (1000, 1100)),
        (json!(-5), (1000, 1100)),
        (json!(0.5), (1000, 1100)),
        (json!("0"), (1000, 1100)),
        (json!("soon"), (1000, 1100)),
        (json!(""), (1000, 1100)),
        (json!(null), (1000, 1100)),
        (json!([5]), (1000, 1100)),
    ];
    for (check_after, (earliest, latest)) in table {
        for chance in [0.0, 0.5, 0.999_999] {
            let client = Client::v1();
            client.set_random(chance);
            let info = json!({ "state": "pending", "check_after_secs": check_after });
            let status = client.finalized(&processing(&info)).next("STATUS");
            // A millisecond of the clock may have begun before the answer came.
            assert!(status.waited > earliest, "{info}: {}", status.waited);
            assert!(status.waited <= latest.max(earliest + 1), "{info}: {}", status.waited);
        }
    }
}

#[test]
fn a_number_of_seconds_is_read_however_it_is_written() {
    let written =
        [("2", 2), ("2.0", 2), ("2e0", 2), ("0.2E+1", 2), ("\"2\"", 2), ("20e-1", 2), ("1e9", 300), ("1e999", 300)];
    for (number, secs) in written {
        let client = Client::v1();
        let mut run = client.start("finalizeAndWait", json!({ "mediaId": ID }));
        let finalize = run.next("FINALIZE");
        let body = format!(r#"{{"data":{{"processing_info":{{"state":"pending","check_after_secs":{number}}}}}}}"#);
        run.answer(&finalize, 200, body);
        assert_eq!(run.next("STATUS").waited, secs * 1000 + 1, "{number}");
    }
}

#[test]
fn without_a_time_to_ask_again_the_pauses_grow_from_one_second_to_fifteen() {
    for (chance, more) in [(0.0, 0.0), (0.5, 0.05), (0.999_999, 0.1)] {
        let client = Client::v1();
        client.set_random(chance);
        let mut run = client.finalized(&processing(&json!({ "state": "pending" })));
        for secs in [1, 2, 4, 8, 15, 15, 15] {
            let status = run.next("STATUS");
            let expected = f64::from(secs) * 1000.0 * (1.0 + more);
            assert!((status.waited as f64 - expected).abs() <= 2.0, "{} for {expected}", status.waited);
            run.answer(&status, 200, processing(&json!({ "state": "in_progress", "check_after_secs": 0 })));
        }
        // What an answer says goes before the ladder, and does not start it anew.
        let status = run.next("STATUS");
        run.answer(&status, 200, processing(&json!({ "state": "in_progress", "check_after_secs": 3 })));
        let status = run.next("STATUS");
        assert!((3000..=3002).contains(&status.waited));
        run.answer(&status, 200, processing(&json!({ "state": "in_progress" })));
        assert!(run.next("STATUS").waited >= 15_000);
    }
}

#[test]
fn each_status_follows_its_own_answer() {
    let mut run = Client::v1().finalized(&pending(5));
    let mut said = 5;
    for (took, next) in [(3000, 10), (0, 1), (250, 7), (29_000, 2)] {
        let status = run.next("STATUS");
        assert!((said * 1000..=said * 1000 + 2).contains(&status.waited), "{} for {said}", status.waited);
        run.client.pass(took);
        run.answer(&status, 200, pending(next));
        said = next;
    }
}

#[test]
fn every_answer_to_status_is_told_also_the_last() {
    let mut run = Client::v1().finalized(&pending(1));
    let answers = [
        pending(1),
        processing(&json!({ "state": "in_progress", "progress_percent": 40 })),
        processing(&json!({ "state": "failed" })),
    ];
    for answer in &answers {
        let status = run.next("STATUS");
        run.answer(&status, 200, answer);
    }
    assert_eq!(run.code(), "processing_failed");
    assert_eq!(run.statuses, answers);
}

#[test]
fn a_status_that_tells_nothing_is_no_verdict_and_is_asked_again() {
    let nothing = [
        failed(Code::Network),
        http(408),
        http(425),
        http(429),
        http(500).body(r#"{"errors":["internal server error"]}"#),
        http(502).body("<html>"),
        http(503),
        http(200).body("<html>"),
        http(200),
        http(200).unreadable(),
        http(200).body("{}"),
        http(200).body(r#"{"ok":true}"#),
        http(200).body(json!({ "media_id_string": "99", "processing_info": { "state": "failed" } })),
        // Errors alone are no verdict on the media either.
        http(200).body(r#"{"errors":[{"message":"Over capacity"}]}"#),
        http(200).body(r#"{"data":{},"errors":[{"title":"Not Found Error","detail":"Could not find it"}]}"#),
    ];
    for answer in nothing {
        // More often than requests of other kinds are tried.
        let client = Client::new(json!({ "api": "1.1", "retry": { "attempts": 1 } }));
        let mut run = client.finalized(&pending(1));
        for round in 0..12 {
            let status = run.next("STATUS");
            assert!(round == 0 || (1000..=30_000).contains(&status.waited), "{answer:?}: {}", status.waited);
            run.answer_with(&status, &answer);
        }
        let status = run.next("STATUS");
        run.answer(&status, 200, ready());
        assert_eq!(run.media(), ready(), "{answer:?}");
        assert_eq!(run.statuses.len(), 1, "{answer:?}");
    }
}

#[test]
fn a_status_that_times_out_is_taken_back_and_asked_again() {
    let mut run = Client::v1().finalized(&pending(1));
    let first = run.next("STATUS");
    let second = run.next("STATUS");
    assert!((31_000..=32_000).contains(&(second.at - first.at)), "{}", second.at - first.at);
    assert_eq!(run.cancelled, [first.id]);
    // Its answer comes after all, and is of no interest.
    run.answer(&first, 200, processing(&json!({ "state": "failed" })));
    run.answer(&second, 200, ready());
    assert_eq!(run.media(), ready());
}

#[test]
fn a_status_that_is_refused_ends_the_wait() {
    for (http, code) in [
        (402, "payment_required"),
        (403, "forbidden"),
        (410, "rejected"),
        (413, "too_large"),
        (302, "invalid_response"),
    ] {
        let mut run = Client::v1().finalized(&pending(1));
        let status = run.next("STATUS");
        run.answer(&status, http, "");
        let error = run.error();
        assert_eq!(
            (&error["code"], &error["command"], &error["media_id_string"]),
            (&json!(code), &json!("STATUS"), &json!(ID))
        );
    }
}

/// The ways in which X, or what stands before it, says that there is no such media.
fn unknown() -> [(Reply, &'static str); 4] {
    [
        (http(404).body(r#"{"errors":[{"code":34,"message":"Sorry, that page does not exist"}]}"#), "not_found"),
        (http(400).body(r#"{"errors":[{"message":"BadRequest: Not found"}],"title":"Invalid Request"}"#), "rejected"),
        (http(404).body("<html>"), "not_found"),
        (http(404), "not_found"),
    ]
}

#[test]
fn a_media_that_is_unknown_in_passing_is_asked_for_again_at_any_time_of_the_wait() {
    for (refusal, _) in unknown() {
        for well in 0..4 {
            for times in [1, 2, 5] {
                let client = Client::with_attempts(1);
                let mut run = client.finalized(&pending(1));
                for _ in 0..well {
                    let status = run.next("STATUS");
                    run.answer(&status, 200, pending(1));
                }
                for time in 0..times {
                    let status = run.next("STATUS");
                    assert!(time == 0 || (1000..=30_000).contains(&status.waited), "{}", status.waited);
                    run.answer_with(&status, &refusal);
                }
                let status = run.next("STATUS");
                run.answer(&status, 200, ready());
                assert_eq!(run.media(), ready(), "{refusal:?} after {well}");
                assert_eq!(run.statuses.len(), well + 1);
            }
        }
    }
}

#[test]
fn a_media_that_stays_unknown_is_given_up_five_minutes_after_the_last_good_answer() {
    for (refusal, code) in unknown() {
        for well in [0, 3] {
            let client = Client::v1();
            let mut run = client.finalized(&pending(60));
            let mut heard = client.now();
            for _ in 0..well {
                let status = run.next("STATUS");
                run.answer(&status, 200, pending(60));
                heard = client.now();
            }
            let mut asked = 0;
            while let Some(status) = run.any() {
                run.answer_with(&status, &refusal);
                asked += 1;
            }
            let error = run.error();
            assert_eq!((&error["code"], &error["command"]), (&json!(code), &json!("STATUS")), "{refusal:?}");
            let waited = client.now() - heard;
            assert!((300_000..=331_000).contains(&waited) && asked > 8, "{refusal:?}: {asked} in {waited}");
        }
    }
}

#[test]
fn a_media_that_is_asked_for_late_is_not_given_up_because_it_is_unknown_once() {
    for times in [1, 2] {
        // X itself may want to be asked after five minutes only, and a hidden tab's timers are later still.
        let mut run = Client::v1().finalized(&pending(300));
        for late in [0, 400_000] {
            run.drain();
            run.client.pass(late);
            for _ in 0..times {
                let status = run.next("STATUS");
                run.answer(&status, 404, "");
            }
            let status = run.next("STATUS");
            run.answer(&status, 200, pending(300));
        }
        let status = run.next("STATUS");
        run.answer(&status, 200, ready());
        assert_eq!(run.media(), ready());
    }
}

#[test]
fn of_an_id_alone_that_is_unknown_it_is_final_at_once() {
    // An image has no STATUS, and nothing says that X has just taken it.
    for (refusal, code) in unknown() {
        for (method, given) in [("waitUntilReady", json!({ "media": ID })), ("status", json!({ "mediaId": ID }))] {
            let mut run = Client::v1().start(method, given);
            let status = run.next("STATUS");
            run.answer_with(&status, &refusal);
            let error = run.error();
            assert_eq!((&error["code"], &error["attempts"]), (&json!(code), &json!(1)), "{method}: {refusal:?}");
        }
    }
}

/// What X's own playground says of a media that had only INIT, and of others of which it knows no more.
fn proving_nothing() -> [Value; 3] {
    [
        json!({ "media_id_string": ID }),
        json!({ "data": { "id": ID, "media_key": "7_1", "expires_after_secs": 86_400 } }),
        json!({ "media_id": 1_284_554_329_119_236_097_u64, "media_id_string": ID, "expires_after_secs": 9 }),
    ]
}

#[test]
fn of_an_id_alone_a_status_that_proves_nothing_is_asked_again_until_it_does_or_the_time_is_over() {
    for nothing in &proving_nothing()[..2] {
        let client = Client::v1();
        let mut run = client.start("waitUntilReady", json!({ "media": ID, "timeoutSecs": 60 }));
        let mut waits = Vec::new();
        while let Some(status) = run.any() {
            waits.push(status.waited / 1000);
            run.answer(&status, 200, nothing);
        }
        let error = run.error();
        assert_eq!((&error["code"], client.now()), (&json!("processing_timeout"), 60_000), "{nothing}");
        assert_eq!((&error["attempts"], &error["retryable"]), (&json!(waits.len()), &json!(true)));
        assert!(run.message().contains("STATUS never spoke of this media: was it finalized?"), "{}", run.message());
        // The ladder, and every answer is told.
        assert_eq!((&waits[..5], run.statuses.len()), (&[0, 2, 4, 8, 15][..], waits.len()), "{nothing}");

        // Once it was finalized, STATUS says so.
        let proofs = [
            succeeded(),
            json!({ "media_id_string": ID, "size": 7 }),
            json!({ "media_id_string": ID, "video": { "video_type": "video/mp4" } }),
        ];
        for proof in proofs {
            let mut run = client.start("waitUntilReady", json!({ "media": ID }));
            for answer in [nothing, &pending(1)] {
                let status = run.next("STATUS");
                run.answer(&status, 200, answer);
            }
            let status = run.next("STATUS");
            run.answer(&status, 200, &proof);
            assert_eq!(run.media(), proof, "{nothing}");
            assert_eq!(run.statuses.len(), 3);
        }
    }
    // It may expire meanwhile.
    let mut run = Client::v1().start("waitUntilReady", json!({ "media": ID }));
    let status = run.next("STATUS");
    run.answer(&status, 200, &proving_nothing()[2]);
    while let Some(status) = run.any() {
        run.answer(&status, 200, ready());
    }
    assert_eq!((run.code(), run.client.now()), ("expired".to_owned(), 9000));
}

#[test]
fn a_status_that_says_nothing_of_processing_after_an_answer_that_did_is_ready() {
    for nothing in &proving_nothing()[..2] {
        // FINALIZE spoke of it, or STATUS, or the Media of the caller.
        let mut finalized = Client::v1().finalized(&pending(1));
        let mut asked = Client::v1().start("waitUntilReady", json!({ "media": ID }));
        let status = asked.next("STATUS");
        asked.answer(&status, 200, pending(1));
        let mut given = Client::v1().start("waitUntilReady", json!({ "media": pending(1) }));
        for run in [&mut finalized, &mut asked, &mut given] {
            let status = run.next("STATUS");
            run.answer(&status, 200, nothing);
            assert_eq!(run.media()["media_id_string"], ID, "{nothing}");
        }
    }
}

#[test]
fn a_wait_that_is_over_tells_what_it_has_met() {
    let another = json!({ "media_id_string": "99", "processing_info": { "state": "in_progress" } });
    let table = [
        (ready(), "STATUS never spoke of this media: was it finalized?"),
        (pending(5), "still processing"),
        (another.clone(), "the answers named another media"),
    ];
    for (answer, words) in table {
        let mut run = Client::v1().start("waitUntilReady", json!({ "media": ID, "timeoutSecs": 20 }));
        while let Some(status) = run.any() {
            run.answer(&status, 200, &answer);
        }
        assert_eq!(run.code(), "processing_timeout");
        assert!(run.message().contains(words), "{}", run.message());
    }
    // Of a media that is known to be in processing, nothing else is said because it was not answered lately.
    let mut run = Client::v1().finalized(&pending(1));
    while let Some(status) = run.any() {
        run.lose(&status);
    }
    assert!(run.code() == "processing_timeout" && run.message().contains("still processing"), "{}", run.message());
    // The last answer counts.
    let mut run = Client::v1().start("waitUntilReady", json!({ "media": ID, "timeoutSecs": 10 }));
    let status = run.next("STATUS");
    run.answer(&status, 200, &another);
    while let Some(status) = run.any() {
        run.answer(&status, 200, pending(3));
    }
    assert!(run.code() == "processing_timeout" && run.message().contains("still processing"), "{}", run.message());
}

#[test]
fn the_wait_ends_at_its_deadline_whatever_is_under_way() {
    // While it rests.
    let client = Client::v1();
    let mut run = client.start("finalizeAndWait", json!({ "mediaId": ID, "timeoutSecs": 7.5 }));
    let finalize = run.next("FINALIZE");
    client.pass(20_000); // counts from the answer on
    run.answer(&finalize, 201, pending(5));
    let status = run.next("STATUS");
    run.answer(&status, 200, pending(5));
    let error = run.error();
    assert_eq!((&error["code"], &error["retryable"]), (&json!("processing_timeout"), &json!(true)));
    assert_eq!(error["media_id_string"], ID);
    assert_eq!(client.now(), 27_500);

    // While a request is in flight.
    let mut run = client.start("waitUntilReady", json!({ "media": ID, "timeoutSecs": 2 }));
    let (start, status) = (client.now(), run.next("STATUS"));
    assert_eq!(run.code(), "processing_timeout");
    assert_eq!((client.now() - start, &run.cancelled), (2000, &vec![status.id]));

    // While it backs off: an answer is what is waited for, not the next try.
    let mut run = client.start("waitUntilReady", json!({ "media": ID, "timeoutSecs": 0.5 }));
    let (start, status) = (client.now(), run.next("STATUS"));
    run.answer(&status, 503, "");
    assert_eq!(run.code(), "processing_timeout");
    assert_eq!(client.now() - start, 500);
}

#[test]
fn an_answer_that_comes_with_the_deadline_still_counts() {
    let client = Client::v1();
    let mut run = client.start("waitUntilReady", json!({ "media": ID, "timeoutSecs": 5 }));
    let status = run.next("STATUS");
    client.pass(5000);
    run.answer(&status, 200, succeeded());
    assert_eq!(run.media(), succeeded());
}

#[test]
fn a_timer_that_fires_late_asks_at_once() {
    let mut run = Client::v1().finalized(&pending(5));
    assert!(run.requests().is_empty());
    run.client.pass(61_000);
    let status = run.requests().remove(0);
    run.answer(&status, 200, pending(5));
    assert!((5000..=5002).contains(&run.next("STATUS").waited));
}

#[test]
fn a_timer_that_fires_early_changes_nothing() {
    let mut run = Client::v1().finalized(&pending(5));
    for _ in 0..50 {
        assert!(run.requests().is_empty());
        run.client.pass(100);
    }
    run.client.pass(1);
    assert_eq!(run.requests().len(), 1);
}

#[test]
fn a_media_or_an_id_is_waited_for_as_after_finalize() {
    let client = Client::v1();
    // An id alone: STATUS at once.
    let mut run = client.start("waitUntilReady", json!({ "media": ID }));
    let status = run.next("STATUS");
    assert_eq!(status.waited, 0);
    run.answer(&status, 200, pending(3));
    assert!((3000..=3002).contains(&run.next("STATUS").waited));
    // A Media: when it says so, and what it says is kept.
    let mut given = pending(3);
    given["size"] = 10.into();
    let mut run = client.start("waitUntilReady", json!({ "media": given }));
    let status = run.next("STATUS");
    assert!((3000..=3002).contains(&status.waited));
    run.answer(&status, 200, ready());
    assert_eq!(run.media(), json!({ "media_id_string": ID, "size": 10 }));
    // One that failed says so.
    let given = processing(&json!({ "state": "failed" }));
    assert_eq!(client.start("waitUntilReady", json!({ "media": given })).code(), "processing_failed");
}
