//! What X's answers become: every body on record beside what callers get of it, and bodies that nobody ever sent.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "here a panic is a failed test")]

mod shell;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use shell::{Client, EPOCH, End, ID};

/// Where the fixtures' origin is told: `tests/fixtures/README.md`.
fn fixtures() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", "replies"].iter().collect()
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(fixtures().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What a call of `method` ends in where its first request is answered so.
fn end_of(method: &str, answer: Value) -> End {
    let client = Client::new(json!({ "api": "1.1", "retry": { "attempts": 1 } }));
    let (mut run, request) = client.command(method);
    run.answer_with(&request, answer);
    run.end()
}

/// What STATUS ends in where a body comes with 200.
fn status(body: &str) -> End {
    end_of("status", json!({ "status": 200, "body": body }))
}

/// The code of the error that STATUS ends in where a body comes with 200.
fn code(body: &str) -> String {
    match status(body) {
        End::Rejected(error) => error["code"].as_str().unwrap().to_owned(),
        other => panic!("{body}: {other:?}"),
    }
}

/// Method, HTTP status and file, beside the Media. `expiresAt` is reckoned from `expires_after_secs`.
const MEDIA: [(&str, u16, &str, &str); 22] = [
    ("initialize", 202, "v1-init.json", r#"{"media_id_string":"1349803915521482754","expires_after_secs":86400}"#),
    (
        "initialize",
        202,
        "v1-init-with-category.json",
        r#"{"media_id_string":"1726870404957175808","expires_after_secs":86400,"media_key":"7_1726870404957175808"}"#,
    ),
    (
        "finalize",
        201,
        "v1-finalize-ready.json",
        r#"{"media_id_string":"1349803915521482754","size":1577963,"expires_after_secs":86400,
            "video":{"video_type":"video/mp4"}}"#,
    ),
    (
        "finalize",
        201,
        "v1-finalize-pending.json",
        r#"{"media_id_string":"1757063824702574592","media_key":"7_1757063824702574592","size":8707460,
            "expires_after_secs":86400,"processing_info":{"state":"pending","check_after_secs":1}}"#,
    ),
    (
        "finalize",
        201,
        "v1-finalize-pending-documented.json",
        r#"{"media_id_string":"710511363345354753","expires_after_secs":86400,"size":10240,
            "processing_info":{"state":"pending","check_after_secs":5}}"#,
    ),
    (
        "finalize",
        200,
        "v1-one-shot-image.json",
        r#"{"media_id_string":"1349010955083132928","size":3844,"expires_after_secs":86400,
            "image":{"image_type":"image/png","w":1252,"h":626}}"#,
    ),
    (
        "status",
        200,
        "v1-status-in-progress.json",
        r#"{"media_id_string":"710511363345354753","expires_after_secs":3595,
            "processing_info":{"state":"in_progress","check_after_secs":10,"progress_percent":8}}"#,
    ),
    (
        "status",
        200,
        "v1-status-failed.json",
        r#"{"media_id_string":"710511363345354753","processing_info":{"state":"failed","progress_percent":12,
            "error":{"code":1,"name":"InvalidMedia","message":"Unsupported video format"}}}"#,
    ),
    (
        "status",
        200,
        "v1-status-failed-too-long.json",
        r#"{"media_id_string":"710511363345354753","processing_info":{"state":"failed","progress_percent":12,
            "error":{"code":3,"name":"UnsupportedMedia","message":
            "Duration 2.minutes+29.seconds+350.milliseconds exceeds max duration of 2.minutes+20.seconds"}}}"#,
    ),
    (
        "status",
        200,
        "v1-status-failed-without-message.json",
        r#"{"media_id_string":"710511363345354753","processing_info":{"state":"failed","progress_percent":12,
            "error":{"code":1,"name":"InvalidMedia"}}}"#,
    ),
    (
        "status",
        200,
        "v1-status-succeeded.json",
        r#"{"media_id_string":"710511363345354753","expires_after_secs":3593,"video":{"video_type":"video/mp4"},
            "processing_info":{"state":"succeeded","progress_percent":100}}"#,
    ),
    (
        "status",
        200,
        "v1-status-succeeded-without-id-string.json",
        r#"{"media_id_string":"1757063824702574592","media_key":"7_1757063824702574592","size":8707460,
            "expires_after_secs":85119,"video":{"video_type":"video/mp4"},
            "processing_info":{"state":"succeeded","progress_percent":100}}"#,
    ),
    (
        "status",
        200,
        "v1-status-in-progress-with-error.json",
        r#"{"media_id_string":"1618986262236372992","media_key":"7_1618986262236372992","size":902118,
            "processing_info":{"state":"in_progress","progress_percent":100,
            "error":{"code":1,"name":"InvalidMedia","message":"file is invalid"}}}"#,
    ),
    (
        "initialize",
        200,
        "v2-init.json",
        r#"{"media_id_string":"1880028106020515840","media_key":"13_1880028106020515840","expires_after_secs":86400}"#,
    ),
    (
        "initialize",
        200,
        "v2-init-image.json",
        r#"{"media_id_string":"1912103767639719936","media_key":"3_1912103767639719936","expires_after_secs":86400}"#,
    ),
    (
        "initialize",
        200,
        "v2-init-unwrapped.json",
        r#"{"media_id_string":"1912103767639719936","media_key":"3_1912103767639719936","expires_after_secs":86400}"#,
    ),
    (
        "finalize",
        200,
        "v2-finalize-pending.json",
        r#"{"media_id_string":"1880028106020515840","media_key":"13_1880028106020515840","size":1048576,
            "expires_after_secs":86400,"processing_info":{"state":"pending","check_after_secs":1}}"#,
    ),
    (
        "finalize",
        200,
        "v2-finalize-pending-amplify-video.json",
        r#"{"media_id_string":"1959975206895702016","media_key":"13_1959975206895702016","size":120531,
            "expires_after_secs":1296000,"processing_info":{"state":"pending","check_after_secs":1}}"#,
    ),
    (
        "finalize",
        200,
        "v2-finalize-succeeded-at-once.json",
        r#"{"media_id_string":"1912090619981471744","media_key":"7_1912090619981471744","size":19048761,
            "expires_after_secs":86400,"processing_info":{"state":"succeeded"}}"#,
    ),
    (
        "finalize",
        201,
        "v2-finalize-ready-image.json",
        r#"{"media_id_string":"1900544781383569409","media_key":"3_1900544781383569409","size":117807,
            "expires_after_secs":86400,"image":{"image_type":"image/jpeg","w":1266,"h":793}}"#,
    ),
    (
        "status",
        200,
        "v2-status-succeeded.json",
        r#"{"media_id_string":"1912090619981471744","media_key":"7_1912090619981471744","size":19048761,
            "expires_after_secs":83800,"processing_info":{"progress_percent":100,"state":"succeeded"}}"#,
    ),
    (
        "status",
        200,
        "v2-status-failed-without-error.json",
        r#"{"media_id_string":"1917913607681331200","media_key":"7_1917913607681331200","size":430594,
            "processing_info":{"progress_percent":99,"state":"failed"}}"#,
    ),
];

#[test]
fn every_media_on_record_is_read_in_one_shape_with_all_its_digits() {
    for (method, http, name, expected) in MEDIA {
        let mut expected = shell::parse(expected);
        if let Some(secs) = expected["expires_after_secs"].as_u64() {
            expected["expiresAt"] = (EPOCH + secs * 1000).into();
        }
        let end = end_of(method, json!({ "status": http, "body": fixture(name) }));
        assert_eq!(end, End::Resolved(expected), "{name}");
    }
}

/// HTTP status, file, the error's code, and its `apiErrors`.
const ERRORS: [(u16, &str, &str, &str); 18] = [
    (
        400,
        "error-1-media-ids-failed.json",
        "rejected",
        r#"[{"code":324,"message":"The validation of media ids failed."}]"#,
    ),
    (
        404,
        "error-1-page-does-not-exist.json",
        "not_found",
        r#"[{"code":34,"message":"Sorry, that page does not exist"}]"#,
    ),
    (
        400,
        "error-1-media-parameter-missing.json",
        "rejected",
        r#"[{"code":38,"message":"media parameter is missing."}]"#,
    ),
    (
        401,
        "error-1-could-not-authenticate.json",
        "unauthorized",
        r#"[{"code":32,"message":"Could not authenticate you"}]"#,
    ),
    (429, "error-1-rate-limit-exceeded.json", "rate_limited", r#"[{"code":88,"message":"Rate limit exceeded"}]"#),
    (
        400,
        "error-2-segments-do-not-add-up.json",
        "rejected",
        r#"[{"message":"Segments do not add up to provided total file size."}]"#,
    ),
    (400, "error-2-media-type-unrecognized.json", "rejected", r#"[{"message":"media type unrecognized."}]"#),
    (
        401,
        "error-3-unauthorized.json",
        "unauthorized",
        r#"[{"message":"Unauthorized","title":"Unauthorized","type":"about:blank"}]"#,
    ),
    (
        403,
        "error-3-forbidden.json",
        "forbidden",
        r#"[{"message":"Forbidden","title":"Forbidden","type":"about:blank"}]"#,
    ),
    (
        402,
        "error-3-credits-depleted.json",
        "payment_required",
        r#"[{"message":"credits depleted","title":"Payment Required",
             "type":"https://api.x.com/2/problems/credits-depleted"}]"#,
    ),
    (
        429,
        "error-3-too-many-requests.json",
        "rate_limited",
        r#"[{"message":"Too Many Requests","title":"Too Many Requests","type":"about:blank"}]"#,
    ),
    (
        400,
        "error-4-invalid-request.json",
        "rejected",
        r#"[{"message":"BadRequest: Not found","title":"Invalid Request",
             "type":"https://api.twitter.com/2/problems/invalid-request"}]"#,
    ),
    (
        400,
        "error-4-invalid-request-with-parameters.json",
        "rejected",
        r#"[{"message":"query parameter [total_bytes] is not one of []","title":"Invalid Request",
             "type":"https://api.twitter.com/2/problems/invalid-request"}]"#,
    ),
    (500, "error-5-internal-server-error.json", "server", r#"[{"message":"internal server error"}]"#),
    (500, "error-6-code-and-message.json", "server", r#"[{"code":131,"message":"Internal error"}]"#),
    (413, "error-7-empty.txt", "too_large", "[]"),
    (503, "error-8-page.html", "server", "[]"),
    (
        503,
        "error-8-plain.txt",
        "server",
        r#"[{"message":"upstream connect error or disconnect/reset before headers. reset reason: connection termination"}]"#,
    ),
];

#[test]
fn every_error_on_record_is_read_in_one_shape_for_every_command() {
    for (http, name, code, api_errors) in ERRORS {
        for (method, command) in
            [("initialize", "INIT"), ("append", "APPEND"), ("finalize", "FINALIZE"), ("status", "STATUS")]
        {
            // A 401 asks for another token first.
            let client = Client::new(json!({ "api": "2", "retry": { "attempts": 1 } }));
            let mut run = client.start(
                method,
                json!({ "mediaId": ID, "segmentIndex": 0, "segment": 1, "total_bytes": 1, "media_type": "image/png" }),
            );
            let mut request = run.next(command);
            run.answer(&request, http, fixture(name));
            if http == 401 {
                run.drain();
                run.client.refreshed(true);
                request = run.next(command);
                run.answer(&request, http, fixture(name));
            }
            let mut expected = json!({
                "code": code,
                "command": command,
                "media_id_string": ID,
                "status": http,
                "apiErrors": shell::parse(api_errors),
                "attempts": 1,
                "retryable": matches!(http, 429 | 500..),
            });
            if command == "INIT" {
                expected.as_object_mut().unwrap().remove("media_id_string");
            }
            assert_eq!(run.error(), expected, "{name} to {command}");
        }
    }
}

#[test]
fn no_fixture_is_forgotten() {
    let read = MEDIA.iter().map(|(_, _, name, _)| *name).chain(ERRORS.iter().map(|(_, name, ..)| *name));
    let read: BTreeSet<String> = read.chain(["v2-append.json"]).map(str::to_owned).collect();
    let there = std::fs::read_dir(fixtures()).unwrap();
    let there: BTreeSet<String> = there.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(read, there);
}

#[test]
fn append_went_well_whatever_its_body_says_unless_that_is_errors_alone() {
    let well = [
        (204, String::new()),
        (200, fixture("v2-append.json")),
        (201, "<html></html>".to_owned()),
        (200, "[]".to_owned()),
        (200, "{".to_owned()),
        (299, r#"{"data":{"expires_at":123},"errors":[{"message":"of no matter"}]}"#.to_owned()),
        (200, r#"{"errors":null}"#.to_owned()),
    ];
    for (http, body) in well {
        assert_eq!(end_of("append", json!({ "status": http, "body": body })), End::Resolved(Value::Null), "{body}");
    }
    let refusal = json!({ "status": 200, "body": r#"{"errors":[{"message":"no such media","title":"Not Found"}]}"# });
    for method in ["initialize", "append", "finalize", "status"] {
        let End::Rejected(error) = end_of(method, refusal.clone()) else { panic!("{method}") };
        assert_eq!(error["code"], "rejected", "{method}");
        assert_eq!(error["apiErrors"], json!([{ "message": "no such media", "title": "Not Found" }]), "{method}");
    }
}

#[test]
fn a_2xx_that_can_not_be_what_was_asked_is_an_invalid_response() {
    let deep = |bracket: &str| bracket.repeat(30_000);
    let bodies = [
        String::new(),
        " ".to_owned(),
        fixture("error-8-page.html"),
        "null".to_owned(),
        "7".to_owned(),
        r#""1284554329119236097""#.to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        r#"{"data":{}}"#.to_owned(),
        r#"{"data":[{"id":"1284554329119236097"}]}"#.to_owned(),
        r#"{"media_id_string":null}"#.to_owned(),
        r#"{"media_id_string":"1284554329119236097"} and more"#.to_owned(),
        r#"{"media_id_string":"1284554329119236097""#.to_owned(),
        r#"{"media_id_string":"1284554329119236097",}"#.to_owned(),
        r#"{'media_id_string':'1284554329119236097'}"#.to_owned(),
        "{\u{c}\"media_id_string\":\"1284554329119236097\"}".to_owned(),
        "\u{feff}{\"media_id_string\":\"1284554329119236097\"}".to_owned(),
        deep("["),
        deep("{\"a\":"),
        format!("{}{}", deep("["), deep("]")),
        format!(r#"{{"media_id_string":"1284554329119236097","a":{}1{}}}"#, deep("["), deep("]")),
        "9".repeat(60_000),
        format!("\"{}", "\\".repeat(60_000)),
    ];
    for body in bodies {
        let start: String = body.chars().take(80).collect();
        assert_eq!(code(&body), "invalid_response", "{start}");
    }
    // No text, or more of it than X ever sends.
    let End::Rejected(error) = end_of("finalize", json!({ "status": 200, "body": null })) else { panic!() };
    assert_eq!((&error["code"], &error["status"]), (&json!("invalid_response"), &json!(200)));
}

#[test]
fn a_redirect_is_an_invalid_response_and_is_not_tried_again() {
    for (http, told) in [(0, json!(null)), (301, json!(301)), (302, json!(302)), (307, json!(307)), (308, json!(308))] {
        let client = Client::v1();
        let mut run = client.start("finalize", json!({ "mediaId": ID }));
        let request = run.next("FINALIZE");
        run.answer(&request, http, "");
        let error = run.error();
        assert_eq!((&error["code"], &error["status"]), (&json!("invalid_response"), &told));
        assert_eq!((&error["attempts"], &error["retryable"]), (&json!(1), &json!(false)));
    }
}

#[test]
fn every_http_status_has_its_code_and_says_whether_the_call_may_succeed_later() {
    let table = [
        (400, "rejected", false),
        (401, "unauthorized", false),
        (402, "payment_required", false),
        (403, "forbidden", false),
        (404, "not_found", false),
        (405, "rejected", false),
        (408, "rejected", true),
        (409, "rejected", false),
        (410, "rejected", false),
        (413, "too_large", false),
        (422, "rejected", false),
        (425, "rejected", true),
        (429, "rate_limited", true),
        (431, "rejected", false),
        (499, "rejected", false),
        (500, "server", true),
        (502, "server", true),
        (503, "server", true),
        (504, "server", true),
        (522, "server", true),
        (599, "server", true),
    ];
    for (http, code, retryable) in table {
        let client = Client::new(json!({ "api": "2", "retry": { "attempts": 1 } }));
        let mut run = client.start("finalize", json!({ "mediaId": ID }));
        for _ in 0..2 {
            for request in run.requests() {
                run.answer(&request, http, "");
            }
            run.drain();
            if http == 401 {
                run.client.refreshed(true);
            }
        }
        let error = run.error();
        assert_eq!((&error["code"], &error["retryable"]), (&json!(code), &json!(retryable)), "{http}");
        assert_eq!(error["status"], http);
    }
}

#[test]
fn what_the_headers_say_of_the_rate_limit_is_told_in_milliseconds() {
    let limited = |headers: Value| {
        let mut answer = json!({ "status": 403, "body": "" });
        answer.as_object_mut().unwrap().extend(headers.as_object().unwrap().clone());
        let End::Rejected(error) = end_of("finalize", answer) else { panic!() };
        error["rateLimit"].clone()
    };
    assert_eq!(
        limited(json!({ "limit": "615", "remaining": "0", "reset": "1610654844" })),
        json!({ "limit": 615, "remaining": 0, "resetsAt": 1_610_654_844_000_u64 }),
    );
    assert_eq!(limited(json!({ "remaining": "7" })), json!({ "remaining": 7 }));
    assert_eq!(limited(json!({ "retryAfter": "120" })), json!({ "resetsAt": EPOCH + 120_000 }));
    let date = EPOCH + 3_600_000;
    assert_eq!(
        limited(json!({ "retryAfter": "Fri, 15 Jan 2027 09:00:00 GMT", "retryAt": date })),
        json!({ "resetsAt": date })
    );
    for nonsense in ["", "-1", "soon", "1.5", "1e3", "99999999999999999999"] {
        assert_eq!(limited(json!({ "limit": nonsense, "reset": nonsense, "retryAfter": nonsense })), json!(null));
    }
}

#[test]
fn a_line_of_plain_text_is_the_message_and_a_page_or_a_long_text_is_none() {
    let errors = |body: String| {
        let End::Rejected(error) = end_of("finalize", json!({ "status": 502, "body": body })) else { panic!() };
        error["apiErrors"].clone()
    };
    assert_eq!(errors(" Bad\tgateway \r\n".to_owned()), json!([{ "message": "Bad\tgateway" }]));
    assert_eq!(errors("say \"please\" \\ ok".to_owned()), json!([{ "message": "say \"please\" \\ ok" }]));
    assert_eq!(errors("x".repeat(201)), json!([]));
    assert_eq!(errors("\n <h1>502</h1>".to_owned()), json!([]));
}

#[test]
fn error_bodies_of_no_known_shape_are_read_as_far_as_they_go() {
    let errors = |body: Value| {
        let End::Rejected(error) = end_of("finalize", json!({ "status": 400, "body": body.to_string() })) else {
            panic!()
        };
        error["apiErrors"].clone()
    };
    let table = [
        (json!({}), json!([])),
        (json!([]), json!([])),
        (json!({ "errors": [] }), json!([])),
        (json!({ "errors": {} }), json!([])),
        (json!({ "errors": [null, 7, {}, ["x"]] }), json!([])),
        (json!({ "errors": [{ "code": 1 }], "title": "T" }), json!([{ "message": "T", "title": "T" }])),
        (json!({ "errors": [{ "code": "88", "message": "m" }] }), json!([{ "message": "m" }])),
        (json!({ "errors": [{ "message": "m", "title": { "a": 1 }, "type": 7 }] }), json!([{ "message": "m" }])),
        (
            json!({ "errors": [{ "message": "a" }, { "message": "b" }] }),
            json!([{ "message": "a" }, { "message": "b" }]),
        ),
        (json!({ "errors": ["a", { "message": "b" }] }), json!([{ "message": "a" }, { "message": "b" }])),
        (json!({ "error": null, "detail": "d" }), json!([{ "message": "d" }])),
        (json!("in a text"), json!([{ "message": "in a text" }])),
    ];
    for (body, expected) in table {
        assert_eq!(errors(body.clone()), expected, "{body}");
    }
}

#[test]
fn unknown_fields_null_and_white_space_change_nothing() {
    let body = format!(
        "\r\n\t {{ \"new\" : [ {{ }} , [ ] , -1.5e+10 , true , \"\\u00e9\\ud83d\\ude00\\n\" ] , \"media_id\" : {ID} ,\n\
         \"image\" : null , \"processing_info\" : null , \"media_id_string\" : \"{ID}\" , \"size\" : 1 }} \n"
    );
    assert_eq!(status(&body), End::Resolved(json!({ "media_id_string": ID, "size": 1 })));
}

#[test]
fn texts_come_through_as_they_were_written() {
    let text = "tab\\t quote\\\" slash\\/ back\\\\ é 😀 \\u00e9 \\ud83d\\ude00 \\u2028";
    let body = format!(r#"{{"media_id":{ID},"processing_info":{{"state":"failed","error":{{"message":"{text}"}}}}}}"#,);
    let End::Resolved(media) = status(&body) else { panic!() };
    assert_eq!(media["processing_info"]["error"]["message"], "tab\t quote\" slash/ back\\ é 😀 é 😀 \u{2028}");

    let End::Rejected(error) = end_of("status", json!({ "status": 400, "body": format!(r#"{{"error":"{text}"}}"#) }))
    else {
        panic!()
    };
    assert_eq!(error["apiErrors"][0]["message"], "tab\t quote\" slash/ back\\ é 😀 é 😀 \u{2028}");
}

#[test]
fn a_failure_that_is_not_xs_keeps_its_kind_and_says_nothing_of_a_status() {
    for (failed, retryable) in
        [("network", true), ("file_changed", false), ("callback_failed", false), ("invalid_argument", false)]
    {
        let End::Rejected(error) = end_of("finalize", json!({ "failed": failed, "detail": "headers must be …" }))
        else {
            panic!()
        };
        assert_eq!(error["code"], failed);
        assert_eq!((&error["retryable"], &error["status"]), (&json!(retryable), &json!(null)));
        assert_eq!(error["detail"], "headers must be …");
    }
}

#[test]
fn the_longest_body_takes_no_time_to_speak_of() {
    // The shell reads 64 KiB at most.
    let bodies = [
        format!("[{}1]", "1,".repeat(32_000)),
        format!(r#"{{"errors":[{}{{}}]}}"#, "{},".repeat(21_000)),
        format!(r#"{{"errors":[{}"a"]}}"#, r#""a","#.repeat(16_000)),
        format!(r#"{{"data":{{"id":1,{}"a":1}}}}"#, r#""a":1,"#.repeat(10_000)),
        format!("[{}1]", "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]],".repeat(1500)),
        format!(
            r#"{{"error":"{}"}}"#,
            r"
"
            .repeat(32_000)
        ),
    ];
    for body in bodies {
        for http in [200, 400] {
            let start = Instant::now();
            end_of("finalize", json!({ "status": http, "body": body }));
            // A few milliseconds here; quadratic would be seconds.
            assert!(start.elapsed() < Duration::from_secs(1), "{:?}", body.get(..40));
        }
    }
}
