//! Whether to try again, and when.

use super::error::{Code, Error};
use super::time::{Millis, Moment};

/// The caller's limits on trying again.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// Tries of one request in all; 1 never retries.
    pub attempts: u64,
    /// Shortest pause between two tries.
    pub min_delay: Millis,
    /// Longest pause between two tries.
    pub max_delay: Millis,
    /// A rate limit that lasts longer is an error at once.
    pub max_rate_limit_wait: Millis,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { attempts: 8, min_delay: 1000, max_delay: 30_000, max_rate_limit_wait: 900_000 }
    }
}

/// How long one request may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// For so many tries as the policy says.
    Attempts,
    /// The same, and an answer that can't be read is as good as none.
    AttemptsToRead,
    /// Until that moment, whatever goes wrong: asking for a status changes nothing, and a failure to hear it is no verdict.
    Until(Millis),
}

impl RetryPolicy {
    /// How long to wait before the next try, after try number `tries` ended in `error`; `None` where the error stands.
    pub fn after(&self, error: &Error, tries: u64, patience: Patience, now: Moment) -> Option<Millis> {
        let worth_it = match patience {
            Patience::Attempts => error.retryable && tries < self.attempts,
            Patience::AttemptsToRead => (error.retryable || error.is_unreadable()) && tries < self.attempts,
            Patience::Until(_) => error.retryable || error.is_unreadable(),
        };
        let wait = match error.retry_after {
            Some(wait) if error.code == Code::RateLimited => {
                return (worth_it && !self.is_too_long(wait, patience, now)).then_some(wait);
            }
            Some(wait) => wait.min(self.max_delay),
            None => self.backoff(tries, now),
        };
        worth_it.then_some(wait)
    }

    /// Whether X asks for a longer `wait` than the caller allows.
    pub fn is_too_long(&self, wait: Millis, patience: Patience, now: Moment) -> bool {
        let before_deadline = match patience {
            Patience::Attempts | Patience::AttemptsToRead => Millis::MAX,
            Patience::Until(deadline) => deadline.saturating_sub(now.at),
        };
        wait > self.max_rate_limit_wait.min(before_deadline)
    }

    /// Full jitter: evenly spread between the shortest delay and one that doubles with each try.
    pub fn backoff(&self, tries: u64, now: Moment) -> Millis {
        // Doubling nothing would let nothing pass between two tries.
        let doubled = self.min_delay.max(100).saturating_mul(1 << tries.min(20));
        now.pick(self.min_delay, doubled.min(self.max_delay))
    }
}
