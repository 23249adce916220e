//! The shell in virtual time: runs the jobs of one client against X, in a weather, and checks every step.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

use serde_json::{Value, json};
use x_media_upload::protocol::exchange::Settings;
use x_media_upload::protocol::shared::Shared;
use x_media_upload::protocol::time::Moment;
use x_media_upload::protocol::{messages, options};

use super::task::{Kind, Rules, Task};
use super::weather::{Fate, Weather};
use super::x::{Answer, Request, X};
use super::{EPOCH, MILLI, Micros, SECOND};

/// How often each thing happened.
pub(crate) type Tally = BTreeMap<String, u64>;

/// The jobs of one client, and everything around them. What is checked, at each step or at the end:
///
/// - where an upload goes well, X has every byte of the file in its place, and can use the media;
/// - in fair weather it goes well, unless X finds the media unusable;
/// - where it fails, the error's code is that of a fault that it met;
/// - no segment that was acknowledged is sent again, FINALIZE leaves when all are, and INIT once it was answered never again;
/// - never are more requests in flight than allowed, nor is anything tried more often, or earlier or later after a failure;
/// - no STATUS leaves before X said so, nor, with punctual timers, 0.3 s later;
/// - no command leaves before the end of its rate limit, and no two refreshes go on at once;
/// - after an abort or the end nothing is sent;
/// - `fraction` never falls, and what progress says of bytes is what was acknowledged;
/// - a job never has endlessly much to do at one moment, never sleeps for ever, and ends in bounded time.
pub(crate) struct World {
    now: Micros,
    /// The client's clock less X's, in milliseconds.
    skew: i64,
    skewed: bool,
    events: BinaryHeap<Reverse<(Micros, usize)>>,
    scheduled: Vec<Option<Event>>,
    random: fastrand::Rng,
    weather: Weather,
    x: X,
    settings: Settings,
    shared: Shared,
    rules: Rules,
    tasks: Vec<Task>,
    /// The number of the token that the client has.
    token: u32,
    refreshing_since: Option<Micros>,
    refreshes_fail: bool,
    /// Until when each command has to rest, as the client was told, and until when it may.
    rests_until: [Micros; 4],
    may_rest_until: [Micros; 4],
    /// No world goes on for longer.
    end_of_time: Micros,
    tally: Tally,
    trace: bool,
}

/// What will happen to a task, or to all.
#[derive(Debug)]
enum Event {
    Start(usize),
    Wake(usize, u64),
    HeadRead(usize),
    /// X gets a request. What it answers arrives so much later, or never.
    Reaches(usize, u64, Request, Option<Micros>),
    Ends(usize, u64, Box<Ended>),
    Refreshed(usize),
    Abort(usize),
    TokenExpires,
    ClockJumps(i64),
}

/// How a request ends.
#[derive(Clone, Debug)]
enum Ended {
    Answered(Answer),
    Failed(&'static str),
}

impl World {
    pub(crate) fn new(seed: u64, trace: bool) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let fair = random.u8(0..3) > 0;
        let v2 = random.bool();
        let rules = Rules {
            attempts: [8, 8, 4, 2, 1][random.usize(0..5)],
            min_delay: [1000, 1000, 100, 1][random.usize(0..4)] * MILLI,
            max_delay: [30_000, 30_000, 2000, 50][random.usize(0..4)] * MILLI,
            timeout: [30, 30, 5, 60][random.usize(0..4)] * SECOND,
        };
        let weather = Weather::new(fair, rules.timeout, random.fork());
        let longest_wait = if fair { 1_000_000 } else { [0, 5000, 60_000, 900_000][random.usize(0..4)] };
        let given = json!({
            "api": if v2 { "2" } else { "1.1" },
            "requestTimeoutMs": rules.timeout / MILLI,
            "retry": {
                "attempts": rules.attempts, "minDelayMs": rules.min_delay / MILLI, "maxDelayMs": rules.max_delay / MILLI,
                "maxRateLimitWaitMs": longest_wait,
            },
        });
        let (settings, _, wrong) = options::client(&given.to_string(), true);
        assert!(wrong.is_none());
        let skew = [0, 0, 1, -400, 7_200_000, -86_400_000][random.usize(0..6)];
        let mut world = Self {
            now: random.u64(0..SECOND),
            skew,
            skewed: skew != 0,
            events: BinaryHeap::new(),
            scheduled: Vec::new(),
            x: X { v2, token: 0, medias: HashMap::new(), fair, random: random.fork() },
            weather,
            settings,
            shared: Shared::default(),
            rules,
            tasks: Vec::new(),
            token: 0,
            refreshing_since: None,
            refreshes_fail: !fair && random.u8(0..4) == 0,
            rests_until: [0; 4],
            may_rest_until: [0; 4],
            end_of_time: 0,
            tally: Tally::new(),
            trace,
            random,
        };
        for _ in 0..world.random.usize(1..4) {
            world.add_task();
        }
        world.disturb();
        world.end_of_time = world.bound(longest_wait * MILLI);
        world.note(|world| format!("{given} {:?} skew {skew}", world.weather));
        world
    }

    fn add_task(&mut self) {
        let random = &mut self.random;
        let fair = self.weather.fair;
        let segment_size = 65_536;
        let segments = match random.u8(0..100) {
            0..40 => 1,
            40..97 => random.u64(1..12),
            _ => random.u64(12..200),
        };
        let total = (segments * segment_size).saturating_sub(random.u64(0..segment_size)).max(1);
        let concurrency = random.usize(1..=8);
        let wait = random.u8(0..8) > 0;
        let timeout_secs = if fair { 10_000_000 } else { [1, 60, 1800][random.usize(0..3)] };
        let upload = json!({
            "file": total, "type": "", "segmentSize": segment_size, "concurrency": concurrency, "wait": wait,
            "mediaType": if random.u8(0..4) > 0 { "video/mp4" } else { "application/x-unknown" },
            "timeoutSecs": timeout_secs,
        });
        let (kind, method, arguments, media) = match random.u8(0..20) {
            0 => {
                let id = self.x.put(self.now, false);
                let arguments = json!({ "mediaId": id, "timeoutSecs": timeout_secs });
                (Kind::FinalizeAndWait, "finalizeAndWait", arguments, Some(id))
            }
            1 => {
                let id = self.x.put(self.now, true);
                (Kind::WaitForId, "waitUntilReady", json!({ "media": id, "timeoutSecs": timeout_secs }), Some(id))
            }
            _ => (Kind::Upload, "upload", upload, None),
        };
        let job = options::job(self.settings, method, &arguments.to_string());
        self.note(|_| format!("task {method} {arguments}"));
        let mut task = Task::new(job.unwrap_or_else(|error| panic!("{error:?}")), kind, timeout_secs * SECOND);
        task.media = media;
        (task.total, task.concurrency) = (total, concurrency);
        task.wait = wait || kind != Kind::Upload;
        self.tasks.push(task);
    }

    /// Decides when tasks start and are aborted, tokens expire, and clocks are set.
    fn disturb(&mut self) {
        for index in 0..self.tasks.len() {
            let start = if self.random.bool() { 0 } else { self.random.u64(0..10 * SECOND) };
            self.schedule(start, Event::Start(index));
            if self.random.u8(0..6) == 0 {
                let longest = [10 * MILLI, SECOND, 10 * SECOND, 1000 * SECOND][self.random.usize(0..4)];
                let after = start + self.random.u64(0..longest);
                self.schedule(after, Event::Abort(index));
            }
        }
        // In fair weather no token expires before the one before it was used.
        let times = if self.weather.fair { self.random.u32(0..2) } else { [0, 0, 3, 20][self.random.usize(0..4)] };
        for _ in 0..times {
            let at = self.random.u64(0..60 * SECOND);
            self.schedule(at, Event::TokenExpires);
        }
        if !self.weather.fair && self.random.u8(0..10) == 0 {
            let at = self.random.u64(0..60 * SECOND);
            let by = self.random.i64(-100_000_000..100_000_000);
            self.schedule(at, Event::ClockJumps(by));
        }
    }

    /// More than every try of everything can take together.
    fn bound(&self, longest_wait: Micros) -> Micros {
        let lateness = 2 * self.weather.lateness + SECOND;
        let one_try = self.rules.timeout + self.rules.max_delay.max(self.rules.min_delay) + longest_wait + lateness;
        // Each of them may ask for a new token.
        let tries = 2 * self.rules.attempts + 2;
        let operations: u64 = self.tasks.iter().map(|task| task.total.div_ceil(65_536) + 3).sum();
        let waits: Micros = self.tasks.iter().map(|task| task.timeout + lateness).sum();
        self.now + 100 * SECOND + operations * tries * one_try + waits
    }

    /// Goes on until all is said and done.
    pub(crate) fn run(mut self) -> Tally {
        while let Some(Reverse((at, index))) = self.events.pop() {
            let Some(event) = self.scheduled[index].take() else { continue };
            self.now = at;
            assert!(at < self.end_of_time || self.tasks.iter().all(|task| task.end.is_some()), "it goes on for ever");
            assert!(index < 1_000_000, "it is busy for ever");
            self.happens(event);
        }
        for task in &self.tasks {
            assert!(task.end.is_some(), "a {:?} never ends", task.kind);
        }
        let uploads = self.tasks.iter().filter(|task| task.kind == Kind::Upload).count();
        self.count("uploads".to_owned(), uploads as u64);
        self.tally
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Start(index) => {
                self.tasks[index].started = true;
                if self.tasks[index].kind == Kind::WaitForId {
                    self.tasks[index].waits_since = Some(self.now);
                }
                self.drive(index);
            }
            Event::Wake(index, timer) if self.tasks[index].timer == timer => self.drive(index),
            Event::Wake(..) => {}
            Event::HeadRead(index) => {
                let readable = self.weather.fair || self.random.u8(0..100) > 0;
                if !readable {
                    self.tasks[index].met.insert("file_changed");
                }
                let head = readable.then_some([0, 0, 0, 24]);
                self.tell(index, &json!({ "head": head }).to_string());
            }
            Event::Reaches(index, id, request, answer_after) => {
                let answer = self.x.take(&request, self.now);
                self.note(|_| format!("X does #{id} of {index}: {} {:?}", answer.status, answer.said));
                if let Some(after) = answer_after {
                    self.schedule(after, Event::Ends(index, id, Box::new(Ended::Answered(answer))));
                }
            }
            Event::Ends(index, id, ended) => self.ends(index, id, &ended),
            Event::Refreshed(index) => {
                self.refreshing_since = None;
                let fails = self.refreshes_fail && self.random.u8(0..3) == 0;
                if fails {
                    for task in &mut self.tasks {
                        task.met.insert("callback_failed");
                    }
                } else {
                    self.token = self.x.token;
                }
                self.note(|_| format!("refreshed by {index}, failed: {fails}"));
                self.shared.refreshed(fails);
                for index in 0..self.tasks.len() {
                    if self.tasks[index].started {
                        self.drive(index);
                    }
                }
            }
            Event::Abort(index) => {
                self.note(|_| format!("abort {index}"));
                self.tasks[index].aborted = true;
                self.tell(index, r#"{"abort":true}"#);
                assert!(self.tasks[index].end.is_some(), "aborted, and it goes on");
            }
            Event::TokenExpires => self.x.token += 1,
            Event::ClockJumps(by) => {
                self.skew += by;
                self.skewed = true;
            }
        }
    }

    fn schedule(&mut self, after: Micros, event: Event) {
        self.events.push(Reverse((self.now + after, self.scheduled.len())));
        self.scheduled.push(Some(event));
    }

    fn moment(&mut self) -> Moment {
        let epoch = (((EPOCH + self.now) / 1000) as i64 + self.skew) as u64;
        Moment { at: self.now / MILLI, epoch, random: self.random.f64() }
    }

    fn tell(&mut self, index: usize, event: &str) {
        let moment = self.moment();
        messages::tell(&mut self.tasks[index].job, &mut self.shared, event, moment);
        self.drive(index);
    }

    /// Does what a job says, until it sleeps.
    fn drive(&mut self, index: usize) {
        let mut taken_back = false;
        for step in 0.. {
            assert!(step < 100, "it has endlessly much to do");
            let moment = self.moment();
            let task = &mut self.tasks[index];
            let output = messages::to_json(&task.job.poll(moment, &mut self.shared), "");
            let mut said: Value = serde_json::from_str(&output).unwrap_or_else(|error| panic!("{error}: {output}"));
            let what = said["do"].as_str().unwrap_or_default();
            if task.end.is_some() {
                assert!(what == "sleep" && said.get("value").is_none(), "after the end: {output}");
                return;
            }
            match what {
                "read_head" => self.schedule(MILLI, Event::HeadRead(index)),
                "send" => {
                    let id = said["id"].as_u64().unwrap_or_default();
                    let value = said["value"].take();
                    self.send(index, id, &value);
                }
                "cancel" => taken_back |= self.cancel(index, said["id"].as_u64().unwrap_or_default()),
                "refresh" => {
                    // One that takes longer than a request may is given up.
                    let is_hung = |since| self.now - since + MILLI >= self.rules.timeout;
                    assert!(self.refreshing_since.is_none_or(is_hung), "two refreshes at once");
                    self.refreshing_since = Some(self.now);
                    let longest = if self.weather.fair { self.rules.timeout / 2 } else { self.rules.timeout * 2 };
                    let after = self.random.u64(0..longest);
                    self.schedule(after, Event::Refreshed(index));
                }
                "status" => {}
                "progress" => task.progresses(&said["value"]),
                "sleep" => {
                    assert!(!taken_back, "a request is taken back, but the work goes on");
                    self.sleep(index, said["value"].as_u64());
                    return;
                }
                _ => {
                    self.end(index, what, &said["value"]);
                    return;
                }
            }
        }
    }

    fn sleep(&mut self, index: usize, until: Option<u64>) {
        let task = &mut self.tasks[index];
        task.timer += 1;
        let Some(until) = until else {
            return assert!(task.waits_for_head(), "it sleeps for ever");
        };
        assert!(until > self.now / MILLI, "it does not sleep");
        let wake = (until * MILLI).saturating_sub(self.now).div_ceil(MILLI) * MILLI;
        let late = self.random.u64(0..=self.weather.lateness);
        // Browsers' timers have been a little early, too.
        let early = if self.random.u8(0..50) == 0 { MILLI } else { 0 };
        let timer = task.timer;
        self.schedule((wake + late).saturating_sub(early), Event::Wake(index, timer));
    }

    /// A request leaves.
    fn send(&mut self, index: usize, id: u64, value: &Value) {
        let request = Request::read(value, self.x.v2, self.token);
        let (command, now) = (request.command, self.now);
        let rest = self.rests_until[command as usize];
        // The clock of the core counts whole milliseconds.
        assert!(now + MILLI > rest, "{command:?} leaves {} µs before the end of its rate limit", rest - now);
        let may_rest_until = self.may_rest_until[command as usize].saturating_add(self.weather.lateness);
        let task = &mut self.tasks[index];
        let media = task.media.as_ref().and_then(|id| self.x.medias.get(id));
        task.may_send(&request, media, now, &self.rules);
        let faults = task.sends(id, &request, now, self.weather.lateness, may_rest_until);
        let spare = *faults + 1 < self.rules.attempts;
        let fate = self.weather.fate(command, spare, now, self.skewed);
        *faults += u64::from(fate.is_fault());
        self.count(format!("fate: {}", fate.name()), 1);
        self.note(|_| format!("#{id} of {index}: {request:?} {fate:?}"));
        self.meets(index, id, request, fate);
    }

    /// Lets a request meet its fate.
    fn meets(&mut self, index: usize, id: u64, request: Request, fate: Fate) {
        let latency = self.weather.latency;
        let (there, back) = (self.random.u64(MILLI..=latency), self.random.u64(MILLI..=latency));
        let fails = |code| Box::new(Ended::Failed(code));
        match fate {
            Fate::Well => self.schedule(there, Event::Reaches(index, id, request, Some(back))),
            Fate::Twice => {
                self.schedule(there / 2, Event::Reaches(index, id, request.clone(), None));
                self.schedule(there, Event::Reaches(index, id, request, Some(back)));
            }
            Fate::Lost { done } => {
                if done {
                    self.schedule(there, Event::Reaches(index, id, request, None));
                }
                self.schedule(there + back, Event::Ends(index, id, fails("network")));
            }
            Fate::Stalled { done } => {
                let after = self.random.u64(0..self.rules.timeout * 3);
                if done {
                    self.schedule(after, Event::Reaches(index, id, request, None));
                }
            }
            Fate::Answered { done, answer } => {
                if done {
                    self.schedule(there, Event::Reaches(index, id, request, None));
                }
                self.schedule(there + back, Event::Ends(index, id, Box::new(Ended::Answered(answer))));
            }
            Fate::Unreadable => self.schedule(there, Event::Ends(index, id, fails("file_changed"))),
        }
    }

    /// A request is taken back: whether for another reason than that its time is over.
    fn cancel(&mut self, index: usize, id: u64) -> bool {
        // What fetch says then; or, where it is too late, the answer. Neither matters.
        if self.random.bool() {
            self.schedule(MILLI, Event::Ends(index, id, Box::new(Ended::Failed("network"))));
        }
        let Some(flight) = self.tasks[index].flights.remove(&id) else { panic!("what is cancelled is not in flight") };
        let timed_out = self.now / MILLI >= flight.sent_at / MILLI + self.rules.timeout / MILLI;
        if timed_out {
            self.tasks[index].fails(&flight.request, "timeout", self.now, &self.rules);
        }
        !timed_out
    }

    /// A request has ended, or would have, had it not been taken back.
    fn ends(&mut self, index: usize, id: u64, ended: &Ended) {
        if let Some(flight) = self.tasks[index].flights.remove(&id) {
            let (epoch, command) = (self.moment().epoch, flight.request.command as usize);
            let task = &mut self.tasks[index];
            match ended {
                Ended::Failed(code) => task.fails(&flight.request, code, self.now, &self.rules),
                Ended::Answered(answer) => task.learns(&flight.request, answer, self.now, epoch, &self.rules),
            }
            if let Ended::Answered(answer @ Answer { status: 429, .. }) = ended {
                if self.skewed && !answer.headers.contains(r#""date""#) {
                    // A moment of a clock that the client can't read.
                    self.may_rest_until[command] = Micros::MAX;
                } else {
                    self.rests_until[command] = self.rests_until[command].max(answer.rests_until);
                    let may_rest_until = self.now + answer.longest_rest;
                    self.may_rest_until[command] = self.may_rest_until[command].max(may_rest_until);
                }
            }
        }
        self.note(|_| format!("#{id} of {index} ends: {ended:?}"));
        let outcome = match ended {
            Ended::Failed(code) => format!(r#"{{"failed":"{code}"}}"#),
            Ended::Answered(Answer { status, body, headers, .. }) => {
                format!(r#"{{"status":{status},"body":{}{headers}}}"#, Value::from(body.as_str()))
            }
        };
        self.tell(index, &format!(r#"{{"id":{id},"outcome":{outcome}}}"#));
    }

    /// A task has ended, as it has to.
    fn end(&mut self, index: usize, what: &str, value: &Value) {
        let (now, epoch, fair) = (self.now, self.moment().epoch, self.weather.fair);
        let task = &mut self.tasks[index];
        let media = task.media.as_ref().and_then(|id| self.x.medias.get(id));
        let code = value["code"].as_str().unwrap_or(what);
        match code {
            "processing_timeout" => task.was_patient(now, self.weather.lateness),
            "expired" => assert!(task.expires_at.is_some_and(|at| at <= epoch), "it has not expired"),
            // It may have been another task that met the limit.
            "rate_limited" if self.may_rest_until.iter().any(|until| *until > now) => {}
            _ => task.may_end(code, value, media, now),
        }
        if fair {
            let fails = media.is_some_and(|media| media.fails) && code != "resolve";
            let expected = match (task.aborted, fails) {
                (true, _) => "abort",
                (false, true) => "processing_failed",
                (false, false) => "resolve",
            };
            assert_eq!(code, expected, "in fair weather: {value}, and it met {:?}", task.met);
        }
        let attempts = value["attempts"].as_u64().unwrap_or(0);
        assert!(attempts <= self.rules.attempts || value["command"] != "APPEND", "{value}");
        assert!(task.flights.is_empty(), "it ends with requests in flight");
        task.end = Some(code.to_owned());
        let end = format!("end: {code}{}", if fair { ", in fair weather" } else { "" });
        self.note(|_| format!("{index} {end} {value}"));
        self.count(end, 1);
    }

    fn count(&mut self, what: String, times: u64) {
        *self.tally.entry(what).or_default() += times;
    }

    /// Tells what goes on, where a seed is played again.
    fn note(&self, what: impl FnOnce(&Self) -> String) {
        if self.trace {
            eprintln!("{:>14.6} {}", self.now as f64 / 1e6, what(self));
        }
    }
}
