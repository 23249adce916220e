//! A job, driven step by step, and what it has said so far.

use std::collections::VecDeque;
use std::ops::Range;
use std::rc::Rc;

use serde_json::{Value, json};
use x_media_upload::protocol::{self, Cause, Error, Input, Output, RequestId, Session};

use super::{Client, Driven, ID, Reply, Sent, http, in_javascript, pending};

/// How a job ended: with what JavaScript gets of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum End {
    Resolved(Value),
    Rejected(Value),
    Aborted,
}

/// These ranges of a file, one behind the other.
fn read(content: &[u8], ranges: &[Range<u64>]) -> Vec<u8> {
    ranges.iter().flat_map(|range| &content[range.start as usize..range.end as usize]).copied().collect()
}

pub(crate) struct Run {
    pub(crate) client: Client,
    driven: Driven,
    /// All bytes of the file, where the test has a file.
    pub(crate) content: Option<Vec<u8>>,
    /// What is read of the file where it is not there; `None` where reading throws.
    pub(crate) sample: Option<Vec<u8>>,
    /// What the store has.
    pub(crate) stored: Option<Value>,
    /// Under what it was asked for.
    pub(crate) key: Option<String>,
    /// Whether another upload owns that.
    pub(crate) is_owned_by_another: bool,
    /// The sessions that were saved.
    pub(crate) saves: Vec<Value>,
    /// Whether each is saved at once; otherwise [`Run::saved`] says when.
    pub(crate) saves_itself: bool,
    saving: bool,
    requests: VecDeque<Sent>,
    pub(crate) progress: Vec<Value>,
    pub(crate) statuses: Vec<Value>,
    pub(crate) cancelled: Vec<RequestId>,
    pub(crate) refreshes: usize,
    last_input: u64,
    sleeps: u32,
    wake: Option<u64>,
    end: Option<End>,
    /// The error that it ended in.
    failure: Option<Box<Error>>,
    /// Whether the end said that the stored session is of no use any more.
    pub(crate) forget: bool,
}

impl Run {
    pub(crate) fn new(client: Client, driven: Driven) -> Self {
        Self {
            last_input: client.now(),
            client,
            driven,
            content: None,
            sample: Some(b"\0\0\0\x18ftypmp42".to_vec()),
            stored: None,
            key: None,
            is_owned_by_another: false,
            saves: Vec::new(),
            saves_itself: true,
            saving: false,
            requests: VecDeque::new(),
            progress: Vec::new(),
            statuses: Vec::new(),
            cancelled: Vec::new(),
            refreshes: 0,
            sleeps: 0,
            wake: None,
            end: None,
            failure: None,
            forget: false,
        }
    }

    /// Takes what the job has to say at this moment.
    pub(crate) fn drain(&mut self) {
        // Where a job ends, the shell saves the last session after the one before it.
        let mut overlaps = false;
        while self.end.is_none() {
            match self.driven.next() {
                Output::ReadFileSample(ranges) => {
                    let content = self.content.as_ref().map(|content| read(content, &ranges));
                    let sample = content.or_else(|| self.sample.clone());
                    self.tell(Input::FileSample(sample));
                }
                Output::Load { key, patience } => {
                    self.key = Some(key);
                    let stored = self.stored.as_ref().and_then(|stored| Session::read(&stored.to_string()));
                    if self.is_owned_by_another {
                        self.client.pass(patience.0);
                        self.tell(Input::Unowned);
                    } else {
                        self.tell(Input::Loaded(stored));
                    }
                }
                Output::Save(session) => {
                    overlaps = self.saving;
                    self.saves.push(in_javascript(session));
                    self.saving = true;
                    if self.saves_itself {
                        self.saved();
                    }
                }
                Output::Send { id, request, refreshed, server_time } => {
                    let at = self.client.now();
                    self.requests.push_back(Sent {
                        id,
                        request: Rc::new(request),
                        refreshed,
                        server_time: server_time.0,
                        at,
                        waited: at - self.last_input,
                    });
                }
                Output::Cancel(id) => self.cancelled.push(id),
                Output::Refresh => self.refreshes += 1,
                Output::Status(media) => self.statuses.push(in_javascript(media)),
                Output::Progress(progress) => self.progress.push(in_javascript(progress)),
                Output::Sleep(until) => {
                    assert!(!overlaps, "two saves at once");
                    self.wake = until.map(|until| until.0);
                    break;
                }
                Output::End(end) => self.ended(end),
            }
        }
    }

    fn ended(&mut self, end: protocol::End) {
        self.forget = end.forgets_session();
        self.end = Some(match end {
            protocol::End::Resolved(media) => End::Resolved(in_javascript(media)),
            protocol::End::Rejected(error) => End::Rejected(in_javascript(self.failure.insert(error))),
            protocol::End::Aborted => End::Aborted,
        });
    }

    pub(crate) fn tell(&mut self, input: Input) {
        self.last_input = self.client.now();
        self.driven.tell(input);
    }

    /// The next thing that it says, whatever that is; for those who answer to each.
    pub(crate) fn step(&mut self) -> Output {
        self.driven.next()
    }

    /// The requests that leave at this moment.
    pub(crate) fn requests(&mut self) -> Vec<Sent> {
        self.drain();
        self.requests.drain(..).collect()
    }

    /// The next request, unless it ends before. Time passes until it leaves.
    pub(crate) fn any(&mut self) -> Option<Sent> {
        self.drain();
        while self.requests.is_empty() && self.end.is_none() {
            self.sleep();
        }
        self.requests.pop_front()
    }

    /// The next request, which has to be that `command`.
    pub(crate) fn next(&mut self, command: &str) -> Sent {
        let sent = self.any().unwrap_or_else(|| panic!("no {command} but {:?}", self.end));
        assert_eq!(sent.command(), command);
        sent
    }

    /// How it ends. Time passes until then, and nothing may be sent on the way.
    pub(crate) fn end(&mut self) -> End {
        self.drain();
        while self.end.is_none() {
            self.sleep();
        }
        assert!(self.requests.is_empty(), "{:?}", self.requests);
        self.end.clone().unwrap()
    }

    /// What it ends in, where it goes well.
    pub(crate) fn media(&mut self) -> Value {
        match self.end() {
            End::Resolved(media) => media,
            other => panic!("{other:?}"),
        }
    }

    /// What it ends in, where it fails.
    pub(crate) fn error(&mut self) -> Value {
        match self.end() {
            End::Rejected(error) => error,
            other => panic!("{other:?}"),
        }
    }

    /// The code of the error that it ends in.
    pub(crate) fn code(&mut self) -> String {
        self.error()["code"].as_str().unwrap().to_owned()
    }

    /// The words of the error that it has ended in.
    pub(crate) fn message(&self) -> String {
        self.failure.as_ref().unwrap().to_string()
    }

    /// What the shell has kept the cause of the error under.
    pub(crate) fn cause(&self) -> Option<Cause> {
        self.failure.as_ref()?.cause
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.drain();
        self.end.is_some()
    }

    /// Until when it sleeps, unless something happens.
    pub(crate) fn wakes_at(&self) -> Option<u64> {
        self.wake
    }

    fn sleep(&mut self) {
        let now = self.client.now();
        let Some(wake) = self.wake else { panic!("it sleeps for ever") };
        assert!(wake > now, "no sleep at {now}, until {wake}");
        self.sleeps += 1;
        assert!(self.sleeps < 10_000, "nothing comes of it");
        self.client.pass(wake - now);
        self.drain();
    }

    /// A request ends so.
    pub(crate) fn answer_with(&mut self, request: &Sent, reply: &Reply) {
        self.tell(Input::RequestEnded(request.id, reply.to_end()));
    }

    pub(crate) fn answer(&mut self, request: &Sent, status: u16, body: impl ToString) {
        self.answer_with(request, &http(status).body(body));
    }

    /// No answer comes.
    pub(crate) fn lose(&mut self, request: &Sent) {
        self.answer_with(request, &super::failed(protocol::Code::Network));
    }

    pub(crate) fn abort(&mut self) {
        self.tell(Input::Abort);
    }

    pub(crate) fn pause(&mut self) {
        self.tell(Input::Pause);
    }

    pub(crate) fn resume(&mut self) {
        self.tell(Input::Resume);
    }

    /// The save that was under way has ended.
    pub(crate) fn saved(&mut self) {
        self.saving = false;
        self.tell(Input::Saved);
    }

    /// Answers as X does when all goes well: FINALIZE is pending, the first STATUS in progress, the second ready.
    pub(crate) fn answer_well(&mut self, sent: &Sent) {
        match sent.command() {
            "INIT" => {
                let body = json!({ "media_id_string": ID, "media_key": "7_1", "expires_after_secs": 86_400 });
                self.answer(sent, 202, body);
            }
            "APPEND" => self.answer(sent, 204, ""),
            "FINALIZE" => self.answer(sent, 201, pending(2)),
            "STATUS" if self.statuses.is_empty() => {
                let info = json!({ "state": "in_progress", "check_after_secs": 4, "progress_percent": 50 });
                self.answer(sent, 200, json!({ "media_id_string": ID, "processing_info": info }));
            }
            "STATUS" => {
                let info = json!({ "state": "succeeded", "progress_percent": 100 });
                self.answer(sent, 200, json!({ "media_id_string": ID, "size": 1, "processing_info": info }));
            }
            _ => self.answer(sent, 200, ""),
        }
    }

    /// The next request, which has to be that `command`, and is answered well.
    pub(crate) fn well(&mut self, command: &str) -> Sent {
        let sent = self.next(command);
        self.answer_well(&sent);
        sent
    }

    /// All requests until it ends, each answered well. Those that leave together are answered together.
    pub(crate) fn finish(&mut self) -> Vec<Sent> {
        let mut all = Vec::new();
        while let Some(first) = self.any() {
            let together: Vec<Sent> = [first].into_iter().chain(self.requests()).collect();
            together.iter().for_each(|sent| self.answer_well(sent));
            all.extend(together);
        }
        all
    }

    /// What has to be kept to continue it.
    pub(crate) fn session(&self) -> Option<Value> {
        self.driven.job.session().map(in_javascript)
    }

    /// The snapshot that JavaScript gets between two reports.
    pub(crate) fn snapshot(&self) -> Value {
        in_javascript(self.driven.job.progress())
    }
}
