//! What INIT says a file is: by its first bytes, by what the caller or the Blob says.

use serde_json::{Value, json};
use x_media_upload::protocol::Cause;

use super::driver::{Client, MIB, fixture, merged};

/// What X takes, in the words of an error.
const TAKEN: &str = "X takes pictures (JPEG, PNG, GIF, WebP, BMP, TIFF), videos (MP4, MOV, WebM, MPEG-TS), \
                     subtitles (SRT, WebVTT) and models (GLB, USDZ).";

/// What they say to do with a picture.
const PICTURE: &str = "Convert it to JPEG first.";

/// The same of sound.
const SOUND: &str = "Put the sound into a video first.";

/// The words for a file of this type.
fn not_taken(media_type: &str, advice: &str) -> String {
    format!("The file is of a type that X does not take: {media_type}. {TAKEN} {advice}")
}

/// The upload of a file that begins with `head`: type and category of its INIT, or the words of the error, which comes before
/// any request.
fn init(head: &[u8], options: Value) -> Result<(String, Option<String>), String> {
    let mut run = Client::v1().start("upload", merged(options, &json!({ "file": 10 })));
    run.sample = Some(head.to_vec());
    let Some(sent) = run.requests().pop() else {
        let error = run.error();
        assert_eq!((&error["code"], &error["attempts"]), (&json!("invalid_argument"), &json!(0)));
        return Err(run.message());
    };
    let text = |name: &str| sent.field(name).as_str().map(str::to_owned);
    Ok((text("media_type").unwrap(), text("media_category")))
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
        // A wrong extension makes a wrong type of the Blob: the bytes know better.
        let told = init(&fixture(name)[..64], json!({ "type": "image/x-icon" }));
        assert_eq!(told, Ok((media_type.to_owned(), Some(category.to_owned()))), "{name}");
    }
}

/// The beginning of a stream of packets of so many bytes.
fn packets(bytes: usize) -> Vec<u8> {
    [b"G@".to_vec(), vec![0xff; bytes - 2]].concat().repeat(3)
}

#[test]
fn the_bytes_alone_tell_what_they_can() {
    let table: [(&[u8], Option<&str>); 36] = [
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
        (
            b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm",
            Some("video/webm"),
        ),
        (
            b"\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x88matroska",
            None,
        ),
        (b"%PDF-1.7", None),
        (b"WEBVTT\n\n", Some("text/vtt")),
        (b"\xef\xbb\xbfWEBVTT - with a title\n", Some("text/vtt")),
        (b"WEBVT\n", None),
        (b"1\n00:00:01,000 --> 00:00:02,000\nHello\n", Some("text/srt")),
        (b"\xef\xbb\xbf12\r\n00:00:01,000 --> 00:00:02,000\r\nHello\r\n", Some("text/srt")),
        (b"1\n00:00:01,000\n --> ", None),
        (b"one\n00:00:01,000 --> 00:00:02,000\n", None),
        (b"\n00:00:01,000 --> 00:00:02,000\n", None),
        (b"BM\x36\x10\x0e\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Some("image/bmp")),
        (b"BM, a text that begins so", None),
        (b"BM", None),
        (b"II*\0\x08\0\0\0", Some("image/tiff")),
        (b"MM\0*\0\0\0\x08", Some("image/tiff")),
        (b"II\0*", None),
        (b"glTF\x02\0\0\0", Some("model/gltf-binary")),
        // A zip may hold anything.
        (b"PK\x03\x04\x0a\0\0\0\0\0", None),
        (&packets(188), Some("video/mp2t")),
        (&packets(187), None),
        (&packets(192), None),
        (b"G", None),
        (b"", None),
    ];
    for (head, expected) in table {
        let told = init(head, json!({}));
        let shown = String::from_utf8_lossy(head);
        match expected {
            Some(expected) => assert_eq!(told.unwrap().0, expected, "{shown}"),
            None => {
                let advice = "Choose another file, or name its type (mediaType).";
                assert_eq!(
                    told.unwrap_err(),
                    format!("The type of the file can't be told. {TAKEN} {advice}"),
                    "{shown}"
                );
            }
        }
    }
}

/// The upload of a file of this brand, whose Blob has this type.
fn init_of_brand(brand: &str, blob_type: &str) -> Result<String, String> {
    let head = ["\0\0\0\x18ftyp", brand, "\0\0\0\0"].concat();
    init(head.as_bytes(), json!({ "type": blob_type })).map(|(media_type, _)| media_type)
}

#[test]
fn a_brand_of_videos_says_more_than_the_blob() {
    let brands = [
        "isom", "iso2", "iso3", "iso4", "iso5", "iso6", "iso7", "iso8", "iso9", "mp41", "mp42", "avc1", "hvc1", "av01",
        "M4V ", "M4VH", "M4VP", "F4V ", "3gp4", "3gp5", "3gp6", "3gg6", "3ge6", "3gs7", "3gr6", "3g2a", "mmp4", "MSNV",
    ];
    for blob_type in
        ["", "video/mp4", "video/x-m4v", "image/jpeg", "image/heic", "audio/mp4", "application/octet-stream"]
    {
        for brand in brands {
            assert_eq!(init_of_brand(brand, blob_type).as_deref(), Ok("video/mp4"), "{brand}, {blob_type}");
        }
        assert_eq!(init_of_brand("qt  ", blob_type).as_deref(), Ok("video/quicktime"), "{blob_type}");
    }
}

#[test]
fn what_a_brand_says_is_a_picture_or_sound_is_refused_as_that_and_not_sent_as_a_video() {
    // The brand, the type of the Blob, and what the file is then.
    let table = [
        ("heic", "image/heic", "image/heic"),
        ("heix", "", "image/heic"),
        ("heim", "image/jpeg", "image/heic"),
        ("hevc", "image/heic", "image/heic-sequence"),
        ("hevx", "image/heif", "image/heic-sequence"),
        ("mif1", "image/heif", "image/heif"),
        ("mif2", "image/avif", "image/heif"),
        ("miaf", "image/avif", "image/heif"),
        ("msf1", "", "image/heif-sequence"),
        ("avif", "image/avif", "image/avif"),
        ("avis", "image/avif", "image/avif"),
        ("avio", "", "image/avif"),
        ("crx ", "image/x-canon-cr3", "image/x-canon-cr3"),
        ("crx ", "application/octet-stream", "image/x-canon-cr3"),
        ("M4A ", "audio/x-m4a", "audio/mp4"),
        ("M4A ", "", "audio/mp4"),
        ("M4B ", "audio/mp4", "audio/mp4"),
        ("M4P ", "audio/mp4", "audio/mp4"),
        // These brands say nothing of it, and the Blob does.
        ("dash", "audio/mp4", "audio/mp4"),
        ("F4A ", "audio/x-m4a", "audio/x-m4a"),
        ("caqv", "audio/mp4", "audio/mp4"),
        ("1pic", "image/heif", "image/heif"),
    ];
    for (brand, blob_type, expected) in table {
        let advice = if expected.starts_with("image/") { PICTURE } else { SOUND };
        assert_eq!(init_of_brand(brand, blob_type), Err(not_taken(expected, advice)), "{brand}, {blob_type}");
    }
}

#[test]
fn what_is_in_the_container_of_mp4_is_a_video_where_nothing_says_that_it_is_none() {
    for (brand, blob_type) in [
        ("dash", "video/mp4"),
        ("dash", ""),
        ("caqv", ""),
        ("caqv", "application/octet-stream"),
        ("CAEP", "video/mp4"),
        // Sound by its brand, which may have a picture that moves.
        ("M4A ", "video/mp4"),
    ] {
        assert_eq!(init_of_brand(brand, blob_type).as_deref(), Ok("video/mp4"), "{brand}, {blob_type}");
    }
}

#[test]
fn a_type_that_x_does_not_take_is_refused_in_words_for_a_person() {
    let table = [
        ("image/heic", PICTURE),
        ("image/heif", PICTURE),
        ("image/avif", PICTURE),
        ("image/svg+xml", PICTURE),
        ("image/jpg", PICTURE),
        ("audio/mpeg", SOUND),
        ("video/x-matroska", "Convert it to MP4 first."),
        ("video/x-msvideo", "Convert it to MP4 first."),
        ("application/zip", "Choose another file."),
        ("application/octet-stream", "Choose another file."),
        ("text/plain", "Choose another file."),
        ("model/obj", "Choose another file."),
    ];
    for (blob_type, advice) in table {
        let told = init(b"?", json!({ "type": blob_type }));
        assert_eq!(told, Err(not_taken(blob_type, advice)));
        // Who names it, wants X to judge.
        let named = init(b"?", json!({ "mediaType": blob_type })).map(|(media_type, _)| media_type);
        assert_eq!(named.as_deref(), Ok(blob_type));
    }
    // What its bytes tell, it is, whatever its Blob says.
    assert_eq!(init(b"\xff\xd8\xff\xe0", json!({ "type": "image/heic" })).unwrap().0, "image/jpeg");
    assert_eq!(init(b"\0\0\0\x18ftypheic", json!({ "mediaType": "image/heic" })).unwrap().0, "image/heic");
}

#[test]
fn every_type_of_x_is_taken_by_the_word_of_the_blob() {
    let specification = include_str!("../../www/emulator/vocabulary.js");
    let (_, list) = specification.split_once("MEDIA_TYPES").unwrap();
    let types: Vec<&str> = list.split(']').next().unwrap().split('"').filter(|word| word.contains('/')).collect();
    assert_eq!(types.len(), 15);
    for media_type in types {
        assert_eq!(init(b"?", json!({ "type": media_type })).unwrap().0, media_type);
    }
}

#[test]
fn what_the_caller_says_comes_first_then_the_bytes_then_the_blob() {
    let jpeg: &[u8] = b"\xff\xd8\xff\xe0";
    let table = [
        (jpeg, json!({ "mediaType": "video/mp4", "type": "image/png" }), Some("video/mp4")),
        (jpeg, json!({ "type": "image/png" }), Some("image/jpeg")),
        (b"?", json!({ "type": "text/srt" }), Some("text/srt")),
        (b"?", json!({ "mediaType": "model/vnd.usdz+zip" }), Some("model/vnd.usdz+zip")),
        // A name that is no type, as the Blob has it.
        (b"?", json!({ "type": "video" }), None),
        // As a recorder has it, and as nobody should write it.
        (b"?", json!({ "type": "video/webm;codecs=vp9" }), Some("video/webm")),
        (b"?", json!({ "mediaType": " Video/WebM; codecs=vp9" }), Some("video/webm")),
    ];
    for (head, options, expected) in table {
        let told = init(head, options.clone()).map(|(media_type, _)| media_type);
        assert_eq!(told.as_deref().ok(), expected, "{options}");
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
        let told = init(b"", json!({ "mediaType": media_type })).unwrap();
        assert_eq!(told, (media_type.to_owned(), category.map(str::to_owned)));
    }
    for given in
        ["tweet_image", "tweet_gif", "tweet_video", "amplify_video", "dm_image", "dm_gif", "dm_video", "subtitles"]
    {
        let told = init(b"", json!({ "mediaType": "video/mp4", "mediaCategory": given })).unwrap();
        assert_eq!(told.1.as_deref(), Some(given));
    }
    // `initialize` is one command: it says what it was told, no more.
    let request = Client::v1().start("initialize", json!({ "total_bytes": 1, "media_type": "video/mp4" })).next("INIT");
    assert_eq!(request.field("media_category"), json!(null));
}

#[test]
fn a_file_that_can_not_be_read_has_changed() {
    let mut run = Client::v1().start("upload", json!({ "file": 10, "mediaType": "video/mp4" }));
    run.sample = None;
    assert_eq!(run.code(), "file_changed");
    assert_eq!(run.cause(), Some(Cause::FileSample));
}

#[test]
fn a_file_that_is_larger_than_x_takes_in_its_category_is_refused_with_the_limit() {
    let table = [
        ("tweet_image", 5, "a picture"),
        ("dm_image", 5, "a picture"),
        ("tweet_gif", 15, "a GIF"),
        ("dm_gif", 15, "a GIF"),
        ("dm_video", 1024, "a video in a direct message"),
        ("subtitles", 1, "subtitles"),
        // More than a thousand segments hold.
        ("tweet_video", 0, ""),
        ("amplify_video", 0, ""),
    ];
    let start = |bytes: u64, options: &Value| Client::v1().start("upload", merged(json!({ "file": bytes }), options));
    for (category, limit, kind) in table {
        let options = json!({ "mediaType": "video/mp4", "mediaCategory": category });
        let most = if limit == 0 { 8_000_000_000 } else { limit * MIB };
        assert_eq!(start(most, &options).next("INIT").field("total_bytes"), most.to_string(), "{category}");
        if limit > 0 {
            let mut run = start(most + 1, &options);
            let error = run.error();
            assert_eq!((&error["code"], &error["attempts"]), (&json!("invalid_argument"), &json!(0)));
            let most = if limit < 1024 { format!("{limit} MB") } else { format!("{} GB", limit / 1024) };
            let words = format!("The file is too large: X takes at most {most} for {kind}.");
            assert_eq!(run.message(), format!("{words} Choose a smaller one, or compress it."));
        }
    }
    // The category need not be given; where there is none, it is X's to say.
    assert_eq!(start(6 * MIB, &json!({ "mediaType": "image/png" })).code(), "invalid_argument");
    assert_eq!(start(16 * MIB, &json!({ "mediaType": "image/gif" })).code(), "invalid_argument");
    assert_eq!(start(2 * MIB, &json!({ "mediaType": "text/vtt" })).code(), "invalid_argument");
    start(100 * MIB, &json!({ "mediaType": "model/gltf-binary" })).next("INIT");
    // `initialize` is one command: X judges it.
    let given = json!({ "total_bytes": 6 * MIB, "media_type": "image/png", "media_category": "tweet_image" });
    Client::v1().start("initialize", given).next("INIT");
}
