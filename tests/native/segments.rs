//! How a file is cut into segments, and how many of them are under way at once.

use serde_json::{Value, json};

use super::driver::{Client, ID, MIB, Run, Sent};

const KIB: u64 = 1 << 10;

/// The segments of an upload in the order in which they leave, each of which takes as long as `millis` says.
fn segments(bytes: u64, options: Value, mut millis: impl FnMut(&Sent) -> u64) -> Vec<Sent> {
    let mut run = Client::v1().upload(bytes, options);
    let init = run.well("INIT");
    assert_eq!(init.field("total_bytes"), bytes.to_string());
    let mut segments = Vec::new();
    loop {
        for sent in run.requests() {
            if sent.command() == "FINALIZE" {
                return segments;
            }
            run.client.pass(millis(&sent));
            run.answer_well(&sent);
            segments.push(sent);
        }
    }
}

/// What holds for every upload: indexes from 0 to 999, and each byte in one segment.
fn check_cover(bytes: u64, segments: &[Sent]) {
    assert!(segments.len() <= 1000, "{} segments of {bytes} bytes", segments.len());
    let mut next = 0;
    for (place, sent) in segments.iter().enumerate() {
        let (index, start, end) = sent.segment();
        assert_eq!((index, start), (place as u64, next), "of {bytes} bytes");
        assert!(start < end, "of {bytes} bytes");
        next = end;
    }
    assert_eq!(next, bytes);
}

#[test]
fn a_size_that_is_given_holds_for_every_segment_unless_a_thousand_would_not_hold_the_file() {
    // Bytes and segmentSize beside the size of all segments but the last.
    let table = [
        (1, 65_536, 65_536),
        (65_536, 65_536, 65_536),
        (65_537, 65_536, 65_536),
        (65_536_000, 65_536, 65_536),
        (65_536_001, 65_536, 65_537),
        (5_000_001, 5_000_000, 5_000_000),
        (1000 * MIB, MIB, MIB),
        (1000 * MIB + 1, MIB, MIB + 1),
        (5_000_000_000, MIB, 5_000_000),
        (5_000_000_000, 5_000_000, 5_000_000),
        // More than 5 MB each only where the file can't fit otherwise.
        (5_000_000_001, 5_000_000, 5_000_001),
        (8_000_000_000, 65_536, 8_000_000),
    ];
    for (bytes, given, size) in table {
        let segments = segments(bytes, json!({ "segmentSize": given }), |_| 7);
        check_cover(bytes, &segments);
        // Once one more byte each is no longer needed, the rest may be a byte smaller.
        let (_, but_last) = segments.split_last().unwrap();
        assert!(but_last.iter().all(|sent| sent.bytes() == size || sent.bytes() == size.max(given) - 1));
        assert_eq!(segments[0].bytes(), size.min(bytes), "{bytes} by {given}");
    }
}

#[test]
fn without_a_size_segments_begin_at_64_kib_and_go_towards_two_seconds() {
    // Bytes a second, beside the size that this comes to.
    let table = [
        (2000, 64 * KIB),
        (32_768, 64 * KIB),
        (50_000, 100_000),
        (131_072, 256 * KIB),
        (524_288, MIB),
        (MIB, 2 * MIB),
        (1_800_000, 3_600_000),
        (2 * MIB, 4 * MIB),
        (50 * MIB, 4 * MIB),
    ];
    for options in [json!({ "concurrency": 1 }), json!({ "concurrency": 1, "segmentSize": "auto" })] {
        for (speed, size) in table {
            let segments = segments(60 * MIB, options.clone(), |sent| sent.bytes() * 1000 / speed);
            check_cover(60 * MIB, &segments);
            let sizes: Vec<u64> = segments.iter().map(Sent::bytes).collect();
            assert_eq!(sizes[0], 64 * KIB);
            assert!(sizes[1] <= MIB, "the first is too small to tell more: {sizes:?}");
            // Each is nearer than the one before, and none beyond.
            let (settled, last) = (&sizes[12..sizes.len() - 1], *sizes.last().unwrap());
            let distances: Vec<u64> = sizes[..12].iter().map(|bytes| bytes.abs_diff(size)).collect();
            assert!(distances.windows(2).all(|two| two[1] <= two[0] + size / 100), "{speed}: {sizes:?}");
            assert!(settled.iter().all(|bytes| bytes.abs_diff(size) <= size / 100), "{speed}: {sizes:?}");
            assert!(last <= size + size / 100, "{speed}: {last}");
        }
    }
}

#[test]
fn the_round_trip_that_init_took_is_not_taken_for_slowness() {
    // How long INIT took and the first segment, beside the size of the second.
    let table = [
        (0, 1000, 128 * KIB),
        (600, 620, MIB),
        (600, 856, 512_000),
        (600, 1600, 128 * KIB),
        // It may have been the server that was slow: what took ten seconds in all, if the line did, is enough.
        (3000, 3100, 65_536 * 10_000 / 3100),
        (30_000, 10_000, 64 * KIB),
    ];
    for (init, first, size) in table {
        let client = Client::v1();
        let mut run = client.upload(30 * MIB, json!({ "concurrency": 1 }));
        let sent = run.next("INIT");
        client.pass(init);
        run.answer_well(&sent);
        let sent = run.next("APPEND");
        client.pass(first);
        run.answer_well(&sent);
        assert_eq!(run.next("APPEND").bytes(), size, "{init} {first}");
    }
}

#[test]
fn one_segment_learns_the_line_and_so_many_follow_as_it_carries_in_twenty_seconds() {
    // How long the first takes, beside how many follow.
    for (millis, lanes) in [(10, 8), (2500, 8), (4000, 5), (8192, 2), (10_001, 1), (59_999, 1)] {
        let client = Client::v1();
        let mut run = client.upload(30 * MIB, json!({ "concurrency": 8 }));
        run.well("INIT");
        let first = run.requests();
        assert_eq!((first.len(), first[0].bytes()), (1, 64 * KIB));
        client.pass(millis);
        run.answer_well(&first[0]);
        let sent = run.requests();
        assert_eq!(sent.len(), lanes, "{millis}");
        // Those that leave together do not end together, unless they are as small as may be.
        let sizes: Vec<u64> = sent.iter().map(Sent::bytes).collect();
        let differ = sizes.windows(2).all(|two| two[0] > two[1]);
        assert!(if millis <= 10 { differ } else { sizes.iter().all(|bytes| *bytes == 64 * KIB) }, "{sizes:?}");
    }
}

#[test]
fn segments_shrink_at_once_and_grow_step_by_step_with_the_speed() {
    let mut bytes_left_of_the_quick_part = 30 * MIB;
    let segments = segments(60 * MIB, json!({ "concurrency": 1 }), |sent| {
        bytes_left_of_the_quick_part = bytes_left_of_the_quick_part.saturating_sub(sent.bytes());
        if bytes_left_of_the_quick_part > 0 { 10 } else { 30_000 }
    });
    let sizes: Vec<u64> = segments.iter().map(Sent::bytes).collect();
    let most = sizes.iter().position(|bytes| *bytes >= 4 * MIB - KIB).unwrap();
    assert!(sizes[..most].is_sorted(), "{sizes:?}");
    let (_, but_last) = sizes.split_last().unwrap();
    assert!(but_last.ends_with(&[64 * KIB; 400]), "{sizes:?}");
}

#[test]
fn segments_are_never_so_small_that_the_rest_does_not_fit_the_indexes_that_are_left() {
    // A network so slow that each would be of 64 KiB.
    for bytes in [60 * MIB, 64_000 * KIB + 1, 300 * MIB, 2000 * MIB, 8_000_000_000] {
        let segments = segments(bytes, json!({}), |_| 59_000);
        check_cover(bytes, &segments);
        let mut sent_before = 0;
        for sent in &segments {
            let (index, _, end) = sent.segment();
            assert!(sent.bytes() * (1000 - index) >= bytes - sent_before || end == bytes, "{bytes}: {sent:?}");
            assert!(sent.bytes() <= MIB.max(bytes.div_ceil(1000)), "{bytes}: {sent:?}");
            sent_before = end;
        }
    }
}

#[test]
fn any_file_at_any_speed_is_covered_by_segments_within_their_limits() {
    let mut random = fastrand::Rng::with_seed(5);
    for round in 0..300 {
        let bytes = 1 + (8e9 * random.f64().powi(6)) as u64;
        let given = random.bool().then(|| random.u64(65_536..=5_000_000));
        let mut options = json!({ "concurrency": random.u8(1..=8) });
        if let Some(given) = given {
            options["segmentSize"] = given.into();
        }
        let slow = random.u64(1..60_000);
        let segments = segments(bytes, options.clone(), |_| random.u64(0..slow));
        check_cover(bytes, &segments);
        let most = given.unwrap_or(4 * MIB).max(bytes.div_ceil(1000));
        let least = given.unwrap_or(64 * KIB);
        for sent in &segments {
            let is_last = sent.segment().2 == bytes;
            assert!(sent.bytes() <= most && (sent.bytes() >= least || is_last), "{round}: {bytes} {options} {sent:?}");
        }
    }
}

/// After a segment was found too large: the next segments, of another media.
fn start_over(run: &mut Run, too_large: &Sent, id: &str) -> Vec<Sent> {
    run.answer(too_large, 413, "");
    let init = run.next("INIT");
    assert_eq!(init.waited, 0);
    run.answer(&init, 202, json!({ "media_id_string": id }));
    let sent = run.requests();
    assert!(sent.iter().all(|sent| sent.command() == "APPEND" && sent.field("media_id") == id));
    assert_eq!(sent[0].segment().1, 0);
    sent
}

#[test]
fn a_segment_of_a_given_size_that_is_too_large_begins_a_new_media_with_half_its_size_twice_at_most() {
    for (options, sizes) in [
        (json!({ "segmentSize": MIB }), [MIB, MIB / 2, MIB / 4]),
        (json!({ "segmentSize": 5_000_000 }), [5_000_000, 2_500_000, 1_250_000]),
        (json!({ "segmentSize": 65_537, "bytes": 10_000_000 }), [65_537, 32_768, 16_384]),
        // As far as a thousand segments still hold the file.
        (json!({ "segmentSize": 65_536, "bytes": 50_000_000 }), [65_536, 50_000, 50_000]),
    ] {
        let bytes = options["bytes"].as_u64().unwrap_or(30 * MIB);
        let mut run = Client::v1().upload(bytes, options.clone());
        run.well("INIT");
        let first = run.requests();
        run.answer_well(&first[1]);
        let second = start_over(&mut run, &first[0], "22");
        assert_eq!(run.cancelled, [first[2].id, first[3].id], "{options}");
        assert_eq!(run.snapshot()["bytesSent"], 0);
        let third = start_over(&mut run, &second[3], "333");
        for (sent, size) in [first, second, third.clone()].iter().zip(sizes) {
            assert_eq!(sent.len(), 4, "{options}");
            assert!(sent.iter().all(|sent| sent.bytes() == size), "{options}: {sent:?}");
        }
        run.answer(&third[2], 413, "");
        let error = run.error();
        assert_eq!((&error["code"], &error["status"]), (&json!("too_large"), &json!(413)));
        assert_eq!((&error["command"], &error["media_id_string"]), (&json!("APPEND"), &json!("333")));
    }
}

/// The sizes of all segments that are still to come, each of which is answered at once, after these.
fn sizes_of_the_rest(run: &mut Run, mut sent: Vec<Sent>) -> Vec<u64> {
    let mut sizes = Vec::new();
    while sent[0].command() == "APPEND" {
        for sent in &sent {
            sizes.push(sent.bytes());
            run.answer_well(sent);
        }
        sent = run.requests();
    }
    sizes
}

/// An upload that has just sent what follows its first segment.
fn learned(client: &Client, bytes: u64) -> (Run, Vec<Sent>) {
    let mut run = client.upload(bytes, json!({}));
    run.well("INIT");
    run.well("APPEND");
    let sent = run.requests();
    (run, sent)
}

#[test]
fn where_sizes_are_automatic_it_starts_over_with_the_largest_that_was_acknowledged_and_no_speed_brings_back_another() {
    // Bytes of the file, and how many of the four that follow the first are acknowledged, beside the size of all afterwards.
    let table = [
        (30 * MIB, 0, 64 * KIB),
        (30 * MIB, 1, 256 * KIB),
        (30 * MIB, 2, 512 * KIB),
        // As far as a thousand segments still hold the file.
        (500 * MIB, 0, 512 * KIB),
    ];
    for (bytes, acknowledged, size) in table {
        let client = Client::v1();
        let (mut run, sent) = learned(&client, bytes);
        assert_eq!(sent[0].bytes(), MIB);
        sent[1..].iter().rev().take(acknowledged).for_each(|sent| run.answer_well(sent));
        let sent = start_over(&mut run, &sent[0], ID);
        let sizes = sizes_of_the_rest(&mut run, sent);
        assert_eq!(sizes.iter().max(), Some(&size), "{sizes:?}");
    }
}

#[test]
fn where_sizes_are_automatic_and_none_was_acknowledged_it_starts_over_with_half_twice_at_most() {
    let mut run = Client::v1().upload(10 * MIB, json!({}));
    run.well("INIT");
    let mut sent = run.next("APPEND");
    for (size, id) in [(32 * KIB, "22"), (16 * KIB, "333")] {
        sent = start_over(&mut run, &sent, id).remove(0);
        assert_eq!(sent.bytes(), size);
    }
    run.answer(&sent, 413, "");
    assert_eq!(run.code(), "too_large");
}

#[test]
fn later_uploads_of_a_client_begin_below_what_was_too_large_until_that_is_acknowledged() {
    let client = Client::v1();
    let (mut run, sent) = learned(&client, 30 * MIB);
    run.answer_well(&sent[2]);
    start_over(&mut run, &sent[0], ID);
    // 512 KiB were acknowledged, and a MiB was too large.
    let largest = |options: Value| {
        let mut run = client.upload(30 * MIB, options);
        run.well("INIT");
        let sent = run.requests();
        *sizes_of_the_rest(&mut run, sent).iter().max().unwrap()
    };
    assert_eq!(largest(json!({})), 512 * KIB);
    assert_eq!(largest(json!({ "segmentSize": 600 * KIB })), 600 * KIB);
    assert_eq!(largest(json!({})), 600 * KIB);
    assert_eq!(largest(json!({ "segmentSize": MIB })), 512 * KIB);
    assert_eq!(largest(json!({ "segmentSize": 3 * MIB })), 768 * KIB);
    // A file that needs it has segments of a MiB: they may be taken by now.
    let (mut run, sent) = learned(&client, 1000 * MIB);
    assert_eq!(sent[0].bytes(), MIB);
    run.answer_well(&sent[0]);
    assert!(largest(json!({})) > 3 * MIB);
}

#[test]
fn what_is_too_large_in_other_commands_is_final() {
    let mut run = Client::v1().upload(1, json!({}));
    let init = run.next("INIT");
    run.answer(&init, 413, "");
    assert_eq!(run.code(), "too_large");
    let mut run = Client::v1().upload(1, json!({}));
    run.well("INIT");
    run.well("APPEND");
    let finalize = run.next("FINALIZE");
    run.answer(&finalize, 413, "");
    assert_eq!(run.code(), "too_large");
}

/// An upload of many small segments of which so many are under way. Who fails need not wait before the next try.
fn under_way(concurrency: usize) -> (Run, Vec<Sent>) {
    let client = Client::new(json!({ "api": "1.1", "retry": { "minDelayMs": 0, "maxDelayMs": 0 } }));
    let mut run = client.upload(200 * 65_536, json!({ "segmentSize": 65_536, "concurrency": concurrency }));
    run.well("INIT");
    let sent = run.requests();
    assert_eq!(sent.len(), concurrency);
    (run, sent)
}

/// Answers the first of them, and gives back how many are under way then.
fn acknowledge(run: &mut Run, sent: &mut Vec<Sent>) -> usize {
    run.client.pass(20);
    run.answer_well(&sent.remove(0));
    sent.extend(run.requests());
    sent.len()
}

/// Lets the first of them time out: the others are answered in good time before, and others leave in their place.
fn time_out(run: &mut Run, sent: &mut Vec<Sent>) {
    run.client.pass(59_000);
    for other in sent.drain(1..) {
        run.answer_well(&other);
    }
    let late = sent.remove(0);
    sent.extend(run.requests());
    run.client.pass(1000);
    sent.extend(run.requests());
    assert_eq!(run.cancelled.pop(), Some(late.id));
}

#[test]
fn a_segment_that_times_out_halves_those_under_way_and_five_acknowledgements_in_a_row_add_one() {
    let (mut run, mut sent) = under_way(8);
    time_out(&mut run, &mut sent);
    // Seven are under way, and nothing leaves before there are less than four.
    let counts: Vec<usize> = (0..18).map(|_| acknowledge(&mut run, &mut sent)).collect();
    assert_eq!(counts, [6, 5, 4, 4, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 7, 7, 7, 7]);
    for _ in 0..50 {
        acknowledge(&mut run, &mut sent);
    }
    assert_eq!(sent.len(), 8, "as the caller wants, and no more");
}

#[test]
fn a_round_of_time_outs_halves_those_under_way_once_and_one_is_left_at_least() {
    let (mut run, _) = under_way(8);
    for (allowed, expected) in [(60_000, 4), (120_000, 2), (240_000, 1), (480_000, 1)] {
        run.client.pass(allowed - 1);
        assert_eq!(run.requests().len(), 0);
        // All that are under way time out at once.
        run.client.pass(1);
        assert_eq!(run.requests().len(), expected);
    }
}

#[test]
fn a_time_out_begins_a_new_row() {
    let (mut run, mut sent) = under_way(4);
    time_out(&mut run, &mut sent); // two from now on
    let counts: Vec<usize> = (0..4).map(|_| acknowledge(&mut run, &mut sent)).collect();
    assert_eq!(counts, [2; 4]);
    run.client.pass(60_000); // one from now on
    let mut sent = run.requests();
    let counts: Vec<usize> = (0..6).map(|_| acknowledge(&mut run, &mut sent)).collect();
    assert_eq!(counts, [1, 1, 1, 1, 2, 2]);
}
