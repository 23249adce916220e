//! What all the work of one client has in common: rate limits, the round of its access token, and the server's clock.

use super::request::Command;
use super::time::{Millis, Moment};

/// One for each client.
#[derive(Debug, Default)]
pub struct Shared {
    /// Until when a command rests, because X said so.
    rests: Vec<(Command, Millis)>,
    /// Refreshes of the access token so far. A request remembers the round it was sent in.
    round: u32,
    /// Until when the refresh that is under way may take; 0 where none is.
    refresh_until: Millis,
    /// Whether the last refresh brought no token.
    refresh_failed: bool,
    /// How far the server's clock is ahead of ours, as far as it has come to matter.
    ahead: i64,
}

/// A clock that is wrong by less is no reason to refuse a signature; an answer may have been under way for some seconds.
const LEEWAY: u64 = 30_000;

impl Shared {
    /// Lets `command` rest until then: X counts the requests of each endpoint, not those of each upload.
    pub fn rest(&mut self, command: Command, until: Millis) {
        match self.rests.iter_mut().find(|(known, _)| *known == command) {
            Some((_, known)) => *known = until.max(*known),
            None => self.rests.push((command, until)),
        }
    }

    /// The moment before which no `command` may leave.
    pub fn rests_until(&self, command: Command) -> Millis {
        self.rests.iter().find(|(known, _)| *known == command).map_or(0, |(_, until)| *until)
    }

    /// The round that a request leaving now belongs to.
    pub fn round(&self) -> u32 {
        self.round
    }

    /// Asks for a new token, for which the caller's function may take so long. True for the one that has to get it; all others
    /// wait for the next round. A refresh that takes longer may never end, and is asked for anew.
    pub fn start_refresh(&mut self, now: Millis, timeout: Millis) -> bool {
        let start = self.refresh_until <= now;
        if start {
            self.refresh_until = now + timeout;
        }
        start
    }

    /// A refresh has ended, with or without a new token.
    pub fn refreshed(&mut self, failed: bool) {
        self.round += 1;
        self.refresh_until = 0;
        self.refresh_failed = failed;
    }

    /// Whether the last refresh brought no token.
    pub fn refresh_failed(&self) -> bool {
        self.refresh_failed
    }

    /// The time at the server, in milliseconds since the epoch.
    pub fn server_time(&self, now: Moment) -> Millis {
        now.epoch.saturating_add_signed(self.ahead)
    }

    /// The server, which has just refused a signature, has told its time. Whether it is another than was thought: what is
    /// signed from now on belongs to the next round.
    pub fn correct_clock(&mut self, server_time: Millis, now: Moment) -> bool {
        let wrong = server_time.abs_diff(self.server_time(now)) > LEEWAY;
        if wrong {
            self.ahead = server_time as i64 - now.epoch as i64;
            self.round += 1;
        }
        wrong
    }
}
