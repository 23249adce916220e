//! JSON as the core reads and writes it, beside a reader and a writer that others wrote.

use serde_json::json;
use x_media_upload::protocol::{AltText, ApiVersion, Body, Json, MediaId, Operation};

use super::driver::parse;

#[test]
fn escapes_stand_for_what_they_stand_for_in_javascript() {
    let table = [
        (r#""""#, ""),
        (r#""plain é 😀""#, "plain é 😀"),
        (r#""\"\\\/""#, "\"\\/"),
        (r#""\b\f\n\r\t""#, "\u{8}\u{c}\n\r\t"),
        (r#""\u0000\u001F\u007f""#, "\0\u{1f}\u{7f}"),
        (r#""\u00e9\u00E9""#, "éé"),
        (r#""\u2028\uffff""#, "\u{2028}\u{ffff}"),
        (r#""\uD83D\uDE00""#, "😀"),
        (r#""\ud800\udc00\udbff\udfff""#, "\u{10000}\u{10ffff}"),
        (r#""\\u0041""#, "\\u0041"),
        (r#""\\\u0041""#, "\\A"),
        // Half of a pair is no character.
        (r#""\ud83d""#, "\u{fffd}"),
        (r#""\ude00""#, "\u{fffd}"),
        (r#""a\ud83db""#, "a\u{fffd}b"),
        (r#""\ud83d\n""#, "\u{fffd}\n"),
        (r#""\ud83d\u0041""#, "\u{fffd}A"),
        (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
        (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
    ];
    for (written, expected) in table {
        assert_eq!(Json::of(written).to_text().as_deref(), Some(expected), "{written}");
    }
    for other in ["7", "true", "null", "{}", "[\"a\"]"] {
        assert_eq!(Json::of(other).to_text(), None, "{other}");
    }
}

/// A text with something of everything that has to be escaped, or might be.
fn any_text(random: &mut fastrand::Rng) -> String {
    const ODD: [char; 12] = ['"', '\\', '/', '\0', '\n', '\u{1f}', '\u{7f}', '\u{2028}', '\u{ffff}', '😀', '{', ','];
    let char = |random: &mut fastrand::Rng| match random.u8(0..4) {
        0 => ODD[random.usize(0..ODD.len())],
        1 => char::from(random.u8(0..32)),
        2 => random.char(..),
        _ => random.alphanumeric(),
    };
    (0..random.usize(0..20)).map(|_| char(random)).collect()
}

/// A text, of which each unit of UTF-16 is escaped.
fn escaped(text: &str) -> String {
    let units: Vec<String> = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    format!("\"{}\"", units.concat())
}

#[test]
fn any_text_is_read_as_it_was_written_by_others() {
    let mut random = fastrand::Rng::with_seed(12);
    for _ in 0..20_000 {
        let text = any_text(&mut random);
        for written in [json!(text).to_string(), escaped(&text)] {
            assert_eq!(Json::of(&written).to_text().as_deref(), Some(text.as_str()), "{written}");
            // Also among others.
            let object = format!(r#"{{"a":[{written},1],"b":{{"c":{written}}} , "d" : {written}}}"#);
            let object = Json::of(&object);
            assert_eq!(object.text("d").as_ref(), Some(&text), "{written}");
            let first = object.get("a").and_then(Json::items).and_then(|mut items| items.next());
            assert_eq!(first.and_then(Json::to_text).as_ref(), Some(&text), "{written}");
            assert_eq!(object.get("b").and_then(|inner| inner.text("c")).as_ref(), Some(&text), "{written}");
        }
    }
}

#[test]
fn any_text_is_written_so_that_others_read_the_same() {
    let mut random = fastrand::Rng::with_seed(13);
    for _ in 0..20_000 {
        let text = any_text(&mut random);
        let metadata = (&AltText::new(text.clone()).unwrap()).into();
        let operation = Operation::SetMetadata { id: MediaId::parse("1").unwrap(), metadata };
        let Body::Json(body) = operation.request(ApiVersion::V1, "").body else { panic!("{text}") };
        assert_eq!(parse(&body), json!({ "media_id": "1", "alt_text": { "text": text } }));
    }
}

#[test]
fn of_several_fields_of_a_name_the_last_counts_and_null_is_none() {
    let object = Json::of(r#" { "a" : 1 , "b" : null , "a" : 2 , "c" : 3 , "c" : null } "#);
    assert_eq!((object.integer("a"), object.integer("b"), object.integer("c")), (Some(2), None, None));
    assert_eq!(object.get("A"), None);
    assert_eq!(Json::of("[1]").get("0"), None);
    assert_eq!(Json::default().get("a"), None);
}

#[test]
fn an_integer_is_one_that_javascript_holds_also_in_milliseconds() {
    let table = [
        ("0", Some(0)),
        ("7", Some(7)),
        ("4503599627370", Some(4_503_599_627_370)),
        ("4503599627371", None),
        ("18446744073709551616", None),
        ("-1", None),
        ("1.0", None),
        ("1e3", None),
        ("\"7\"", None),
        ("true", None),
        ("[7]", None),
    ];
    for (written, expected) in table {
        assert_eq!(Json::of(&format!(r#"{{"a":{written}}}"#)).integer("a"), expected, "{written}");
    }
}

#[test]
fn thousandths_are_cut_off_and_not_rounded() {
    let table = [
        ("0", Some(0)),
        ("5", Some(5000)),
        ("1.5", Some(1500)),
        ("0.001", Some(1)),
        ("0.0019", Some(1)),
        ("10.25", Some(10_250)),
        ("9007199254740993", Some(9_007_199_254_740_993_000)),
        ("99999999999999999999", Some(u64::MAX)),
        ("2e0", Some(2000)),
        ("1e3", Some(1_000_000)),
        ("1.25E+1", Some(12_500)),
        ("15e-1", Some(1500)),
        ("15e-5", Some(0)),
        ("0.00015e4", Some(1500)),
        ("1e9", Some(1_000_000_000_000)),
        ("1e300", Some(u64::MAX)),
        ("0e300", Some(0)),
        ("1e-300", Some(0)),
        ("\"5\"", Some(5000)),
        ("\" 1.5 \"", Some(1500)),
        ("\"2e0\"", Some(2000)),
        ("-5", None),
        ("1.5.5", None),
        ("1e", None),
        ("1e1.5", None),
        ("1e99999999999", Some(u64::MAX)),
        ("\"\"", None),
        ("\".5\"", None),
        ("\"-5\"", None),
        ("\"5 s\"", None),
        ("\"soon\"", None),
        ("[5]", None),
        ("true", None),
    ];
    for (written, expected) in table {
        assert_eq!(Json::of(written).thousandths(), expected, "{written}");
    }
}

/// In what is no JSON, something may be found or nothing; it is read in bounded time, and nothing panics.
#[test]
fn what_is_no_json_is_read_as_far_as_it_goes() {
    const TEXTS: [&str; 14] = [
        "",
        "{",
        "}",
        "[",
        "\"",
        "\\",
        "{\"a\"",
        "{\"a\":",
        "{:}",
        "{,}",
        "[,]",
        "{\"a\":\"\\",
        "\"\\u",
        "\"\\ud83d\\\"",
    ];
    for text in TEXTS {
        let json = Json::of(text);
        let field = json.get("a");
        assert!(field.is_none_or(|value| text.contains(value.as_str())), "{text}");
        assert!(json.to_text().is_none_or(|read| read.len() <= 3 * text.len()), "{text}");
        let items = json.fields().map_or(0, Iterator::count) + json.items().map_or(0, Iterator::count);
        assert!(items <= text.len(), "{text}");
    }
}
