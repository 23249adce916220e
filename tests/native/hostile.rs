//! A shell that lies: jobs that are told whatever anybody could make X, a proxy, a store or the shell itself say. Whatever
//! that is, a job must not panic, must come to an end, and must not speak of a media that nobody has named.
//!
//! `arbitrary.rs` tries this some thousand times, the fuzzer in `fuzz/` for as long as you like.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use serde::Serialize;
use serde_json::{Value, json};
use x_media_upload::protocol::{
    Answer, AnswerBody, Authorization, Body, Callback, ClientState, Code, Command, End, Input, Instant, Job, Now,
    Output, Request, RequestEnd, RequestId, Segment, Session, UnixTime,
};

use super::driver::{ID, answer_of, fields, job, settings};

/// What a call may be.
const METHODS: [&str; 8] =
    ["finalizeAndWait", "initialize", "append", "finalize", "status", "setMetadata", "waitUntilReady", "upload"];

/// What a server says before its body.
const STATUSES: [u16; 16] = [200, 200, 200, 201, 202, 204, 0, 302, 400, 401, 403, 404, 408, 413, 429, 503];

/// What it says in its headers, each now and then.
const HEADERS: [(&str, &str); 12] = [
    ("retry-after", "7"),
    ("retry-after", "@1800000009000"),
    ("retry-after", "@18446744073709551615"),
    ("retry-after", "4503599627370"),
    ("x-rate-limit-limit", "0"),
    ("x-rate-limit-remaining", "0"),
    ("x-rate-limit-reset", "1800000060"),
    ("x-rate-limit-reset", "4503599627370"),
    ("x-rate-limit-reset", "soon"),
    ("date", "@1800000000000"),
    ("date", "@0"),
    ("date", "@18446744073709551615"),
];

/// More than the longest job needs.
const MOST_STEPS: u32 = 20_000;

/// The file of every upload here.
const BYTES: u64 = 6 << 20;

/// A job, and everything that it was told.
struct Victim {
    job: Box<Job>,
    client: ClientState,
    at: u64,
    told: String,
    /// The requests that were sent and have not ended.
    in_flight: VecDeque<(RequestId, Rc<Request>)>,
    steps: u32,
}

impl Victim {
    fn new(api: &str, method: &str, given: &Value) -> Option<Self> {
        let options = json!({ "api": api, "retry": { "attempts": 3 } }).into();
        let settings = settings(&options, Authorization::Refreshes).ok()?;
        Some(Self {
            job: job(&Rc::new(settings), method, &given.into()).ok()?,
            client: ClientState::default(),
            at: 0,
            told: given.to_string(),
            in_flight: VecDeque::new(),
            steps: 0,
        })
    }

    fn now(&self) -> Now {
        // Chance and the network only have to be different at times.
        let (random, online) = (f64::from(self.steps % 10) / 10.0, !self.steps.is_multiple_of(7));
        Now { at: Instant(self.at), epoch: UnixTime(1_800_000_000_000 + self.at), random, online }
    }

    fn tell(&mut self, input: Input) {
        self.job.handle(input, self.now(), &mut self.client);
    }

    /// A request ends with this answer.
    fn answer(&mut self, id: RequestId, answer: Answer) {
        if let AnswerBody::Json(text) | AnswerBody::Text(text) = &answer.body {
            self.told.push_str(text);
        }
        self.tell(Input::RequestEnded(id, RequestEnd::Answered(answer)));
    }

    /// What it says. Requests that leave are in flight from then on.
    fn step(&mut self) -> Output {
        self.steps += 1;
        assert!(self.steps < MOST_STEPS, "it comes to no end");
        let output = self.job.poll(self.now(), &mut self.client);
        self.check_ids(self.job.progress());
        self.check_ids(self.job.session());
        match &output {
            Output::Load { key, .. } => self.check_ids(key),
            Output::Save(session) => self.check_ids(session),
            Output::Send { request, .. } => self.check_request(request),
            Output::Cancel(id) => self.in_flight.retain(|(known, _)| known != id),
            Output::Status(media) => self.check_ids(media),
            Output::Progress(progress) => self.check_ids(progress),
            Output::End(End::Resolved(media)) => self.check_ids(media),
            Output::End(End::Rejected(error)) => {
                self.check_ids(error);
                self.check_ids(error.to_string());
            }
            Output::ReadFileSample(_) | Output::Refresh | Output::Sleep(_) | Output::End(End::Aborted) => {}
        }
        output
    }

    /// A request is one of HTTP, with JSON where it should be.
    fn check_request(&self, request: &Request) {
        let text = match &request.body {
            Body::None => String::new(),
            Body::Form(parameters) | Body::Multipart(parameters, _) => parameters.to_form(),
            Body::Json(_) => fields(request).to_string(),
        };
        self.check_text(&format!("{} {text}", request.url()));
    }

    fn check_ids(&self, said: impl Serialize) {
        self.check_text(&serde_json::to_string(&said).unwrap_or_default());
    }

    /// Wherever an id of a media stands in what it says, its digits were told before.
    fn check_text(&self, said: &str) {
        for place in [r#""media_id_string":""#, r#""media_id":""#, "media_id=", "/2/media/upload/"] {
            for behind in said.split(place).skip(1) {
                let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
                assert!(self.told.contains(&digits), "{digits} was invented: {said}");
            }
        }
    }

    /// Goes on until the end, and gives that back. `end` is asked how each request ends, the first one first.
    fn run(&mut self, stored: &str, mut end: impl FnMut(&mut Self, RequestId, Rc<Request>)) -> End {
        loop {
            match self.step() {
                Output::ReadFileSample(_) => self.tell(Input::FileSample(Some(b"\0\0\0\x18ftypmp42".to_vec()))),
                Output::Load { .. } => {
                    self.told.push_str(stored);
                    self.tell(Input::Loaded(Session::read(stored)));
                }
                Output::Save(_) => self.tell(Input::Saved),
                Output::Refresh => self.client.refreshed(self.steps.is_multiple_of(3)),
                Output::Send { id, request, .. } => self.in_flight.push_back((id, Rc::new(request))),
                Output::Sleep(until) => match (self.in_flight.pop_front(), until) {
                    (Some((id, request)), _) => end(self, id, request),
                    (None, Some(Instant(until))) => {
                        assert!(until > self.at, "it sleeps until {until} at {}", self.at);
                        self.at = until;
                    }
                    // It has been paused; or it waits for what will never come, and is told this for ever.
                    (None, None) => self.tell(Input::Resume),
                },
                Output::Cancel(_) | Output::Status(_) | Output::Progress(_) => {}
                Output::End(end) => {
                    self.tell(Input::Abort);
                    assert!(matches!(self.step(), Output::Sleep(None)), "after the end comes nothing");
                    return end;
                }
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
/// for a status and a header, and the rest is the body; or for no answer; or for a body that is taken for JSON though it may
/// be none; or for nothing, and each byte of the rest is an input that may mean nothing. So a body alone is a script too.
pub(crate) fn answers(script: &[u8]) {
    let (call, script) = marked(script);
    let (api, method) = (if call % 2 == 0 { "1.1" } else { "2" }, METHODS[usize::from(call / 2) % METHODS.len()]);
    let given = json!({
        "mediaId": ID, "media": ID, "segmentIndex": 0, "segment": 1, "total_bytes": 1, "media_type": "video/mp4",
        "metadata": { "alt_text": "x" }, "altText": "x", "timeoutSecs": 2000, "file": BYTES, "hasStore": true,
    });
    let mut pieces = script.split(|byte| *byte == 0);
    let Some(mut victim) = Victim::new(api, method, &given) else { panic!("{method} is refused") };
    victim.run("null", |victim, id, request| {
        let Some((mark, rest)) = pieces.next().map(marked) else {
            return victim.answer(id, answer_of(403, &[], Some("")));
        };
        let text = String::from_utf8_lossy(rest);
        match mark {
            0xff => {
                victim.in_flight.push_front((id, request));
                rest.iter().for_each(|byte| victim.tell(input(*byte, id)));
            }
            0xfe => victim.tell(Input::RequestEnded(id, RequestEnd::failed(Code::Network))),
            0xfd => {
                let body = AnswerBody::Json(text.into_owned());
                victim.answer(id, Answer { status: Some(200), body, ..Answer::default() });
            }
            _ => {
                let header = HEADERS.get(usize::from(mark) % 31).map(|(name, value)| (*name, (*value).to_owned()));
                let status = STATUSES[usize::from(mark) % STATUSES.len()];
                victim.answer(id, answer_of(status, header.as_slice(), Some(&text)));
            }
        }
    });
}

/// An input that a shell might tell at the wrong time. `id` is of a request that is under way.
fn input(byte: u8, id: RequestId) -> Input {
    let later = (0..byte).fold(id, |id, _| id.next());
    match byte % 16 {
        0 => Input::Pause,
        1 => Input::Resume,
        2 => Input::Saved,
        3 if byte > 128 => Input::CallbackThrew(Callback::KeepAlive),
        4 if byte > 200 => Input::Unowned,
        4 if byte > 100 => Input::Disowned,
        4 => Input::Loaded(None),
        5 => Input::FileSample(Some(vec![byte; usize::from(byte)])),
        6 if byte > 128 => Input::FileSample(None),
        7 => Input::RequestEnded(id, RequestEnd::failed(Code::FileChanged)),
        8 => Input::RequestEnded(id, RequestEnd::Answered(answer_of(429, &[("retry-after", "7".to_owned())], None))),
        9 => Input::RequestEnded(id, RequestEnd::Answered(Answer::default())),
        10 => Input::RequestEnded(RequestId::default(), RequestEnd::failed(Code::Internal)),
        11 => Input::RequestEnded(later, RequestEnd::Answered(answer_of(200, &[], Some("{}")))),
        12 if byte > 200 => Input::Abort,
        13 => Input::RequestEnded(id, RequestEnd::failed(Code::Timeout)),
        14 => Input::RequestEnded(id, RequestEnd::Answered(answer_of(401, &[], None))),
        _ => Input::RequestEnded(later, RequestEnd::failed(Code::Network)),
    }
}

/// A text as the session of an upload, from the caller and from a store, while X takes everything: what it calls
/// acknowledged and what is sent make up the file, or the whole file is sent anew. Whether the last was not needed.
pub(crate) fn session(text: &str) -> bool {
    // What comes from JavaScript is JSON, and an object where it comes from the caller.
    let Ok(session) = serde_json::from_str::<Value>(text) else { return false };
    let mut is_resumed = true;
    for from_store in [true, false] {
        let mut given = json!({ "file": BYTES, "mediaType": "video/mp4", "altText": "", "hasStore": from_store });
        if !from_store && session.is_object() {
            given["session"] = session.clone();
        }
        let Some(mut victim) = Victim::new("1.1", "upload", &given) else {
            // It is none of ours, and is refused before anything is sent.
            assert_eq!(Session::read(&session.to_string()), None, "{session}");
            return false;
        };
        let (mut sent, mut is_new) = (Segments::new(), false);
        let end = victim.run(text, |victim, id, request| {
            match (request.command, &request.body) {
                (Command::Init, _) => is_new = true,
                (_, Body::Multipart(_, segment)) => {
                    assert_eq!(sent.insert(segment.index, *segment), None, "sent twice: {request:?}");
                }
                _ => {}
            }
            victim.answer(id, answer_of(200, &[], Some(&format!(r#"{{"media_id_string":"{ID}"}}"#))));
        });
        let is_resolved = matches!(end, End::Resolved(_));
        assert!(!is_new || is_resolved, "{end:?}");
        if !sent.is_empty() && is_resolved {
            check_whole(if is_new { &Value::Null } else { &session }, &sent);
        }
        is_resumed &= !is_new && is_resolved;
    }
    is_resumed
}

/// The segments that were sent, by their indexes.
type Segments = BTreeMap<u16, Segment>;

fn check_whole(session: &Value, sent: &Segments) {
    let (mut next, mut seen) = (0, 0);
    for index in 0..1000_u16 {
        let known = session["segments"][usize::from(index)].as_u64();
        match sent.get(&index) {
            Some(Segment { start, end, .. }) => {
                assert_eq!(*start, next, "segment {index}: {session}");
                assert!(known.is_none_or(|bytes| *end == next + bytes), "segment {index}: {session}");
                next = *end;
                seen += 1;
            }
            None => next += known.unwrap_or_default(),
        }
    }
    assert_eq!((next, seen), (BYTES, sent.len()), "{session}");
}
