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

/// When the tries of an APPEND leave that is never answered, each so many seconds after the one before, where the pause between
/// them is a second.
fn seconds_between_tries(client: &Client, tries: usize) -> Vec<u64> {
    client.set_random(0.0);
    let (mut run, mut sent) = client.command("append");
    let mut seconds = Vec::new();
    for _ in 0..tries {
        let again = run.next("APPEND");
        seconds.push((again.at - sent.at) / 1000 - 1);
        sent = again;
    }
    seconds
}

#[test]
fn each_time_out_of_an_append_doubles_the_time_of_the_next_up_to_an_hour_unless_the_caller_gave_one() {
    let patient = json!({ "api": "1.1", "retry": { "attempts": 20 } });
    let client = Client::new(patient.clone());
    assert_eq!(seconds_between_tries(&client, 9), [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
    // The client remembers what the line needs.
    assert_eq!(seconds_between_tries(&client, 1), [3600]);
    for given in [1000, 60_000, 100_000] {
        let client = Client::new(merged(patient.clone(), &json!({ "requestTimeoutMs": given })));
        assert_eq!(seconds_between_tries(&client, 3), [given / 1000; 3]);
    }
}

#[test]
fn segments_that_time_out_together_double_the_time_once() {
    let client = Client::v1();
    let mut run = client.upload(20 * MIB, json!({ "segmentSize": MIB, "concurrency": 8 }));
    run.well("INIT");
    run.requests();
    client.pass(60_000);
    run.requests();
    assert_eq!(run.cancelled.len(), 8);
    assert_eq!(
        seconds_between_tries(&Client::new(json!({ "api": "1.1" })), 1),
        [60],
        "of other clients it says nothing"
    );
    client.pass(1_000_000);
    run.abort();
    assert_eq!(seconds_between_tries(&client, 1), [120]);
}

#[test]
fn what_is_acknowledged_in_an_eighth_of_the_time_halves_it_again() {
    // How long an APPEND took, beside the times that are allowed afterwards.
    for (millis, seconds) in [(60_000, 480), (59_000, 240), (0, 240)] {
        let client = Client::new(json!({ "api": "1.1", "retry": { "attempts": 20 } }));
        seconds_between_tries(&client, 3);
        let (mut run, sent) = client.command("append");
        client.pass(millis);
        run.answer_well(&sent);
        assert_eq!(seconds_between_tries(&client, 1), [seconds], "{millis}");
    }
}

#[test]
fn what_has_timed_out_is_given_longer_whatever_others_took() {
    let client = Client::new(json!({ "api": "1.1", "retry": { "attempts": 20 } }));
    client.set_random(0.0);
    let (mut run, first) = client.command("append");
    let second = run.next("APPEND");
    // Others are quick meanwhile.
    for _ in 0..5 {
        let (mut other, sent) = client.command("append");
        other.answer_well(&sent);
    }
    let third = run.next("APPEND");
    assert_eq!((second.at - first.at, third.at - second.at), (61_000, 121_000));
    assert_eq!(run.next("APPEND").at - third.at, 241_000);
}

#[test]
fn commands_without_a_file_have_as_long_as_ever() {
    let client = Client::new(json!({ "api": "1.1", "retry": { "attempts": 20 } }));
    seconds_between_tries(&client, 3);
    let (mut run, first) = client.command("finalize");
    let second = run.next("FINALIZE");
    let third = run.next("FINALIZE");
    assert_eq!((second.at - first.at, third.at - second.at), (31_000, 31_000));
}
