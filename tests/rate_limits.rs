//! How long X wants to be left alone, and what that holds back.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "here a panic is a failed test")]

mod shell;

use serde_json::{Value, json};
use shell::{Client, EPOCH, ID};

/// How long after a refusal with these headers the next try leaves; or the code, where there is none.
fn waited(client: &Client, status: u16, headers: Value) -> Result<u64, String> {
    let (mut run, sent) = client.command("finalize");
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
        let (mut run, sent) = client.command("finalize");
        run.answer_with(&sent, json!({ "status": http, "body": "", "retryAfter": "20" }));
        assert!(run.requests().is_empty());
        assert_eq!(client.command("finalize").1.waited, 0);
    }
}

#[test]
fn a_rate_limit_holds_for_the_command_in_all_work_of_the_client_and_for_no_other() {
    let client = Client::v1();
    let (mut limited, sent) = client.command("status");
    let (mut before, sent_before) = client.command("status");
    limited.answer_with(&sent, json!({ "status": 429, "body": "", "retryAfter": "30" }));
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
