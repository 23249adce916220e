//! The shell in virtual time: runs the jobs of one client against X, in a weather, and checks every step.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};

use serde_json::{Value, json};
use x_media_upload::protocol::exchange::Settings;
use x_media_upload::protocol::job::Job;
use x_media_upload::protocol::shared::Shared;
use x_media_upload::protocol::time::Moment;
use x_media_upload::protocol::{messages, options};

use super::weather::{Fate, Weather};
use super::x::{Answer, Request, Said, X};
use super::{Command, EPOCH, MILLI, Micros, SECOND};

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

/// The client's settings.
struct Rules {
    attempts: u64,
    min_delay: Micros,
    max_delay: Micros,
    timeout: Micros,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Upload,
    FinalizeAndWait,
    WaitForId,
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

/// The tries of one operation: a segment's, or those until STATUS tells something.
#[derive(Default)]
struct Tries {
    count: u64,
    refreshes: u64,
    faults: u64,
    not_before: Micros,
    not_after: Option<Micros>,
}

struct Flight {
    request: Request,
    sent_at: Micros,
}

struct Task {
    job: Box<Job>,
    kind: Kind,
    total: u64,
    concurrency: usize,
    wait: bool,
    timeout: Micros,
    flights: HashMap<u64, Flight>,
    timer: u64,
    media: Option<String>,
    acknowledged: BTreeSet<u64>,
    acknowledged_bytes: u64,
    tries: HashMap<(Command, u64), Tries>,
    /// STATUS requests that told something, and when the next one is due.
    polls: usize,
    status_from: Micros,
    status_by: Option<Micros>,
    waits_since: Option<Micros>,
    expires_at: Option<u64>,
    /// The codes of the faults that it met.
    met: BTreeSet<&'static str>,
    /// Something other than X has acknowledged a segment.
    was_lied_to: bool,
    fraction: f64,
    started: bool,
    aborted: bool,
    end: Option<String>,
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
        self.tasks.push(Task {
            job: job.unwrap_or_else(|error| panic!("{error:?}")),
            kind,
            total,
            concurrency,
            wait: wait || kind != Kind::Upload,
            timeout: timeout_secs * SECOND,
            flights: HashMap::new(),
            timer: 0,
            media,
            acknowledged: BTreeSet::new(),
            acknowledged_bytes: 0,
            tries: HashMap::new(),
            polls: 0,
            status_from: 0,
            status_by: None,
            waits_since: None,
            expires_at: None,
            met: BTreeSet::new(),
            was_lied_to: false,
            fraction: 0.0,
            started: false,
            aborted: false,
            end: None,
        });
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
                "progress" => self.progress(index, &said["value"]),
                "sleep" => {
                    assert!(!taken_back, "a request is taken back, but the work goes on");
                    self.sleep(index, said["value"].as_u64());
                    return;
                }
                _ => {
                    self.end(index, what, &said["value"]);
                    taken_back = false;
                }
            }
        }
    }

    fn sleep(&mut self, index: usize, until: Option<u64>) {
        let task = &mut self.tasks[index];
        task.timer += 1;
        let waits_for_others = task.kind == Kind::Upload && task.media.is_none() && task.tries.is_empty();
        let Some(until) = until else {
            assert!(waits_for_others, "it sleeps for ever");
            return;
        };
        assert!(until > self.now / MILLI, "it does not sleep");
        let wake = (until * MILLI).saturating_sub(self.now).div_ceil(MILLI) * MILLI;
        let late = self.random.u64(0..=self.weather.lateness);
        // Browsers' timers have been a little early, too.
        let early = if self.random.u8(0..50) == 0 { MILLI } else { 0 };
        let timer = task.timer;
        self.schedule((wake + late).saturating_sub(early), Event::Wake(index, timer));
    }

    fn progress(&mut self, index: usize, said: &Value) {
        let task = &mut self.tasks[index];
        let fraction = said["fraction"].as_f64().unwrap_or(-1.0);
        assert!(
            task.fraction <= fraction && fraction <= 1.0,
            "the fraction falls from {} to {fraction}",
            task.fraction
        );
        task.fraction = fraction;
        assert_eq!(said["bytesSent"], task.acknowledged_bytes);
        assert_eq!(said["segmentsSent"], task.acknowledged.len());
        assert_eq!(said["bytesTotal"], task.total);
    }

    /// A request leaves.
    fn send(&mut self, index: usize, id: u64, value: &Value) {
        let request = self.read(value);
        let (command, now) = (request.command, self.now);
        self.check(index, &request);
        let lateness = self.weather.lateness;
        let task = &mut self.tasks[index];
        task.status_by.take_if(|_| command == Command::Status);
        let tries = task.tries.entry((command, request.index)).or_default();
        tries.count += 1;
        let spare = tries.faults + 1 < self.rules.attempts;
        assert!(now >= tries.not_before, "{command:?} is tried again {} µs early", tries.not_before - now);
        let latest =
            tries.not_after.take().map_or(Micros::MAX, |latest| latest.max(self.may_rest_until[command as usize]));
        assert!(now <= latest.saturating_add(lateness), "{command:?} is tried again {} µs late", now - latest);
        let fate = self.weather.fate(command, spare, now, self.skewed);
        if fate.is_fault() {
            let tries = task.tries.entry((command, request.index)).or_default();
            tries.faults += 1;
        }
        task.flights.insert(id, Flight { request: request.clone(), sent_at: now });
        self.count(format!("fate: {}", fate.name()), 1);
        self.note(|world| {
            format!("#{id} of {index}: {command:?} {} {:?} {fate:?}", request.index, world.tasks[index].media)
        });
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

    /// The request as X understands it.
    fn read(&self, value: &Value) -> Request {
        let fields = &value["fields"];
        let url = value["url"].as_str().unwrap_or_default();
        let (command, id) = if self.x.v2 {
            let path = url.strip_prefix("/2/media/upload").unwrap_or_default();
            match path.trim_start_matches('/').split_once('/') {
                None if path == "/initialize" => (Command::Init, None),
                Some((id, "append")) => (Command::Append, Some(id)),
                Some((id, "finalize")) => (Command::Finalize, Some(id)),
                _ => (Command::Status, path.strip_prefix("?command=STATUS&media_id=")),
            }
        } else {
            let id = fields["media_id"].as_str();
            match fields["command"].as_str() {
                Some("INIT") => (Command::Init, None),
                Some("APPEND") => (Command::Append, id),
                Some("FINALIZE") => (Command::Finalize, id),
                _ => (Command::Status, url.strip_prefix("/1.1/media/upload.json?command=STATUS&media_id=")),
            }
        };
        assert!(id.is_some() || command == Command::Init, "{value}");
        let number = |value: &Value| value.as_u64().unwrap_or_default();
        Request {
            command,
            id: id.map(str::to_owned),
            total: number(&fields["total_bytes"]),
            processed: fields["media_category"] == "tweet_video",
            index: number(&fields["segment_index"]),
            bytes: (number(&value["start"]), number(&value["end"])),
            token: self.token,
        }
    }

    /// Checks that a request may leave now.
    fn check(&self, index: usize, request: &Request) {
        let task = &self.tasks[index];
        let (command, now) = (request.command, self.now);
        assert!(!task.aborted && task.end.is_none(), "{command:?} after the end");
        let most = if command == Command::Append { task.concurrency } else { 1 };
        assert!(task.flights.len() < most, "{command:?} beside {} others", task.flights.len());
        let rest = self.rests_until[command as usize];
        assert!(now + MILLI > rest, "{command:?} leaves {} µs before the end of its rate limit", rest - now);
        assert_eq!(request.id, if command == Command::Init { None } else { task.media.clone() });
        let tries = task.tries.get(&(command, request.index));
        let tried = tries.map_or(0, |tries| tries.count - tries.refreshes);
        match command {
            Command::Init => {
                assert!(task.media.is_none(), "a second INIT");
                assert_eq!(request.total, task.total);
            }
            Command::Append => {
                assert!(!task.acknowledged.contains(&request.index), "segment {} has been acknowledged", request.index);
                let is_under_way = task.flights.values().any(|flight| flight.request.index == request.index);
                assert!(!is_under_way, "segment {} is under way already", request.index);
            }
            Command::Finalize if task.kind == Kind::Upload => {
                assert_eq!(task.acknowledged_bytes, task.total, "FINALIZE before every byte was acknowledged");
                let media = task.media.as_ref().and_then(|id| self.x.medias.get(id));
                assert!(task.was_lied_to || media.is_some_and(|media| media.is_whole()), "a byte was lost");
            }
            Command::Finalize => {}
            Command::Status => {
                let from = task.status_from;
                assert!(now >= from, "STATUS leaves {} µs before X wants to be asked", from - now);
                let by = task.status_by.unwrap_or(Micros::MAX).max(self.may_rest_until[command as usize]);
                assert!(now <= by.saturating_add(self.weather.lateness), "STATUS leaves {} µs late", now - by);
                return;
            }
        }
        assert!(tried < self.rules.attempts, "{command:?} is tried {} times", tried + 1);
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
            self.failed(index, &flight.request, "timeout", None);
        }
        !timed_out
    }

    /// A try has failed in a way that may pass: when the next one may leave, and has to.
    fn failed(&mut self, index: usize, request: &Request, code: &'static str, answer: Option<&Answer>) {
        let now = self.now;
        let task = &mut self.tasks[index];
        task.met.insert(code);
        let tries = task.tries.entry((request.command, request.index)).or_default();
        // The clock of the core counts whole milliseconds.
        tries.not_before = (now + self.rules.min_delay).saturating_sub(MILLI);
        tries.not_after = Some(now + self.rules.max_delay.max(self.rules.min_delay) + 10 * MILLI);
        let Some(answer) = answer.filter(|answer| answer.status == 429) else { return };
        tries.not_after = None;
        let rest = &mut self.rests_until[request.command as usize];
        // What the server names goes before the ordinary pause.
        tries.not_before = 0;
        let may_rest = &mut self.may_rest_until[request.command as usize];
        if self.skewed && !answer.headers.contains(r#""date""#) {
            // A moment of a clock that the client can't read.
            *may_rest = Micros::MAX;
        } else {
            *rest = answer.rests_until.max(*rest);
            *may_rest = (now + answer.longest_rest).max(*may_rest);
        }
    }

    /// A request has ended, or would have, had it not been taken back.
    fn ends(&mut self, index: usize, id: u64, ended: &Ended) {
        if let Some(flight) = self.tasks[index].flights.remove(&id) {
            match ended {
                Ended::Failed(code) => self.failed(index, &flight.request, code, None),
                Ended::Answered(answer) => self.answered(index, &flight.request, answer),
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

    /// What the client learns from an answer.
    fn answered(&mut self, index: usize, request: &Request, answer: &Answer) {
        let (now, fresh) = (self.now, request.token == self.token);
        let epoch = self.moment().epoch;
        let task = &mut self.tasks[index];
        let is_page = answer.said == Said::Nothing && answer.status == 200;
        match answer.status {
            200..300 if request.command == Command::Append => {
                task.was_lied_to |= is_page;
                assert!(task.acknowledged.insert(request.index));
                task.acknowledged_bytes += request.bytes.1 - request.bytes.0;
                return;
            }
            200..300 if !is_page => {}
            401 => {
                task.met.insert("unauthorized");
                let tries = task.tries.entry((request.command, request.index)).or_default();
                tries.refreshes += 1;
                (tries.not_before, tries.not_after) = (0, None);
                // In fair weather it is let in, now or after a refresh.
                assert!(!self.weather.fair || !fresh || tries.refreshes <= 2);
                return;
            }
            status => {
                let code = code_of(status);
                if let (Command::Finalize, Said::Nothing) = (request.command, &answer.said) {
                    task.status_from = now;
                }
                return self.failed(index, request, code, Some(answer));
            }
        }
        // It tells of the media.
        task.tries.remove(&(request.command, request.index));
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let body = body.get("data").unwrap_or(&body);
        task.expires_at = body["expires_after_secs"].as_u64().map(|secs| epoch + secs * 1000).or(task.expires_at);
        match request.command {
            Command::Init => {
                let id = ["media_id_string", "id", "media_id"].iter().find_map(|name| body.get(name));
                task.media = id.map(|id| id.to_string().trim_matches('"').to_owned());
            }
            Command::Finalize => task.waits_since = Some(now),
            _ if task.waits_since.is_none() => task.waits_since = Some(now),
            _ => task.polls += 1,
        }
        if let Said::Later(check_after) = answer.said {
            let rung = [1, 2, 4, 8].get(task.polls).copied().unwrap_or(15) * SECOND;
            let (least, most) = match check_after {
                Some(secs) => (secs.min(300) * SECOND, secs.min(300) * SECOND),
                None => (rung, rung + rung / 10),
            };
            task.status_from = now + least;
            task.status_by = Some(now + most + 300 * MILLI);
        }
    }

    /// The end of a task, which has to be the right one.
    fn end(&mut self, index: usize, what: &str, value: &Value) {
        let epoch = self.moment().epoch;
        let (now, fair, lateness) = (self.now, self.weather.fair, self.weather.lateness);
        let task = &mut self.tasks[index];
        let code = value["code"].as_str().unwrap_or(what).to_owned();
        let media = task.media.as_ref().and_then(|id| self.x.medias.get(id));
        assert_eq!(task.aborted, what == "abort");
        match code.as_str() {
            "abort" => assert!(task.aborted),
            "resolve" => {
                assert_eq!(value["media_id_string"].as_str(), task.media.as_deref());
                let Some(media) = media else { panic!("X has no such media") };
                assert!(media.is_whole(), "a byte was lost");
                assert!(media.is_finalized());
                assert!(!task.wait || media.is_ready(now), "it is not ready");
                assert!(
                    task.kind != Kind::Upload || !task.wait || task.fraction >= 1.0,
                    "it ends at {}",
                    task.fraction
                );
            }
            "processing_failed" => assert!(media.is_some_and(|media| media.fails), "X did not say so"),
            "processing_timeout" => {
                let Some(since) = task.waits_since else { panic!("it did not wait") };
                let waited = now - since;
                assert!(waited + MILLI >= task.timeout, "it waited for {waited} µs only");
                assert!(waited <= task.timeout + lateness + 10 * MILLI, "it waited for {waited} µs");
            }
            "expired" => assert!(task.expires_at.is_some_and(|at| at <= epoch), "it has not expired"),
            code => {
                // A refresh that takes too long is a timeout; a rate limit may have been another task's.
                let is_known = task.met.contains(code)
                    || (code == "timeout" && task.met.contains("unauthorized"))
                    || (code == "rate_limited" && self.may_rest_until.iter().any(|until| *until > now));
                assert!(is_known, "{code}, and it only met {:?}", task.met);
            }
        }
        if fair {
            let fails = media.is_some_and(|media| media.fails);
            let expected = if task.aborted {
                "abort"
            } else if fails && code != "resolve" {
                "processing_failed"
            } else {
                "resolve"
            };
            assert_eq!(code, expected, "in fair weather: {value}, and it met {:?}", task.met);
        }
        let attempts = value["attempts"].as_u64().unwrap_or(0);
        assert!(attempts <= self.rules.attempts || value["command"] == "STATUS", "{value}");
        let end = format!("end: {code}{}", if fair { ", in fair weather" } else { "" });
        task.end = Some(code);
        task.flights.clear();
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

/// What the core calls an HTTP status that is not a success.
fn code_of(status: u16) -> &'static str {
    match status {
        401 => "unauthorized",
        402 => "payment_required",
        403 => "forbidden",
        404 => "not_found",
        413 => "too_large",
        429 => "rate_limited",
        400..500 => "rejected",
        500.. => "server",
        _ => "invalid_response",
    }
}
