//! Bodies that nobody ever sent, and sessions that nobody ever kept: whatever they are, nothing panics, nothing hangs, and
//! no id is invented. `fuzz/` does the same for longer, and learns from what it sees.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

use super::driver::{COMMANDS, Client, End, ID, http};
use super::hostile;

/// The files in a folder of the project.
fn files(folder: &[&str]) -> Vec<String> {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR")].iter().chain(folder).collect();
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

/// The bodies on record, see `tests/fixtures/README.md`.
fn fixtures() -> Vec<String> {
    files(&["tests", "fixtures", "replies"])
}

/// Every run of digits in a text.
fn numbers(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).collect()
}

/// Changes a text here and there: cuts, doubles, swaps and overwrites pieces of it, also with pieces of `others`.
fn mutate(text: &str, others: &[String], random: &mut fastrand::Rng) -> String {
    const SPARKS: [&str; 23] = [
        "\"",
        "\\",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "null",
        "0",
        "9",
        "-",
        "e",
        ".",
        "\\u",
        "é",
        "\0",
        "\n",
        "\"media_id\":",
        "\"id\":",
        "\"data\":{",
        "\"errors\":[",
        "\"processing_info\":{",
    ];
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..random.usize(1..4) {
        let mut place = || random.usize(0..=chars.len());
        let (from, to) = (place(), place());
        let (from, to) = (from.min(to), from.max(to).min(from.min(to) + 40));
        match random.u8(0..5) {
            0 => drop(chars.drain(from..to)),
            1 => {
                let piece: Vec<char> = chars[from..to].to_vec();
                let there = random.usize(0..=chars.len());
                chars.splice(there..there, piece);
            }
            2 => {
                let spark = SPARKS[random.usize(0..SPARKS.len())];
                chars.splice(from..from, spark.chars());
            }
            3 if from < chars.len() => chars[from] = char::from(random.u8(0..128)),
            _ => {
                let other: Vec<char> = others[random.usize(0..others.len())].chars().collect();
                let (a, b) = (random.usize(0..=other.len()), random.usize(0..=other.len()));
                chars.splice(from..to, other[a.min(b)..a.max(b)].iter().copied());
            }
        }
    }
    chars.into_iter().collect()
}

/// What a reader that others wrote finds in a body of X.
#[derive(Default)]
struct Found {
    /// The id that it names.
    id: Option<String>,
    /// Whether it names none, nor anything in its place, but says something that X only says of a media that was finalized.
    is_proof: bool,
}

fn find(body: &str) -> Found {
    let Ok(read) = serde_json::from_str::<Value>(body) else { return Found::default() };
    let media = if read["data"].is_null() { &read } else { &read["data"] };
    let named = |names: &[&'static str]| names.iter().map(|name| &media[*name]).find(|value| !value.is_null()).cloned();
    let Some(id) = named(&["media_id_string", "id", "media_id"]) else {
        let is_proof = named(&["processing_info", "image", "video"]).is_some() || media["size"].as_u64().is_some();
        return Found { id: None, is_proof };
    };
    let digits = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    let is_id = numbers(&digits).contains(&*digits) && digits.len() <= 19;
    Found { id: is_id.then_some(digits), is_proof: false }
}

#[test]
fn no_body_makes_it_panic_or_invent_an_id_or_overlook_one() {
    let mut random = fastrand::Rng::with_seed(2);
    let fixtures = fixtures();
    let mut media = 0;
    for round in 0..60_000 {
        let body: String = match round % 8 {
            0 => (0..random.usize(0..40)).map(|_| char::from(random.u8(..))).collect(),
            _ => mutate(&fixtures[random.usize(0..fixtures.len())], &fixtures, &mut random),
        };
        // The reader of these tests has no room for 1e999.
        if body.as_bytes().windows(2).any(|two| two[0].is_ascii_digit() && matches!(two[1], b'e' | b'E')) {
            continue;
        }
        let method = COMMANDS[random.usize(0..4)];
        let status = [200, 200, 400, 503][random.usize(0..4)];
        let Found { id, is_proof } = find(&body);
        // Now and then it is about another one.
        let asked = id.clone().filter(|_| random.u8(0..4) > 0).unwrap_or_else(|| ID.to_owned());
        let is_asked = method == "initialize" || id.as_ref() == Some(&asked);
        let (mut run, sent) = Client::with_attempts(1).command_about(method, &asked);
        run.answer_with(&sent, &http(status).body(&body));
        // Where FINALIZE's answer says nothing, STATUS is asked, and neither does that.
        run.requests().iter().for_each(|status| run.answer(status, 403, ""));
        match run.end() {
            End::Resolved(_) if method == "append" => {}
            End::Resolved(said) => {
                let expected = id.or_else(|| (is_proof && method != "initialize").then_some(asked));
                assert!(is_asked || is_proof, "{body}");
                assert_eq!(said["media_id_string"].as_str(), expected.as_deref(), "{body}");
                media += 1;
            }
            End::Rejected(_) if status == 200 && method != "append" => {
                assert!(id.is_none() || !is_asked, "{body}");
                assert!(!is_proof || method == "initialize", "{body}");
            }
            _ => {}
        }
    }
    assert!(media > 500, "only {media} of the bodies held a media");
}

/// What is in the rest of a piece of a script that is no answer: see [`hostile::answers`].
fn inputs(random: &mut fastrand::Rng) -> Vec<u8> {
    (0..random.usize(1..6)).map(|_| random.u8(1..)).collect()
}

#[test]
fn no_answers_make_a_call_panic_or_hang_or_speak_of_a_media_that_nobody_named() {
    let mut random = fastrand::Rng::with_seed(3);
    let fixtures = fixtures();
    for _ in 0..20_000 {
        let mut script = vec![random.u8(128..)];
        for _ in 0..random.usize(0..12) {
            let known = &fixtures[random.usize(0..fixtures.len())];
            let (mark, rest) = match random.u8(0..9) {
                0 | 1 => (0xff, inputs(&mut random)),
                2 => (0xfe, Vec::new()),
                3 => (0xfd, mutate(known, &fixtures, &mut random).into_bytes()),
                4 => (random.u8(128..), (0..random.usize(0..40)).map(|_| random.u8(..)).collect()),
                5 => (random.u8(128..), mutate(known, &fixtures, &mut random).into_bytes()),
                // So that many get far.
                _ => (random.u8(128..133), known.clone().into_bytes()),
            };
            script.push(mark);
            script.extend(rest.into_iter().filter(|byte| *byte != 0));
            script.push(0);
        }
        hostile::answers(&script);
    }
}

#[test]
fn no_session_makes_an_upload_panic_or_hang_or_lose_a_byte() {
    let mut random = fastrand::Rng::with_seed(4);
    let mut sessions = files(&["fuzz", "seeds", "sessions"]);
    // Otherwise the fuzzer would begin with texts that mean nothing.
    sessions.iter().for_each(|session| assert!(hostile::session(session), "this is no session any more: {session}"));
    sessions.extend(["null", "{}", "[]", r#"{"version":1}"#].map(str::to_owned));
    for _ in 0..20_000 {
        let session = &sessions[random.usize(0..sessions.len())];
        let session = if random.u8(0..8) == 0 { session.clone() } else { mutate(session, &sessions, &mut random) };
        hostile::session(&session);
    }
}
