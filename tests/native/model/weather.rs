//! What becomes of a request on its way: the faults, and how many of them there are.

use super::super::driver::date as http_date;
use super::wire::Answer;
use super::{COMMANDS, Command, EPOCH, MILLI, Micros, SECOND};

/// What becomes of a request.
#[derive(Clone, Debug)]
pub(super) enum Fate {
    /// X does it, and its answer arrives.
    Well,
    /// The browser finds its connection cut, and sends it again by itself: X does it twice, the second answer arrives.
    Twice,
    /// The connection is cut, before X has done it or after.
    Lost { done: bool },
    /// Nothing arrives any more, before X has done it or after. Much later, X may do it all the same.
    Stalled { done: bool },
    /// Something else is answered, by X or by a machine before it; X may have done it.
    Answered { done: bool, answer: Answer },
    /// The file can't be read any more.
    Unreadable,
    /// There is no network.
    Offline,
}

impl Fate {
    /// Whether the client has to try again.
    pub(super) fn is_fault(&self) -> bool {
        !matches!(self, Self::Well | Self::Twice | Self::Offline)
    }

    /// Its name in the tally.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Well => "fate: well",
            Self::Twice => "fate: sent twice by the browser",
            Self::Lost { done: false } => "fate: lost before the effect",
            Self::Lost { done: true } => "fate: lost after the effect",
            Self::Stalled { .. } => "fate: stalled",
            Self::Answered { answer, .. } => match answer.status {
                200 => "fate: a page with 200",
                429 => "fate: 429",
                500.. => "fate: 5xx",
                408 | 425 => "fate: 408 or 425",
                300..400 | 0 => "fate: a redirect",
                _ => "fate: refused for good",
            },
            Self::Unreadable => "fate: file not readable",
            Self::Offline => "fate: offline",
        }
    }
}

/// What a client may rely on in a world.
#[derive(Debug)]
pub(super) struct Weather {
    /// Every fault passes: an upload has to go well.
    pub(super) fair: bool,
    /// Of a thousand requests, how many meet a fault.
    pub(super) faults: u32,
    /// The longest time that a request and its answer take on their way, each.
    pub(super) latency: Micros,
    /// How long a mebibyte takes.
    slowness: Micros,
    timeout: Micros,
    /// How much later than asked for timers fire.
    pub(super) lateness: Micros,
    /// The longest that a command may be rate limited, in seconds.
    pub(super) longest_limit: u64,
    /// Until when X refuses each command, by X's clock.
    pub(super) limits: [Micros; COMMANDS],
    /// Until when there is no network.
    pub(super) offline_until: Micros,
    /// What the machine says of its network.
    candour: Candour,
    random: fastrand::Rng,
}

/// What a machine says of its network.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Candour {
    Tells,
    /// That there is one, always.
    Boasts,
    /// That there is none, always: so do some on which everything works.
    Denies,
}

impl Weather {
    pub(super) fn new(fair: bool, timeout: Micros, mut random: fastrand::Rng) -> Self {
        let faults = [0, 20, 100, 300, 600][random.usize(0..5)];
        let latency = [5 * MILLI, 300 * MILLI, 3 * SECOND][random.usize(0..3)];
        Self {
            fair,
            faults,
            latency: if fair { latency.min(timeout / 4) } else { latency * [1, 1, 1, 10][random.usize(0..4)] },
            lateness: [0, 0, 4 * MILLI, SECOND, 60 * SECOND][random.usize(0..5)],
            longest_limit: [2, 60, 900][random.usize(0..3)],
            limits: [0; COMMANDS],
            slowness: [0, 100 * MILLI, SECOND][random.usize(0..3)],
            offline_until: 0,
            candour: match random.u8(0..20) {
                0 => Candour::Denies,
                1..5 if !fair => Candour::Boasts,
                _ => Candour::Tells,
            },
            timeout,
            random,
        }
    }

    /// Whether there is a network, as the machine says.
    pub(super) fn says_online(&self, now: Micros) -> bool {
        match self.candour {
            Candour::Tells => now >= self.offline_until,
            Candour::Boasts => true,
            Candour::Denies => false,
        }
    }

    /// Whether the machine knows when there is no network.
    pub(super) fn is_candid(&self) -> bool {
        self.candour == Candour::Tells
    }

    /// How long a request with so many bytes takes there, and its answer back.
    pub(super) fn journey(&mut self, bytes: u64) -> (Micros, Micros) {
        let carriage = (bytes * self.slowness) >> 20;
        // Where no failure counts, one that is certain would be tried again until the media expires.
        let may_be_too_slow = !self.fair && self.candour != Candour::Denies;
        let carriage = if may_be_too_slow { carriage } else { carriage.min(self.timeout / 4) };
        (carriage + self.random.u64(MILLI..=self.latency), self.random.u64(MILLI..=self.latency))
    }

    /// The fate of a request that leaves now. `spare` is whether it may be a fault in fair weather too.
    pub(super) fn fate(&mut self, command: Command, spare: bool, now: Micros, skewed: bool) -> Fate {
        // In fair weather none that fails for want of a network is heard of when there is one again.
        if now + if self.fair { 2 * MILLI } else { 0 } < self.offline_until {
            return Fate::Offline;
        }
        if self.fair && !spare {
            return if self.random.u8(0..20) == 0 { Fate::Twice } else { Fate::Well };
        }
        if now < self.limits[command as usize] && self.random.u8(0..20) > 0 {
            return Fate::Answered { done: false, answer: self.too_many(command, now, skewed) };
        }
        if self.random.u32(0..1000) >= self.faults {
            return Fate::Well;
        }
        let done = self.random.bool();
        match self.random.u8(0..if self.fair { 16 } else { 20 }) {
            0..3 => Fate::Twice,
            3..7 => Fate::Lost { done },
            7..9 => Fate::Stalled { done },
            9..12 => self.answered(&[500, 502, 503, 503, 504], done),
            12 => self.answered(&[408, 425], false),
            13..15 => {
                self.limits[command as usize] = now + self.random.u64(0..=self.longest_limit * SECOND);
                Fate::Answered { done: false, answer: self.too_many(command, now, skewed) }
            }
            15 if command == Command::Status || !self.fair => self.answered(&[200], done),
            15 => Fate::Lost { done },
            // Not in fair weather:
            16 => self.answered(&[0, 302, 307], false),
            17 => Fate::Unreadable,
            _ => self.answered(&[400, 402, 403, 404, 409, 410, 413, 422], false),
        }
    }

    fn answered(&mut self, status: &[u16], done: bool) -> Fate {
        let status = status[self.random.usize(0..status.len())];
        let body = match self.random.u8(0..3) {
            0 if status != 200 => String::new(),
            1 if status != 200 => r#"{"errors":["internal server error"]}"#.to_owned(),
            _ => "<!DOCTYPE html><html><title>Over capacity</title></html>".to_owned(),
        };
        // The window of the rate limit is named in every answer, and says nothing here.
        let headers = match self.random.u8(0..3) {
            0 => window(600, EPOCH / SECOND + 50_000),
            _ => Vec::new(),
        };
        Fate::Answered { done, answer: Answer { status, body, headers, ..Answer::default() } }
    }

    /// A 429, in one of the ways in which a server says until when. Each names a moment that is not before the limit's end.
    fn too_many(&mut self, command: Command, now: Micros, skewed: bool) -> Answer {
        let limit = EPOCH + self.limits[command as usize].max(now);
        let (until, secs) = (limit.div_ceil(SECOND), (limit - EPOCH - now).div_ceil(SECOND));
        // Where the clocks differ and the server's can't be read, a moment says nothing.
        let readable = (self.fair && skewed) || self.random.bool();
        let date = (EPOCH + now) / SECOND * 1000;
        let after = ("retry-after", secs.to_string());
        let (mut headers, relative, absolute) = match self.random.u8(0..6) {
            0 => (vec![after], true, false),
            1 => (vec![("retry-after", http_date(until * 1000))], false, true),
            2 => (vec![after, ("x-rate-limit-reset", until.to_string())], true, true),
            3 if !self.fair => (Vec::new(), false, false),
            4 if !self.fair => (vec![("x-rate-limit-reset", (until - 100_000).to_string())], false, false),
            _ => (window(0, until), false, true),
        };
        headers.extend(readable.then(|| ("date", http_date(date))));
        let relative = if relative { now + secs * SECOND } else { 0 };
        let absolute = if absolute { until * SECOND - EPOCH } else { 0 };
        let body = r#"{"errors":[{"code":88,"message":"Rate limit exceeded"}]}"#.to_owned();
        Answer {
            status: 429,
            body,
            headers,
            rests_until: relative.max(absolute),
            // Dates are whole seconds.
            longest_rest: limit - EPOCH - now + 2 * SECOND,
            ..Answer::default()
        }
    }
}

/// The headers of a rate limit's window with so many requests left, which ends so many seconds after the epoch.
pub(super) fn window(remaining: u64, reset: u64) -> Vec<(&'static str, String)> {
    vec![
        ("x-rate-limit-limit", "615".to_owned()),
        ("x-rate-limit-remaining", remaining.to_string()),
        ("x-rate-limit-reset", reset.to_string()),
    ]
}
