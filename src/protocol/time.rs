//! Time as an argument: the core has no clock and no source of randomness of its own.
//!
//! Three types that can't be mistaken for each other: [`Instant`] and [`UnixTime`] are moments of two clocks, [`Millis`] is
//! a length of time. Their arithmetic saturates: no clock, however wrong, makes it wrap or panic.

use std::ops::{Add, Sub};

use super::value::{ToValue, Value};

/// A length of time in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Millis(pub u64);

impl Millis {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A length of time in whole seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1000))
    }
}

impl Add for Millis {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// A moment of a clock that never goes back, in milliseconds: everything is scheduled by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub u64);

impl Add<Millis> for Instant {
    type Output = Self;

    fn add(self, length: Millis) -> Self {
        Self(self.0.saturating_add(length.0))
    }
}

/// The time since `earlier`; zero where that is later.
impl Sub for Instant {
    type Output = Millis;

    fn sub(self, earlier: Self) -> Millis {
        Millis(self.0.saturating_sub(earlier.0))
    }
}

/// A moment in milliseconds since the Unix epoch, by a clock that people and servers set: for what X and callers are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixTime(pub u64);

impl Add<Millis> for UnixTime {
    type Output = Self;

    fn add(self, length: Millis) -> Self {
        Self(self.0.saturating_add(length.0))
    }
}

/// The time since `earlier`; zero where that is later.
impl Sub for UnixTime {
    type Output = Millis;

    fn sub(self, earlier: Self) -> Millis {
        Millis(self.0.saturating_sub(earlier.0))
    }
}

impl ToValue for UnixTime {
    fn to_value(&self) -> Value<'_> {
        let UnixTime(moment) = self;
        moment.to_value()
    }
}

/// A length of time in seconds, with three places behind the point at most, as X and callers write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Secs(pub Millis);

impl ToValue for Secs {
    fn to_value(&self) -> Value<'_> {
        let Secs(Millis(length)) = self;
        Value::Number(*length as f64 / 1000.0)
    }
}

/// The moment at which the core is asked, with the one random number that decisions of this moment may use.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// By the clock that never goes back.
    pub at: Instant,
    /// By the clock on the wall.
    pub epoch: UnixTime,
    /// Evenly spread over 0 ≤ `random` < 1.
    pub random: f64,
    /// Whether the machine has a network, as far as it knows. A "no" may be wrong.
    pub online: bool,
}

impl Now {
    /// A length of time between `low` and `high`, evenly spread.
    pub fn pick(&self, low: Millis, high: Millis) -> Millis {
        let range = high.0.saturating_sub(low.0);
        low + Millis((self.random * range as f64) as u64)
    }

    /// The wall clock's time at a moment of the monotonic clock.
    pub fn to_epoch(&self, at: Instant) -> UnixTime {
        UnixTime((self.epoch.0.saturating_add(at.0)).saturating_sub(self.at.0))
    }
}
