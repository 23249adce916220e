//! A shell that lies: jobs that are told whatever anybody could make X, a proxy, a store or the shell itself say. Whatever
//! that is, a job must not panic, must come to an end, and must not speak of a media that nobody has named.
//!
//! `tests/arbitrary.rs` tries this some thousand times, the fuzzer in `fuzz/` for as long as you like.

#![allow(dead_code, reason = "each fuzz target uses its part")]

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};
use x_media_upload::protocol::job::Job;
use x_media_upload::protocol::shared::Shared;
use x_media_upload::protocol::time::Moment;
use x_media_upload::protocol::{messages, options};

use super::shell::{ID, told};

/// What a call may be.
const METHODS: [&str; 8] =
    ["finalizeAndWait", "initialize", "append", "finalize", "status", "setMetadata", "waitUntilReady", "upload"];

/// What a server says before its body.
const STATUSES: [u16; 16] = [200, 200, 200, 201, 202, 204, 0, 302, 400, 401, 403, 404, 408, 413, 429, 503];

/// More than the longest job needs.
const MOST_STEPS: u32 = 20_000;

/// The file of every upload here.
const BYTES: u64 = 6 << 20;

/// A job, and everything that it was told.
struct Victim {
    job: Box<Job>,
    base_url: String,
    shared: Shared,
    at: u64,
    told: String,
    /// Whether all of that was JSON, as it is where the shell is right. What the job says is JSON then too.
    is_json: bool,
    /// The requests that were sent and have not ended: what the job said of each.
    in_flight: VecDeque<(u64, Value)>,
    steps: u32,
}

impl Victim {
    fn new(api: &str, method: &str, arguments: &str) -> Self {
        let client = json!({ "api": api, "credential": "refreshes", "retry": { "attempts": 3 } }).to_string();
        let (settings, base_url) = options::client(&client);
        Self {
            job: options::job(settings, method, arguments),
            base_url,
            shared: Shared::default(),
            at: 0,
            told: arguments.to_owned(),
            is_json: true,
            in_flight: VecDeque::new(),
            steps: 0,
        }
    }

    fn moment(&self) -> Moment {
        // Chance and the network only have to be different at times.
        let (random, online) = (f64::from(self.steps % 10) / 10.0, !self.steps.is_multiple_of(7));
        Moment { at: self.at, epoch: 1_800_000_000_000 + self.at, random, online }
    }

    fn tell(&mut self, event: &str) {
        self.told.push_str(event);
        self.is_json &= serde_json::from_str::<Value>(event).is_ok();
        let moment = self.moment();
        messages::tell(&mut self.job, &mut self.shared, event, moment);
    }

    fn end(&mut self, id: u64, outcome: Value) {
        self.tell(&told(json!({ "id": id, "outcome": outcome })));
    }

    /// What it says. Requests that leave are in flight from then on.
    fn step(&mut self) -> Value {
        self.steps += 1;
        assert!(self.steps < MOST_STEPS, "it comes to no end");
        let moment = self.moment();
        let output = self.job.poll(moment, &mut self.shared);
        let said = messages::to_json(&self.job, &output, &self.base_url, &self.shared, moment);
        for text in [&said, &self.job.progress().to_json()].into_iter().chain(&self.job.session()) {
            self.check_ids(text);
            assert!(!self.is_json || serde_json::from_str::<Value>(text).is_ok(), "no JSON: {text}");
        }
        // Where it was told something that is no JSON, that may stand in what it says; but not in what is to be done.
        let said = serde_json::from_str(&said).unwrap_or_else(|_| {
            let what = ["save", "status", "resolve", "reject", "send", "load"];
            json!({ "do": what.into_iter().find(|what| said.contains(&format!(r#""do":"{what}""#))) })
        });
        match (said["do"].as_str(), said["id"].as_u64()) {
            (Some("send"), Some(id)) => self.in_flight.push_back((id, said.clone())),
            (Some("cancel"), id) => self.in_flight.retain(|(known, _)| Some(*known) != id),
            _ => {}
        }
        said
    }

    /// Wherever an id of a media stands in what it says, its digits were told before.
    fn check_ids(&self, said: &str) {
        for place in [r#""media_id_string":""#, r#""media_id":""#, "media_id=", "/2/media/upload/"] {
            for behind in said.split(place).skip(1) {
                let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
                assert!(self.told.contains(&digits), "{digits} was invented: {said}");
            }
        }
    }

    /// Goes on until the end, and gives that back. `answer` is asked how each request ends.
    fn run(&mut self, loaded: &str, mut answer: impl FnMut(&mut Self, u64, Value)) -> Value {
        loop {
            let said = self.step();
            match said["do"].as_str().unwrap_or_default() {
                "read_ends" => self.tell(r#"{"ends":[0,0,0,24,102,116,121,112,109,112,52,50]}"#),
                "load" => self.tell(&["{\"loaded\":", loaded, "}"].concat()),
                "save" => self.tell(r#"{"saved":true}"#),
                "refresh" => self.shared.refreshed(self.steps.is_multiple_of(3)),
                "sleep" => match (self.in_flight.pop_front(), said["value"].as_u64()) {
                    (Some((id, request)), _) => answer(self, id, request),
                    (None, Some(until)) => {
                        assert!(until > self.at, "it sleeps until {until} at {}", self.at);
                        self.at = until;
                    }
                    // It has been paused; or it waits for what will never come, and is told this for ever.
                    (None, None) => self.tell(r#"{"pause":false}"#),
                },
                "send" | "cancel" | "status" | "progress" => {}
                "resolve" | "reject" | "abort" => {
                    self.tell(r#"{"abort":true}"#);
                    assert_eq!(self.step()["do"], "sleep", "after the end comes nothing");
                    return said;
                }
                other => panic!("{other}?"),
            }
        }
    }
}

/// Takes off the first byte, where it is none of ASCII; otherwise it is as if there were a 128.
fn marked(bytes: &[u8]) -> (u8, &[u8]) {
    match bytes.split_first() {
        Some((mark @ 128.., rest)) => (*mark, rest),
        _ => (128, bytes),
    }
}

/// A script: a mark for the call, then pieces parted by zeros, each of which says how one request ends. Its mark stands
/// for a status, and the rest is the body; or for no answer; or for nothing, and the rest is an event as it stands.
/// So a body alone is a script too.
pub(crate) fn answers(script: &[u8]) {
    let (call, script) = marked(script);
    let (api, method) = (if call % 2 == 0 { "1.1" } else { "2" }, METHODS[usize::from(call / 2) % METHODS.len()]);
    let arguments = json!({
        "mediaId": ID, "media": ID, "segmentIndex": 0, "segment": 1, "total_bytes": 1, "media_type": "video/mp4",
        "about": [{ "alt_text": { "text": "x" } }], "timeoutSecs": 2000,
        "file": BYTES, "saves": true, "hasStore": true,
    });
    let mut pieces = script.split(|byte| *byte == 0);
    Victim::new(api, method, &arguments.to_string()).run("null", |victim, id, request| {
        let Some((mark, rest)) = pieces.next().map(marked) else {
            return victim.end(id, json!({ "status": 403, "body": "" }));
        };
        let rest = String::from_utf8_lossy(rest);
        match mark {
            0xff => {
                victim.in_flight.push_front((id, request));
                victim.tell(&rest);
            }
            0xfe => victim.end(id, json!({ "failed": "network" })),
            _ => victim.end(id, json!({ "status": STATUSES[usize::from(mark) % STATUSES.len()], "body": rest })),
        }
    });
}

/// A text as the session of an upload, from the caller and from a store, while X takes everything: what it calls
/// acknowledged and what is sent make up the file, or the whole file is sent anew. Whether the last was not needed.
pub(crate) fn session(text: &str) -> bool {
    // What comes from JavaScript is JSON, and an object where it comes from the caller.
    let Ok(session) = serde_json::from_str::<Value>(text) else { return false };
    let mut is_resumed = true;
    for from_store in [true, false] {
        let mut arguments =
            format!(r#"{{"file":{BYTES},"mediaType":"video/mp4","about":[{{}}],"hasStore":{from_store}"#);
        if !from_store && session.is_object() {
            arguments.push_str(&[r#","session":"#, text].concat());
        }
        arguments.push('}');
        let (mut sent, mut is_new) = (Segments::new(), false);
        let end = Victim::new("1.1", "upload", &arguments).run(text, |victim, id, said| {
            let request = &said["value"];
            match request["command"].as_str() {
                Some("INIT") => is_new = true,
                Some("APPEND") => {
                    let place = (request["start"].as_u64(), request["end"].as_u64());
                    let earlier = sent.insert(request["fields"]["segment_index"].as_u64(), place);
                    assert_eq!(earlier, None, "sent twice: {request}");
                }
                _ => {}
            }
            victim.end(id, json!({ "status": 200, "body": format!(r#"{{"media_id_string":"{ID}"}}"#) }));
        });
        assert!(!is_new || end["do"] == "resolve", "{end}");
        if !sent.is_empty() && end["do"] == "resolve" {
            check_whole(if is_new { &Value::Null } else { &session }, &sent);
        }
        is_resumed &= !is_new && end["do"] == "resolve";
    }
    is_resumed
}

/// By the index of each segment that was sent: its first byte, and the one behind its last.
type Segments = BTreeMap<Option<u64>, (Option<u64>, Option<u64>)>;

fn check_whole(session: &Value, sent: &Segments) {
    let (mut next, mut seen) = (0, 0);
    for index in 0..1000 {
        let known = session["segments"][index].as_u64();
        match sent.get(&Some(index as u64)) {
            Some((start, end)) => {
                assert_eq!(*start, Some(next), "segment {index}: {session}");
                assert!(known.is_none_or(|bytes| *end == Some(next + bytes)), "segment {index}: {session}");
                next = end.unwrap_or_default();
                seen += 1;
            }
            None => next += known.unwrap_or_default(),
        }
    }
    assert_eq!((next, seen), (BYTES, sent.len()), "{session}");
}
