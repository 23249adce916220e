//! How long X wants to be left alone, and what that holds back.

use serde_json::json;

use super::driver::{Client, EPOCH, ID, Reply, date, http};

const RESET: &str = "x-rate-limit-reset";
const RETRY_AFTER: &str = "retry-after";
const DATE: &str = "date";

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
            // The later of both.
            http(429).header(RESET, reset).header(RETRY_AFTER, secs - 1),
            http(429).header(RESET, reset - 1).header(RETRY_AFTER, secs),
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
