//! What all the work of one client has in common: rate limits, and the round of its access token.

use super::request::Command;
use super::time::Millis;

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
}

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
}
