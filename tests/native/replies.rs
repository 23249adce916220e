//! Every body on record beside what callers get of it. Where they come from: `tests/fixtures/README.md`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::json;

use super::driver::{COMMANDS, Client, EPOCH, End, ID, body, end_about, http, parse, without};

/// Method, HTTP status and file, beside the Media. `expiresAt` is reckoned from `expires_after_secs`.
const MEDIA: [(&str, u16, &str, &str); 33] = [
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
    (
        "initialize",
        202,
        "v1-init-with-size-and-video.json",
        r#"{"media_id_string":"1726870404957175808","media_key":"7_1726870404957175808","size":8707460,
            "expires_after_secs":86400,"video":{"video_type":"video/mp4"}}"#,
    ),
    (
        "initialize",
        202,
        "v1-init-rounded-number.json",
        r#"{"media_id_string":"1349803915521482754","expires_after_secs":86399}"#,
    ),
    (
        "finalize",
        201,
        "v1-finalize-ready-gif.json",
        r#"{"media_id_string":"1349803915521482755","size":12344,"expires_after_secs":86400,
            "image":{"image_type":"image/gif","w":80,"h":60}}"#,
    ),
    (
        "finalize",
        201,
        "v1-finalize-pending-without-expiry.json",
        r#"{"media_id_string":"1757063824702574592","media_key":"7_1757063824702574592","size":8707460,
            "processing_info":{"state":"pending","check_after_secs":1}}"#,
    ),
    (
        "status",
        200,
        "v1-status-failed-with-size.json",
        r#"{"media_id_string":"710511363345354753","media_key":"7_710511363345354753","size":10240,
            "processing_info":{"state":"failed","progress_percent":12,
            "error":{"code":1,"name":"InvalidMedia","message":"Unsupported video format"}}}"#,
    ),
    (
        "initialize",
        202,
        "v2-init-gif.json",
        r#"{"media_id_string":"1959975206895702017","media_key":"16_1959975206895702017","expires_after_secs":86400}"#,
    ),
    (
        "finalize",
        200,
        "v2-finalize-pending-gif.json",
        r#"{"media_id_string":"1959975206895702017","media_key":"16_1959975206895702017","size":12344,
            "expires_after_secs":86400,"processing_info":{"state":"pending","check_after_secs":1}}"#,
    ),
    (
        "status",
        200,
        "v2-status-succeeded-gif.json",
        r#"{"media_id_string":"1959975206895702017","media_key":"16_1959975206895702017","size":12344,
            "expires_after_secs":86399,"processing_info":{"state":"succeeded","progress_percent":100}}"#,
    ),
    (
        "finalize",
        200,
        "v2-finalize-ready-image-width-height.json",
        r#"{"media_id_string":"1900544781383569410","media_key":"3_1900544781383569410","size":100,
            "expires_after_secs":86400,"image":{"image_type":"image/png","w":12,"h":16}}"#,
    ),
    (
        "status",
        200,
        "v2-status-before-finalize.json",
        r#"{"media_id_string":"1912103767639719936","media_key":"1764100_000","expires_after_secs":3600}"#,
    ),
    // It is about the media that was asked about.
    (
        "status",
        200,
        "v2-status-succeeded-without-id.json",
        r#"{"media_id_string":"1284554329119236097","processing_info":{"state":"succeeded","progress_percent":100}}"#,
    ),
];

#[test]
fn every_media_on_record_is_read_in_one_shape_with_all_its_digits() {
    for (method, status, name, expected) in MEDIA {
        let mut expected = parse(expected);
        if let Some(secs) = expected["expires_after_secs"].as_u64() {
            expected["expiresAt"] = (EPOCH + secs * 1000).into();
        }
        let id = expected["media_id_string"].as_str().unwrap();
        let end = end_about(method, id, &http(status).body(body(name)));
        assert_eq!(end, End::Resolved(expected), "{name}");
    }
}

/// HTTP status, file, the error's code, and its `apiErrors`.
const ERRORS: [(u16, &str, &str, &str); 23] = [
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
    (
        402,
        "error-3-credits-depleted-older.json",
        "payment_required",
        r#"[{"message":"Your enrolled account [1234567890] does not have any credits to fulfill this request.",
             "title":"CreditsDepleted","type":"https://api.twitter.com/2/problems/credits"}]"#,
    ),
    (
        429,
        "error-3-usage-capped.json",
        "rate_limited",
        r#"[{"message":"Usage cap exceeded: Monthly product cap","title":"UsageCapExceeded",
             "type":"https://api.twitter.com/2/problems/usage-capped"}]"#,
    ),
    (400, "error-1-detail-alone.json", "rejected", r#"[{"message":"The media could not be found."}]"#),
    (200, "error-1-with-200.json", "rejected", r#"[{"code":34,"message":"Sorry, that page does not exist"}]"#),
    (
        400,
        "error-4-with-codes.json",
        "rejected",
        r#"[{"code":214,"message":"media category is invalid","title":"Bad Request","type":"about:blank"}]"#,
    ),
];

#[test]
fn every_error_on_record_is_read_in_one_shape_for_every_command() {
    for (status, name, code, api_errors) in ERRORS {
        for method in COMMANDS {
            let client = Client::with_attempts(1);
            let (mut run, mut request) = client.command(method);
            let command = request.command();
            run.answer(&request, status, body(name));
            // A 401 asks for another token first.
            if status == 401 {
                run.drain();
                client.refreshed(true);
                request = run.next(command);
                run.answer(&request, status, body(name));
            }
            let expected = json!({
                "code": code,
                "command": command,
                "media_id_string": ID,
                "status": status,
                "apiErrors": parse(api_errors),
                "attempts": 1,
                "retryable": matches!(status, 429 | 500..) && !name.contains("capped"),
            });
            let expected = if command == "INIT" { without(expected, "media_id_string") } else { expected };
            assert_eq!(run.error(), expected, "{name} to {command}");
        }
    }
}

/// Bodies that are read otherwise by each command.
const OTHERS: [&str; 3] = ["v2-append.json", "v1-metadata.txt", "error-1-beside-empty-data.json"];

#[test]
fn the_answers_to_metadata_and_append_are_acknowledgements() {
    let end = |method: &str, status: u16, name: &str| {
        let mut run = Client::v1().command_run(method);
        let sent = run.any().unwrap();
        run.answer(&sent, status, body(name));
        run.end()
    };
    assert_eq!(end("setMetadata", 200, "v1-metadata.txt"), End::Resolved(json!(null)));
    assert_eq!(end("append", 200, "v2-append.json"), End::Resolved(json!(null)));
    for method in ["initialize", "finalize", "status"] {
        let End::Rejected(error) = end(method, 200, "error-1-beside-empty-data.json") else { panic!("{method}") };
        assert_eq!(error["apiErrors"], json!([{ "message": "it is bad", "title": "Bad" }]), "{method}");
    }
}

#[test]
fn a_gif_of_version_2_is_waited_for_and_one_of_version_1_without_a_category_is_not() {
    let mut run = Client::v2().start("finalizeAndWait", json!({ "mediaId": "1959975206895702017" }));
    for (command, name) in [("FINALIZE", "v2-finalize-pending-gif.json"), ("STATUS", "v2-status-succeeded-gif.json")] {
        let sent = run.next(command);
        run.answer(&sent, 200, body(name));
    }
    assert_eq!(run.media()["media_key"], "16_1959975206895702017");
    let mut run = Client::v1().start("finalizeAndWait", json!({ "mediaId": "1349803915521482755" }));
    let sent = run.next("FINALIZE");
    run.answer(&sent, 201, body("v1-finalize-ready-gif.json"));
    assert_eq!(run.media()["image"]["image_type"], "image/gif");
}

#[test]
fn no_fixture_is_forgotten() {
    let read = MEDIA.iter().map(|(_, _, name, _)| *name).chain(ERRORS.iter().map(|(_, name, ..)| *name));
    let read: BTreeSet<String> = read.chain(OTHERS).map(str::to_owned).collect();
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", "replies"].iter().collect();
    let there = std::fs::read_dir(folder).unwrap();
    let there: BTreeSet<String> = there.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(read, there);
}
