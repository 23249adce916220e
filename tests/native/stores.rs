//! Stores: under what they are asked for a session, and when what they have is of no use any more.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use x_media_upload::protocol::{Authorization, Code};

use super::driver::stopped::{commands, options, resume, stopped};
use super::driver::{Client, End, ID, MIB, Reply, Run, Sent, failed, http, merged, pending, processing, ready};

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

/// What X says in JSON of a media that it does not know.
fn unknown() -> [(Reply, &'static str); 2] {
    let words = r#"{"errors":[{"code":34,"message":"Sorry, that page does not exist"}]}"#;
    [
        (http(404).body(words), "not_found"),
        (http(400).body(r#"{"errors":[{"message":"BadRequest: Not found"}]}"#), "rejected"),
    ]
}

/// Where an upload may have been stopped, beside the first command that tells whether X knows its media.
const ASKED_FIRST: [(&str, &str); 4] =
    [("append", "APPEND"), ("appended", "FINALIZE"), ("finalize", "FINALIZE"), ("processing", "STATUS")];

#[test]
fn where_x_no_longer_knows_the_media_of_a_stored_session_it_starts_over_once() {
    for (refusal, code) in unknown() {
        for (phase, command) in ASKED_FIRST {
            let mut run = resume(&stopped(phase), true, json!({ "altText": "" }));
            // It knows the new one no more than the old one: that is no matter of forgetting.
            let sent = forget_media(&mut run, command, &refusal);
            assert_eq!(sent.iter().filter(|name| *name == "INIT").count(), 1, "{phase}: {sent:?}");
            if command == "STATUS" {
                assert_eq!(run.media()["media_id_string"], "22", "the new one needed no STATUS");
            } else {
                let error = run.error();
                assert_eq!((&error["code"], &error["media_id_string"]), (&json!(code), &json!("22")), "{phase}");
                // Only where FINALIZE is refused will X never take it.
                assert_eq!(run.forget, command == "FINALIZE", "{phase}");
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
fn it_does_not_start_over_because_of_what_is_no_word_of_x() {
    for refusal in [http(404), http(400), http(404).body("<html>"), http(400).body("Bad Request")] {
        for (phase, command) in ASKED_FIRST {
            let mut run = resume(&stopped(phase), true, json!({ "altText": "" }));
            let sent = forget_media(&mut run, command, &refusal);
            assert!(!sent.contains(&"INIT".to_owned()), "{phase}: {sent:?}");
            let error = run.error();
            assert_eq!((&error["media_id_string"], run.forget), (&json!(ID), false), "{phase}: {refusal:?}");
        }
    }
}

#[test]
fn it_does_not_start_over_because_x_does_not_know_the_media_once_or_twice() {
    for from_store in [false, true] {
        for (refusal, _) in unknown() {
            // APPEND, STATUS of a media that was finalized a moment before it died, and METADATA.
            for (phase, command) in [("append", "APPEND"), ("processing", "STATUS"), ("metadata", "METADATA")] {
                // 400 may be the text's fault.
                if command == "METADATA" && (!from_store || refusal.status() == Some(400)) {
                    continue;
                }
                for times in [1, 2] {
                    let mut run = resume(&stopped(phase), from_store, json!({ "concurrency": 1 }));
                    for time in 0..times {
                        let sent = run.next(command);
                        assert!((time > 0) == (sent.waited >= 1000), "{phase}: {}", sent.waited);
                        run.answer_with(&sent, &refusal);
                    }
                    let again = run.well(command);
                    assert!(again.waited >= 1000);
                    let sent: Vec<&str> = run.finish().iter().map(Sent::command).collect();
                    assert!(!sent.contains(&"INIT"), "{phase}: {sent:?}");
                    assert_eq!(run.media()["media_id_string"], ID, "{phase}");
                }
                // The third time it is for good.
                let mut run = resume(&stopped(phase), from_store, json!({ "concurrency": 1 }));
                for _ in 0..3 {
                    let sent = run.next(command);
                    run.answer_with(&sent, &refusal);
                }
                match from_store {
                    true => drop(run.next("INIT")),
                    false => assert!(matches!(run.end(), End::Rejected(_)) && !run.forget, "{phase}"),
                }
            }
        }
    }
}

#[test]
fn a_resumed_upload_whose_processing_is_over_is_ready_also_where_status_says_nothing_of_it() {
    let silent = json!({ "data": { "id": ID, "media_key": "7_1", "expires_after_secs": 80_000 } });
    for from_store in [false, true] {
        let mut run = resume(&stopped("processing"), from_store, json!({}));
        let status = run.next("STATUS");
        run.answer(&status, 200, &silent);
        assert_eq!(commands(&run.finish()), ["METADATA"]);
        assert_eq!(run.media()["media_id_string"], ID);
    }
    // Its FINALIZE spoke of processing: nobody asks whether it was finalized.
    let mut run = resume(&stopped("processing"), true, json!({ "timeoutSecs": 20 }));
    while let Some(status) = run.any() {
        run.lose(&status);
    }
    assert!(run.code() == "processing_timeout" && run.message().contains("still processing"), "{}", run.message());
}

#[test]
fn a_new_upload_is_not_begun_anew_because_x_does_not_know_its_media() {
    let mut run = resume(&json!(null), true, json!({}));
    let sent = forget_media(&mut run, "APPEND", &unknown()[0].0);
    assert_eq!(sent, ["INIT", "APPEND"]);
    assert_eq!((run.code(), run.forget), ("not_found".to_owned(), false));
}

/// How an upload with a store ends where the first request of a command is answered so; whether the session is forgotten.
/// Whatever STATUS is asked in doubt after FINALIZE is answered with `doubted`.
fn forgets(command: &str, answer: &Reply, doubted: &Reply) -> (String, bool) {
    let client = Client::with(json!({ "api": "1.1", "retry": { "attempts": 1 } }), Authorization::Fixed);
    let mut run = client.upload(6 * MIB, merged(options(), &json!({ "hasStore": true, "timeoutSecs": 1000 })));
    let mut answered = false;
    while let Some(sent) = run.any() {
        match sent.command() {
            name if name == command => {
                answered = true;
                run.answer_with(&sent, answer);
            }
            // What a refusal left in doubt stays unknown.
            "STATUS" if answered => run.answer_with(&sent, doubted),
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
    let words = r#"{"errors":[{"code":34,"message":"Sorry, that page does not exist"}]}"#;
    let gone = [
        ("METADATA", http(204), "resolved"),
        ("FINALIZE", http(400).body(words), "rejected"),
        ("FINALIZE", http(404).body(words), "not_found"),
        ("FINALIZE", http(400).body(r#"{"error":"Segments do not add up to provided total file size."}"#), "rejected"),
        ("FINALIZE", http(200).body(&unusable), "processing_failed"),
        ("STATUS", http(200).body(&unusable), "processing_failed"),
    ];
    let mut kept = vec![
        ("INIT", http(503), "server"),
        ("APPEND", http(401), "unauthorized"),
        ("APPEND", http(402), "payment_required"),
        ("APPEND", http(403), "forbidden"),
        ("APPEND", http(408), "rejected"),
        ("APPEND", http(425), "rejected"),
        ("APPEND", http(429), "rate_limited"),
        ("APPEND", http(500), "server"),
        ("APPEND", http(308), "invalid_response"),
        ("APPEND", http(200).body("<html>Sign in"), "invalid_response"),
        ("APPEND", http(200).body(words), "rejected"),
        ("APPEND", failed(Code::Network), "network"),
        ("APPEND", failed(Code::FileChanged), "file_changed"),
        ("APPEND", failed(Code::CallbackFailed), "callback_failed"),
        ("APPEND", failed(Code::Internal), "internal"),
        ("FINALIZE", http(402), "payment_required"),
        ("FINALIZE", http(403).body(words), "forbidden"),
        ("FINALIZE", http(408), "rejected"),
        ("FINALIZE", http(429).body(words), "rate_limited"),
        ("FINALIZE", http(503), "server"),
        ("FINALIZE", http(200).body("{}"), "invalid_response"),
        ("FINALIZE", http(200).body(words), "rejected"),
        // A proxy's, a firewall's, an app's own.
        ("FINALIZE", http(400), "rejected"),
        ("FINALIZE", http(400).body("<html>"), "rejected"),
        ("FINALIZE", http(404).body("404 page not found"), "not_found"),
        (
            "FINALIZE",
            http(404).body(r#"{"type":"urn:x-media-upload:relay:not-found","title":"Not Found"}"#),
            "not_found",
        ),
        ("FINALIZE", http(405).body(words), "rejected"),
        ("STATUS", http(403), "forbidden"),
        ("STATUS", http(404).body(words), "not_found"),
        ("STATUS", http(400).body(words), "rejected"),
        ("STATUS", http(410).body(words), "rejected"),
        ("STATUS", http(429).header("retry-after", 3000), "rate_limited"),
        ("STATUS", http(503), "processing_timeout"),
        ("METADATA", http(400).body(words), "rejected"),
        ("METADATA", http(403), "forbidden"),
        ("METADATA", http(404).body(words), "not_found"),
        ("METADATA", http(413), "too_large"),
        ("METADATA", http(500), "server"),
    ];
    for status in [400, 404, 405, 409, 410, 412, 415, 421, 423, 426, 431, 451, 499] {
        let code = if status == 404 { "not_found" } else { "rejected" };
        kept.extend([("APPEND", http(status), code), ("APPEND", http(status).body(words), code)]);
    }
    let cases = gone.into_iter().map(|case| (case, true)).chain(kept.into_iter().map(|case| (case, false)));
    for ((command, answer, code), forget) in cases {
        assert_eq!(forgets(command, &answer, &http(404)), (code.to_owned(), forget), "{command} {answer:?}");
    }
    // Where STATUS could not be asked, nothing is known of what FINALIZE was refused for.
    let refused = http(400).body(words);
    assert_eq!(forgets("FINALIZE", &refused, &http(503)), ("server".to_owned(), false));
    assert_eq!(forgets("FINALIZE", &refused, &http(402)), ("payment_required".to_owned(), false));
    assert_eq!(forgets("FINALIZE", &refused, &http(200).body(&unusable)), ("processing_failed".to_owned(), true));
    assert_eq!(forgets("FINALIZE", &refused, &http(200).body(ready())), ("rejected".to_owned(), true));
    // Expired, or too large however it is cut: that may be the fault of what stands before X.
    let mut run = Client::v1().upload(1, json!({ "hasStore": true, "saves": true }));
    let init = run.next("INIT");
    run.answer(&init, 202, &expires_soon);
    assert_eq!((run.requests().len(), run.code(), run.forget), (1, "expired".to_owned(), true));
    let mut run = Client::v1().upload(1, json!({ "hasStore": true, "saves": true }));
    while let Some(sent) = run.any() {
        match sent.command() {
            "APPEND" => run.answer(&sent, 413, ""),
            _ => run.answer_well(&sent),
        }
    }
    assert_eq!((run.code(), run.forget), ("too_large".to_owned(), false));
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
    for (refusal, starts_over) in [(unknown()[0].0.clone(), true), (http(404).body("<html>"), false)] {
        let mut run = resume(&stopped("metadata"), true, json!({}));
        for _ in 0..3 {
            let metadata = run.next("METADATA");
            run.answer_with(&metadata, &refusal);
        }
        if starts_over {
            let init = run.next("INIT");
            run.answer(&init, 202, ready());
            assert_eq!(run.requests().len(), 2);
        } else {
            assert_eq!((run.code(), run.forget), ("not_found".to_owned(), false));
        }
    }
}
