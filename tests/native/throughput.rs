//! How fast it goes, and how long it will take.

use serde_json::{Value, json};

use super::driver::{Client, MIB, Run, merged};

/// Twenty segments of a mebibyte, one after the other.
fn sending(options: Value) -> Run {
    let one_by_one = json!({ "segmentSize": MIB, "concurrency": 1 });
    let mut run = Client::v1().upload(20 * MIB, merged(one_by_one, &options));
    run.well("INIT");
    run
}

fn append(run: &mut Run, millis: u64) {
    let sent = run.next("APPEND");
    run.client.pass(millis);
    run.answer_well(&sent);
    run.drain();
}

fn speed(run: &Run) -> f64 {
    run.snapshot()["bytesPerSec"].as_f64().unwrap()
}

/// Whether it is so many mebibytes a second, but for rounding.
fn is_speed(run: &Run, mebibytes: f64) -> bool {
    (speed(run) / MIB as f64 / mebibytes - 1.0).abs() < 0.005
}

#[test]
fn speed_and_time_left_are_told_as_soon_as_bytes_have_arrived() {
    let mut run = sending(json!({}));
    run.drain();
    assert_eq!((run.snapshot().get("bytesPerSec"), run.snapshot().get("etaSecs")), (None, None));
    for sent in 1..20 {
        append(&mut run, 500);
        assert!(is_speed(&run, 2.0), "{}", speed(&run));
        let left = (20 - sent) as f64 / 2.0;
        let eta = run.snapshot()["etaSecs"].as_f64().unwrap();
        assert!((left..left + 1.1).contains(&eta), "{eta} for {left}");
    }
    append(&mut run, 500);
    // Of X's processing nobody knows.
    assert_eq!((&run.snapshot()["phase"], run.snapshot().get("etaSecs")), (&json!("finalize"), None));
}

#[test]
fn the_speed_follows_what_happened_lately() {
    let mut run = sending(json!({}));
    (0..5).for_each(|_| append(&mut run, 100));
    assert!(speed(&run) > 9.9 * MIB as f64);
    (0..12).for_each(|_| append(&mut run, 1000));
    let speed = speed(&run) / MIB as f64;
    assert!((1.0..1.1).contains(&speed), "{speed} MiB/s, where it was ten and is one");
}

#[test]
fn segments_side_by_side_are_no_slower_than_all_of_them() {
    let mut run = sending(json!({ "concurrency": 4 }));
    for _ in 0..4 {
        for sent in run.requests() {
            run.client.pass(250);
            run.answer_well(&sent);
        }
    }
    assert!(is_speed(&run, 4.0), "{}", speed(&run));
}

#[test]
fn a_pause_does_not_count_as_slowness() {
    let mut run = sending(json!({}));
    append(&mut run, 500);
    let sent = run.next("APPEND");
    run.pause();
    run.client.pass(500);
    run.answer_well(&sent);
    run.drain();
    assert_eq!(run.snapshot().get("etaSecs"), None);
    run.client.pass(1_000_000);
    run.resume();
    append(&mut run, 500);
    assert!(is_speed(&run, 2.0), "{}", speed(&run));
}

#[test]
fn a_resumed_upload_measures_its_own_bytes() {
    let mut run = sending(json!({ "saves": true }));
    (0..10).for_each(|_| append(&mut run, 10));
    let session = run.saves.pop().unwrap();
    let client = Client::v1();
    client.pass(5_000_000);
    let mut run = client.upload(20 * MIB, json!({ "session": session, "concurrency": 1 }));
    run.drain();
    assert_eq!((run.snapshot().get("bytesPerSec"), &run.snapshot()["bytesSent"]), (None, &json!(10 * MIB)));
    append(&mut run, 1000);
    assert!(is_speed(&run, 1.0), "{}", speed(&run));
}
