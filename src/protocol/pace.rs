//! How many requests may be in flight at once, and how fast bytes arrive at X.

use super::time::Millis;

/// So many acknowledgements in a row add one to those in flight.
const STREAK: u32 = 5;

/// See the module's documentation.
#[derive(Debug)]
pub struct Pace {
    /// In flight at once, as the caller wants.
    most: usize,
    /// The same, as the network allows.
    limit: usize,
    streak: u32,
    /// What was acknowledged lately, and in what time: each step back counts a fifth less.
    bytes: u64,
    millis: Millis,
    /// From when on the next acknowledgement is timed.
    since: Millis,
}

impl Pace {
    /// At most so many in flight.
    pub fn new(most: usize) -> Self {
        Self { most, limit: most, streak: 0, bytes: 0, millis: 0, since: 0 }
    }

    /// How many may be in flight.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// The network is too slow for so many.
    pub fn timed_out(&mut self) {
        self.limit = (self.limit / 2).max(1);
        self.streak = 0;
    }

    /// Bytes begin to move.
    pub fn begin(&mut self, now: Millis) {
        self.since = now;
    }

    /// X has so many more.
    pub fn acknowledged(&mut self, bytes: u64, now: Millis) {
        self.streak += 1;
        if self.streak == STREAK {
            self.streak = 0;
            self.limit = self.most.min(self.limit + 1);
        }
        self.bytes = self.bytes * 4 / 5 + bytes;
        self.millis = self.millis * 4 / 5 + now.saturating_sub(self.since);
        self.since = now;
    }

    /// Bytes a second, once that is known.
    pub fn bytes_per_sec(&self) -> Option<u64> {
        (self.bytes * 1000).checked_div(self.millis)
    }
}
