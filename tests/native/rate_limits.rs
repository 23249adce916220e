//! How long X wants to be left alone, and what that holds back.

use serde_json::json;

use super::driver::{Client, EPOCH, ID, Reply, date, http};

const RESET: &str = "x-rate-limit-reset";
const RETRY_AFTER: &str = "retry-after";
const DATE: &str = "date";

const USER: [&str; 3] = ["x-user-limit-24hour-limit", "x-user-limit-24hour-remaining", "x-user-limit-24hour-reset"];
const APP: [&str; 3] = ["x-app-limit-24hour-limit", "x-app-limit-24hour-remaining", "x-app-limit-24hour-reset"];

/// The reply, with the headers of a limit for each day, of which so much is left, and which resets after so many seconds.
fn day([limit, left, reset]: [&'static str; 3], remaining: u64, secs: u64, reply: Reply) -> Reply {
    reply.header(limit, 500).header(left, remaining).header(reset, EPOCH / 1000 + secs)
}

/// How long after this refusal the next try leaves, at a client that was just made.
fn waited(reply: &Reply) -> u64 {
    let (mut run, sent) = Client::v1().command("finalize");
    run.answer_with(&sent, reply);
    run.next("FINALIZE").waited
}

#[test]
fn a_429_is_not_tried_again_before_x_says_so() {
    for secs in [1, 60, 900] {
        let reset = EPOCH / 1000 + secs;
        let at = date(EPOCH + secs * 1000);
        for reply in [
            http(429).header(RESET, reset),
            http(429).header(RETRY_AFTER, secs),
            http(429).header(RETRY_AFTER, at),
            // X names the reset; Retry-After may be of something between, and counts where X names none that is to come.
            http(429).header(RESET, reset).header(RETRY_AFTER, 5000),
            http(429).header(RESET, reset).header(RETRY_AFTER, 0),
            http(429).header(RESET, EPOCH / 1000).header(RETRY_AFTER, secs),
            // What is left of a day's limit is no reason to wait for its end.
            day(USER, 1, 80_000, http(429)).header(RESET, reset),
            day(APP, 500, 80_000, http(429)).header(RETRY_AFTER, secs),
            // An exhausted one is, also beside a quarter of an hour that is not.
            day(USER, 0, secs, http(429)),
            day(APP, 0, secs, http(429).header(RESET, reset + 7).header("x-rate-limit-remaining", 1870)),
            day(USER, 0, secs, day(APP, 0, secs.div_ceil(2), http(429))).header(RETRY_AFTER, 1),
            // Unless it is over, or says not when it is.
            day(USER, 0, 0, http(429)).header(RESET, reset),
            http(429).header("x-user-limit-24hour-remaining", 0).header(RESET, reset),
        ] {
            assert_eq!(waited(&reply), secs * 1000, "{reply:?}");
        }
    }
}

#[test]
fn the_servers_own_clock_counts_where_it_can_be_read() {
    for skew in [-7_200_000, -90_000, 0, 90_000, 7_200_000] {
        let now = EPOCH.strict_add_signed(skew);
        let reply = http(429).header(DATE, date(now));
        for reply in [
            reply.clone().header(RESET, now / 1000 + 60),
            reply.clone().header(RETRY_AFTER, date(now + 60_000)),
            reply.header(RETRY_AFTER, 60),
        ] {
            assert_eq!(waited(&reply), 60_000, "{reply:?}");
        }
    }
}

#[test]
fn a_reset_that_is_past_or_absent_leaves_it_to_the_ordinary_backoff() {
    let past = [
        http(429),
        http(429).header("x-rate-limit-remaining", 0),
        http(429).header(RESET, EPOCH / 1000),
        http(429).header(RESET, EPOCH / 1000 - 3600),
        http(429).header(RETRY_AFTER, 0),
        http(429).header(RETRY_AFTER, date(EPOCH - 1000)),
        http(429).header(RESET, 0),
        http(429).header(RESET, "soon"),
    ];
    for reply in past {
        assert_eq!(waited(&reply), 1500, "{reply:?}");
    }
}

#[test]
fn a_reset_too_far_away_is_an_error_at_once() {
    let client = Client::new(json!({ "api": "2", "retry": { "maxRateLimitWaitMs": 5000 } }));
    let (mut run, sent) = client.command("status");
    run.answer_with(&sent, &http(429).header(RETRY_AFTER, 5));
    assert_eq!(run.next("STATUS").waited, 5000);

    let client = Client::new(json!({ "api": "2", "retry": { "maxRateLimitWaitMs": 5000 } }));
    let (mut run, sent) = client.command("finalize");
    run.answer_with(&sent, &http(429).header(RETRY_AFTER, 6));
    assert_eq!((run.code(), client.now()), ("rate_limited".to_owned(), 0));
    // It may be a mistake: the next call asks again.
    assert_eq!(client.start("finalize", json!({ "mediaId": ID })).next("FINALIZE").at, 0);
}

#[test]
fn what_is_left_of_the_days_limit_decides_and_is_told() {
    let client = Client::v1();
    for names in [USER, APP] {
        for method in ["initialize", "append", "finalize", "status"] {
            let (mut run, sent) = client.command(method);
            let quarter = http(429).header("x-rate-limit-remaining", 1870).header(RESET, EPOCH / 1000 + 900);
            run.answer_with(&sent, &day(names, 0, 80_000, quarter));
            let error = run.error();
            assert_eq!((&error["code"], &error["attempts"], client.now()), (&json!("rate_limited"), &json!(1), 0));
            let told = json!({ "limit": 500, "remaining": 0, "resetsAt": EPOCH + 80_000_000 });
            assert_eq!((&error["rateLimit"], &error["retryable"]), (&told, &json!(true)), "{method}");
        }
    }
    // Both may be exhausted: it takes the later.
    let (mut run, sent) = client.command("finalize");
    run.answer_with(&sent, &day(USER, 0, 1000, day(APP, 0, 80_000, http(429))));
    assert_eq!(run.error()["rateLimit"]["resetsAt"], EPOCH + 80_000_000);
    // In a wait too, whose time would be over before.
    let mut run = client.start("waitUntilReady", json!({ "media": ID }));
    let status = run.next("STATUS");
    run.answer_with(&status, &day(USER, 0, 80_000, http(429)));
    assert_eq!((run.code(), client.now()), ("rate_limited".to_owned(), 0));
}

#[test]
fn no_reset_that_is_too_far_away_holds_back_what_is_called_later() {
    const YEAR: u64 = 31_536_000;
    let absurd = [
        // In milliseconds.
        http(429).header(RESET, EPOCH + 900_000),
        http(429).header(RESET, 4_503_599_627_370_u64),
        http(429).header(RETRY_AFTER, YEAR),
        http(429).header(RETRY_AFTER, date(EPOCH + YEAR * 1000)),
        day(USER, 0, YEAR, http(429)),
        http(429).header(RESET, EPOCH / 1000 + 901),
    ];
    for reply in absurd {
        for method in ["initialize", "append", "finalize", "status"] {
            let client = Client::v1();
            let (mut under_way, sent_before) = client.command(method);
            let (mut run, sent) = client.command(method);
            run.answer_with(&sent, &reply);
            assert_eq!((run.code(), client.now()), ("rate_limited".to_owned(), 0), "{method}: {reply:?}");
            let (mut next, sent) = client.command(method);
            assert_eq!(sent.at, 0, "{method}: {reply:?}");
            // Nor does it undo or lengthen what is known.
            next.answer_with(&sent, &http(429).header(RETRY_AFTER, 30));
            under_way.answer_with(&sent_before, &reply);
            assert_eq!(under_way.code(), "rate_limited");
            assert_eq!(next.any().unwrap().at, 30_000, "{method}: {reply:?}");
        }
    }
}

#[test]
fn a_usage_cap_is_final_at_once_and_no_later_call_succeeds_because_it_is_made_again() {
    let caps = [
        json!({ "title": "UsageCapExceeded", "period": "Monthly", "detail": "Usage cap exceeded: Monthly product cap" }),
        json!({
            "title": "UsageCapExceeded", "period": "Daily", "scope": "Product", "account_id": 1, "product_name": "x",
            "type": "https://api.twitter.com/2/problems/usage-capped", "detail": "Usage cap exceeded: Monthly product cap",
        }),
        json!({ "type": "https://api.x.com/2/problems/usage-capped", "detail": "Usage cap exceeded: Monthly product cap" }),
        json!({ "errors": [{ "detail": "Usage cap exceeded: Monthly product cap" }], "title": "UsageCapExceeded" }),
        json!({ "errors": [{ "message": "Usage cap exceeded: Monthly product cap", "title": "UsageCapExceeded" }] }),
    ];
    for cap in caps {
        for reply in [
            http(429).header("x-rate-limit-remaining", 39_999).header(RESET, EPOCH / 1000 + 900),
            http(429),
            http(429).header(RETRY_AFTER, 1),
            http(403),
        ] {
            let reply = reply.body(&cap);
            let code = if reply.status() == Some(429) { "rate_limited" } else { "forbidden" };
            for method in ["initialize", "append", "finalize", "status", "finalizeAndWait", "waitUntilReady"] {
                let client = Client::v2();
                let given = json!({
                    "mediaId": ID, "media": ID, "segmentIndex": 0, "segment": 1, "total_bytes": 1, "media_type": "video/mp4",
                });
                let mut run = client.start(method, given);
                let sent = run.any().unwrap();
                run.answer_with(&sent, &reply);
                let error = run.error();
                assert_eq!((&error["code"], client.now()), (&json!(code), 0), "{method}: {reply:?}");
                assert_eq!(
                    (&error["retryable"], &error["attempts"]),
                    (&json!(false), &json!(1)),
                    "{method}: {reply:?}"
                );
                assert!(run.message().contains("Monthly product cap"), "{}", run.message());
                // Whether it still holds is for X to say.
                assert_eq!(client.command("finalize").1.at, 0);
            }
            // In the middle of a wait it is no answer of X's processing, and the wait ends.
            let mut run = Client::v2().finalized(&super::driver::pending(1));
            let status = run.next("STATUS");
            run.answer_with(&status, &reply);
            assert_eq!(run.error()["retryable"], false, "{reply:?}");
            // An upload keeps what it has.
            let (mut run, sent) = Client::v2().finalizing(json!({ "hasStore": true }));
            run.answer_with(&sent, &reply);
            assert_eq!((run.code(), run.forget), (code.to_owned(), false), "{reply:?}");
        }
    }
    // Other words of X beside 429 are no cap.
    for other in [json!({ "title": "Too Many Requests", "type": "about:blank" }), json!({ "errors": [{ "code": 88 }] })]
    {
        assert_eq!(waited(&http(429).body(other)), 1500);
    }
}

#[test]
fn a_rate_limit_of_status_beyond_the_deadline_is_an_error_at_once() {
    let client = Client::v1();
    let mut run = client.start("waitUntilReady", json!({ "media": ID, "timeoutSecs": 60 }));
    let status = run.next("STATUS");
    run.answer_with(&status, &http(429).header(RETRY_AFTER, 61));
    assert_eq!(run.code(), "rate_limited");
    assert_eq!(client.now(), 0);
}

#[test]
fn only_a_429_waits_for_the_reset_because_x_names_it_in_every_answer() {
    for status in [408, 425, 500, 503] {
        let limits = http(status).header("x-rate-limit-limit", 615).header("x-rate-limit-remaining", 600);
        assert_eq!(waited(&limits.header(RESET, EPOCH / 1000 + 3000)), 1500, "{status}");
    }
}

#[test]
fn retry_after_of_another_refusal_holds_for_that_request_alone() {
    for status in [408, 500, 503] {
        let reply = http(status).header(RETRY_AFTER, 20).header(RESET, 9_999_999_999_u64);
        assert_eq!(waited(&reply), 20_000, "{status}");
        let client = Client::v1();
        let (mut run, sent) = client.command("finalize");
        run.answer_with(&sent, &reply);
        assert!(run.requests().is_empty());
        assert_eq!(client.command("finalize").1.waited, 0);
        // A server in trouble does not know for how long: not beyond the longest pause between two tries.
        for long in [31, 3600, 31_536_000] {
            assert_eq!(waited(&http(status).header(RETRY_AFTER, long)), 30_000, "{status}");
        }
    }
}

#[test]
fn a_rate_limit_holds_for_the_command_in_all_work_of_the_client_and_for_no_other() {
    let client = Client::v1();
    let (mut limited, sent) = client.command("status");
    let (mut before, sent_before) = client.command("status");
    limited.answer_with(&sent, &http(429).header(RETRY_AFTER, 30));
    let mut other = client.start("status", json!({ "mediaId": ID }));
    assert!(other.requests().is_empty());
    for method in ["initialize", "append", "finalize"] {
        client.command(method);
    }
    // What was under way when the limit was hit may fail for itself: its backoff ends before the limit does.
    before.answer(&sent_before, 503, "");
    for run in [&mut other, &mut before, &mut limited] {
        assert_eq!(run.next("STATUS").at, 30_000);
    }
    // Another client is another user, or at least it can't be known.
    assert_eq!(Client::v1().command("status").1.at, 0);
}

#[test]
fn of_two_rate_limits_the_later_counts() {
    let client = Client::v1();
    let (mut first, sent) = client.command("status");
    let (mut second, sent_too) = client.command("status");
    first.answer_with(&sent, &http(429).header(RETRY_AFTER, 30));
    second.answer_with(&sent_too, &http(429).header(RETRY_AFTER, 10));
    assert_eq!(second.next("STATUS").at, 30_000);
    assert_eq!(first.next("STATUS").at, 30_000);
}

#[test]
fn an_upload_tells_that_it_waits_for_a_rate_limit_and_until_when() {
    let client = Client::v1();
    let mut run = client.start("upload", json!({ "file": 1, "mediaType": "image/png" }));
    let init = run.next("INIT");
    run.answer_with(&init, &http(429).header(RETRY_AFTER, 30));
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
