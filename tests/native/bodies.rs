//! Bodies that nobody has on record: what can't be X's, and what is odd in those that can.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::driver::{COMMANDS, End, ID, body, end_of, error_of, http};

/// How STATUS ends where a body comes with 200.
fn status(body: &str) -> End {
    end_of("status", &http(200).body(body))
}

#[test]
fn append_went_well_whatever_its_body_says_unless_that_is_errors_alone() {
    let well = [
        (204, ""),
        (200, &body("v2-append.json")),
        (201, "<html></html>"),
        (200, "[]"),
        (200, "{"),
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
            end_of("finalize", &http(status).body(&body));
            // A few milliseconds here; quadratic would be seconds.
            assert!(start.elapsed() < Duration::from_secs(1), "{:?}", body.get(..40));
        }
    }
}
