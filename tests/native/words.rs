//! What errors say to people: what happened, and what to do next.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use x_media_upload::protocol::{ApiError, Code, Command, Error, Met, ProcessingError, ProcessingInfo};

use super::codes::declared;
use super::driver::{Client, error_of, http};

/// A code, the command and the HTTP status that it came with, and the words where X says nothing.
const WORDS: [(Code, Option<Command>, Option<u16>, &str); 24] = [
    (Code::InvalidArgument, None, None, "An argument is not what it must be."),
    (
        Code::Network,
        Some(Command::Init),
        None,
        "No answer to INIT. Check the connection; X answers no cross-origin page, only an extension or a relay on your own \
         origin.",
    ),
    (
        Code::Network,
        None,
        None,
        "No answer to the request. Check the connection; X answers no cross-origin page, only an extension or a relay on \
         your own origin.",
    ),
    (
        Code::Timeout,
        Some(Command::Append),
        None,
        "APPEND was not answered in time. Try again, or raise requestTimeoutMs.",
    ),
    (
        Code::Unauthorized,
        Some(Command::Status),
        Some(401),
        "X refused STATUS: the credentials are not accepted (HTTP 401)",
    ),
    (
        Code::PaymentRequired,
        Some(Command::Init),
        Some(402),
        "X refused INIT: the developer account has no credits (HTTP 402)",
    ),
    (
        Code::Forbidden,
        Some(Command::Init),
        Some(403),
        "X refused INIT: the credentials don't allow it; v2 needs the scope media.write, v1.1 OAuth 1.0a (HTTP 403)",
    ),
    (Code::NotFound, Some(Command::Status), Some(404), "X refused STATUS: it knows no such media (HTTP 404)"),
    (Code::TooLarge, Some(Command::Append), Some(413), "X refused APPEND: the segment is too large (HTTP 413)"),
    (
        Code::RateLimited,
        Some(Command::Status),
        Some(429),
        "X refused STATUS: too many requests, see rateLimit.resetsAt (HTTP 429)",
    ),
    (Code::RateLimited, Some(Command::Status), None, "X refused STATUS: too many requests, see rateLimit.resetsAt"),
    (Code::Rejected, Some(Command::Metadata), Some(400), "X refused METADATA: it did not say why (HTTP 400)"),
    (Code::Rejected, Some(Command::AddSubtitles), Some(409), "X refused SUBTITLES: it did not say why (HTTP 409)"),
    (Code::Rejected, Some(Command::RemoveSubtitles), Some(409), "X refused SUBTITLES: it did not say why (HTTP 409)"),
    (
        Code::Server,
        Some(Command::Finalize),
        Some(503),
        "X refused FINALIZE: it has trouble of its own, try again later (HTTP 503)",
    ),
    (
        Code::InvalidResponse,
        Some(Command::Finalize),
        Some(200),
        "The answer to FINALIZE is not one of X's. Check baseUrl.",
    ),
    (
        Code::InvalidResponse,
        Some(Command::Finalize),
        Some(302),
        "The server redirected FINALIZE, which is not followed. Check baseUrl.",
    ),
    (
        Code::InvalidResponse,
        Some(Command::Finalize),
        None,
        "The server redirected FINALIZE, which is not followed. Check baseUrl.",
    ),
    (
        Code::ProcessingFailed,
        Some(Command::Status),
        None,
        "X refused the media: it did not say why; check the format, or encode it anew",
    ),
    (
        Code::ProcessingTimeout,
        Some(Command::Status),
        None,
        "X is still processing the media after timeoutSecs. Wait for the same id again.",
    ),
    (Code::Expired, None, None, "The media has expired at X. Upload it again."),
    (Code::FileChanged, None, None, "The file has changed, or is not the session's. Pick it again."),
    (Code::CallbackFailed, None, None, "A function of yours threw. See cause."),
    (Code::Internal, None, None, "A defect of x-media-upload. See cause."),
];

#[test]
fn every_code_has_its_words() {
    for (code, command, status, words) in WORDS {
        let mut error = Error::new(code);
        (error.command, error.status) = (command, status);
        assert_eq!(error.to_string(), words);
    }
    let named: BTreeSet<String> = WORDS.iter().map(|(code, ..)| json!(code).as_str().unwrap().to_owned()).collect();
    assert_eq!(named, declared());
}

#[test]
fn a_wait_that_is_over_says_what_it_met_in_its_first_words() {
    let table = [
        (Met::Processing, "X is still processing the media after timeoutSecs. Wait for the same id again."),
        (Met::Nothing, "STATUS never spoke of this media: was it finalized? X was asked until timeoutSecs had passed."),
        (Met::AnotherMedia, "Until timeoutSecs had passed, the answers named another media. Check baseUrl."),
    ];
    for (met, words) in table {
        let mut error = Error::new(Code::ProcessingTimeout);
        error.met = met;
        assert_eq!(error.to_string(), words);
        assert_eq!(json!(error).get("met"), None::<&Value>);
    }
}

#[test]
fn a_usage_cap_is_named_in_its_own_words() {
    let cap = json!({ "title": "UsageCapExceeded", "period": "Monthly", "detail": "Usage cap exceeded: Monthly product cap" });
    let (mut run, sent) = Client::v2().command("initialize");
    run.answer(&sent, 429, cap);
    assert_eq!(run.code(), "rate_limited");
    assert_eq!(run.message(), "X refused INIT: Usage cap exceeded: Monthly product cap (HTTP 429)");
}

#[test]
fn what_x_says_goes_before_what_its_silence_means() {
    let said = |message: &str| ApiError { code: Some(1), message: message.to_owned(), title: None, kind: None };
    let mut error = Error::of_status(Some(403));
    error.command = Some(Command::Init);
    error.api_errors = vec![said("You may not."), said("Never.")];
    assert_eq!(error.to_string(), "X refused INIT: You may not. (HTTP 403)");
    // Also where it says so with 200.
    let refusal = error_of("status", &http(200).body(r#"{"errors":[{"message":"no such media"}]}"#));
    assert_eq!(refusal["code"], "rejected");
    let mut error = Error::new(Code::Rejected);
    (error.command, error.status, error.api_errors) = (Some(Command::Status), Some(200), vec![said("no such media")]);
    assert_eq!(error.to_string(), "X refused STATUS: no such media (HTTP 200)");
}

#[test]
fn why_a_media_can_not_be_used_is_told_as_far_as_x_says() {
    let table = [
        (None, None, None, "it did not say why; check the format, or encode it anew"),
        (None, Some("InvalidMedia"), Some("Unsupported video format"), "Unsupported video format (InvalidMedia)"),
        (Some(1), Some("InvalidMedia"), Some("file is invalid"), "file is invalid (InvalidMedia, code 1)"),
        (Some(3), None, Some("too long"), "too long (code 3)"),
        (Some(0), None, None, "it did not say why; check the format, or encode it anew (code 0)"),
        (None, None, Some("so"), "so"),
    ];
    for (code, name, message, words) in table {
        let [name, message] = [name, message].map(|text| text.map(str::to_owned));
        let said = ProcessingError { code, name, message };
        let mut error = Error::new(Code::ProcessingFailed);
        error.processing_info =
            Some(ProcessingInfo { state: None, check_after_secs: None, progress_percent: None, error: Some(said) });
        assert_eq!(error.to_string(), format!("X refused the media: {words}"));
    }
}

#[test]
fn what_is_wrong_with_an_argument_is_the_whole_message() {
    let mut error = Error::invalid("mediaId", "1 to 19 digits, as a string");
    error.command = Some(Command::Init);
    assert_eq!(error.to_string(), "mediaId must be 1 to 19 digits, as a string");
    let error: Box<dyn std::error::Error> = error;
    assert!(error.source().is_none());
}

#[test]
fn no_words_stand_among_the_fields() {
    let fields = json!(Error::invalid("mediaId", "1 to 19 digits, as a string"));
    assert_eq!(fields.get("detail"), None::<&Value>);
}
