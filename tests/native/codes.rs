//! Every code of `MediaUploadError`, as `src/js/index.d.ts` lists them, and how a call comes to end in it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use x_media_upload::protocol::{Authorization, Code};

use super::driver::{Client, ID, MIB, Reply, failed, http, pending, processing};

/// The codes of the package's type declarations.
pub(crate) fn declared() -> BTreeSet<String> {
    let types = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/js/index.d.ts")).unwrap();
    let (_, behind) = types.split_once("export type ErrorCode =").unwrap();
    let (codes, _) = behind.split_once(";\n").unwrap();
    let codes = codes.lines().filter_map(|line| line.trim().strip_prefix("| \"")?.split('"').next());
    codes.map(str::to_owned).collect()
}

#[test]
fn every_code_is_what_some_call_ends_in() {
    let client = || Client::with(json!({ "api": "1.1", "retry": { "attempts": 1 } }), Authorization::Fixed);
    // How FINALIZE and the wait after it end, where FINALIZE ends so.
    let finalize = |reply: Reply| {
        let mut run = client().start("finalizeAndWait", json!({ "mediaId": ID, "timeoutSecs": 100 }));
        let finalize = run.next("FINALIZE");
        run.answer_with(&finalize, &reply);
        while let Some(status) = run.any() {
            run.answer(&status, 200, pending(60));
        }
        run.error()
    };
    let expiring =
        json!({ "media_id_string": ID, "expires_after_secs": 10, "processing_info": { "check_after_secs": 20 } });
    let mut errors: Vec<Value> = [
        failed(Code::Network),
        failed(Code::Internal),
        failed(Code::CallbackFailed),
        failed(Code::InvalidArgument),
        failed(Code::FileChanged),
        http(201).body("<html>"),
        http(201).body(processing(&json!({ "state": "failed" }))),
        http(201).body(expiring),
        http(201).body(pending(60)),
    ]
    .map(finalize)
    .into();
    errors.extend([401, 402, 403, 404, 409, 413, 429, 503].map(|status| finalize(http(status))));
    let mut late = client().start("status", json!({ "mediaId": ID }));
    late.next("STATUS");
    errors.push(late.error());

    let produced: BTreeSet<String> = errors.iter().map(|error| error["code"].as_str().unwrap().to_owned()).collect();
    assert_eq!(produced, declared());
    for error in errors {
        let code = error["code"].as_str().unwrap();
        let retryable = ["network", "timeout", "rate_limited", "server", "processing_timeout"].contains(&code);
        assert_eq!(error["retryable"], retryable, "{error}");
        assert_eq!(error["media_id_string"], ID, "{error}");
        assert!(error["command"].is_string() && error["apiErrors"].is_array(), "{error}");
    }
}

#[test]
fn the_error_of_an_upload_carries_a_session_from_the_answer_to_init_on() {
    let failures = ["INIT", "APPEND", "FINALIZE", "STATUS", "METADATA"];
    for failing in failures {
        let mut run = Client::v1().upload(2 * MIB, json!({ "segmentSize": MIB, "altText": "x" }));
        while let Some(sent) = run.any() {
            if sent.command() == failing { run.answer(&sent, 403, "") } else { run.answer_well(&sent) }
        }
        let error = run.error();
        assert_eq!((&error["code"], &error["command"]), (&json!("forbidden"), &json!(failing)));
        let phase = match failing {
            "INIT" => Value::Null,
            "STATUS" => json!("processing"),
            command => json!(command.to_lowercase()),
        };
        assert_eq!(error["session"]["phase"], phase);
        assert_eq!(error["session"], run.session().unwrap_or_default());
    }
}
