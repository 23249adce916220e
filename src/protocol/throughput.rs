//! How many requests may be in flight at once, and how fast bytes arrive at X.

use super::time::{Instant, Millis};

/// So many acknowledgements in a row add one to those in flight.
const STREAK: u32 = 5;

/// See the module's documentation.
#[derive(Debug)]
pub(super) struct Throughput {
    /// In flight at once, as the caller wants.
    most: usize,
    /// The same, as the network allows.
    limit: usize,
    streak: u32,
    /// Exponentially weighted sums (factor 4/5) of acknowledged bytes and of the time they took.
    bytes: u64,
    took: u64,
    /// From when on the next acknowledgement is timed.
    since: Instant,
}

impl Throughput {
    /// With at most `most` requests in flight.
    pub(super) fn new(most: usize) -> Self {
        Self { most, limit: most, streak: 0, bytes: 0, took: 0, since: Instant::default() }
    }

    /// How many requests may be in flight.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Halves the limit: the network is too slow for so many.
    pub(super) fn timed_out(&mut self) {
        self.limit = (self.limit / 2).max(1);
        self.streak = 0;
    }

    /// Starts the clock: bytes begin to move.
    pub(super) fn begin(&mut self, now: Instant) {
        self.since = now;
    }

    /// Takes note that X acknowledged `bytes`.
    pub(super) fn acknowledged(&mut self, bytes: u64, now: Instant) {
        self.streak += 1;
        if self.streak == STREAK {
            self.streak = 0;
            self.limit = self.most.min(self.limit + 1);
        }
        let Millis(took) = now - self.since;
        self.bytes = self.bytes * 4 / 5 + bytes;
        self.took = self.took * 4 / 5 + took;
        self.since = now;
    }

    /// Bytes a second, once that is known.
    pub(super) fn bytes_per_sec(&self) -> Option<u64> {
        (self.bytes * 1000).checked_div(self.took)
    }
}
