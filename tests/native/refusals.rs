//! Refusals: the code of each HTTP status, and what headers and bodies say beside it.

use serde_json::{Value, json};
use x_media_upload::protocol::Code;

use super::driver::{Client, EPOCH, ID, Reply, date, error_of, failed, http};

#[test]
fn a_redirect_is_an_invalid_response_and_is_not_tried_again() {
    for (status, told) in [(0, json!(null)), (301, json!(301)), (302, json!(302)), (307, json!(307)), (308, json!(308))]
    {
        let client = Client::v1();
        let mut run = client.start("finalize", json!({ "mediaId": ID }));
        let request = run.next("FINALIZE");
        run.answer(&request, status, "");
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
    for (status, code, retryable) in table {
        let client = Client::with_attempts(1);
        let mut run = client.start("finalize", json!({ "mediaId": ID }));
        for _ in 0..2 {
            for request in run.requests() {
                run.answer(&request, status, "");
            }
            run.drain();
            if status == 401 {
                run.client.refreshed(true);
            }
        }
        let error = run.error();
        assert_eq!((&error["code"], &error["retryable"]), (&json!(code), &json!(retryable)), "{status}");
        assert_eq!(error["status"], status);
    }
}

#[test]
fn what_the_headers_say_of_the_rate_limit_is_told_in_milliseconds() {
    let limit_of = |reply: &Reply| error_of("finalize", reply)["rateLimit"].take();
    let reply = http(403).header("x-rate-limit-limit", 615).header("x-rate-limit-remaining", " 0 ");
    assert_eq!(
        limit_of(&reply.header("x-rate-limit-reset", 1_610_654_844)),
        json!({ "limit": 615, "remaining": 0, "resetsAt": 1_610_654_844_000_u64 }),
    );
    assert_eq!(limit_of(&http(403).header("x-rate-limit-remaining", 7)), json!({ "remaining": 7 }));
    // A limit of the day, where nothing is left of it.
    for name in ["user", "app"] {
        let names = match name {
            "user" => ["x-user-limit-24hour-limit", "x-user-limit-24hour-remaining", "x-user-limit-24hour-reset"],
            _ => ["x-app-limit-24hour-limit", "x-app-limit-24hour-remaining", "x-app-limit-24hour-reset"],
        };
        for (left, told) in [
            (0, json!({ "limit": 500, "remaining": 0, "resetsAt": EPOCH + 80_000_000 })),
            (1, json!({ "limit": 615, "remaining": 600, "resetsAt": EPOCH + 900_000 })),
        ] {
            let reply = http(403).header(names[0], 500).header(names[1], left).header(names[2], EPOCH / 1000 + 80_000);
            let reply = reply.header("x-rate-limit-limit", 615).header("x-rate-limit-remaining", 600);
            assert_eq!(limit_of(&reply.header("x-rate-limit-reset", EPOCH / 1000 + 900)), told, "{name}");
        }
    }
    assert_eq!(limit_of(&http(403).header("retry-after", 120)), json!({ "resetsAt": EPOCH + 120_000 }));
    let later = EPOCH + 3_600_000;
    assert_eq!(limit_of(&http(403).header("retry-after", date(later))), json!({ "resetsAt": later }));
    for nonsense in ["", "-1", "soon", "1.5", "1e3", "99999999999999999999"] {
        let names = ["x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset", "retry-after", "date"];
        let reply = names.into_iter().fold(http(403), |reply, name| reply.header(name, nonsense));
        assert_eq!(limit_of(&reply), json!(null), "{nonsense}");
    }
}

#[test]
fn a_line_of_plain_text_is_the_message_and_a_page_or_a_long_text_is_none() {
    let errors = |body: &str| error_of("finalize", &http(502).body(body))["apiErrors"].take();
    assert_eq!(errors(" Bad\tgateway \r\n"), json!([{ "message": "Bad\tgateway" }]));
    assert_eq!(errors("say \"please\" \\ ok"), json!([{ "message": "say \"please\" \\ ok" }]));
    assert_eq!(errors(&"x".repeat(201)), json!([]));
    assert_eq!(errors("\n <h1>502</h1>"), json!([]));
}

#[test]
fn error_bodies_of_no_known_shape_are_read_as_far_as_they_go() {
    let errors = |body: &Value| error_of("finalize", &http(400).body(body))["apiErrors"].take();
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
        (json!({ "errors": [{ "detail": "d" }] }), json!([{ "message": "d" }])),
        (json!({ "data": {}, "errors": [{ "title": "t" }] }), json!([{ "message": "t", "title": "t" }])),
        (
            json!({ "errors": [{ "code": 1, "message": "m", "title": "t", "type": "u" }], "title": "T", "type": "U" }),
            json!([{ "code": 1, "message": "m", "title": "t", "type": "u" }]),
        ),
        (
            json!({ "errors": [{ "message": "m", "title": "t" }], "title": "T", "type": "U" }),
            json!([{ "message": "m", "title": "t", "type": "U" }]),
        ),
        (json!("in a text"), json!([{ "message": "in a text" }])),
    ];
    for (body, expected) in table {
        assert_eq!(errors(&body), expected, "{body}");
    }
}

#[test]
fn a_failure_that_is_not_xs_keeps_its_kind_and_says_nothing_of_a_status() {
    let table = [
        (Code::Network, "network", true),
        (Code::FileChanged, "file_changed", false),
        (Code::CallbackFailed, "callback_failed", false),
        (Code::InvalidArgument, "invalid_argument", false),
        (Code::Internal, "internal", false),
    ];
    for (code, name, retryable) in table {
        let error = error_of("finalize", &failed(code));
        assert_eq!((&error["code"], &error["retryable"]), (&json!(name), &json!(retryable)));
        assert_eq!(error.get("status"), None, "{name}");
    }
}
