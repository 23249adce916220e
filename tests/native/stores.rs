//! Stores: under what they are asked for a session, and when what they have is of no use any more.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use x_media_upload::protocol::{Authorization, Code};

use super::driver::stopped::{commands, options, resume, stopped};
use super::driver::{Client, End, ID, MIB, Reply, Run, failed, http, merged, pending, processing, ready};

#[test]
fn a_store_is_asked_by_what_makes_another_media_of_the_file_and_by_nothing_else() {
    let ask = |client: &Client, options: &Value, sample: &[u8]| {
        let usual = json!({ "file": 6 * MIB, "type": "video/mp4", "name": "a.mp4", "hasStore": true });
        let mut run = client.start("upload", merged(usual, options));
        run.sample = Some(sample.to_vec());
        run.requests();
        run.key.unwrap()
    };
    let video = b"\0\0\0\x18ftypmp42";
    let client = |options: Value| Client::new(options);
    let usual = client(json!({ "api": "2" }));
    let key = ask(&usual, &json!({}), video);
    let mut keys = vec![key.clone()];
    for options in [
        json!({ "api": "1.1" }),
        json!({ "api": "2", "baseUrl": "https://x.test" }),
        json!({ "api": "2", "baseUrl": "https://x.test/x" }),
    ] {
        keys.push(ask(&client(options), &json!({}), video));
    }
    for options in [
        json!({ "file": 6 * MIB + 1 }),
        json!({ "type": "video/quicktime" }),
        json!({ "name": "b.mp4" }),
        json!({ "name": "a.mp4,5" }),
        json!({ "lastModified": 5 }),
        json!({ "lastModified": 6 }),
        json!({ "mediaType": "video/webm" }),
        json!({ "mediaCategory": "amplify_video" }),
        json!({ "mediaCategory": "dm_video" }),
        json!({ "additionalOwners": ["1"] }),
        json!({ "additionalOwners": ["1", "2"] }),
        json!({ "shared": true }),
        json!({ "shared": false }),
    ] {
        keys.push(ask(&usual, &options, video));
    }
    keys.push(ask(&usual, &json!({}), b"\0\0\0\x18ftypmp41"));
    let different: BTreeSet<&String> = keys.iter().collect();
    assert_eq!(different.len(), keys.len(), "{keys:#?}");

    for options in [
        json!({ "segmentSize": 65_536, "concurrency": 1, "wait": false, "timeoutSecs": 1, "saves": true }),
        json!({ "altText": "A dog" }),
        // What INIT says anyway.
        json!({ "mediaType": "video/mp4", "mediaCategory": "tweet_video", "additionalOwners": [] }),
    ] {
        assert_eq!(ask(&usual, &options, video), key, "{options}");
    }
    let patient = json!({ "api": "2", "retry": { "attempts": 9 }, "requestTimeoutMs": 9 });
    assert_eq!(ask(&client(patient), &json!({}), video), key);
}

/// Answers the requests of that command as X does where it knows nothing of the media, the others well.
fn forget_media(run: &mut Run, command: &str, refusal: &Reply) -> Vec<String> {
    let mut all = Vec::new();
    while let Some(first) = run.any() {
        for sent in [first].into_iter().chain(run.requests()) {
            match sent.command() {
                name if name == command || (command == "FINALIZE" && name == "STATUS") => {
                    run.answer_with(&sent, refusal);
                }
                "INIT" => run.answer(&sent, 202, json!({ "media_id_string": "22" })),
                "FINALIZE" => run.answer(&sent, 200, json!({ "media_id_string": "22" })),
                _ => run.answer_well(&sent),
            }
            all.push(sent.command().to_owned());
        }
    }
    all.dedup();
    all
}

#[test]
fn where_x_no_longer_knows_the_media_of_a_stored_session_it_starts_over_once() {
    let refusals =
        [(http(404), "not_found"), (http(400).body(r#"{"errors":[{"message":"BadRequest: Not found"}]}"#), "rejected")];
    for (refusal, code) in refusals {
        for (phase, command) in
            [("append", "APPEND"), ("appended", "FINALIZE"), ("finalize", "FINALIZE"), ("processing", "STATUS")]
        {
            let mut run = resume(&stopped(phase), true, json!({ "altText": "" }));
            // It knows the new one no more than the old one: that is no matter of forgetting.
            let sent = forget_media(&mut run, command, &refusal);
            assert_eq!(sent.iter().filter(|name| *name == "INIT").count(), 1, "{phase}: {sent:?}");
            if command == "STATUS" {
                assert_eq!(run.media()["media_id_string"], "22", "the new one needed no STATUS");
            } else {
                let error = run.error();
                assert_eq!((&error["code"], &error["media_id_string"]), (&json!(code), &json!("22")), "{phase}");
                assert!(run.forget, "{phase}");
            }
            // The caller's own session is the caller's to judge.
            let mut run = resume(&stopped(phase), false, json!({ "altText": "" }));
            let sent = forget_media(&mut run, command, &refusal);
            assert!(!sent.contains(&"INIT".to_owned()), "{phase}: {sent:?}");
            assert_eq!(run.error()["media_id_string"], ID, "{phase}");
        }
    }
}

#[test]
fn a_media_that_was_finalized_may_still_be_unknown_to_status_when_its_upload_is_resumed() {
    for from_store in [false, true] {
        // It died a moment after FINALIZE was answered.
        let mut run = resume(&stopped("processing"), from_store, json!({}));
        for _ in 0..3 {
            let status = run.next("STATUS");
            run.answer(&status, 404, "");
        }
        assert_eq!(commands(&run.finish()), ["STATUS", "STATUS", "METADATA"]);
        assert_eq!(run.media()["media_id_string"], ID);
    }
}

#[test]
fn a_new_upload_is_not_begun_anew_because_x_does_not_know_its_media() {
    let mut run = resume(&json!(null), true, json!({}));
    let sent = forget_media(&mut run, "APPEND", &http(404));
    assert_eq!(sent, ["INIT", "APPEND"]);
    assert_eq!(run.code(), "not_found");
}

/// How an upload with a store ends where the first request of a command is answered so; whether the session is forgotten.
fn forgets(command: &str, answer: &Reply) -> (String, bool) {
    let client = Client::with(json!({ "api": "1.1", "retry": { "attempts": 1 } }), Authorization::Fixed);
    let mut run = client.upload(6 * MIB, merged(options(), &json!({ "hasStore": true, "timeoutSecs": 60 })));
    let mut answered = false;
    while let Some(sent) = run.any() {
        match sent.command() {
            name if name == command => {
                answered = true;
                run.answer_with(&sent, answer);
            }
            // What a refusal left in doubt stays unknown.
            "STATUS" if answered => run.answer(&sent, 404, ""),
            _ => run.answer_well(&sent),
        }
    }
    let code = match run.end() {
        End::Rejected(error) => {
            let expected = if command == "INIT" { &json!(null) } else { &json!(ID) };
            assert_eq!(&error["session"]["media_id_string"], expected, "{error}");
            error["code"].as_str().unwrap().to_owned()
        }
        End::Resolved(_) => "resolved".to_owned(),
        End::Aborted => "aborted".to_owned(),
    };
    (code, run.forget)
}

#[test]
fn a_stored_session_is_forgotten_when_x_has_done_with_the_media_and_kept_otherwise() {
    let unusable = processing(&json!({ "state": "failed" }));
    let expires_soon = json!({ "media_id_string": ID, "expires_after_secs": 1 });
    let gone = [
        ("METADATA", http(204), "resolved"),
        ("APPEND", http(400), "rejected"),
        ("APPEND", http(404), "not_found"),
        ("APPEND", http(410), "rejected"),
        ("FINALIZE", http(400), "rejected"),
        ("FINALIZE", http(200).body(&unusable), "processing_failed"),
        ("STATUS", http(200).body(&unusable), "processing_failed"),
        ("STATUS", http(410), "rejected"),
    ];
    let kept = [
        ("INIT", http(503), "server"),
        ("APPEND", http(401), "unauthorized"),
        ("APPEND", http(402), "payment_required"),
        ("APPEND", http(403), "forbidden"),
        ("APPEND", http(408), "rejected"),
        ("APPEND", http(425), "rejected"),
        ("APPEND", http(429), "rate_limited"),
        ("APPEND", http(500), "server"),
        ("APPEND", http(308), "invalid_response"),
        ("APPEND", failed(Code::Network), "network"),
        ("APPEND", failed(Code::FileChanged), "file_changed"),
        ("APPEND", failed(Code::CallbackFailed), "callback_failed"),
        ("APPEND", failed(Code::Internal), "internal"),
        ("FINALIZE", http(402), "payment_required"),
        ("FINALIZE", http(408), "rejected"),
        ("FINALIZE", http(503), "server"),
        ("FINALIZE", http(200).body("{}"), "invalid_response"),
        ("STATUS", http(403), "forbidden"),
        ("STATUS", http(429).header("retry-after", 3000), "rate_limited"),
        ("STATUS", http(503), "processing_timeout"),
        ("METADATA", http(400), "rejected"),
        ("METADATA", http(403), "forbidden"),
        ("METADATA", http(413), "too_large"),
        ("METADATA", http(500), "server"),
    ];
    let cases = gone.into_iter().map(|case| (case, true)).chain(kept.into_iter().map(|case| (case, false)));
    for ((command, answer, code), forget) in cases {
        assert_eq!(forgets(command, &answer), (code.to_owned(), forget), "{command} {answer:?}");
    }
    // Expired, or too large however it is cut.
    let mut run = Client::v1().upload(1, json!({ "hasStore": true, "saves": true }));
    let init = run.next("INIT");
    run.answer(&init, 202, &expires_soon);
    assert_eq!((run.requests().len(), run.code(), run.forget), (1, "expired".to_owned(), true));
    let mut run = Client::v1().upload(1, json!({ "hasStore": true, "saves": true }));
    for _ in 0..3 {
        run.well("INIT");
        let append = run.next("APPEND");
        run.answer(&append, 413, "");
    }
    assert_eq!((run.code(), run.forget), ("too_large".to_owned(), true));
    // A wait that was too short, and an abort: it can go on.
    let mut run = resume(&stopped("processing"), true, json!({ "timeoutSecs": 5 }));
    let status = run.next("STATUS");
    run.answer(&status, 200, pending(10));
    assert_eq!((run.code(), run.forget), ("processing_timeout".to_owned(), false));
    let mut run = resume(&stopped("append"), true, json!({}));
    run.requests();
    run.abort();
    assert_eq!((run.end(), run.forget), (End::Aborted, false));
    // Without waiting for it, it is done when X has taken it.
    let mut run = resume(&stopped("appended"), true, json!({ "wait": false }));
    run.well("FINALIZE");
    run.well("METADATA");
    assert_eq!((run.media()["media_id_string"].clone(), run.forget), (json!(ID), true));
}

#[test]
fn a_metadata_that_is_refused_for_an_unknown_media_starts_a_stored_upload_over() {
    let mut run = resume(&stopped("metadata"), true, json!({}));
    let metadata = run.next("METADATA");
    run.answer(&metadata, 404, "");
    let init = run.next("INIT");
    run.answer(&init, 202, ready());
    assert_eq!(run.requests().len(), 2);
}
