//! Time as an argument: the core has no clock and no source of randomness of its own.

/// Milliseconds; of a monotonic clock unless the name says epoch.
pub type Millis = u64;

/// The moment at which something happens, with the one random number that decisions of this moment may use.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// A clock that never goes back: everything is scheduled by it.
    pub at: Millis,
    /// Milliseconds since the Unix epoch, for what X and users are told.
    pub epoch: Millis,
    /// Evenly spread over 0 ≤ r < 1.
    pub random: f64,
    /// Whether the machine has a network, as far as it knows. A "no" may be wrong.
    pub online: bool,
}

impl Moment {
    /// A duration between `low` and `high`, evenly spread.
    pub fn pick(&self, low: Millis, high: Millis) -> Millis {
        low + (self.random * (high.saturating_sub(low)) as f64) as Millis
    }

    /// `at` of the monotonic clock, as milliseconds since the epoch.
    pub fn to_epoch(self, at: Millis) -> Millis {
        (self.epoch + at).saturating_sub(self.at)
    }
}
