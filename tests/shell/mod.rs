//! The shell, for tests: the jobs of one client in virtual time. A test and a job speak in the same JSON texts as a browser
//! and a job do, so that nothing here depends on how the core is built.

#![allow(dead_code, reason = "each test uses its part")]

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use serde_json::{Value, json};
use x_media_upload::protocol::exchange::Settings;
use x_media_upload::protocol::job::Job;
use x_media_upload::protocol::shared::Shared;
use x_media_upload::protocol::time::Moment;
use x_media_upload::protocol::{messages, options};

/// The id of the media in tests that need only one: one that JavaScript would round.
pub(crate) const ID: &str = "1284554329119236097";

/// What the clock of the client says, in milliseconds since the epoch, when the virtual one says 0.
pub(crate) const EPOCH: u64 = 1_800_000_000_000;

/// What X's answer to FINALIZE looks like where it is ready.
pub(crate) fn ready() -> Value {
    json!({ "media_id_string": ID })
}

/// The same where it is not.
pub(crate) fn pending(check_after_secs: u64) -> Value {
    json!({ "media_id_string": ID, "processing_info": { "state": "pending", "check_after_secs": check_after_secs } })
}

/// What comes of a method's arguments: a job, or the refusal of one of them.
pub(crate) fn job(settings: Settings, method: &str, arguments: &Value) -> Result<Box<Job>, Value> {
    options::job(settings, method, &arguments.to_string()).map_err(|error| parse(&error.to_json()))
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
}

impl Client {
    /// With these options of `MediaClient`, and a function that gives access tokens.
    pub(crate) fn new(options: Value) -> Self {
        Self::with(options, true)
    }

    pub(crate) fn with(options: Value, can_refresh: bool) -> Self {
        let (settings, base_url, wrong) = options::client(&options.to_string(), can_refresh);
        assert!(wrong.is_none(), "{wrong:?}");
        Self {
            settings,
            base_url: base_url.into(),
            shared: Rc::default(),
            clock: Rc::default(),
            random: Rc::new(Cell::new(0.5)),
        }
    }

    /// For 1.1, with everything else as it is where nothing is said.
    pub(crate) fn v1() -> Self {
        Self::new(json!({ "api": "1.1" }))
    }

    /// A call of a method. `arguments` are as the shell gives them to the core.
    pub(crate) fn start(&self, method: &str, arguments: Value) -> Run {
        let job = job(self.settings, method, &arguments).unwrap_or_else(|error| panic!("{error}"));
        Run {
            client: self.clone(),
            job,
            head: Some(b"\0\0\0\x18ftypmp42".to_vec()),
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
        }
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
        Moment { at: self.now(), epoch: EPOCH + self.now(), random: self.random.get() }
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
    /// When it left, and how long that was after the last thing that the job was told.
    pub(crate) at: u64,
    pub(crate) waited: u64,
}

impl Sent {
    pub(crate) fn command(&self) -> &str {
        self.request["command"].as_str().unwrap()
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
    /// The file's first bytes; `None` where reading them throws.
    pub(crate) head: Option<Vec<u8>>,
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
}

impl Run {
    /// Takes what the job has to say at this moment.
    pub(crate) fn drain(&mut self) {
        while self.end.is_none() {
            let output = self.job.poll(self.client.moment(), &mut self.client.shared.borrow_mut());
            let mut said = parse(&messages::to_json(&output, &self.client.base_url));
            let value = said["value"].take();
            match said["do"].as_str().unwrap() {
                "read_head" => {
                    let head = self.head.clone();
                    self.tell(json!({ "head": head }));
                }
                "send" => {
                    let (id, refreshed) = (said["id"].as_u64().unwrap(), said["refreshed"] == true);
                    let at = self.client.now();
                    let waited = at - self.last_event;
                    self.requests.push_back(Sent { id, request: value, refreshed, at, waited });
                }
                "cancel" => self.cancelled.push(said["id"].as_u64().unwrap()),
                "refresh" => self.refreshes += 1,
                "status" => self.statuses.push(value),
                "progress" => self.progress.push(value),
                "sleep" => {
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
        messages::tell(&mut self.job, shared, &event.to_string(), moment);
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

    /// Another job in its place.
    pub(crate) fn replace(&mut self, job: Box<Job>) {
        self.job = job;
    }

    /// The next thing that it says, whatever that is; for those who answer to each.
    pub(crate) fn step(&mut self) -> Value {
        let output = self.job.poll(self.client.moment(), &mut self.client.shared.borrow_mut());
        parse(&messages::to_json(&output, &self.client.base_url))
    }

    /// The snapshot that JavaScript gets between two reports.
    pub(crate) fn snapshot(&self) -> Value {
        parse(&self.job.progress().to_json())
    }
}
