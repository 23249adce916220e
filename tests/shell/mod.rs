//! The shell, for tests: the jobs of one client in virtual time. A test and a job speak in the same JSON texts as a browser
//! and a job do, so that nothing here depends on how the core is built.

#![allow(dead_code, reason = "each test uses its part")]

pub(crate) mod stopped;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use serde_json::{Value, json};
use x_media_upload::protocol::exchange::Settings;
use x_media_upload::protocol::job::Job;
use x_media_upload::protocol::request::ApiVersion;
use x_media_upload::protocol::shared::Shared;
use x_media_upload::protocol::time::Moment;
use x_media_upload::protocol::{messages, options};

/// The id of the media in tests that need only one: one that JavaScript would round.
pub(crate) const ID: &str = "1284554329119236097";

/// What the clock of the client says, in milliseconds since the epoch, when the virtual one says 0.
pub(crate) const EPOCH: u64 = 1_800_000_000_000;

pub(crate) const MIB: u64 = 1 << 20;

/// The methods that send one command each.
pub(crate) const COMMANDS: [&str; 4] = ["initialize", "append", "finalize", "status"];

/// What X's answer to FINALIZE looks like where it is ready.
pub(crate) fn ready() -> Value {
    json!({ "media_id_string": ID })
}

/// The same where it is not.
pub(crate) fn pending(check_after_secs: u64) -> Value {
    json!({ "media_id_string": ID, "processing_info": { "state": "pending", "check_after_secs": check_after_secs } })
}

/// An event as the shell tells it: a body that is JSON stands in it as it came, any other is a text.
pub(crate) fn told(mut event: Value) -> String {
    let Some(body) = event.pointer("/outcome/body").and_then(Value::as_str).map(str::to_owned) else {
        return event.to_string();
    };
    let is_json = serde_json::from_str::<Value>(&body).is_ok();
    event["outcome"]["body"] = json!("BODY");
    let (name, body) = if is_json { ("body", body) } else { ("text", Value::from(body.trim()).to_string()) };
    event.to_string().replace(r#""body":"BODY""#, &format!(r#""{name}":{body}"#))
}

pub(crate) fn parse(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

/// What the jobs of one client have in common.
#[derive(Clone)]
pub(crate) struct Client {
    settings: Settings,
    base_url: Rc<str>,
    shared: Rc<RefCell<Shared>>,
    clock: Rc<Cell<u64>>,
    /// From 0 to 1: what chance says, until it is told something else.
    pub(crate) random: Rc<Cell<f64>>,
    /// What `navigator.onLine` says.
    pub(crate) online: Rc<Cell<bool>>,
}

impl Client {
    /// With these options of `MediaClient`, and a function that gives access tokens.
    pub(crate) fn new(options: Value) -> Self {
        Self::with(options, "refreshes")
    }

    pub(crate) fn with(mut options: Value, credential: &str) -> Self {
        options["credential"] = credential.into();
        let (settings, base_url) = options::client(&options.to_string());
        Self {
            settings,
            base_url: base_url.into(),
            shared: Rc::default(),
            clock: Rc::default(),
            random: Rc::new(Cell::new(0.5)),
            online: Rc::new(Cell::new(true)),
        }
    }

    /// For 1.1, with everything else as it is where nothing is said.
    pub(crate) fn v1() -> Self {
        Self::new(json!({ "api": "1.1" }))
    }

    /// A call of a method. `arguments` are as the shell gives them to the core, but for `altText`.
    pub(crate) fn start(&self, method: &str, mut arguments: Value) -> Run {
        if let Some(text) = arguments.get("altText") {
            let alt_text = json!({ "alt_text": { "text": text } });
            let is_v1 = self.settings.api == ApiVersion::V1;
            arguments["about"] = json!([if is_v1 { alt_text } else { json!({ "metadata": alt_text }) }]);
        }
        let job = options::job(self.settings, method, &arguments.to_string());
        Run {
            client: self.clone(),
            job,
            ends: Some(b"\0\0\0\x18ftypmp42".to_vec()),
            stored: None,
            key: None,
            saves: Vec::new(),
            saves_itself: true,
            saving: false,
            requests: VecDeque::new(),
            progress: Vec::new(),
            statuses: Vec::new(),
            cancelled: Vec::new(),
            refreshes: 0,
            cause: None,
            last_event: self.now(),
            sleeps: 0,
            wake: None,
            end: None,
            forget: false,
        }
    }

    /// One whose requests are tried that often.
    pub(crate) fn with_attempts(attempts: u32) -> Self {
        Self::new(json!({ "api": "2", "retry": { "attempts": attempts } }))
    }

    /// A call of a method that sends one command, and its request.
    pub(crate) fn command(&self, method: &str) -> (Run, Sent) {
        let mut run = self.start(
            method,
            json!({ "mediaId": ID, "segmentIndex": 0, "segment": 1, "total_bytes": 1, "media_type": "video/mp4" }),
        );
        let sent = run.requests().remove(0);
        (run, sent)
    }

    /// An upload of a video of so many bytes.
    pub(crate) fn upload(&self, bytes: u64, options: Value) -> Run {
        let mut arguments = json!({ "file": bytes, "mediaType": "video/mp4" });
        arguments.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
        self.start("upload", arguments)
    }

    pub(crate) fn now(&self) -> u64 {
        self.clock.get()
    }

    pub(crate) fn pass(&self, millis: u64) {
        self.clock.set(self.now() + millis);
    }

    /// A new token was asked for; whether there is one.
    pub(crate) fn refreshed(&self, well: bool) {
        self.shared.borrow_mut().refreshed(!well);
    }

    fn moment(&self) -> Moment {
        let (random, online) = (self.random.get(), self.online.get());
        Moment { at: self.now(), epoch: EPOCH + self.now(), random, online }
    }
}

/// A request that left.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) id: u64,
    /// As the shell gets it: `command`, `method`, `url`, `encoding`, `fields`, `start`, `end`.
    pub(crate) request: Value,
    /// Whether it takes the token that the last refresh brought.
    pub(crate) refreshed: bool,
    /// The time at the server, as far as it is known, by which it is signed.
    pub(crate) epoch: u64,
    /// When it left, and how long that was after the last thing that the job was told.
    pub(crate) at: u64,
    pub(crate) waited: u64,
}

impl Sent {
    pub(crate) fn command(&self) -> &str {
        self.request["command"].as_str().unwrap()
    }

    /// A field of the body, or of a form, where all are texts.
    pub(crate) fn field(&self, name: &str) -> Value {
        let fields = &self.request["fields"];
        let Some(form) = fields.as_str() else { return fields[name].clone() };
        let mut pairs = form.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value.replace("%2F", "/").replace("%2B", "+")).into()
    }

    /// Of an APPEND: the segment's index, its first byte, and the one after its last.
    pub(crate) fn segment(&self) -> (u64, u64, u64) {
        let number = |value: &Value| value.as_u64().unwrap();
        (number(&self.request["fields"]["segment_index"]), number(&self.request["start"]), number(&self.request["end"]))
    }

    /// Of an APPEND: how many bytes it takes along.
    pub(crate) fn bytes(&self) -> u64 {
        let (_, start, end) = self.segment();
        end - start
    }
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum End {
    Resolved(Value),
    Rejected(Value),
    Aborted,
}

/// A job, and what it has said so far.
pub(crate) struct Run {
    pub(crate) client: Client,
    job: Box<Job>,
    /// The file's first and last bytes; `None` where reading them throws.
    pub(crate) ends: Option<Vec<u8>>,
    /// What the store has.
    pub(crate) stored: Option<Value>,
    /// Under what it was asked for.
    pub(crate) key: Option<String>,
    /// The sessions that were saved.
    pub(crate) saves: Vec<Value>,
    /// Whether each is saved at once; otherwise [`Run::saved`] says when.
    pub(crate) saves_itself: bool,
    saving: bool,
    requests: VecDeque<Sent>,
    pub(crate) progress: Vec<Value>,
    pub(crate) statuses: Vec<Value>,
    pub(crate) cancelled: Vec<u64>,
    pub(crate) refreshes: usize,
    /// What the shell has kept the cause of the error under.
    pub(crate) cause: Option<Value>,
    last_event: u64,
    sleeps: u32,
    wake: Option<u64>,
    end: Option<End>,
    /// Whether the end said that the stored session is of no use any more.
    pub(crate) forget: bool,
}

impl Run {
    /// Takes what the job has to say at this moment.
    pub(crate) fn drain(&mut self) {
        // Where a job ends, the shell saves the last session after the one before it.
        let mut overlaps = false;
        while self.end.is_none() {
            let output = self.job.poll(self.client.moment(), &mut self.client.shared.borrow_mut());
            let mut said = parse(&messages::to_json(
                &self.job,
                &output,
                &self.client.base_url,
                &self.client.shared.borrow(),
                self.client.moment(),
            ));
            let value = said["value"].take();
            self.forget |= said["forget"] == true;
            match said["do"].as_str().unwrap() {
                "read_ends" => {
                    let ends = self.ends.clone();
                    self.tell(json!({ "ends": ends }));
                }
                "load" => {
                    self.key = Some(value.to_string());
                    let stored = self.stored.clone();
                    self.tell(json!({ "loaded": stored }));
                }
                "save" => {
                    overlaps = self.saving;
                    self.saves.push(value);
                    self.saving = true;
                    if self.saves_itself {
                        self.saved();
                    }
                }
                "send" => {
                    let (id, refreshed) = (said["id"].as_u64().unwrap(), said["refreshed"] == true);
                    let at = self.client.now();
                    let waited = at - self.last_event;
                    self.requests.push_back(Sent {
                        id,
                        request: value,
                        refreshed,
                        epoch: said["epoch"].as_u64().unwrap(),
                        at,
                        waited,
                    });
                }
                "cancel" => self.cancelled.push(said["id"].as_u64().unwrap()),
                "refresh" => self.refreshes += 1,
                "status" => self.statuses.push(value),
                "progress" => self.progress.push(value),
                "sleep" => {
                    assert!(!overlaps, "two saves at once");
                    self.wake = value.as_u64();
                    break;
                }
                "resolve" => self.end = Some(End::Resolved(value)),
                "reject" => {
                    let mut error = value;
                    self.cause = error.as_object_mut().unwrap().remove("cause");
                    self.end = Some(End::Rejected(error));
                }
                "abort" => self.end = Some(End::Aborted),
                other => panic!("{other}?"),
            }
        }
    }

    pub(crate) fn tell(&mut self, event: Value) {
        self.last_event = self.client.now();
        let (shared, moment) = (&mut self.client.shared.borrow_mut(), self.client.moment());
        messages::tell(&mut self.job, shared, &told(event), moment);
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

    pub(crate) fn has_ended(&mut self) -> bool {
        self.drain();
        self.end.is_some()
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

    /// Everything that `request` may be answered with: `status`, `body` and headers.
    pub(crate) fn answer_with(&mut self, request: &Sent, answer: Value) {
        self.tell(json!({ "id": request.id, "outcome": answer }));
    }

    pub(crate) fn answer(&mut self, request: &Sent, status: u16, body: impl ToString) {
        self.answer_with(request, json!({ "status": status, "body": body.to_string() }));
    }

    /// No answer comes.
    pub(crate) fn lose(&mut self, request: &Sent) {
        self.answer_with(request, json!({ "failed": "network" }));
    }

    pub(crate) fn abort(&mut self) {
        self.tell(json!({ "abort": true }));
    }

    pub(crate) fn pause(&mut self, pause: bool) {
        self.tell(json!({ "pause": pause }));
    }

    /// The save that was under way has ended.
    pub(crate) fn saved(&mut self) {
        self.saving = false;
        self.tell(json!({ "saved": true }));
    }

    /// A function of the caller's threw.
    pub(crate) fn threw(&mut self) {
        self.tell(json!({ "threw": true }));
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

    /// The next thing that it says, whatever that is; for those who answer to each.
    pub(crate) fn step(&mut self) -> Value {
        let output = self.job.poll(self.client.moment(), &mut self.client.shared.borrow_mut());
        parse(&messages::to_json(
            &self.job,
            &output,
            &self.client.base_url,
            &self.client.shared.borrow(),
            self.client.moment(),
        ))
    }

    /// What has to be kept to continue it.
    pub(crate) fn session(&self) -> Option<Value> {
        self.job.session().map(|session| parse(&session))
    }

    /// The snapshot that JavaScript gets between two reports.
    pub(crate) fn snapshot(&self) -> Value {
        parse(&self.job.progress().to_json())
    }
}
