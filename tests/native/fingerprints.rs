//! What a file is known again by: size, type, name, time, and some of its bytes, of which a file without a name and a time needs
//! more.

use std::collections::BTreeSet;
use std::ops::Range;

use serde_json::{Value, json};
use x_media_upload::protocol::FileInfo;

use super::driver::stopped::commands;
use super::driver::{Client, MIB, Run, merged};

/// An upload of a file with these bytes, and a store.
fn upload(content: &[u8], file: &Value) -> Run {
    let options = merged(json!({ "segmentSize": 65_536, "hasStore": true }), file);
    let mut run = Client::v1().upload(content.len() as u64, options);
    run.content = Some(content.to_vec());
    run
}

/// What a store is asked for, for a file with these bytes.
fn key(content: &[u8], file: &Value) -> String {
    let mut run = upload(content, file);
    run.requests();
    run.key.unwrap()
}

/// Bytes of which no two stretches are alike.
fn recording(bytes: u64) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(1);
    (0..bytes).map(|_| random.u8(..)).collect()
}

/// The same bytes, with others in this range.
fn cut_anew(content: &[u8], range: Range<usize>) -> Vec<u8> {
    let mut content = content.to_vec();
    content[range].iter_mut().for_each(|byte| *byte = !*byte);
    content
}

#[test]
fn two_recordings_of_which_only_the_ends_are_alike_are_two_files() {
    let first = recording(MIB);
    let second = cut_anew(&first, 4096..first.len() - 4096);
    let mut interrupted = upload(&first, &json!({}));
    interrupted.well("INIT");
    interrupted.well("APPEND");
    interrupted.drain();
    let session = interrupted.session().unwrap();
    assert_eq!(session["acknowledged"], json!([0]));

    // The store has nothing under the second one's key; and would it give the first one's session, that is no help.
    assert_ne!(key(&second, &json!({})), interrupted.key.unwrap());
    let mut run = upload(&second, &json!({}));
    run.stored = Some(session.clone());
    assert_eq!(commands(&run.requests()), ["INIT"]);
    let mut run = upload(&second, &json!({ "session": session }));
    assert_eq!(run.code(), "file_changed");

    // The first one goes on.
    let mut run = upload(&first, &json!({}));
    run.stored = Some(session);
    assert_eq!(run.requests()[0].segment().0, 1);
}

#[test]
fn of_a_file_without_a_name_or_a_time_any_long_stretch_counts() {
    for bytes in [MIB, 5_000_000, 100_001] {
        let content = recording(bytes);
        let stretch = bytes as usize / 17;
        for label in [json!({}), json!({ "name": "a.mp4" }), json!({ "lastModified": 5 })] {
            let usual = key(&content, &label);
            for start in (0..content.len() - stretch).step_by(stretch / 3) {
                let other = cut_anew(&content, start..start + stretch);
                assert_ne!(key(&other, &label), usual, "{start} of {bytes}, {label}");
            }
        }
    }
    // Of a small one each byte counts.
    for bytes in [1, 2, 4095, 4096, 4097, 8192, 30_000, 73_728] {
        let content = recording(bytes);
        let usual = key(&content, &json!({}));
        for place in (0..content.len()).step_by(101).chain([content.len() - 1]) {
            assert_ne!(key(&cut_anew(&content, place..place + 1), &json!({})), usual, "{place} of {bytes}");
        }
    }
}

#[test]
fn what_is_read_begins_with_the_first_block_ends_with_the_last_one_and_stays_within_the_file() {
    for total_bytes in [1, 4095, 4096, 4097, 8192, 73_728, 1_000_003, 8_000_000_000] {
        let block = total_bytes.min(4096);
        for (name, last_modified, blocks) in
            [(Some("a.mp4"), Some(5), 2), (Some("a.mp4"), None, 18), (None, Some(5), 18), (None, None, 18)]
        {
            let name = name.map(str::to_owned);
            let ranges = FileInfo { total_bytes, blob_type: String::new(), name, last_modified }.sample();
            assert_eq!(ranges.len(), blocks, "{total_bytes}");
            assert_eq!(ranges[0], 0..block, "{total_bytes}");
            assert_eq!(ranges[blocks - 1], total_bytes - block..total_bytes, "{total_bytes}");
            assert!(ranges.iter().all(|range| range.end - range.start == block), "{total_bytes}: {ranges:?}");
            let gaps: Vec<u64> = ranges.windows(2).map(|pair| pair[1].start - pair[0].start).collect();
            let evenly = gaps.iter().max().unwrap() - gaps.iter().min().unwrap();
            assert!(evenly <= 1, "{total_bytes}: {ranges:?}");
        }
    }
}

#[test]
fn a_file_with_a_name_and_a_time_is_known_by_the_same_as_ever() {
    let kept = "https://upload.twitter.com 1.1 \
                {\"total_bytes\":6291456,\"media_type\":\"video/mp4\",\"media_category\":\"tweet_video\"} \
                6291456\nvideo/mp4\n1700000000000\n13389487554061181733\nmy dog.mp4";
    let label = json!([6_291_456, "video/mp4", "my dog.mp4", 1_700_000_000_000_u64, "13389487554061181733"]);
    let file = json!({ "type": "video/mp4", "name": "my dog.mp4", "lastModified": 1_700_000_000_000_u64 });
    let mut run = upload(&vec![0; 6 << 20], &file);
    run.well("INIT");
    assert_eq!(run.key.as_deref(), Some(kept));
    assert_eq!(run.session().unwrap()["file"], label);
}

/// What a file says of itself; a Blob has neither name nor time.
fn file(blob_type: &str, name: Option<&str>, last_modified: Option<u64>) -> Value {
    json!({ "type": blob_type, "name": name, "lastModified": last_modified })
}

#[test]
fn files_that_differ_in_anything_differ_in_their_keys() {
    let content = recording(10);
    let digest = key(&content, &file("a/b", Some("n"), Some(1))).rsplit(' ').nth(1).unwrap().to_owned();
    let files = [
        file("", None, None),
        file("", Some(""), None),
        file("", Some(" "), None),
        file("", Some(""), Some(1)),
        file("a/b", Some("n"), Some(1)),
        file("a/b", Some(" n"), Some(1)),
        // The parts of one, in other places of another.
        file("a/b", Some(&format!("2 {digest} n")), Some(1)),
        file(&format!("a/b 1 {digest}"), Some("n"), Some(2)),
        file("a/b;c=d e", Some("n"), Some(1)),
        file("a/b;c=d%20e", Some("n"), Some(1)),
        file("a/b;c=d", Some("e n"), Some(1)),
    ];
    let keys: BTreeSet<String> = files.iter().map(|file| key(&content, file)).collect();
    assert_eq!(keys.len(), files.len(), "{keys:#?}");
}

#[test]
fn a_file_from_a_time_beyond_all_calendars_is_still_itself() {
    let file = json!({ "name": "a.mp4", "lastModified": 8_640_000_000_000_000_u64 });
    let mut run = upload(&recording(MIB), &file);
    run.well("INIT");
    run.well("APPEND");
    run.drain();
    let session = run.session().unwrap();
    let mut run = upload(&recording(MIB), &merged(file, &json!({ "session": session })));
    assert_eq!(run.requests()[0].segment().0, 1);
}
