//! Whether to try again, and when.

use super::error::{Code, Error};
use super::time::{Instant, Millis, Now};

/// The caller's limits on trying again.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// Tries of one request in all; 1 never retries.
    pub attempts: u32,
    /// Shortest pause between two tries.
    pub min_delay: Millis,
    /// Longest pause between two tries.
    pub max_delay: Millis,
    /// A rate limit that lasts longer is an error at once.
    pub max_rate_limit_wait: Millis,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 8,
            min_delay: Millis::from_secs(1),
            max_delay: Millis::from_secs(30),
            max_rate_limit_wait: Millis::from_secs(900),
        }
    }
}

/// How long one request may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryUntil {
    /// For so many tries as the policy says.
    Attempts,
    /// The same, and an answer that can't be read is as good as none.
    AttemptsToRead,
    /// Until that moment, whatever goes wrong: asking for a status changes nothing, and a failure to hear it is no verdict.
    Deadline(Instant),
}

impl RetryPolicy {
    /// How long to wait before the next try, after try number `tries` ended in `error`; `None` where the error stands.
    pub fn after(&self, error: &Error, tries: u32, until: RetryUntil, now: Now) -> Option<Millis> {
        let is_worth_it = match until {
            RetryUntil::Attempts => error.retryable && tries < self.attempts,
            RetryUntil::AttemptsToRead => (error.retryable || error.is_unreadable()) && tries < self.attempts,
            RetryUntil::Deadline(_) => error.retryable || error.is_unreadable(),
        };
        let wait = match error.retry_after {
            Some(wait) if error.code == Code::RateLimited => {
                return (is_worth_it && !self.is_too_long(wait, until, now)).then_some(wait);
            }
            Some(wait) => wait.min(self.max_delay),
            None => self.backoff(tries, now),
        };
        is_worth_it.then_some(wait)
    }

    /// Whether X asks for a longer `wait` than the caller allows.
    pub fn is_too_long(&self, wait: Millis, until: RetryUntil, now: Now) -> bool {
        let is_past = match until {
            RetryUntil::Attempts | RetryUntil::AttemptsToRead => false,
            RetryUntil::Deadline(deadline) => wait > deadline - now.at,
        };
        is_past || wait > self.max_rate_limit_wait
    }

    /// Full jitter: evenly spread between the shortest delay and one that doubles with each try.
    pub fn backoff(&self, tries: u32, now: Now) -> Millis {
        // Doubling nothing would let nothing pass between two tries.
        let doubled = Millis(self.min_delay.0.max(100).saturating_mul(1 << tries.min(20)));
        now.pick(self.min_delay, doubled.min(self.max_delay))
    }
}
