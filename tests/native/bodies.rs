//! Bodies that nobody has on record: what can't be X's, and what is odd in those that can.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::driver::{
    COMMANDS, Client, End, ID, MIB, Reply, body, end_of, error_of, http, merged, pending, ready, succeeded,
};

/// How STATUS ends where a body comes with 200.
fn status(body: &str) -> End {
    end_of("status", &http(200).body(body))
}

#[test]
fn append_went_well_where_its_body_is_empty_or_json_that_is_not_errors_alone() {
    let well = [
        (204, ""),
        (200, " \r\n"),
        (200, &body("v2-append.json")),
        (200, "{}"),
        (200, "[]"),
        (200, "null"),
        (299, r#"{"data":{"expires_at":123},"errors":[{"message":"of no matter"}]}"#),
        (200, r#"{"errors":null}"#),
    ];
    for (status, body) in well {
        assert_eq!(end_of("append", &http(status).body(body)), End::Resolved(Value::Null), "{body}");
    }
    let refusal = http(200).body(r#"{"errors":[{"message":"no such media","title":"Not Found"}]}"#);
    for method in COMMANDS {
        let error = error_of(method, &refusal);
        assert_eq!(error["code"], "rejected", "{method}");
        assert_eq!(error["apiErrors"], json!([{ "message": "no such media", "title": "Not Found" }]), "{method}");
    }
}

fn deep(bracket: &str) -> String {
    bracket.repeat(30_000)
}

#[test]
fn a_2xx_that_can_not_be_what_was_asked_is_an_invalid_response() {
    let bodies = [
        "",
        " ",
        &body("error-8-page.html"),
        "null",
        "7",
        r#""1284554329119236097""#,
        "[]",
        "{}",
        r#"{"data":{}}"#,
        r#"{"data":[{"id":"1284554329119236097"}]}"#,
        r#"{"media_id_string":null}"#,
        r#"{"media_id_string":"1284554329119236097"} and more"#,
        r#"{"media_id_string":"1284554329119236097""#,
        r#"{"media_id_string":"1284554329119236097",}"#,
        r#"{'media_id_string':'1284554329119236097'}"#,
        "{\u{c}\"media_id_string\":\"1284554329119236097\"}",
        "\u{feff}{\"media_id_string\":\"1284554329119236097\"}",
        &deep("["),
        &deep("{\"a\":"),
        &format!("{}{}", deep("["), deep("]")),
        &"9".repeat(60_000),
        &format!("\"{}", "\\".repeat(60_000)),
    ];
    for body in bodies {
        let error = error_of("status", &http(200).body(body));
        assert_eq!(error["code"], "invalid_response", "{:?}", body.get(..80));
    }
    // No text, or more of it than X ever sends.
    let error = error_of("finalize", &http(200).unreadable());
    assert_eq!((&error["code"], &error["status"]), (&json!("invalid_response"), &json!(200)));
}

/// Answers that are no word of X, as proxies, firewalls and the pages of a web site give them with 200.
fn pages() -> [Reply; 5] {
    [
        http(200).body("<!doctype html><title>Sign in</title>"),
        http(201).body("{ not JSON"),
        http(200).body("Please sign in."),
        http(204).body("<html></html>"),
        http(200).unreadable(),
    ]
}

#[test]
fn a_page_is_no_acknowledgement_and_what_changes_nothing_twice_is_asked_again() {
    for page in pages() {
        for (method, tries) in [
            ("append", 3),
            ("finalize", 3),
            ("status", 3),
            ("initialize", 1),
            ("setMetadata", 1),
            ("removeSubtitles", 1),
        ] {
            let given = json!({
                "mediaId": ID, "segmentIndex": 0, "segment": 1, "total_bytes": 1, "media_type": "video/mp4",
                "metadata": {}, "mediaCategory": "tweet_video", "languageCodes": ["en"],
            });
            let mut run = Client::with_attempts(3).start(method, given);
            let mut sent = 0;
            while let Some(request) = run.any() {
                run.answer_with(&request, &page);
                sent += 1;
            }
            let error = run.error();
            assert_eq!((&error["code"], sent), (&json!("invalid_response"), tries), "{method}: {page:?}");
            assert_eq!(error["attempts"], tries, "{method}: {page:?}");
        }
        // In an upload the segment is sent again, and no byte is missing at FINALIZE.
        let mut run = Client::v2().upload(2 * MIB, json!({ "segmentSize": MIB, "concurrency": 1 }));
        run.well("INIT");
        let append = run.next("APPEND");
        run.answer_with(&append, &page);
        let again = run.well("APPEND");
        assert_eq!(again.request, append.request, "{page:?}");
        run.well("APPEND");
        run.next("FINALIZE");
    }
}

#[test]
fn what_names_another_media_is_as_good_as_unreadable() {
    let others = [
        json!({ "media_id_string": "99" }),
        json!({ "media_id": 99, "size": 7 }),
        json!({ "data": { "id": "99", "processing_info": { "state": "succeeded" } } }),
        json!({ "data": { "id": "99", "processing_info": { "state": "failed" } } }),
        json!({ "data": { "id": "", "size": 7 } }),
        json!({ "data": { "id": {}, "size": 7 } }),
    ];
    for other in others {
        for (method, command) in [("finalize", "FINALIZE"), ("status", "STATUS"), ("finalizeAndWait", "FINALIZE")] {
            let mut run = Client::with_attempts(3).start(method, json!({ "mediaId": ID }));
            for _ in 0..3 {
                let sent = run.next(command);
                run.answer(&sent, 200, &other);
            }
            let error = run.error();
            assert_eq!(
                (&error["code"], &error["attempts"], &error["media_id_string"]),
                (&json!("invalid_response"), &json!(3), &json!(ID)),
                "{method}: {other}"
            );
            // One good answer, and the wrong ones are of no matter.
            let mut run = Client::with_attempts(3).start(method, json!({ "mediaId": ID }));
            let sent = run.next(command);
            run.answer(&sent, 200, &other);
            let sent = run.next(command);
            run.answer(&sent, 200, succeeded());
            assert_eq!(run.media(), succeeded(), "{method}: {other}");
        }
        // In a wait it is asked again for as long as the wait is.
        let mut run = Client::with_attempts(1).finalized(&pending(1));
        for _ in 0..5 {
            let status = run.next("STATUS");
            run.answer(&status, 200, &other);
        }
        assert_eq!(run.statuses, [] as [Value; 0], "{other}");
        let status = run.next("STATUS");
        run.answer(&status, 200, succeeded());
        assert_eq!(run.media(), succeeded(), "{other}");
    }
}

#[test]
fn an_id_with_zeros_in_front_is_the_same_id() {
    let (mut run, sent) = Client::v1().command_about("status", "042");
    run.answer(&sent, 200, json!({ "media_id": 42, "size": 7 }));
    assert_eq!(run.media(), json!({ "media_id_string": "042", "size": 7 }));
}

#[test]
fn what_names_no_media_is_about_the_one_asked_about_where_it_says_something_of_it() {
    let said = [
        (json!({ "processing_info": { "state": "succeeded" } }), Some(true)),
        (json!({ "processing_info": { "state": "failed" } }), Some(false)),
        (json!({ "processing_info": { "state": "pending" } }), None),
        (json!({ "size": 7 }), Some(true)),
        (json!({ "image": { "image_type": "image/png" } }), Some(true)),
        (json!({ "video": { "video_type": "video/mp4" } }), Some(true)),
    ];
    for (said, is_ready) in said {
        for body in [said.clone(), json!({ "data": said })] {
            for method in ["finalize", "status"] {
                let end = end_of(method, &http(200).body(&body));
                assert_eq!(end, End::Resolved(merged(ready(), &said)), "{method}: {body}");
            }
            // INIT makes a new one.
            assert_eq!(error_of("initialize", &http(200).body(&body))["code"], "invalid_response", "{body}");
            let mut run = Client::v2().start("waitUntilReady", json!({ "media": ID }));
            let status = run.next("STATUS");
            run.answer(&status, 200, &body);
            let end = run.has_ended().then(|| matches!(run.end(), End::Resolved(_)));
            assert_eq!(end, is_ready, "{body}");
        }
    }
    for nothing in [json!({}), json!({ "ok": true }), json!({ "data": { "media_key": "7_1" } }), json!({ "size": "7" })]
    {
        assert_eq!(error_of("status", &http(200).body(&nothing))["code"], "invalid_response", "{nothing}");
    }
}

#[test]
fn what_x_says_is_wrong_is_told_also_beside_an_empty_data() {
    for data in [json!({}), json!(null), json!([]), json!({ "meta": {} })] {
        let body = json!({ "data": data, "errors": [{ "title": "Bad", "detail": "it is bad" }] });
        for method in ["initialize", "finalize", "status"] {
            let error = error_of(method, &http(200).body(&body));
            assert_eq!((&error["code"], &error["status"]), (&json!("rejected"), &json!(200)), "{method}: {body}");
            assert_eq!(error["apiErrors"], json!([{ "message": "it is bad", "title": "Bad" }]), "{method}: {body}");
        }
    }
    // Beside what was asked for they are of no matter.
    let body = json!({ "data": { "id": ID, "size": 7 }, "errors": [{ "title": "Bad", "detail": "it is bad" }] });
    let expected = json!({ "media_id_string": ID, "size": 7 });
    assert_eq!(end_of("status", &http(200).body(body)), End::Resolved(expected));
}

#[test]
fn the_size_of_a_picture_is_w_and_h_however_x_writes_it() {
    let sizes = [
        json!({ "w": 12, "h": 16 }),
        json!({ "width": 12, "height": 16 }),
        json!({ "w": 12, "height": 16 }),
        json!({ "w": 12, "h": 16, "width": 1, "height": 1 }),
        json!({ "w": null, "width": 12, "h": "?", "height": 16 }),
    ];
    for size in sizes {
        for body in [json!({ "media_id_string": ID, "image": size }), json!({ "data": { "id": ID, "image": size } })] {
            let expected = json!({ "media_id_string": ID, "image": { "w": 12, "h": 16 } });
            assert_eq!(end_of("finalize", &http(200).body(&body)), End::Resolved(expected), "{body}");
        }
    }
}

#[test]
fn unknown_fields_null_and_white_space_change_nothing() {
    let body = format!(
        "\r\n\t {{ \"new\" : [ {{ }} , [ ] , -1.5e+10 , true , \"\\u00e9\\ud83d\\ude00\\n\" ] , \"media_id\" : {ID} ,\n\
         \"image\" : null , \"processing_info\" : null , \"media_id_string\" : \"{ID}\" , \"size\" : 1 }} \n"
    );
    assert_eq!(status(&body), End::Resolved(json!({ "media_id_string": ID, "size": 1 })));
    // Nor does how deep they are.
    let body = format!(r#"{{"media_id_string":"{ID}","a":{}1{},"size":1}}"#, deep("["), deep("]"));
    assert_eq!(status(&body), End::Resolved(json!({ "media_id_string": ID, "size": 1 })));
}

#[test]
fn texts_come_through_as_they_were_written() {
    let text = "tab\\t quote\\\" slash\\/ back\\\\ é 😀 \\u00e9 \\ud83d\\ude00 \\u2028";
    let body = format!(r#"{{"media_id":{ID},"processing_info":{{"state":"failed","error":{{"message":"{text}"}}}}}}"#,);
    let End::Resolved(media) = status(&body) else { panic!() };
    assert_eq!(media["processing_info"]["error"]["message"], "tab\t quote\" slash/ back\\ é 😀 é 😀 \u{2028}");

    let error = error_of("status", &http(400).body(format!(r#"{{"error":"{text}"}}"#)));
    assert_eq!(error["apiErrors"][0]["message"], "tab\t quote\" slash/ back\\ é 😀 é 😀 \u{2028}");
}

/// Each is an odd value of a field that X is known to write, in a media that can be used.
#[test]
fn a_field_of_an_odd_type_is_left_out_and_fails_nothing() {
    for odd in ["null", "[]", "{}", "true", "-1", "1.5", "1e3", "[[7]]", r#"{"a":"b"}"#, "18446744073709551616"] {
        let ready = End::Resolved(json!({ "media_id_string": ID }));
        for field in ["media_key", "size", "expires_after_secs", "expiresAt"] {
            let body = format!(r#"{{"media_id_string":"{ID}","{field}":{odd}}}"#);
            assert_eq!(status(&body), ready, "{body}");
        }
        for (field, inner) in [("image", "w"), ("image", "h"), ("image", "image_type"), ("video", "video_type")] {
            let body = format!(r#"{{"media_id_string":"{ID}","{field}":{{"{inner}":{odd}}}}}"#);
            assert_eq!(status(&body), End::Resolved(json!({ "media_id_string": ID, field: {} })), "{body}");
        }
    }
    for text in [r#""5""#, r#""""#] {
        let body = format!(r#"{{"media_id_string":"{ID}","size":{text},"image":{{"w":{text},"h":1}},"media_key":7}}"#);
        let expected = json!({ "media_id_string": ID, "image": { "h": 1 } });
        assert_eq!(status(&body), End::Resolved(expected), "{body}");
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
        format!(r#"{{"error":"{}"}}"#, r"\n".repeat(32_000)),
        format!(r#"{{"error":"{}"}}"#, r"\ud83d\ude00".repeat(5000)),
    ];
    for body in bodies {
        for status in [200, 400] {
            let start = Instant::now();
            end_of("status", &http(status).body(&body));
            // A few milliseconds here; quadratic would be seconds.
            assert!(start.elapsed() < Duration::from_secs(1), "{:?}", body.get(..40));
        }
    }
}
