//! Uploads with all defaults over lines of every kind: how long they take beside what the line needs for the bytes of the file.
//! `docs/lines.md` shows it.

use std::fmt::Write;

use serde_json::{Value, json};

use super::driver::{Client, End, MIB, Run};
use super::line::Line;
use super::pages::assert_is_written;

/// How long an upload may take.
enum Bound {
    /// So many times what the line needs.
    Times(f64),
    /// Hardly longer than with segments of a mebibyte from the beginning, four at once, as it was in the first version: 1.02
    /// times these seconds, which this model said then, and two round trips.
    Before(f64),
}
use Bound::{Before, Times};

/// One upload, or several: what line, in kbit/s, milliseconds and mebibytes, and what the file is.
struct Case {
    line: Line,
    mebibytes: f64,
    uploads: u64,
    options: Value,
    note: &'static str,
    bound: Bound,
}

fn case(line: Line, mebibytes: f64, bound: Bound) -> Case {
    Case { line, mebibytes, uploads: 1, options: json!({}), note: "", bound }
}

/// A line that carries so much until that second, and that much afterwards.
fn changing(before: f64, second: u64, after: f64, round_trip: u64) -> Line {
    Line { rates: vec![(0, before), (second * 1000, after)], round_trip }
}

fn slow_lines() -> Vec<Case> {
    let mut cases = Vec::new();
    for (kbits, times) in [(16.0, 1.6), (32.0, 1.6), (64.0, 1.3), (128.0, 1.3), (400.0, 1.3)] {
        for mebibytes in [0.7, 1.2, 5.0] {
            for round_trip in [20, 80, 400] {
                cases.push(case(Line::steady(kbits, round_trip), mebibytes, Times(times)));
            }
        }
    }
    // X drops a media after a day: slower lines do not carry that much in time.
    for kbits in [64.0, 128.0, 400.0] {
        cases.push(case(Line::steady(kbits, 80), 512.0, Times(1.3)));
    }
    cases
}

fn fast_lines() -> Vec<Case> {
    let table = [
        (2000.0, 20, [(0.3, 1.349), (5.0, 21.093), (24.0, 101.368)]),
        (2000.0, 80, [(0.3, 1.619), (5.0, 21.453), (24.0, 103.438)]),
        (2000.0, 400, [(0.3, 3.059), (5.0, 23.373), (24.0, 114.478)]),
        (20_000.0, 20, [(1.0, 0.510), (24.0, 10.308), (512.0, 218.142)]),
        (20_000.0, 80, [(1.0, 0.780), (24.0, 11.030), (512.0, 228.893)]),
        (20_000.0, 400, [(1.0, 2.220), (24.0, 15.469), (512.0, 308.448)]),
        (200_000.0, 20, [(1.0, 0.132), (24.0, 1.158), (512.0, 22.554)]),
        (200_000.0, 80, [(1.0, 0.402), (24.0, 1.608), (512.0, 25.704)]),
        (200_000.0, 400, [(1.0, 1.842), (24.0, 4.008), (512.0, 43.105)]),
    ];
    let cases = |(kbits, round_trip, files): (f64, u64, [(f64, f64); 3])| {
        files.map(|(mebibytes, secs)| case(Line::steady(kbits, round_trip), mebibytes, Before(secs)))
    };
    table.into_iter().flat_map(cases).collect()
}

fn changing_lines() -> Vec<Case> {
    let table = [
        (16.0, 200, 160.0, 5.0),
        (400.0, 60, 40.0, 5.0),
        (640.0, 20, 64.0, 3.0),
        (128.0, 60, 1280.0, 10.0),
        (2000.0, 20, 200.0, 10.0),
        (2000.0, 20, 20_000.0, 50.0),
        (20_000.0, 10, 2000.0, 50.0),
        (200_000.0, 5, 20_000.0, 512.0),
    ];
    let mut cases = Vec::new();
    for (before, second, after, mebibytes) in table {
        for round_trip in [20, 80, 400] {
            cases.push(case(changing(before, second, after, round_trip), mebibytes, Times(1.3)));
        }
    }
    cases
}

fn odd_cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (kbits, mebibytes, times) in [(16.0, 0.7, 1.6), (128.0, 0.1, 1.3), (128.0, 0.7, 1.3), (128.0, 2.0, 1.3)] {
        let note = "ten uploads of one client at once";
        cases.push(Case { uploads: 10, note, ..case(Line::steady(kbits, 80), mebibytes, Times(times)) });
    }
    for (kbits, times) in [(16.0, 1.6), (32.0, 1.6), (64.0, 1.3), (128.0, 1.3), (400.0, 1.3)] {
        let options = json!({ "session": session_of_large_segments(24 * MIB) });
        let note = "the session of a fast line goes on, with segments of 4 MiB";
        cases.push(Case { options, note, ..case(Line::steady(kbits, 80), 24.0, Times(times)) });
    }
    for (kbits, mebibytes, bound) in
        [(128.0, 5.0, Times(1.3)), (2000.0, 24.0, Before(103.438)), (20_000.0, 24.0, Before(11.030))]
    {
        let note = "sessions are saved";
        cases.push(Case { options: json!({ "saves": true }), note, ..case(Line::steady(kbits, 80), mebibytes, bound) });
    }
    for concurrency in [1, 8] {
        let note = if concurrency == 1 { "one segment at once" } else { "eight segments at once" };
        let options = json!({ "concurrency": concurrency });
        cases.push(Case { options, note, ..case(Line::steady(64.0, 400), 1.2, Times(1.3)) });
    }
    cases
}

/// The session of an upload that has cut all of its file, and of which X has nothing.
fn session_of_large_segments(bytes: u64) -> Value {
    let mut run = Client::v1().upload(bytes, json!({ "segmentSize": 4 * MIB, "concurrency": 8, "saves": true }));
    run.well("INIT");
    run.requests();
    let session = run.saves.pop().unwrap();
    assert_eq!(session["segments"].as_array().unwrap().len(), 6);
    session
}

impl Case {
    /// Lets it happen, and checks how long it takes; a row of the table.
    fn row(&self) -> String {
        let bytes = (self.mebibytes * MIB as f64) as u64;
        let client = Client::v1();
        let mut runs: Vec<Run> = (0..self.uploads).map(|_| client.upload(bytes, self.options.clone())).collect();
        let took = self.line.carry(&client, &mut runs) as f64 / 1000.0;
        for run in &mut runs {
            assert!(matches!(run.end(), End::Resolved(_)), "{}: {:?}", self.name(), run.end());
        }
        let needed = self.line.needs(bytes * self.uploads) as f64 / 1000.0;
        let (most, before) = match self.bound {
            Times(times) => (times * needed, String::new()),
            Before(secs) => (1.02 * secs + 2.0 * self.line.round_trip as f64 / 1000.0, format!("{secs:.1}")),
        };
        assert!(took <= most, "{}: {took} s, where {needed} s are needed and {most} s allowed", self.name());
        format!("| {} | {needed:.1} | {took:.1} | {:.2} | {before} |", self.name(), took / needed)
    }

    /// The first cells of the row.
    fn name(&self) -> String {
        let rates: Vec<String> = self.line.rates.iter().map(|(from, kbits)| speed(*from, *kbits)).collect();
        let note = if self.note.is_empty() { String::new() } else { format!(", {}", self.note) };
        format!("{} | {} ms | {} MiB{note}", rates.join(", "), self.line.round_trip, self.mebibytes)
    }
}

fn speed(from: u64, kbits: f64) -> String {
    let speed = if kbits < 1000.0 { format!("{kbits} kbit/s") } else { format!("{} Mbit/s", kbits / 1000.0) };
    if from == 0 { speed } else { format!("{speed} after {} s", from / 1000) }
}

const PAGE: &str = "\
# How long uploads take

Over lines of every kind, with all defaults, as a model has it: all requests of a client share the line evenly; a request takes a round
trip and its share of the line, its answer half a round trip more; X is ready at once. What is needed is what the line takes for the
bytes of the file alone. \"Before\" is what the first version took, which began with four segments of a mebibyte; where it is missing,
that version took up to seven times what was needed, or gave up.

";

#[test]
fn an_upload_arrives_on_any_line_in_little_more_than_the_line_needs() {
    let mut page = PAGE.to_owned();
    let sections = [
        ("Slow lines", slow_lines()),
        ("Fast lines", fast_lines()),
        ("Lines that change", changing_lines()),
        ("Company, sessions, other options", odd_cases()),
    ];
    for (title, cases) in sections {
        let head =
            "| line | round trip | file | needed, s | took, s | ratio | before, s |\n|---|---|---|---|---|---|---|";
        let _ = writeln!(page, "## {title}\n\n{head}");
        for case in cases {
            let _ = writeln!(page, "{}", case.row());
        }
        page.push('\n');
    }
    assert_is_written("lines", page.trim_end());
}

#[test]
fn long_round_trips_leave_no_lane_empty() {
    for (kbits, round_trip) in [(2000.0, 400), (2000.0, 80), (20_000.0, 80)] {
        let line = Line::steady(kbits, round_trip);
        let client = Client::v1();
        let took = line.carry(&client, &mut [client.upload(100 * MIB, json!({}))]);
        // But for INIT, the first segment, the last one's answer and FINALIZE.
        let (needed, pauses) = (line.needs(100 * MIB), 5 * round_trip);
        assert!((took - pauses) as f64 <= 1.01 * needed as f64, "{kbits} {round_trip}: {took} for {needed}");
    }
}
