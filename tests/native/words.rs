//! What errors say: who refused, in whose words, and what to do next. `docs/errors.md` has every message.

use serde_json::{Value, json};
use x_media_upload::protocol::{
    ApiError, Authorization, Callback, Cause, Code, Error, Input, ProcessingError, ProcessingInfo, RequestEnd,
};

use super::driver::{Client, ID, Reply, body, failed, http};

/// The words of a command that is answered so, and not tried again.
fn words(base_url: Option<&str>, method: &str, reply: &Reply) -> String {
    let mut options = json!({ "api": "2", "retry": { "attempts": 1 } });
    options["baseUrl"] = base_url.unwrap_or("https://api.x.com").into();
    let client = Client::with(options, Authorization::Fixed);
    let mut run = client.command_run(method);
    let sent = run.any().unwrap();
    run.answer_with(&sent, reply);
    run.error();
    run.message()
}

/// The base URL of a relay on the page's own server.
const OWN: Option<&str> = Some("https://app.test/x");
/// That of a server of another origin.
const OTHER: Option<&str> = Some("https://other.test/x");

const PAGE: &str = "<!doctype html><title>404</title>";

#[test]
fn what_x_says_is_quoted_and_what_to_do_follows_whichever_way_it_came() {
    for base_url in [None, OWN, OTHER] {
        let table = [
            (
                "initialize",
                403,
                "error-3-forbidden.json",
                "X refused INIT (HTTP 403): \"Forbidden\". \
                 The token must be a user's, with the scope media.write: let the user sign in anew.",
            ),
            (
                "finalize",
                400,
                "error-2-segments-do-not-add-up.json",
                "X refused FINALIZE (HTTP 400): \"Segments do not add up to provided total file size.\" \
                 Upload the file again.",
            ),
            (
                "status",
                404,
                "error-1-page-does-not-exist.json",
                "X refused STATUS (HTTP 404): \"Sorry, that page does not exist\". \
                 Upload the file again, unless it is a picture: of those that FINALIZE took X says no more.",
            ),
            (
                "append",
                500,
                "error-5-internal-server-error.json",
                "X failed at APPEND (HTTP 500): \"internal server error\". \
                 Try again later: X has trouble of its own.",
            ),
            (
                "setMetadata",
                200,
                "error-1-with-200.json",
                "X refused METADATA (HTTP 200): \"Sorry, that page does not exist\". \
                 Check the id and the metadata: only pictures and GIFs take an alt_text.",
            ),
            (
                "initialize",
                429,
                "error-3-usage-capped.json",
                "X refused INIT (HTTP 429): \"Usage cap exceeded: Monthly product cap\". \
                 Wait for the next billing period, or raise the cap.",
            ),
        ];
        for (method, status, name, expected) in table {
            assert_eq!(words(base_url, method, &http(status).body(body(name))), expected);
        }
    }
}

#[test]
fn a_page_is_no_word_of_x() {
    let front = |refused: &str| {
        format!(
            "Not X's API but its front or a firewall {refused}. Try again later, and check the firewalls and proxies on the way."
        )
    };
    let server = |refused: &str, next: &str| format!("Not X but the server at baseUrl {refused}. {next}.");
    let check = "Check baseUrl, that a relay is there, and the firewalls and proxies on the way";
    for (status, reply) in [(404, http(404)), (405, http(405)), (403, http(403))] {
        let refused = format!("refused INIT (HTTP {status}) with a page");
        assert_eq!(words(None, "initialize", &reply.clone().body(PAGE)), front(&refused));
        assert_eq!(words(None, "initialize", &reply.clone().unreadable()), front(&refused));
        for base_url in [OWN, OTHER] {
            assert_eq!(words(base_url, "initialize", &reply.clone().body(PAGE)), server(&refused, check));
        }
    }
    let plain = http(503).body(body("error-8-plain.txt"));
    let said = "\"upstream connect error or disconnect/reset before headers. reset reason: connection termination\"";
    assert_eq!(words(None, "append", &plain), front(&format!("failed at APPEND (HTTP 503): {said}")));
    let later = "Try again later, and look after that server";
    assert_eq!(words(OWN, "append", &plain), server(&format!("failed at APPEND (HTTP 503): {said}"), later));
    // A 2xx of a single-page app.
    let page = http(200).body(PAGE);
    assert_eq!(
        words(OWN, "initialize", &page),
        format!("The answer to INIT is a page, not one of X's API (HTTP 200). {check}."),
    );
}

#[test]
fn an_app_that_refuses_in_words_of_its_own_is_not_x() {
    let next = "Sign in there, or see why it refuses.";
    let said = format!("Not X but the server at baseUrl refused INIT (HTTP 401): \"Sign in first\". {next}");
    for text in ["Sign in first".to_owned(), json!({ "title": "Sign in first" }).to_string()] {
        assert_eq!(words(OWN, "initialize", &http(401).body(text)), said);
    }
    // Nobody but X answers so at X's own host.
    let words = words(None, "initialize", &http(401).body(json!({ "title": "Sign in first" })));
    assert!(words.starts_with("X refused INIT (HTTP 401): \"Sign in first\". "), "{words}");
}

#[test]
fn a_problem_of_the_relay_is_the_relays() {
    let problem = |status: u16, title: &str, detail: &str| {
        let kind = format!("urn:x-media-upload:relay:{title}");
        http(status).body(json!({ "type": kind, "title": title, "status": status, "detail": detail }))
    };
    let not_found = problem(404, "not-found", "The relay passes on uploads of media, and nothing else.");
    assert_eq!(
        words(OWN, "finalize", &not_found),
        "The relay refused FINALIZE (HTTP 404): \"The relay passes on uploads of media, and nothing else.\" \
         Check baseUrl, and that the page and the relay have the same version of x-media-upload.",
    );
    assert_eq!(
        words(OTHER, "append", &problem(504, "gateway-timeout", "X did not answer within 60 s.")),
        "The relay failed at APPEND (HTTP 504): \"X did not answer within 60 s.\" Try again later, and look after the relay.",
    );
}

#[test]
fn an_empty_body_accuses_nobody() {
    for base_url in [None, OWN, OTHER] {
        for body in ["", " \n", "{}"].into_iter().filter(|body| base_url.is_some() || *body != "{}") {
            assert_eq!(
                words(base_url, "append", &http(413).body(body)),
                "APPEND was refused (HTTP 413) without a reason. Set a smaller segmentSize.",
            );
        }
    }
}

#[test]
fn where_nothing_answers_the_words_fit_the_place() {
    let told = |options: Value, online: bool| {
        let client = Client::new(options);
        client.set_online(online);
        let (mut run, sent) = client.command("status");
        run.lose(&sent);
        run.error();
        run.message()
    };
    let once = |base_url: &str| json!({ "api": "2", "baseUrl": base_url, "retry": { "attempts": 1 } });
    assert_eq!(
        told(once("https://api.x.com"), true),
        "No answer came to STATUS. X answers no cross-origin page: send through a relay on your own origin (baseUrl), or from \
         an extension.",
    );
    assert_eq!(
        told(once("https://app.test/x"), true),
        "No answer came to STATUS. Check the connection, and the server at baseUrl.",
    );
    assert_eq!(
        told(once("https://app.test/x"), false),
        "No answer came to STATUS: the browser is offline. Try again once there is a network.",
    );
}

#[test]
fn a_limit_is_told_by_when_it_resets_where_that_makes_sense() {
    let reply = |secs: u64| http(429).header("retry-after", secs).body(body("error-1-rate-limit-exceeded.json"));
    let told = |secs: u64| words(None, "status", &reply(secs));
    for (secs, wait) in
        [(1, "1 s"), (120, "120 s"), (900, "15 min"), (901, "16 min"), (80_000, "23 h"), (172_800, "48 h")]
    {
        assert_eq!(
            told(secs),
            format!(
                "X refused STATUS (HTTP 429): \"Rate limit exceeded\"; the limit resets in {wait}. Try again then."
            ),
        );
    }
    assert_eq!(told(172_801), "X refused STATUS (HTTP 429): \"Rate limit exceeded\". Try again later.");
    // What is held back because of an earlier answer.
    let client = Client::new(json!({ "api": "2", "retry": { "attempts": 1 } }));
    let (mut first, sent) = client.command("status");
    first.answer_with(&sent, &reply(900));
    assert_eq!(first.code(), "rate_limited");
    let mut held = client.start("waitUntilReady", json!({ "media": ID, "timeoutSecs": 60 }));
    assert_eq!(held.code(), "rate_limited");
    assert_eq!(
        held.message(),
        "STATUS was not sent, because X had had too many; the limit resets in 15 min. Try again then.",
    );
}

#[test]
fn a_function_of_the_callers_is_named() {
    for callback in [Callback::AccessToken, Callback::Headers, Callback::OnSession, Callback::KeepAlive] {
        let (mut run, sent) = Client::v2().command("status");
        let error = Error::caused(Code::CallbackFailed, Cause::Callback(callback));
        run.tell(match callback {
            // Those that a request asks.
            Callback::AccessToken | Callback::Headers => Input::RequestEnded(sent.id, RequestEnd::Failed(error)),
            Callback::OnSession | Callback::KeepAlive => Input::CallbackThrew(callback),
        });
        assert_eq!(run.code(), "callback_failed");
        let name = callback.as_str();
        assert_eq!(run.message(), format!("Your function {name} failed. See cause for what it threw, and mend it."));
    }
}

#[test]
fn a_refresh_that_never_ends_is_not_told_as_an_answer_that_x_owes() {
    let (mut run, sent) = Client::v2().command("status");
    run.answer(&sent, 401, "");
    assert_eq!(run.code(), "timeout");
    assert_eq!(run.message(), "accessToken gave no new token in time. See to it that the function settles.");
}

#[test]
fn why_a_media_can_not_be_used_is_told_as_far_as_x_says() {
    const ENCODE: &str = "Encode it anew, a video as MP4 with H.264 and AAC, or send another file.";
    let table = [
        (None, None, None, " without a reason", ENCODE),
        (
            None,
            Some("InvalidMedia"),
            Some("Unsupported video format"),
            ": \"Unsupported video format\" (InvalidMedia)",
            ENCODE,
        ),
        (
            Some(1),
            Some("InvalidMedia"),
            Some("file is invalid"),
            ": \"file is invalid\" (InvalidMedia, code 1)",
            ENCODE,
        ),
        (
            Some(3),
            None,
            Some("Duration 2.minutes exceeds"),
            ": \"Duration 2.minutes exceeds\" (code 3)",
            "Cut it to the length that X takes.",
        ),
        (Some(0), None, None, " without a reason (code 0)", ENCODE),
        (None, None, Some("so"), ": \"so\"", ENCODE),
    ];
    for (code, name, message, words, next) in table {
        let [name, message] = [name, message].map(|text| text.map(str::to_owned));
        let said = ProcessingError { code, name, message };
        let mut error = Error::new(Code::ProcessingFailed);
        error.processing_info =
            Some(ProcessingInfo { state: None, check_after_secs: None, progress_percent: None, error: Some(said) });
        assert_eq!(error.to_string(), format!("X refused the media{words}. {next}"));
    }
}

#[test]
fn of_what_is_said_the_first_200_characters_are_quoted() {
    let told = |text: String| {
        let mut error = Error::of_status(Some(400));
        error.api_errors = vec![ApiError { code: None, message: text, title: None, kind: None }];
        error.to_string()
    };
    assert!(told("é".repeat(200)).contains(&format!(": \"{}\". ", "é".repeat(200))));
    assert!(told("é".repeat(201)).contains(&format!(": \"{}…\". ", "é".repeat(200))));
}

#[test]
fn what_is_wrong_with_an_argument_is_the_whole_message_and_no_field() {
    let mut error = Error::invalid("mediaId", "1 to 19 digits, as a string");
    assert_eq!(json!(error).get("detail"), None::<&Value>);
    error.command = Some(x_media_upload::protocol::Command::Init);
    assert_eq!(error.to_string(), "mediaId must be 1 to 19 digits, as a string");
    let error: Box<dyn std::error::Error> = error;
    assert!(error.source().is_none());
    // What a function of the caller's gave later is told so, too.
    assert_eq!(words(None, "status", &failed(Code::InvalidArgument)), "headers must be an object");
}
