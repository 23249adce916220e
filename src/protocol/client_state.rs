//! What all the work of one client has in common: rate limits, the round of its access token, the server's clock, and what the
//! line to X is like.

use std::ops::RangeInclusive;

use super::request::Command;
use super::time::{Instant, Millis, Now, UnixTime};

/// One for each client.
#[derive(Debug, Default)]
pub struct ClientState {
    /// Until when a command rests, because X said so.
    rests: Vec<(Command, Instant)>,
    /// Refreshes of the access token so far. A request remembers the round it was sent in.
    round: u32,
    /// How long the refresh that is under way may take; `None` where none is.
    refresh_until: Option<Instant>,
    /// Whether the last refresh brought no token.
    refresh_failed: bool,
    /// Server clock minus local clock, in ms. Set only after the server refused a signature.
    clock_offset: i64,
    /// How long an APPEND may take, where others have timed out.
    append_timeout: Millis,
    /// Bytes of the largest segment that was acknowledged.
    taken: Option<u64>,
    /// Bytes of the smallest segment that X, or a proxy before it, found too large.
    too_large: Option<u64>,
}

/// How long an APPEND may take at first, and at the most.
pub(super) const APPEND_TIMEOUT: RangeInclusive<Millis> = Millis::from_secs(60)..=Millis::from_secs(3600);

/// A clock that is wrong by less is no reason to refuse a signature; an answer may have been under way for some seconds.
const LEEWAY: Millis = Millis::from_secs(30);

impl ClientState {
    /// Lets `command` rest until then: X counts the requests of each endpoint, not those of each upload.
    pub fn rest(&mut self, command: Command, until: Instant) {
        match self.rests.iter_mut().find(|(known, _)| *known == command) {
            Some((_, known)) => *known = until.max(*known),
            None => self.rests.push((command, until)),
        }
    }

    /// The moment before which no `command` may leave, where that is still to come.
    pub fn rests_until(&self, command: Command, now: Instant) -> Option<Instant> {
        let (_, until) = self.rests.iter().find(|(known, _)| *known == command)?;
        Some(*until).filter(|until| *until > now)
    }

    /// The round that a request leaving now belongs to.
    pub fn round(&self) -> u32 {
        self.round
    }

    /// Asks for a new token, for which the caller's function may take `timeout`. True for the one that has to get it; all
    /// others wait for the next round. A refresh that takes longer may never end, and is asked for anew.
    pub fn start_refresh(&mut self, now: Instant, timeout: Millis) -> bool {
        let start = self.refresh_until.is_none_or(|until| until <= now);
        if start {
            self.refresh_until = Some(now + timeout);
        }
        start
    }

    /// Begins a new round: a refresh has ended, with or without a new token.
    pub fn refreshed(&mut self, failed: bool) {
        self.round += 1;
        self.refresh_until = None;
        self.refresh_failed = failed;
    }

    /// Whether the last refresh brought no token.
    pub fn refresh_failed(&self) -> bool {
        self.refresh_failed
    }

    /// How long an APPEND that leaves now may take, and at the `least` where it has timed out itself.
    pub fn append_timeout(&self, least: Millis) -> Millis {
        self.append_timeout.max(least).clamp(*APPEND_TIMEOUT.start(), *APPEND_TIMEOUT.end())
    }

    /// Takes note that an APPEND has timed out, which was `allowed` so long: on a line that is so slow the next may take twice as
    /// long. Those of one round were allowed the same.
    pub fn append_timed_out(&mut self, allowed: Millis) {
        self.append_timeout = self.append_timeout.max((allowed + allowed).min(*APPEND_TIMEOUT.end()));
    }

    /// Takes note that a segment of so many bytes was acknowledged. If that took an eighth of what it might have taken, the line is
    /// faster than it was.
    pub fn append_acknowledged(&mut self, bytes: u64, took: Millis) {
        if took.0 < self.append_timeout.0 / 8 {
            self.append_timeout = Millis(self.append_timeout.0 / 2);
        }
        self.taken = self.taken.max(Some(bytes));
        self.too_large = self.too_large.filter(|too_large| *too_large > bytes);
    }

    /// Takes note that a segment of so many bytes was too large.
    pub fn append_too_large(&mut self, bytes: u64) {
        self.too_large = Some(self.too_large.map_or(bytes, |too_large| too_large.min(bytes)));
        self.taken = self.taken.filter(|taken| *taken < bytes);
    }

    /// Bytes of the smallest segment that was too large, and of the largest that was not.
    pub fn too_large(&self) -> Option<(u64, Option<u64>)> {
        Some((self.too_large?, self.taken))
    }

    /// The time at the server.
    pub fn server_time(&self, now: Now) -> UnixTime {
        UnixTime(now.epoch.0.saturating_add_signed(self.clock_offset))
    }

    /// Sets the clock after a server that has just refused a signature, and told its time. True where that is another than was
    /// thought: what is signed from now on belongs to the next round.
    pub fn correct_clock(&mut self, server_time: UnixTime, now: Now) -> bool {
        let thought = self.server_time(now);
        let is_wrong = (server_time - thought).max(thought - server_time) > LEEWAY;
        if is_wrong {
            self.clock_offset = server_time.0 as i64 - now.epoch.0 as i64;
            self.round += 1;
        }
        is_wrong
    }
}
