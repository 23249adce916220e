//! What becomes of a request on its way: the faults, and how many of them there are.

use super::super::driver::date as http_date;
use super::wire::{Answer, Said};
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
    /// X does it, and its answer arrives, but says nothing.
    Silent,
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
            Self::Silent => "fate: 2xx that says nothing",
            Self::Answered { answer, .. } => match answer.status {
                200..300 => match answer.said {
                    Said::Foreign => "fate: 2xx of another media",
                    Said::Empty => "fate: 2xx that says nothing",
                    Said::Errors => "fate: 2xx with errors alone",
                    _ => "fate: a page with 200",
                },
                429 if answer.is_cap => "fate: 429, usage cap",
                429 if answer.longest_rest > LONGEST_SANE => "fate: 429, absurd or of a day",
                429 => "fate: 429",
                500.. => "fate: 5xx",
                408 | 425 => "fate: 408 or 425",
                300..400 | 0 => "fate: a redirect",
                400 | 404 if answer.is_json() => "fate: refused by X",
                400..500 if answer.body.starts_with('<') => "fate: refused by a page",
                _ => "fate: refused in silence",
            },
            Self::Unreadable => "fate: file not readable",
            Self::Offline => "fate: offline",
        }
    }
}

/// What may become of a request in fair weather.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spare {
    /// A fault, after which it is tried again.
    pub(super) fault: bool,
    /// A refusal in passing.
    pub(super) refusal: bool,
    /// To be done, and answered with nothing.
    pub(super) silence: bool,
    /// Any fault, as often as may be: it is a STATUS of a wait.
    pub(super) patience: bool,
}

/// No limit that passes soon lasts longer.
const LONGEST_SANE: Micros = 2000 * SECOND;

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
    /// STATUS is often limited.
    pub(super) is_crowded: bool,
    /// Until when there is no network.
    pub(super) offline_until: Micros,
    /// From when until when nothing of X can be reached.
    pub(super) outage: (Micros, Micros),
    /// All requests share one line, which is busy until then.
    pub(super) is_shared: bool,
    busy_until: Micros,
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
        let candour = match random.u8(0..20) {
            0 => Candour::Denies,
            1..5 if !fair => Candour::Boasts,
            _ => Candour::Tells,
        };
        Self {
            fair,
            faults,
            // Where no failure counts, none may be certain.
            latency: if fair || candour == Candour::Denies {
                latency.min(timeout / 4)
            } else {
                latency * [1, 1, 1, 10][random.usize(0..4)]
            },
            lateness: [0, 0, 4 * MILLI, SECOND, 60 * SECOND][random.usize(0..5)],
            longest_limit: [2, 60, 900][random.usize(0..3)],
            limits: [0; COMMANDS],
            slowness: [0, 100 * MILLI, SECOND][random.usize(0..3)],
            offline_until: 0,
            outage: (0, 0),
            is_crowded: !fair && random.u8(0..3) == 0,
            is_shared: !fair && random.u8(0..4) == 0,
            busy_until: 0,
            candour,
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
    pub(super) fn journey(&mut self, bytes: u64, now: Micros) -> (Micros, Micros) {
        let mut carriage = (bytes * self.slowness) >> 20;
        if self.is_shared {
            self.busy_until = self.busy_until.max(now) + carriage;
            carriage = self.busy_until - now;
        }
        // Where no failure counts, one that is certain would be tried again until the media expires.
        let may_be_too_slow = !self.fair && self.candour != Candour::Denies;
        let carriage = if may_be_too_slow { carriage } else { carriage.min(self.timeout / 4) };
        (carriage + self.random.u64(MILLI..=self.latency), self.random.u64(MILLI..=self.latency))
    }

    /// The fate of a request that leaves now. `spare` is whether it may be a fault in fair weather too.
    pub(super) fn fate(&mut self, command: Command, spare: Spare, now: Micros, skewed: bool) -> Fate {
        // In fair weather none that fails for want of a network is heard of when there is one again.
        if now + if self.fair { 2 * MILLI } else { 0 } < self.offline_until {
            return Fate::Offline;
        }
        if (self.outage.0..self.outage.1).contains(&now) && (!self.fair || spare.patience) {
            return match self.random.u8(0..3) {
                0 => Fate::Lost { done: false },
                1 => Fate::Stalled { done: false },
                _ => self.answered(&[500, 502, 503, 504], false),
            };
        }
        if self.fair && !spare.fault {
            return if self.random.u8(0..20) == 0 { Fate::Twice } else { Fate::Well };
        }
        if now < self.limits[command as usize] && self.random.u8(0..20) > 0 {
            return Fate::Answered { done: false, answer: self.too_many(command, now, skewed) };
        }
        if self.is_crowded && command == Command::Status && self.random.u8(0..3) == 0 {
            self.limits[command as usize] = now + self.random.u64(0..=self.longest_limit * SECOND);
            return Fate::Answered { done: false, answer: self.too_many(command, now, skewed) };
        }
        if self.random.u32(0..1000) >= self.faults {
            return Fate::Well;
        }
        let done = self.random.bool();
        let is_asked_again = matches!(command, Command::Append | Command::Finalize | Command::Status);
        match self.random.u8(0..if self.fair { 22 } else { 30 }) {
            0..3 => Fate::Twice,
            3..7 => Fate::Lost { done },
            7..9 => Fate::Stalled { done },
            9..12 => self.answered(&[500, 502, 503, 503, 504], done),
            12 => self.answered(&[408, 425], false),
            13..15 => {
                self.limits[command as usize] = now + self.random.u64(0..=self.longest_limit * SECOND);
                Fate::Answered { done: false, answer: self.too_many(command, now, skewed) }
            }
            15 if is_asked_again || !self.fair => self.answered(&[200], done),
            16 | 17 if matches!(command, Command::Finalize | Command::Status) => self.of_another(done),
            18 if command == Command::Finalize && spare.silence && (done || self.fair) => Fate::Silent,
            18 if command == Command::Finalize && !self.fair => Self::silent(""),
            18 if command == Command::Status => Self::silent(r#"{"ok":true}"#),
            19 if spare.patience || !self.fair => {
                let body = r#"{"errors":[{"title":"Bad","detail":"it is bad"}]}"#.to_owned();
                Fate::Answered {
                    done: false,
                    answer: Answer { status: 200, body, said: Said::Errors, ..Answer::default() },
                }
            }
            20 | 21 if spare.refusal || !self.fair => self.refuses(command),
            15..22 => Fate::Lost { done },
            // Not in fair weather:
            22 => self.answered(&[0, 302, 307], false),
            23 => Fate::Unreadable,
            24 | 25 => Fate::Answered { done: false, answer: self.far_too_many(now) },
            26 => self.refuses(command),
            _ => self.answered(&[400, 402, 403, 404, 409, 410, 413, 422], false),
        }
    }

    /// What is true of a media that nobody has asked about.
    fn of_another(&mut self, done: bool) -> Fate {
        let body = match self.random.u8(0..3) {
            0 => r#"{"media_id":99,"media_id_string":"99","processing_info":{"state":"succeeded"}}"#,
            1 => r#"{"data":{"id":"99","processing_info":{"state":"failed","error":{"code":1}}}}"#,
            _ => r#"{"data":{"id":"99","size":12,"image":{"w":1,"h":1}}}"#,
        };
        let answer = Answer { status: 200, body: body.to_owned(), said: Said::Foreign, ..Answer::default() };
        Fate::Answered { done, answer }
    }

    /// A 2xx that says nothing.
    fn silent(body: &str) -> Fate {
        let answer = Answer { status: 200, body: body.to_owned(), said: Said::Empty, ..Answer::default() };
        Fate::Answered { done: false, answer }
    }

    /// A refusal in passing: of a machine of X's that lags behind, or of what stands before X.
    fn refuses(&mut self, command: Command) -> Fate {
        let of_x = self.random.bool();
        let status = match command {
            Command::Status if self.fair => &[400, 404][..],
            _ if of_x => &[400, 404],
            Command::Append => &[404, 405, 409, 412, 415, 421, 423, 426, 431, 451, 499],
            _ => &[403, 404, 405, 421, 451, 499],
        };
        let status = status[self.random.usize(0..status.len())];
        let body = match of_x {
            true => r#"{"errors":[{"code":215,"message":"Bad"}]}"#,
            false => "<html><title>Blocked</title></html>",
        };
        Fate::Answered { done: false, answer: Answer { status, body: body.to_owned(), ..Answer::default() } }
    }

    /// A 429 of a limit for which nobody waits: a month's, a day's, or one that is absurd.
    fn far_too_many(&mut self, now: Micros) -> Answer {
        const YEAR: u64 = 31_536_000;
        let server_now = (EPOCH + now) / SECOND;
        let in_a_day = server_now + 80_000;
        let cap = r#"{"title":"UsageCapExceeded","period":"Monthly","detail":"Monthly product cap"}"#;
        let day = if self.random.bool() { "x-user-limit-24hour" } else { "x-app-limit-24hour" };
        let (is_cap, headers, longest_rest) = match self.random.u8(0..5) {
            0 => (true, window(39_999, server_now + 900), 0),
            1 => (true, Vec::new(), 0),
            2 => (false, vec![("retry-after", YEAR.to_string())], YEAR * SECOND),
            3 => (false, window(0, server_now * 1000), u64::MAX),
            _ => (false, [window(1870, server_now + 9), day_window(day, 0, in_a_day)].concat(), 80_000 * SECOND),
        };
        let body = if is_cap { cap } else { r#"{"errors":[{"code":88,"message":"Rate limit exceeded"}]}"# }.to_owned();
        let headers = [headers, vec![("date", http_date(server_now * 1000))]].concat();
        let rests_until = if is_cap { 0 } else { now.saturating_add(longest_rest - longest_rest / 10) };
        Answer { status: 429, body, headers, rests_until, longest_rest, is_cap, ..Answer::default() }
    }

    fn answered(&mut self, status: &[u16], done: bool) -> Fate {
        let status = status[self.random.usize(0..status.len())];
        let body = match self.random.u8(0..3) {
            0 if status != 200 => String::new(),
            1 if status != 200 => r#"{"errors":["internal server error"]}"#.to_owned(),
            _ => "<!DOCTYPE html><html><title>Over capacity</title></html>".to_owned(),
        };
        // The window of the rate limit is named in every answer, and says nothing here.
        let mut headers = match self.random.u8(0..3) {
            0 => window(600, EPOCH / SECOND + 50_000),
            _ => Vec::new(),
        };
        let retry_after = (status == 503).then(|| [1, 20, 3600, 100_000][self.random.usize(0..4)]);
        headers.extend(retry_after.map(|secs| ("retry-after", secs.to_string())));
        let retry_after = retry_after.map(|secs| secs * SECOND);
        Fate::Answered { done, answer: Answer { status, body, headers, retry_after, ..Answer::default() } }
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
            2 => (vec![after, ("x-rate-limit-reset", until.to_string())], false, true),
            3 if !self.fair => (Vec::new(), false, false),
            4 if !self.fair => (vec![("x-rate-limit-reset", (until - 100_000).to_string())], false, false),
            _ => (window(0, until), false, true),
        };
        headers.extend(readable.then(|| ("date", http_date(date))));
        // Another limit, of which there is something left.
        if self.random.u8(0..4) == 0 {
            headers.extend(day_window("x-user-limit-24hour", 5, until + 80_000));
        }
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

/// The headers of a day's limit, likewise.
fn day_window(name: &'static str, remaining: u64, reset: u64) -> Vec<(&'static str, String)> {
    let names = match name {
        "x-app-limit-24hour" => ["x-app-limit-24hour-remaining", "x-app-limit-24hour-reset"],
        _ => ["x-user-limit-24hour-remaining", "x-user-limit-24hour-reset"],
    };
    vec![(names[0], remaining.to_string()), (names[1], reset.to_string())]
}

/// The headers of a rate limit's window with so many requests left, which ends so many seconds after the epoch.
pub(super) fn window(remaining: u64, reset: u64) -> Vec<(&'static str, String)> {
    vec![
        ("x-rate-limit-limit", "615".to_owned()),
        ("x-rate-limit-remaining", remaining.to_string()),
        ("x-rate-limit-reset", reset.to_string()),
    ]
}
