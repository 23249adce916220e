//! A world: what happens in it, and when.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::json;
use x_media_upload::protocol::{Authorization, Code, Input, Instant, Now, RequestEnd, RequestId, UnixTime};

use super::super::driver::settings;
use super::client::{Client, PATIENCE};
use super::errand::{Errand, Kind};
use super::store::{Mood, Store};
use super::task::Task;
use super::tries::Rules;
use super::weather::Weather;
use super::wire::{Answer, Request};
use super::x::X;
use super::{EPOCH, MILLI, Micros, SECOND};

const HOUR: Micros = 3600 * SECOND;

/// How often each thing happened.
pub(crate) type Tally = BTreeMap<String, u64>;

/// What callers want, the jobs that do it, and everything around them. What is checked, at each step or at the end:
///
/// - where an upload goes well, X has every byte of the file in its place, and can use the media;
/// - in fair weather it goes well, unless X finds the media unusable;
/// - X may answer STATUS for what was never finalized, and anybody may answer for X: nothing that leaves a doubt is a success;
/// - where it fails, it has met a fault after which there was nothing left to try, and its session tells all that a successor has
///   to know; where an answer leaves nothing to try, it fails at once;
/// - what is stored is deleted where X will never take the media, has said so itself, and STATUS did not contradict;
/// - a media expires by the clock that nobody sets, and nothing is sent of it afterwards;
/// - no segment that was acknowledged is sent again to the same media, also not by a successor whose session says so;
/// - FINALIZE leaves when all are, and INIT once it was answered never again, unless it may start over;
/// - where sessions are saved, a segment leaves only when a saved one names its boundaries, saves never overlap, and soon tell
///   everything; an index never means two stretches of the file;
/// - never are more requests in flight than allowed, nor is anything tried more often, or earlier or later after a failure;
/// - no STATUS leaves before X said so, nor, with punctual timers, 0.3 s later;
/// - no command leaves before the end of its rate limit, and no two refreshes go on at once; a limit for which nobody would wait
///   holds back nothing else;
/// - while it is paused, after an abort or the end nothing is sent, and being paused does not count as waiting;
/// - without a network no try counts, and nothing waits for it longer than it is away;
/// - `fraction` never falls, and what progress says of bytes is what was acknowledged;
/// - where there are locks, what a store has is never gone on with by two; who has not, or loses, the lock begins its own, and
///   changes nothing of what is stored; where there are none, two that share a media may disturb each other, but what resolves is
///   whole;
/// - a job never has endlessly much to do at one moment, never sleeps for ever, and ends in bounded time.
pub(crate) struct World {
    pub(super) now: Micros,
    /// The client's clock less X's, in milliseconds.
    skew: i64,
    pub(super) skewed: bool,
    events: BTreeMap<(Micros, u64), Event>,
    scheduled: u64,
    pub(super) random: fastrand::Rng,
    pub(super) weather: Weather,
    pub(super) x: X,
    pub(super) store: Store,
    /// Whether one upload at a time owns what is stored; and which one does.
    pub(super) has_locks: bool,
    pub(super) locks: HashMap<String, usize>,
    /// What somebody owns who is not of this world.
    pub(super) strangers: HashSet<String>,
    pub(super) client: Client,
    pub(super) rules: Rules,
    pub(super) errands: Vec<Errand>,
    pub(super) tasks: Vec<Task>,
    pub(super) refreshes_fail: bool,
    /// For how long nothing of X can be reached, in all.
    away: Micros,
    /// No world goes on for longer.
    end_of_time: Micros,
    pub(super) tally: Tally,
    trace: bool,
}

/// What will happen: to an errand, to a task, or to all.
#[derive(Debug)]
pub(super) enum Event {
    Start(usize),
    Abort(usize),
    Pause(usize, bool),
    Disowned(usize),
    Wake(usize, u64),
    SampleRead(usize),
    Loaded(usize, Mood),
    /// A session has reached the store; then the callback, which may throw.
    Stored(usize, Mood),
    Saved(usize, bool),
    /// X gets a request. What it answers arrives so much later, or never.
    Reaches(usize, RequestId, Request, Option<Micros>),
    Ends(usize, RequestId, Box<Ended>),
    Refreshed(usize),
    Death,
    Offline(Micros),
    Online,
    TokenExpires,
    ClockJumps(i64),
}

/// How a request ends.
#[derive(Clone, Debug)]
pub(super) enum Ended {
    Answered(Answer),
    Failed(Code),
}

impl Ended {
    /// As the shell tells it.
    pub(super) fn to_end(&self) -> RequestEnd {
        match self {
            Self::Answered(answer) => answer.to_end(),
            Self::Failed(code) => RequestEnd::failed(*code),
        }
    }
}

impl World {
    pub(crate) fn new(seed: u64, trace: bool) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let fair = random.u8(0..3) > 0;
        let v2 = random.bool();
        let mut rules = Rules {
            attempts: [8, 8, 4, 2, 1][random.usize(0..5)],
            is_given: true,
            longest_limit: 0,
            min_delay: [1000, 1000, 100, 1][random.usize(0..4)] * MILLI,
            max_delay: [30_000, 30_000, 2000, 50][random.usize(0..4)] * MILLI,
            timeout: [30, 30, 5, 60][random.usize(0..4)] * SECOND,
            is_timeout_given: true,
        };
        // Half a minute is the default, too, for all but segments.
        rules.is_timeout_given = rules.timeout != 30 * SECOND || random.bool();
        let weather = Weather::new(fair, rules.timeout, random.fork());
        let longest_wait = match fair {
            true => 1_000_000,
            // Those that last are to be waited for.
            false if weather.is_crowded => 900_000,
            false => [0, 5000, 60_000, 900_000][random.usize(0..4)],
        };
        rules.longest_limit = longest_wait * MILLI;
        rules.is_given = rules.attempts != 8 || random.bool();
        let mut given = json!({
            "api": if v2 { "2" } else { "1.1" },
            "retry": {
                "attempts": rules.attempts, "minDelayMs": rules.min_delay / MILLI, "maxDelayMs": rules.max_delay / MILLI,
                "maxRateLimitWaitMs": longest_wait,
            },
        });
        if !rules.is_given
            && let Some(retry) = given["retry"].as_object_mut()
        {
            retry.remove("attempts");
        }
        if rules.is_timeout_given {
            given["requestTimeoutMs"] = (rules.timeout / MILLI).into();
        }
        let settings = settings(&(&given).into(), Authorization::Refreshes);
        let settings = settings.unwrap_or_else(|refusal| panic!("{}", refusal.error)).into();
        let skew = [0, 0, 1, -400, 7_200_000, -86_400_000][random.usize(0..6)];
        let max_segments = [u64::MAX, u64::MAX, u64::MAX, 1_250_000, 10_000];
        let max_segment = max_segments[random.usize(0..if fair { 4 } else { 5 })];
        let now = random.u64(0..SECOND);
        let mut world = Self {
            now,
            skew,
            skewed: skew != 0,
            events: BTreeMap::new(),
            scheduled: 0,
            x: X {
                v2,
                token: 0,
                medias: HashMap::new(),
                fair,
                is_playground: random.bool(),
                is_slow: weather.is_crowded,
                hard_pictures: 1,
                max_segment,
                random: random.fork(),
            },
            store: Store::new(random.fork()),
            has_locks: random.u8(0..4) > 0,
            locks: HashMap::new(),
            strangers: HashSet::new(),
            weather,
            client: Client::new(0, now, settings, 0),
            rules,
            errands: Vec::new(),
            tasks: Vec::new(),
            refreshes_fail: !fair && random.u8(0..4) == 0,
            away: 0,
            end_of_time: 0,
            tally: Tally::new(),
            trace,
            random,
        };
        for _ in 0..world.random.usize(1..4) {
            world.add_errand();
        }
        if world.weather.is_shared {
            world.count("a line that requests share", 1);
        }
        // Two tabs send the same file.
        if let Some(twin) = world.errands.first().filter(|errand| errand.has_store).map(Errand::twin)
            && world.random.u8(0..8) == 0
        {
            world.errands.push(twin);
        }
        world.trouble_callers();
        world.trouble_processes();
        world.end_of_time = world.bound(longest_wait * MILLI);
        world.note(|world| format!("{given} {:?} skew {skew}", world.weather));
        world
    }

    fn add_errand(&mut self) {
        let fair = self.weather.fair;
        let mut of_media = |kind, id| Errand::of_media(kind, id, fair, &mut self.random);
        let errand = match self.x.random.u8(0..20) {
            0 => of_media(Kind::FinalizeAndWait, self.x.put(self.now, false)),
            1 => of_media(Kind::WaitForId, self.x.put(self.now, true)),
            // It never will be.
            2 if !fair => of_media(Kind::WaitForId, self.x.put(self.now, false)),
            _ => Errand::upload(self.errands.len(), fair, self.x.max_segment, &mut self.random),
        };
        self.errands.push(errand);
    }

    /// Decides when callers start, pause and abort what they want.
    fn trouble_callers(&mut self) {
        for number in 0..self.errands.len() {
            let start = if self.random.bool() { 0 } else { self.random.u64(0..10 * SECOND) };
            self.schedule(start, Event::Start(number));
            if self.random.u8(0..6) == 0 {
                let longest = [10 * MILLI, SECOND, 10 * SECOND, 1000 * SECOND][self.random.usize(0..4)];
                let after = start + self.random.u64(0..longest);
                self.schedule(after, Event::Abort(number));
            }
            if self.errands[number].has_store && self.random.u8(0..8) == 0 {
                let longest = [SECOND, 10 * SECOND, 60 * SECOND][self.random.usize(0..3)];
                let after = start + self.random.u64(0..longest);
                self.schedule(after, Event::Disowned(number));
            }
            let pauses = match self.errands[number].kind {
                Kind::Upload if self.weather.is_crowded => 3,
                Kind::Upload => [0, 0, 0, 1, 3][self.random.usize(0..5)],
                Kind::FinalizeAndWait | Kind::WaitForId => 0,
            };
            for _ in 0..pauses {
                let at = start + self.random.u64(0..30 * SECOND);
                let longest = [10 * MILLI, 10 * SECOND, 100 * SECOND][self.random.usize(0..3)];
                let until = at + self.random.u64(0..longest);
                self.schedule(at, Event::Pause(number, true));
                self.schedule(until, Event::Pause(number, false));
            }
        }
    }

    /// Decides when processes die, the network is away, tokens expire, and clocks are set.
    fn trouble_processes(&mut self) {
        for _ in 0..[0, 0, 0, 1, 3][self.random.usize(0..5)] {
            let longest = [3 * SECOND, 60 * SECOND][self.random.usize(0..2)];
            let at = self.random.u64(0..longest);
            self.schedule(at, Event::Death);
        }
        for _ in 0..[0, 0, 0, 1, 3][self.random.usize(0..5)] {
            if !self.weather.fair || self.weather.is_candid() {
                let at = self.random.u64(0..60 * SECOND);
                let longest = [SECOND, 20 * SECOND, 100 * SECOND][self.random.usize(0..3)];
                let is_long = self.random.u8(0..100) == 0;
                if is_long {
                    self.count("offline for hours", 1);
                }
                let length = if is_long { self.random.u64(HOUR..8 * HOUR) } else { self.random.u64(0..longest) };
                self.away += length;
                self.schedule(at, Event::Offline(length));
            }
        }
        if self.random.u8(0..30) == 0 {
            let longest = [60 * SECOND, 2700 * SECOND, 3 * HOUR][self.random.usize(0..3)];
            let (from, length) = (self.random.u64(0..60 * SECOND), self.random.u64(longest / 2..longest));
            self.weather.outage = (from, from + length);
            self.away += length;
            self.count(if longest > HOUR { "outage of hours" } else { "outage" }, 1);
        }
        // In fair weather no token expires before the one before it was used.
        let times = if self.weather.fair { self.random.u32(0..2) } else { [0, 0, 3, 20][self.random.usize(0..4)] };
        for _ in 0..times {
            let at = self.random.u64(0..60 * SECOND);
            self.schedule(at, Event::TokenExpires);
        }
        if self.random.u8(0..10) == 0 {
            let at = self.random.u64(0..60 * SECOND);
            let by = self.random.i64(-100_000_000..100_000_000);
            self.schedule(at, Event::ClockJumps(by));
            self.skewed |= self.weather.fair;
        }
    }

    /// More than every try of everything can take together.
    fn bound(&self, longest_wait: Micros) -> Micros {
        // Callers pause for 300 s at most, and then half a minute goes by.
        let away = 1000 * SECOND + self.away;
        let lateness = 2 * self.weather.lateness + SECOND;
        let storing = 25 * SECOND;
        let timeout = if self.rules.is_timeout_given { self.rules.timeout } else { PATIENCE.1 * MILLI };
        let one_try = timeout + self.rules.max_delay.max(30 * SECOND) + longest_wait + lateness + storing;
        // Each of them may ask for a new token.
        let tries = 2 * self.rules.attempts + 2;
        // With the smallest segments, of which a file has at most 1000.
        let segments = |errand: &Errand| errand.total.div_ceil(16_384).min(1000);
        let operations: u64 = self.errands.iter().map(|errand| segments(errand) + 5).sum();
        let waits: Micros = self.errands.iter().map(|errand| errand.timeout + lateness).sum();
        // Three deaths, two retries, and three new beginnings of each.
        let lives = 3 + 2 + 1;
        self.now + lives * (away + 4 * operations * tries * one_try + waits)
    }

    /// Goes on until all is said and done.
    pub(crate) fn run(mut self) -> Tally {
        while let Some(((at, _), event)) = self.events.pop_first() {
            self.now = at;
            assert!(at < self.end_of_time || self.tasks.iter().all(|task| task.end.is_some()), "it goes on for ever");
            assert!(self.scheduled < 1_000_000, "it is busy for ever");
            self.happens(event);
        }
        for task in &self.tasks {
            assert!(task.end.is_some(), "a {:?} never ends", task.kind);
        }
        let uploads = self.errands.iter().filter(|errand| errand.kind == Kind::Upload).count();
        self.count("uploads", uploads as u64);
        self.tally
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Start(number) => self.start(number),
            Event::Abort(number) => self.abort(number),
            Event::Pause(number, pause) => self.pause(number, pause),
            Event::Disowned(number) => self.disowned(number),
            Event::TokenExpires => self.x.token += 1,
            Event::ClockJumps(by) => {
                let is_under_way = self.tasks.iter().any(|task| task.end.is_none());
                self.count(if is_under_way { "clock jumps under way" } else { "clock jumps" }, 1);
                self.skew += by;
                self.skewed = true;
            }
            Event::Death => self.dies(),
            Event::Offline(length) => self.goes_offline(length),
            Event::Online => self.goes_online(),
            Event::Reaches(index, id, request, answer_after) => self.reaches(index, id, &request, answer_after),
            // The others are of a process.
            Event::Wake(index, timer) if self.is_alive(index) && self.tasks[index].timer == timer => self.drive(index),
            Event::SampleRead(index) if self.is_alive(index) => self.sample_read(index),
            Event::Loaded(index, mood) if self.is_alive(index) => self.loaded(index, mood),
            Event::Stored(index, mood) if self.is_alive(index) => self.stored(index, mood),
            Event::Saved(index, throws) if self.is_alive(index) => self.saved(index, throws),
            Event::Ends(index, id, ended) if self.is_alive(index) => self.ends(index, id, &ended),
            Event::Refreshed(index) if self.is_alive(index) => self.refreshed(index),
            _ => {}
        }
    }

    /// The task that is doing an errand.
    pub(super) fn doing(&self, number: usize) -> Option<usize> {
        self.errands[number].task.filter(|index| self.is_alive(*index) && self.tasks[*index].end.is_none())
    }

    fn abort(&mut self, number: usize) {
        let Some(index) = self.doing(number) else { return };
        self.note(|_| format!("abort {index}"));
        self.tasks[index].aborted = true;
        self.tell(index, Input::Abort);
        assert!(self.tasks[index].end.is_some(), "aborted, and it goes on");
    }

    fn pause(&mut self, number: usize, pause: bool) {
        let Some(index) = self.doing(number) else { return };
        self.note(|_| format!("pause {index}: {pause}"));
        self.count("pause", 1);
        self.tasks[index].pauses(pause, self.now);
        self.tell(index, if pause { Input::Pause } else { Input::Resume });
    }

    /// The network is away for so long. Half of what is under way fails at once.
    fn goes_offline(&mut self, length: Micros) {
        self.note(|_| format!("offline for {length} µs"));
        self.weather.offline_until = self.weather.offline_until.max(self.now + length);
        self.schedule(length, Event::Online);
        if !self.weather.says_online(self.now) {
            self.tasks.iter_mut().for_each(|task| task.goes_online(false, self.now));
        }
        for index in 0..self.tasks.len() {
            let mut flights: Vec<RequestId> = self.tasks[index].flights.keys().copied().collect();
            flights.sort_unstable();
            for id in flights {
                // In fair weather only what is then known to be the network's fault.
                if self.is_alive(index) && length > 0 && self.random.bool() {
                    self.ends(index, id, &Ended::Failed(Code::Network));
                }
            }
        }
    }

    /// The browser tells of it.
    fn goes_online(&mut self) {
        if self.now >= self.weather.offline_until && self.weather.says_online(self.now) {
            self.tasks.iter_mut().for_each(|task| task.goes_online(true, self.now));
            self.wake_all();
        }
    }

    pub(super) fn schedule(&mut self, after: Micros, event: Event) {
        self.scheduled += 1;
        self.events.insert((self.now + after, self.scheduled), event);
    }

    /// What the client's clocks say, and chance.
    pub(super) fn moment(&mut self) -> Now {
        let epoch = (((EPOCH + self.now) / 1000) as i64 + self.skew) as u64;
        let online = self.weather.says_online(self.now);
        let at = Instant(self.client.at(self.now));
        Now { at, epoch: UnixTime(epoch), random: self.random.f64(), online }
    }

    pub(super) fn count(&mut self, what: &str, times: u64) {
        match self.tally.get_mut(what) {
            Some(count) => *count += times,
            None => drop(self.tally.insert(what.to_owned(), times)),
        }
    }

    /// Tells what goes on, where a seed is played again.
    pub(super) fn note(&self, what: impl FnOnce(&Self) -> String) {
        if self.trace {
            eprintln!("{:>14.6} {}", self.now as f64 / 1e6, what(self));
        }
    }
}
