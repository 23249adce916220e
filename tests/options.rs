//! What callers may give, what is refused by its name, and what holds where nothing is given.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "here a panic is a failed test")]

mod shell;

use serde_json::{Value, json};
use shell::{Client, End, ID, job, parse, pending, ready};
use x_media_upload::protocol::options;

/// What is wrong with a client's options.
fn wrong(options: &Value) -> Option<Value> {
    let (_, _, wrong) = options::client(&options.to_string(), false);
    wrong.map(|error| parse(&error.to_json()))
}

/// Checks a refusal: it names `field`, says nothing of the value, and comes before any request.
fn check(error: &Value, field: &str, case: &Value) {
    let detail = error["detail"].as_str().unwrap();
    assert!(detail.starts_with(&format!("{field} must be ")), "{case}: {detail}");
    let rest =
        json!({ "code": "invalid_argument", "apiErrors": [], "attempts": 0, "retryable": false, "detail": detail });
    assert_eq!(*error, rest, "{case}");
}

#[test]
fn wrong_options_of_a_client_are_refused_by_name() {
    let table = json!([
        ["api", [null, "", "1", "1.10", "2.0", 2, 1.1, "2 ", true, ["2"], {}]],
        ["requestTimeoutMs", [0, -1, 1.5, "1000", null, true, [1], {}, 604_800_001, 1e30]],
        ["retry", [null, 3, "8", true, [8]]],
        ["baseUrl", [null, "https://x.test", 7, {}, [], { "href": "https://x.test/" }, { "origin": "https://x.test" }]],
    ]);
    for row in table.as_array().unwrap() {
        let field = row[0].as_str().unwrap();
        for value in row[1].as_array().unwrap() {
            let mut options = json!({ "api": "2" });
            options[field] = value.clone();
            check(&wrong(&options).unwrap_or_else(|| panic!("{options} is taken")), field, &options);
        }
    }
    let retry = json!([
        ["attempts", [0, -1, 1.5, "8", null, 1001]],
        ["minDelayMs", [-1, 0.5, "1", null, 604_800_001]],
        ["maxDelayMs", [-1, 0.5, "1", null, 604_800_001]],
        ["maxRateLimitWaitMs", [-1, 0.5, "1", null, 604_800_001]],
    ]);
    for row in retry.as_array().unwrap() {
        let field = row[0].as_str().unwrap();
        for value in row[1].as_array().unwrap() {
            let options = json!({ "api": "1.1", "retry": { field: value } });
            check(&wrong(&options).unwrap_or_else(|| panic!("{options} is taken")), field, &options);
        }
    }
    check(&wrong(&json!({})).unwrap(), "api", &json!({}));
}

#[test]
fn wrong_arguments_are_refused_by_name() {
    let types = || {
        json!([
            null,
            1,
            "",
            "video",
            "video/",
            "/mp4",
            "video/mp4/x",
            "vidéo/mp4",
            "video mp4",
            "a b/c",
            {},
            ["video/mp4"]
        ])
    };
    let owners = || json!([null, ID, 7, {}, [7], [null], [""], ["x"], [[ID]], vec![ID; 101]]);
    let categories = || json!([null, "", "tweet_videos", "TweetVideo", "tweet_video ", 1, ["tweet_video"]]);
    let booleans = || json!([null, 0, 1, "true", "", [], {}]);
    let timeouts = || json!([null, 0, -1, 0.0004, 1_000_000_001, 1e12, "30", true, [], {}]);
    let table = [
        ("initialize", "total_bytes", json!([null, 0, -1, 1.5, "10", 1e30, true, [], {}])),
        ("initialize", "media_type", types()),
        ("initialize", "media_category", categories()),
        ("initialize", "additional_owners", owners()),
        ("initialize", "shared", booleans()),
        ("append", "segmentIndex", json!([null, -1, 1000, 0.5, "0", true, 1e30, [], {}])),
        ("finalizeAndWait", "timeoutSecs", timeouts()),
        ("waitUntilReady", "timeoutSecs", timeouts()),
        (
            "waitUntilReady",
            "media",
            json!([null, 7, true, [], {}, { "id": ID }, { "media_id": 1 }, { "media_id_string": 1 }]),
        ),
        ("upload", "mediaType", types()),
        ("upload", "mediaCategory", categories()),
        ("upload", "additionalOwners", owners()),
        ("upload", "shared", booleans()),
        ("upload", "segmentSize", json!([null, 65_535, 5_000_001, 0, -1, 100_000.5, "100000", true, [], {}])),
        ("upload", "concurrency", json!([null, 0, 9, -1, 1.5, "4", true, [], {}])),
        ("upload", "wait", booleans()),
        ("upload", "timeoutSecs", timeouts()),
    ];
    let (settings, ..) = options::client(r#"{"api":"2"}"#, false);
    for (method, field, values) in table {
        for value in values.as_array().unwrap() {
            let mut arguments = json!({
                "mediaId": ID, "media": ID, "segmentIndex": 0, "segment": 10, "file": 10, "total_bytes": 10, "media_type": "video/mp4",
            });
            arguments[field] = value.clone();
            let Err(error) = job(settings, method, &arguments) else { panic!("{method} takes {field}: {value}") };
            check(&error, field, &arguments);
        }
    }
    for field in ["total_bytes", "media_type"] {
        let mut arguments = json!({ "total_bytes": 10, "media_type": "video/mp4" });
        arguments.as_object_mut().unwrap().remove(field);
        check(&job(settings, "initialize", &arguments).unwrap_err(), field, &arguments);
    }
    let arguments = json!({ "mediaId": ID, "segment": 10 });
    check(&job(settings, "append", &arguments).unwrap_err(), "segmentIndex", &arguments);
    for (method, field, most) in [("append", "segment", 8_000_000_u64), ("upload", "file", 8_000_000_000)] {
        for bytes in [json!(0), json!(most + 1), json!(null)] {
            let arguments = json!({ "mediaId": ID, "segmentIndex": 0, field: bytes });
            check(&job(settings, method, &arguments).unwrap_err(), field, &arguments);
        }
    }
}

#[test]
fn no_options_however_deep_are_overlooked() {
    let (settings, ..) = options::client(r#"{"api":"2"}"#, false);
    let deep = format!(r#"{{"file":10,"mediaType":{}{}}}"#, "[".repeat(100), "]".repeat(100));
    assert!(options::job(settings, "upload", &deep).is_err(), "100 lists in each other are no media type");
}

#[test]
fn of_several_wrong_options_one_is_named() {
    let (settings, ..) = options::client(r#"{"api":"2"}"#, false);
    let arguments = json!({ "file": 10, "segmentSize": 1, "concurrency": 0, "wait": 7 });
    check(&job(settings, "upload", &arguments).unwrap_err(), "segmentSize", &arguments);
}

#[test]
fn what_is_at_the_edge_is_taken() {
    let clients = [
        json!({ "api": "1.1" }),
        json!({ "api": "2", "requestTimeoutMs": 1 }),
        json!({ "api": "2", "requestTimeoutMs": 604_800_000, "retry": {} }),
        json!({ "api": "2", "retry": { "attempts": 1, "minDelayMs": 0, "maxDelayMs": 0, "maxRateLimitWaitMs": 0 } }),
        json!({ "api": "2", "retry": { "attempts": 1000, "maxDelayMs": 604_800_000 }, "unknown": [1] }),
    ];
    for options in clients {
        assert_eq!(wrong(&options), None, "{options}");
    }
    let (settings, ..) = options::client(r#"{"api":"2"}"#, false);
    let calls = [
        (
            "initialize",
            json!({ "total_bytes": 1, "media_type": "a/b", "additional_owners": vec![ID; 100], "shared": false }),
        ),
        ("append", json!({ "mediaId": ID, "segmentIndex": 999, "segment": 8_000_000 })),
        ("waitUntilReady", json!({ "media": { "media_id_string": ID, "size": null }, "timeoutSecs": 0.001 })),
        ("upload", json!({ "file": 1, "segmentSize": 65_536, "concurrency": 1, "wait": true, "unknown": null })),
        (
            "upload",
            json!({ "file": 8_000_000_000_u64, "segmentSize": 5_000_000, "concurrency": 8, "timeoutSecs": 1e9 as u64 }),
        ),
    ];
    for (method, arguments) in calls {
        assert!(job(settings, method, &arguments).is_ok(), "{method}({arguments})");
    }
}

#[test]
fn each_api_has_its_own_url_where_none_is_given() {
    for (api, url) in [("1.1", "https://upload.twitter.com"), ("2", "https://api.x.com")] {
        let (_, base_url, _) = options::client(&json!({ "api": api }).to_string(), false);
        assert_eq!(base_url, url);
    }
}

#[test]
fn credentials_go_to_https_to_the_own_origin_and_to_loopback_only() {
    let base = |href: &str, origin: &str, own: Value| {
        let options = json!({ "api": "2", "baseUrl": { "href": href, "origin": origin, "ownOrigin": own } });
        let (_, base_url, wrong) = options::client(&options.to_string(), false);
        wrong.is_none().then_some(base_url)
    };
    // As the browser's parser writes them: `href`, `origin`, the page's own origin, and what paths are appended to.
    let own = "http://app.test:3000";
    let safe = [
        ("https://x.test/", "https://x.test", "https://x.test"),
        ("https://x.test:8443/", "https://x.test:8443", "https://x.test:8443"),
        ("https://x.test/relay/", "https://x.test", "https://x.test/relay"),
        ("https://x.test/a/b", "https://x.test", "https://x.test/a/b"),
        ("https://xn--bcher-kva.test/", "https://xn--bcher-kva.test", "https://xn--bcher-kva.test"),
        ("http://app.test:3000/x", own, "http://app.test:3000/x"),
        ("http://localhost/", "http://localhost", "http://localhost"),
        ("http://localhost:8080/x", "http://localhost:8080", "http://localhost:8080/x"),
        ("http://a.localhost:8080/", "http://a.localhost:8080", "http://a.localhost:8080"),
        ("http://127.0.0.1/", "http://127.0.0.1", "http://127.0.0.1"),
        ("http://127.0.0.1:9/", "http://127.0.0.1:9", "http://127.0.0.1:9"),
        ("http://127.8.7.6:65535/", "http://127.8.7.6:65535", "http://127.8.7.6:65535"),
        ("http://[::1]/", "http://[::1]", "http://[::1]"),
        ("http://[::1]:8080/", "http://[::1]:8080", "http://[::1]:8080"),
    ];
    for (href, origin, expected) in safe {
        assert_eq!(base(href, origin, json!(own)).as_deref(), Some(expected), "{href}");
    }
    let unsafe_or_no_place_to_append_to = [
        ("http://x.test/", "http://x.test"),
        ("http://app.test/", "http://app.test"),
        ("http://app.test:3001/", "http://app.test:3001"),
        ("http://app.test.evil.example/", "http://app.test.evil.example"),
        ("http://127.evil.example/", "http://127.evil.example"),
        ("http://127.0.0.1.evil.example/", "http://127.0.0.1.evil.example"),
        ("http://localhost.evil.example/", "http://localhost.evil.example"),
        ("http://evillocalhost/", "http://evillocalhost"),
        ("http://128.0.0.1/", "http://128.0.0.1"),
        ("http://0.0.0.0/", "http://0.0.0.0"),
        ("http://[::2]/", "http://[::2]"),
        ("http://[::ffff:7f00:1]/", "http://[::ffff:7f00:1]"),
        ("http://192.168.0.1/", "http://192.168.0.1"),
        ("https://user@x.test/", "https://x.test"),
        ("https://user:password@x.test/", "https://x.test"),
        ("http://user@localhost/", "http://localhost"),
        ("https://x.test/?a=b", "https://x.test"),
        ("https://x.test/#hash", "https://x.test"),
        ("ftp://localhost/", "ftp://localhost"),
        ("ws://localhost/", "ws://localhost"),
        ("file:///tmp/x", "null"),
        ("data:text/plain,x", "null"),
        ("blob:https://x.test/1", "https://x.test"),
        ("chrome-extension://abc/", "chrome-extension://abc"),
    ];
    for (href, origin) in unsafe_or_no_place_to_append_to {
        assert_eq!(base(href, origin, json!(own)), None, "{href}");
        assert_eq!(base(href, origin, json!(null)), None, "{href}");
    }
    // Opaque origins are all written the same, and none is another's own.
    assert_eq!(base("file:///tmp/x", "null", json!("null")), None);
    assert_eq!(base("http://app.test:3000/", own, json!(null)), None);
}

#[test]
fn an_upload_for_which_nothing_is_said_has_four_segments_of_a_mebibyte_under_way_and_waits_half_an_hour() {
    let mut run = Client::v1().start("upload", json!({ "file": 10 << 20, "mediaType": "video/mp4" }));
    let init = run.next("INIT");
    assert_eq!(init.request["fields"]["media_category"], "tweet_video");
    run.answer(&init, 202, ready());
    let mut requests = run.requests();
    assert_eq!(requests.len(), 4);
    while requests[0].command() == "APPEND" {
        for sent in &requests {
            assert_eq!(sent.request["end"].as_u64().unwrap() - sent.request["start"].as_u64().unwrap(), 1 << 20);
            run.answer(sent, 204, "");
        }
        requests = run.requests();
    }
    run.answer(&requests[0], 201, pending(300));
    let finalized = run.client.now();
    for _ in 0..5 {
        let status = run.next("STATUS");
        run.answer(&status, 200, pending(300));
    }
    assert_eq!(run.code(), "processing_timeout");
    assert_eq!(run.client.now() - finalized, 1_800_000);
}

#[test]
fn a_request_for_which_no_time_is_allowed_has_a_minute_for_append_and_half_of_it_otherwise() {
    for (method, millis) in [("initialize", 30_000), ("append", 60_000), ("finalize", 30_000), ("status", 30_000)] {
        for (given, expected) in [(json!(null), millis), (json!(1234), 1234)] {
            let mut options = json!({ "api": "2", "retry": { "attempts": 1 }, "requestTimeoutMs": given });
            if given.is_null() {
                options.as_object_mut().unwrap().remove("requestTimeoutMs");
            }
            let arguments =
                json!({ "mediaId": ID, "segmentIndex": 0, "segment": 1, "total_bytes": 1, "media_type": "image/png" });
            let mut run = Client::new(options).start(method, arguments);
            let request = run.requests().remove(0);
            assert_eq!(run.code(), "timeout");
            assert_eq!(run.client.now(), expected, "{method}");
            assert_eq!(run.cancelled, [request.id]);
        }
    }
}

#[test]
fn a_media_may_come_from_anywhere_and_what_it_does_not_say_is_not_held_against_it() {
    let media = |media: Value| {
        let mut run = Client::v1().start("waitUntilReady", json!({ "media": media }));
        match run.requests().pop() {
            Some(_) => panic!("nothing had to be asked"),
            None if run.has_ended() => run.end(),
            None => End::Resolved(json!("asks later")),
        }
    };
    assert_eq!(media(ready()), End::Resolved(ready()));
    assert_eq!(media(pending(5)), End::Resolved(json!("asks later")));
    // The body of a FINALIZE that somebody else sent: it does not say when it was answered.
    let mut body = pending(5);
    body["expires_after_secs"] = 86_400.into();
    assert_eq!(media(body), End::Resolved(json!("asks later")));
}
