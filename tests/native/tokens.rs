//! An access token that is refused: one refresh for all who were refused, and what becomes of those.

use serde_json::json;
use x_media_upload::protocol::{AccessToken, Authorization, Cause, Fields};

use super::driver::{COMMANDS, Client, End, ID, Js, MIB, pending, ready};

#[test]
fn a_401_is_answered_with_one_new_token_and_the_second_is_final() {
    for method in COMMANDS {
        let client = Client::with_attempts(1);
        let (mut run, first) = client.command(method);
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
    let (mut run, first) = Client::with_attempts(3).command("finalize");
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
    let (mut run, sent) = Client::with(json!({ "api": "2" }), Authorization::Fixed).command("status");
    run.answer(&sent, 401, "");
    assert_eq!(run.code(), "unauthorized");
    assert_eq!(run.refreshes, 0);
}

#[test]
fn parallel_requests_with_the_same_token_share_one_refresh() {
    let client = Client::v1();
    let mut upload = client.upload(4 * MIB, json!({ "segmentSize": MIB }));
    let init = upload.next("INIT");
    upload.answer(&init, 202, ready());
    let segments = upload.requests();
    let (mut other, sent) = client.command("status");
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
    let (mut slow, sent_slow) = client.command("append");
    let (mut quick, sent) = client.command("status");
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
    let (mut first, sent) = client.command("status");
    let (mut second, sent_too) = client.command("finalize");
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
        assert_eq!(run.cause(), Some(Cause::Refresh));
        assert_eq!(run.message(), "Your function accessToken failed. See cause for what it threw, and mend it.");
    }
    let (mut third, sent) = client.command("status");
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
    let (mut run, sent) = Client::v1().command("finalize");
    run.answer(&sent, 401, "");
    assert_eq!(run.code(), "timeout");
    assert_eq!(run.client.now(), 30_000);
}

#[test]
fn a_refresh_that_hangs_is_asked_for_anew_and_one_that_is_young_is_left_alone() {
    let client = Client::v1();
    let (mut first, sent) = client.command("status");
    let (mut second, sent_too) = client.command("status");
    first.answer(&sent, 401, "");
    first.drain();
    client.pass(1000);
    second.answer(&sent_too, 401, "");
    assert!(second.requests().is_empty());
    assert_eq!((first.refreshes, second.refreshes), (1, 0));
    assert_eq!(first.code(), "timeout");
    assert_eq!(client.now(), 30_000);

    // The next who needs a token asks.
    let (mut third, sent) = client.command("status");
    third.answer(&sent, 401, "");
    third.drain();
    assert_eq!(third.refreshes, 1);
    // Whose own patience ends now says nothing of the refresh that has just begun.
    assert_eq!(second.code(), "timeout");
    assert_eq!((client.now(), second.refreshes), (31_000, 0));
    let (mut fourth, sent) = client.command("status");
    fourth.answer(&sent, 401, "");
    assert!(fourth.requests().is_empty());
    assert_eq!(fourth.refreshes, 0);
    client.refreshed(true);
    assert!(third.next("STATUS").refreshed && fourth.next("STATUS").refreshed);
}

#[test]
fn a_refresh_goes_on_when_the_work_that_asked_for_it_is_aborted() {
    let client = Client::v1();
    let (mut aborted, sent) = client.command("status");
    let (mut other, sent_too) = client.command("status");
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

#[test]
fn a_token_is_a_text_of_visible_ascii_and_is_shown_to_nobody_but_the_server() {
    let read = |given: &Js| Fields::of(given, "options")?.required::<AccessToken>("accessToken");
    let token = read(&json!({ "accessToken": "a-._~+/=!B9" }).into()).unwrap();
    assert_eq!((token.bearer().as_str(), format!("{token:?}").as_str()), ("Bearer a-._~+/=!B9", "AccessToken"));
    for wrong in
        [json!(""), json!("se cret"), json!("secret\n"), json!("sécret"), json!(7), json!(null), json!(["secret"])]
    {
        let refusal = read(&json!({ "accessToken": wrong }).into()).unwrap_err();
        let must = "accessToken must be a token of visible ASCII characters, or a function that gives one";
        assert_eq!(refusal.error.to_string(), must, "{wrong}");
    }
}
