//! How many requests may be in flight at once, and how fast bytes arrive at X.

use super::time::{Instant, Millis};

/// So many acknowledgements in a row add one to those in flight.
const STREAK: u32 = 5;

/// No lane is added where a segment would then take longer: those that there are fill the line already, and each has to be done
/// before its time is over, also where the line becomes slower.
const LONGEST: Millis = Millis::from_secs(20);

/// See the module's documentation.
#[derive(Debug)]
pub(super) struct Throughput {
    /// In flight at once, as the caller wants.
    most: usize,
    /// The same, as the network allows.
    limit: usize,
    /// Whether the first acknowledgement decides how many the network allows.
    is_learning: bool,
    streak: u32,
    /// When the limit was halved last.
    halved: Instant,
    /// Exponentially weighted sums (factor 4/5) of acknowledged bytes and of the time they took.
    bytes: u64,
    took: u64,
    /// From when on the next acknowledgement is timed.
    since: Instant,
}

impl Throughput {
    /// With at most `most` requests in flight.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            limit: most,
            is_learning: false,
            streak: 0,
            halved: Instant::default(),
            bytes: 0,
            took: 0,
            since: Instant::default(),
        }
    }

    /// The same, with one in flight until it is known how long that takes.
    pub(super) fn learning(most: usize) -> Self {
        Self { limit: 1, is_learning: true, ..Self::new(most) }
    }

    /// How many requests may be in flight.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Halves the limit, because a request has timed out after so long: the network is too slow for so many. Requests that left
    /// before the limit was halved last are of the same round, which halves it once.
    pub(super) fn timed_out(&mut self, after: Millis, now: Instant) {
        self.streak = 0;
        if now - self.halved >= after {
            self.limit = (self.limit / 2).max(1);
            self.halved = now;
        }
    }

    /// Starts the clock: bytes begin to move.
    pub(super) fn begin(&mut self, now: Instant) {
        self.since = now;
    }

    /// Takes note that X acknowledged `bytes` by a request that took so long.
    pub(super) fn acknowledged(&mut self, bytes: u64, request: Millis, now: Instant) {
        // How many lanes there may be, where each takes its share of the line.
        let room = (LONGEST.0 * self.limit as u64).checked_div(request.0).map_or(self.most, |lanes| lanes as usize);
        self.streak += 1;
        if std::mem::take(&mut self.is_learning) {
            self.streak = 0;
            self.limit = room.clamp(1, self.most);
        } else if self.streak == STREAK {
            self.streak = 0;
            self.limit = (self.limit + 1).min(self.most).min(room.max(self.limit));
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
