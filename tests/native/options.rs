//! What callers may give, at its edges and beyond. What is wrong is refused by its name, in words that say what it must be and
//! nothing of what it was: that may be a secret.

use serde_json::{Value, json};
use x_media_upload::protocol::{Authorization, Operation, Read};

use super::driver::{Client, ID, Js, settings};

/// The fields that a method can't do without, each as it may be.
fn least(method: &str) -> Value {
    match method {
        "client" => json!({ "api": "2" }),
        "initialize" => json!({ "total_bytes": 1, "media_type": "video/mp4" }),
        "append" => json!({ "mediaId": ID, "segmentIndex": 0, "segment": 1 }),
        "waitUntilReady" => json!({ "media": ID }),
        "setMetadata" => json!({ "mediaId": ID, "metadata": {} }),
        "addSubtitles" => json!({ "mediaId": ID, "mediaCategory": "tweet_video", "subtitles": [subtitle("en")] }),
        "removeSubtitles" => json!({ "mediaId": ID, "mediaCategory": "tweet_video", "languageCodes": ["en"] }),
        "upload" => json!({ "file": 1 }),
        _ => json!({ "mediaId": ID }),
    }
}

fn subtitle(language_code: &str) -> Value {
    json!({ "media_id_string": ID, "language_code": language_code, "display_name": "English" })
}

/// Calls a method, or makes a client, with a field as it is here. Those of `retry` stand in an object of their own.
fn give(method: &str, field: &str, value: impl Into<Js>) -> Read<(), Js> {
    match method {
        "client" => settings(&Js::with(&least("client"), field, value), Authorization::Fixed).map(drop),
        "retry" => give("client", "retry", Js::with(&json!({}), field, value)),
        _ => Client::v1().call(method, Js::with(&least(method), field, value)).map(drop),
    }
}

const ID_MUST: &str = "1 to 19 digits, as a string";
const MILLIS_MUST: &str = "a whole number of milliseconds, at most a week";
const TYPE_MUST: &str = "a media type such as video/mp4";
const CATEGORY_MUST: &str = "one of X's categories, such as tweet_video";
const OWNERS_MUST: &str = "a list of at most 100 user ids, each 1 to 19 digits as a string";
const BOOL_MUST: &str = "true or false";
const MEDIA_MUST: &str = "a Media, or its media_id_string of 1 to 19 digits";
const METADATA_MUST: &str = "an object, in which alt_text is a text of at most 1000 characters";
const SUBTITLES_MUST: &str = "a list of { media_id_string, language_code, display_name }, each code two letters";
const SUBTITLED_MUST: &str = "\"tweet_video\" or \"amplify_video\"";

fn ids() -> Value {
    json!([null, 7, "", "-1", "+1", "1.0", " 1", "1\n", "12345678901234567890", "../1", "1/../2", "٣", [ID], {}])
}

fn types() -> Value {
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
        "video/mp4\0",
        ";",
        {},
        ["a/b"]
    ])
}

fn categories() -> Value {
    json!([null, "", "tweet_videos", "TweetVideo", "tweet_video ", 1, ["tweet_video"], "constructor"])
}

fn owners() -> Value {
    json!([null, ID, 7, {}, [7], [null], [""], ["x"], [[ID]], [ID, 7], vec![ID; 101]])
}

fn bools() -> Value {
    json!([null, 0, 1, "true", "", [], {}])
}

fn millis() -> Value {
    json!([-1, 0.5, "1", null, 604_800_001, 1e300, true, [1]])
}

/// The method, its field, what that must be, and values that are not.
pub(crate) fn wrong() -> Vec<(&'static str, &'static str, &'static str, Value)> {
    let subtitles = json!([
        null, [], {}, [null], [{}], "en", [[subtitle("en")]], [subtitle("eng")], [subtitle("e1")], [subtitle("é")],
        [{ "media_id_string": 7, "language_code": "en", "display_name": "E" }],
        [{ "media_id_string": "", "language_code": "en", "display_name": "E" }],
        [{ "media_id_string": ID, "language_code": "en", "display_name": 7 }],
        [{ "media_id_string": ID, "language_code": "en" }],
        [subtitle("en"), subtitle("")],
    ]);
    let media = json!([
        null, 7, "", "-1", "+1", "1.0", " 1", "1\n", "12345678901234567890", "../1", "1/../2", "٣", [ID], true, {},
        { "id": ID }, { "media_id": 1 }, { "media_id": ID }, { "media_id_string": 1 }, { "media_id_string": null },
        { "media_id_string": "" }, { "data": { "media_id_string": ID } }, { "media_id_string": 1, "id": ID }
    ]);
    let metadata = json!([null, 7, "x", [], { "alt_text": 7 }, { "alt_text": null }, { "alt_text": "x".repeat(1001) }]);
    let sizes = json!([null, 65_535, 5_000_001, 0, -1, 100_000.5, "100000", "Auto", "", true, [], {}]);
    let timeouts = json!([null, 0, -1, 0.000_4, 1_000_000_001, 1e12, "30", true, [], {}]);
    let object = json!([null, 7, "x", true, []]);
    vec![
        ("client", "api", "\"1.1\" or \"2\"", json!([null, 2, "1", "2.0", "", ["2"], {}])),
        ("client", "retry", "an object", object.clone()),
        ("client", "requestTimeoutMs", MILLIS_MUST, json!([0, -1, 0.5, "1", null, 604_800_001, true, [1]])),
        ("retry", "attempts", "an integer from 1 to 1000", json!([0, -1, 1.5, "8", null, 1001, 1e300])),
        ("retry", "minDelayMs", MILLIS_MUST, millis()),
        ("retry", "maxDelayMs", MILLIS_MUST, millis()),
        ("retry", "maxRateLimitWaitMs", MILLIS_MUST, millis()),
        (
            "initialize",
            "total_bytes",
            "a whole number of bytes above 0, at most 16 GiB",
            json!([null, 0, -1, 1.5, "10", 1e30, (1_u64 << 34) + 1, true, [], {}]),
        ),
        ("initialize", "media_type", TYPE_MUST, types()),
        ("initialize", "media_category", CATEGORY_MUST, categories()),
        ("initialize", "additional_owners", OWNERS_MUST, owners()),
        ("initialize", "shared", BOOL_MUST, bools()),
        ("append", "mediaId", ID_MUST, ids()),
        ("append", "segmentIndex", "an integer from 0 to 999", json!([null, -1, 1000, 0.5, "0", true, 1e30, [], {}])),
        ("finalize", "mediaId", ID_MUST, ids()),
        ("status", "mediaId", ID_MUST, ids()),
        ("finalizeAndWait", "mediaId", ID_MUST, ids()),
        ("finalizeAndWait", "timeoutSecs", "a number of seconds above 0, at most 1 000 000 000", timeouts.clone()),
        ("waitUntilReady", "media", MEDIA_MUST, media),
        ("waitUntilReady", "timeoutSecs", "a number of seconds above 0, at most 1 000 000 000", timeouts.clone()),
        ("setMetadata", "mediaId", ID_MUST, ids()),
        ("setMetadata", "metadata", METADATA_MUST, metadata),
        ("addSubtitles", "mediaId", ID_MUST, ids()),
        ("addSubtitles", "mediaCategory", SUBTITLED_MUST, categories()),
        ("addSubtitles", "mediaCategory", SUBTITLED_MUST, json!(["tweet_gif", "tweet_image", "dm_video", "subtitles"])),
        ("addSubtitles", "subtitles", SUBTITLES_MUST, subtitles),
        ("removeSubtitles", "mediaId", ID_MUST, ids()),
        ("removeSubtitles", "mediaCategory", SUBTITLED_MUST, categories()),
        (
            "removeSubtitles",
            "languageCodes",
            "a list of language codes, each two letters",
            json!([null, [], "en", ["eng"], ["e"], [7], ["en", ""], ["1a"], [["en"]], {}]),
        ),
        ("upload", "mediaType", TYPE_MUST, types()),
        ("upload", "mediaCategory", CATEGORY_MUST, categories()),
        ("upload", "additionalOwners", OWNERS_MUST, owners()),
        ("upload", "shared", BOOL_MUST, bools()),
        ("upload", "altText", "a text of at most 1000 characters", json!([null, 7, true, [], { "text": "x" }])),
        ("upload", "altText", "a text of at most 1000 characters", json!(["x".repeat(1001), "😀".repeat(1001)])),
        ("upload", "segmentSize", "\"auto\", or an integer from 65 536 to 5 000 000", sizes),
        ("upload", "concurrency", "an integer from 1 to 8", json!([null, 0, 9, -1, 1.5, "4", true, [], {}])),
        ("upload", "wait", BOOL_MUST, bools()),
        ("upload", "timeoutSecs", "a number of seconds above 0, at most 1 000 000 000", timeouts),
        ("upload", "session", "an object", json!([null, 7, true, [], [{}], "{}", ""])),
        ("upload", "session", "one that this package gave, for the same api", json!([{}, { "version": 1 }])),
    ]
}

#[test]
fn a_field_that_is_wrong_is_refused_by_its_name_and_not_quoted() {
    for (method, field, must, values) in wrong() {
        for value in values.as_array().unwrap() {
            let refusal = give(method, field, value).expect_err(&format!("{method}, {field}: {value}"));
            assert_eq!(refusal.error.to_string(), format!("{field} must be {must}"), "{method}, {field}: {value}");
            assert_eq!(refusal.thrown, None);
        }
    }
}

#[test]
fn what_json_can_not_say_is_wrong_in_every_field() {
    for (method, field, ..) in wrong() {
        for value in [Js::Number(f64::NAN), Js::Number(f64::INFINITY), Js::Number(-f64::INFINITY), Js::Odd] {
            let refusal = give(method, field, value.clone()).expect_err(&format!("{method}, {field}: {value:?}"));
            assert!(
                refusal.error.to_string().starts_with(&format!("{field} must be ")),
                "{method}, {field}: {value:?}"
            );
        }
    }
}

#[test]
fn only_what_a_method_can_not_do_without_may_not_be_left_out() {
    for (method, field, must, _) in wrong() {
        let is_needed = method != "retry" && least(method).get(field).is_some();
        let message = give(method, field, Js::Undefined).err().map(|refusal| refusal.error.to_string());
        assert_eq!(message, is_needed.then(|| format!("{field} must be {must}")), "{method}");
    }
}

#[test]
fn a_field_at_the_edge_is_taken() {
    let owners = json!([[], vec![ID; 100]]);
    let ids = json!(["0", "0007", ID, "9999999999999999999"]);
    let table = [
        ("client", "api", json!(["1.1", "2"])),
        ("client", "requestTimeoutMs", json!([1, 604_800_000])),
        ("client", "unknown", json!([null, 7, [[]]])),
        ("retry", "attempts", json!([1, 1000])),
        ("retry", "minDelayMs", json!([0, 604_800_000])),
        ("initialize", "total_bytes", json!([1, 1_u64 << 34])),
        ("initialize", "media_type", json!(["a/b", "VIDEO/MP4", "video/webm;codecs=vp9", " image/svg+xml "])),
        ("initialize", "additional_owners", owners.clone()),
        ("initialize", "shared", json!([true, false])),
        ("append", "mediaId", ids.clone()),
        ("append", "segmentIndex", json!([0, 999])),
        ("append", "segment", json!([1, 8_000_000])),
        ("finalize", "mediaId", ids),
        ("waitUntilReady", "media", json!([ID, { "media_id_string": ID, "size": null }])),
        ("waitUntilReady", "timeoutSecs", json!([0.001, 1e9])),
        (
            "setMetadata",
            "metadata",
            json!([{}, { "alt_text": "😀".repeat(1000), "sensitive_media_warning": { "other": true } }]),
        ),
        ("addSubtitles", "mediaCategory", json!(["tweet_video", "amplify_video"])),
        ("addSubtitles", "subtitles", json!([[subtitle("en")], [subtitle("DE"), subtitle("fR")]])),
        ("removeSubtitles", "languageCodes", json!([["en"], ["DE", "fR"]])),
        ("upload", "file", json!([1, 8_000_000_000_u64])),
        ("upload", "mediaType", json!(["a/b", "VIDEO/MP4", "video/webm;codecs=vp9", " image/svg+xml "])),
        ("upload", "additionalOwners", owners),
        ("upload", "altText", json!(["", "😀".repeat(1000)])),
        ("upload", "segmentSize", json!(["auto", 65_536, 5_000_000])),
        ("upload", "concurrency", json!([1, 8])),
        ("upload", "unknown", json!([null, 7, [[]]])),
    ];
    for (method, field, values) in table {
        for value in values.as_array().unwrap() {
            if let Err(refusal) = give(method, field, value) {
                panic!("{method}, {value}: {}", refusal.error);
            }
        }
    }
}

#[test]
fn a_file_or_a_segment_is_of_a_size_that_x_takes() {
    let refusal = |method, field, bytes: u64| give(method, field, json!(bytes)).unwrap_err().error.to_string();
    let words = "The file is too large: X takes at most 8 GB. Choose a smaller one.";
    assert_eq!(refusal("upload", "file", 8_000_000_001), words);
    assert_eq!(refusal("append", "segment", 8_000_001), "segment must be of 1 to 8 000 000 bytes");
    assert_eq!(refusal("upload", "file", 0), "The file is empty. Choose another one.");
    assert_eq!(refusal("append", "segment", 0), "segment must be of 1 to 8 000 000 bytes");
}

#[test]
fn the_parameters_of_init_are_an_object() {
    for wrong in [json!(null), json!([]), json!("x"), json!(7)] {
        let refusal = Operation::read_initialize(&Js::from(wrong)).unwrap_err();
        assert_eq!(refusal.error.to_string(), "params must be an object");
    }
    let refusal = Operation::read_initialize(&Js::Undefined).unwrap_err();
    assert!(refusal.error.to_string().starts_with("total_bytes must be "));
}
