//! What INIT says a file is: by its first bytes, by what the caller or the Blob says.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "here a panic is a failed test")]

mod shell;

use serde_json::{Value, json};
use shell::{Client, End};

/// The upload of a file that begins with `head`: type and category of its INIT, or the error.
fn init(head: Option<&[u8]>, options: Value) -> Result<(String, Option<String>), Value> {
    let mut arguments = options;
    arguments["file"] = 10.into();
    let mut run = Client::v1().start("upload", arguments);
    run.head = head.map(<[u8]>::to_vec);
    match run.requests().pop() {
        Some(sent) => {
            let text = |name: &str| sent.request["fields"][name].as_str().map(str::to_owned);
            Ok((text("media_type").unwrap(), text("media_category")))
        }
        None => match run.end() {
            End::Rejected(error) => Err(error),
            other => panic!("{other:?}"),
        },
    }
}

#[test]
fn real_files_are_told_by_their_first_bytes_and_go_where_posts_want_them() {
    let files = [
        ("video.mp4", "video/mp4", "tweet_video"),
        ("video.mov", "video/quicktime", "tweet_video"),
        ("video.webm", "video/webm", "tweet_video"),
        ("animated.gif", "image/gif", "tweet_gif"),
        ("picture.png", "image/png", "tweet_image"),
        ("picture.jpg", "image/jpeg", "tweet_image"),
        ("picture.webp", "image/webp", "tweet_image"),
    ];
    for (name, media_type, category) in files {
        let path = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
        let file = std::fs::read(&path).unwrap();
        // A wrong extension makes a wrong type of the Blob: the bytes know better.
        let told = init(Some(&file[..64]), json!({ "type": "image/x-icon" }));
        assert_eq!(told, Ok((media_type.to_owned(), Some(category.to_owned()))), "{name}");
    }
}

#[test]
fn the_bytes_alone_tell_what_they_can() {
    let table: [(&[u8], Option<&str>); 22] = [
        (b"GIF87a....", Some("image/gif")),
        (b"GIF88a....", None),
        (b"\xff\xd8\xff\xe1", Some("image/jpeg")),
        (b"\xff\xd8", None),
        (b"\x89PNG\r\n\x1a\n", Some("image/png")),
        (b"\x89PNG\n\x1a\n", None),
        (b"RIFF\x24\0\0\0WEBPVP8 ", Some("image/webp")),
        (b"RIFF\x24\0\0\0WAVEfmt ", None),
        (b"\0\0\0\x18ftypmp42", Some("video/mp4")),
        (b"\0\0\0\x20ftypisom", Some("video/mp4")),
        (b"\0\0\0\x1cftypM4V ", Some("video/mp4")),
        (b"\0\0\0\x14ftypqt  ", Some("video/quicktime")),
        (b"\0\0\0\x18ftypheic", None),
        (b"\0\0\0\x18ftypheix", None),
        (b"\0\0\0\x18ftypmif1", None),
        (b"\0\0\0\x18ftypavif", None),
        (
            b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm",
            Some("video/webm"),
        ),
        (
            b"\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x88matroska",
            None,
        ),
        (b"%PDF-1.7", None),
        (b"WEBVTT\n\n", None),
        (b"BM", None),
        (b"", None),
    ];
    for (head, expected) in table {
        let told = init(Some(head), json!({}));
        let shown = String::from_utf8_lossy(head);
        match expected {
            Some(expected) => assert_eq!(told.unwrap().0, expected, "{shown}"),
            None => {
                let error = told.unwrap_err();
                assert_eq!(error["code"], "invalid_argument", "{shown}");
                assert!(error["detail"].as_str().unwrap().starts_with("mediaType "), "{shown}");
            }
        }
    }
}

#[test]
fn what_the_caller_says_comes_first_then_the_bytes_then_the_blob() {
    let jpeg: &[u8] = b"\xff\xd8\xff\xe0";
    let table = [
        (jpeg, json!({ "mediaType": "video/mp4", "type": "image/png" }), "video/mp4"),
        (jpeg, json!({ "type": "image/png" }), "image/jpeg"),
        (b"1\n00:00:01,000", json!({ "type": "text/srt" }), "text/srt"),
        (b"WEBVTT", json!({ "type": "Text/VTT; charset=utf-8" }), "text/vtt"),
        (b"?", json!({ "mediaType": "VIDEO/WebM;codecs=vp9,opus" }), "video/webm"),
        (b"?", json!({ "mediaType": "model/vnd.usdz+zip" }), "model/vnd.usdz+zip"),
    ];
    for (head, options, expected) in table {
        assert_eq!(init(Some(head), options.clone()).unwrap().0, expected, "{options}");
    }
    for nothing in ["", "video", "//", "; charset=utf-8"] {
        assert_eq!(init(Some(b"?"), json!({ "type": nothing })).unwrap_err()["code"], "invalid_argument");
    }
}

#[test]
fn the_category_follows_from_the_type_unless_it_is_given() {
    let table = [
        ("image/gif", Some("tweet_gif")),
        ("image/jpeg", Some("tweet_image")),
        ("image/webp", Some("tweet_image")),
        ("video/mp4", Some("tweet_video")),
        ("video/mp2t", Some("tweet_video")),
        ("text/srt", Some("subtitles")),
        ("text/vtt", Some("subtitles")),
        ("text/plain", None),
        ("model/gltf-binary", None),
    ];
    for (media_type, category) in table {
        let told = init(Some(b""), json!({ "mediaType": media_type })).unwrap();
        assert_eq!(told, (media_type.to_owned(), category.map(str::to_owned)));
    }
    for given in
        ["tweet_image", "tweet_gif", "tweet_video", "amplify_video", "dm_image", "dm_gif", "dm_video", "subtitles"]
    {
        let told = init(Some(b""), json!({ "mediaType": "video/mp4", "mediaCategory": given })).unwrap();
        assert_eq!(told.1.as_deref(), Some(given));
    }
    // `initialize` is one command: it says what it was told, no more.
    let request = Client::v1().start("initialize", json!({ "total_bytes": 1, "media_type": "video/mp4" })).next("INIT");
    assert_eq!(request.request["fields"].get("media_category"), None);
}

#[test]
fn a_file_that_can_not_be_read_has_changed() {
    let mut run = Client::v1().start("upload", json!({ "file": 10, "mediaType": "video/mp4" }));
    run.head = None;
    assert_eq!(run.code(), "file_changed");
    assert_eq!(run.cause, Some(json!("head")));
}
