//! 64-bit ids: text in, text out, every digit.

use serde_json::json;

use super::driver::{Client, End, end_about, end_of, error_of, http};

/// All that X's schema allows (`^[0-9]{1,19}$`); most of them a float would round.
const IDS: [&str; 10] = [
    "0",
    "7",
    "9007199254740992",
    "9007199254740993",
    "710511363345354753",
    "1284554329119236097",
    "9223372036854775807",
    "9999999999999999999",
    "0000000000000000042",
    "007",
];

#[test]
fn an_id_goes_into_every_request_as_it_was_given() {
    for id in IDS {
        let arguments = json!({ "mediaId": id, "media": id, "segmentIndex": 0, "segment": 1 });
        let url = |api: &str, method: &str| {
            let mut run = Client::new(json!({ "api": api })).start(method, arguments.clone());
            let sent = run.requests().remove(0);
            let field = sent.field("media_id").as_str().unwrap_or_default().to_owned();
            (sent.request.url().replace("https://api.x.com", ""), field)
        };
        for method in ["append", "finalize", "finalizeAndWait", "status", "waitUntilReady"] {
            assert_eq!(url("1.1", method).1, id, "{method}");
        }
        assert_eq!(url("2", "append").0, format!("/2/media/upload/{id}/append"));
        assert_eq!(url("2", "finalize").0, format!("/2/media/upload/{id}/finalize"));
        assert_eq!(url("2", "finalizeAndWait").0, format!("/2/media/upload/{id}/finalize"));
        assert_eq!(url("2", "status").0, format!("/2/media/upload?command=STATUS&media_id={id}"));
        assert_eq!(url("2", "waitUntilReady").0, format!("/2/media/upload?command=STATUS&media_id={id}"));
        let status = url("1.1", "status").0;
        assert!(status.ends_with(&format!("/1.1/media/upload.json?command=STATUS&media_id={id}")), "{status}");
    }
}

#[test]
fn an_id_comes_back_digit_for_digit_wherever_the_body_carries_it() {
    for id in IDS {
        let mut bodies = vec![
            format!(r#"{{"media_id_string":"{id}"}}"#),
            format!(r#"{{"data":{{"id":"{id}"}}}}"#),
            format!(r#"{{"id":"{id}"}}"#),
            // What JavaScript makes of the number, beside what the text says.
            format!(r#"{{"media_id":1284554329119236000,"media_id_string":"{id}"}}"#),
            format!(r#"{{"media_id_string":"{id}","media_id":1}}"#),
        ];
        if id == "0" || !id.starts_with('0') {
            bodies.push(format!(r#"{{"media_id":{id}}}"#));
            bodies.push(format!("{{\"media_id\" :\t{id}\n}}"));
            bodies.push(format!(r#"{{"data":{{"id":{id}}}}}"#));
        }
        for body in bodies {
            let media = End::Resolved(json!({ "media_id_string": id }));
            assert_eq!(end_about("status", id, &http(200).body(&body)), media, "{body}");
            // INIT is asked about none.
            assert_eq!(end_of("initialize", &http(202).body(&body)), media, "{body}");
        }
    }
}

#[test]
fn a_body_whose_id_is_none_is_an_invalid_response() {
    let ids = [
        r#""""#,
        r#""-1""#,
        r#""+1""#,
        r#"" 1""#,
        r#""1 ""#,
        r#""12845543291192360970""#,
        r#""1.0""#,
        r#""1/../2""#,
        r#""7_1284554329119236097""#,
        "-1",
        "1.0",
        "1.284554329119236e18",
        "1e3",
        "18446744073709551615",
        "99999999999999999999999",
        "null",
        "true",
        "{}",
        "[1]",
    ];
    for id in ids {
        for body in [format!(r#"{{"media_id_string":{id}}}"#), format!(r#"{{"data":{{"id":{id}}}}}"#)] {
            assert_eq!(error_of("status", &http(200).body(&body))["code"], "invalid_response", "{body}");
        }
    }
}
