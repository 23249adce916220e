//! Whether to try again, and when.

use super::error::{Code, Error};
use super::request::{Command, Operation};
use super::time::{Instant, Millis, Now};

/// The caller's limits on trying again.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// Tries of one request in all; 1 never retries. `None` is eight, or four where nothing answers at all.
    pub attempts: Option<u32>,
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
            attempts: None,
            min_delay: Millis::from_secs(1),
            max_delay: Millis::from_secs(30),
            max_rate_limit_wait: Millis::from_secs(900),
        }
    }
}

/// How long one request may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RetryUntil {
    /// For so many tries as the policy says.
    Attempts,
    /// The same, and an answer that can't be read is as good as none.
    AttemptsToRead,
    /// Until that moment, whatever goes wrong: asking for a status changes nothing, and a failure to hear it is no verdict.
    Deadline(Instant),
}

impl RetryUntil {
    /// How long a command is tried. To segments, FINALIZE and STATUS, an answer that can't be read is as good as none.
    pub(super) fn of(operation: &Operation) -> Self {
        match operation {
            Operation::Append { .. } | Operation::Finalize { .. } | Operation::Status { .. } => Self::AttemptsToRead,
            _ => Self::Attempts,
        }
    }
}

/// What was tried, and how often.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tried {
    /// What was asked.
    pub command: Command,
    /// How often.
    pub tries: u32,
    /// How long it may be tried.
    pub until: RetryUntil,
    /// Whether it begins something, and was never answered: what is wrong may be wrong for good, as for a page to which X answers
    /// nothing. Its caller is to hear of that in seconds.
    pub is_unheard: bool,
}

/// Tries of a request for which the caller says nothing.
const ATTEMPTS: u32 = 8;
/// The same, of one that nothing answers at all.
const UNHEARD_ATTEMPTS: u32 = 4;
/// Tries of an APPEND that is refused in a way that may pass: proxies and lagging machines refuse, too.
const REFUSED_ATTEMPTS: u32 = 3;

impl RetryPolicy {
    /// How long to wait before the next try, after the last one ended in `error`; `None` where the error stands.
    pub(super) fn after(&self, error: &Error, tried: Tried, now: Now) -> Option<Millis> {
        let Tried { command, tries, until, is_unheard } = tried;
        let is_unheard = is_unheard && error.code == Code::Network && now.online;
        let attempts = self.attempts.unwrap_or(if is_unheard { UNHEARD_ATTEMPTS } else { ATTEMPTS });
        let is_worth_it = match until {
            RetryUntil::Attempts => error.retryable && tries < attempts,
            RetryUntil::AttemptsToRead => (error.retryable || error.is_unreadable()) && tries < attempts,
            RetryUntil::Deadline(_) => error.retryable || error.is_unreadable() || error.is_errors_alone(),
        };
        let may_pass = command == Command::Append && matches!(error.code, Code::NotFound | Code::Rejected);
        let is_worth_it = is_worth_it || may_pass && tries < REFUSED_ATTEMPTS.min(attempts);
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
    pub(super) fn is_too_long(&self, wait: Millis, until: RetryUntil, now: Now) -> bool {
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
