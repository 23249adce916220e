//! One operation, from its first try until it is answered for good.

use super::error::{Cause, Code, Error, RateLimit};
use super::media::Media;
use super::reply::{self, Outcome};
use super::request::{ApiVersion, Command, Operation};
use super::retry::{Patience, RetryPolicy};
use super::shared::Shared;
use super::time::{Millis, Moment};

/// Names one try of one exchange.
pub type RequestId = u32;

/// The client's settings that every exchange obeys.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Which API to speak.
    pub api: ApiVersion,
    /// When to try again.
    pub retry: RetryPolicy,
    /// How long one request may take; `None` is the default of its command.
    pub request_timeout: Option<Millis>,
    /// What is to be done where it is refused.
    pub credential: Credential,
}

/// What a client is let in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// Good, or not.
    Fixed,
    /// A token for which there is a function that can be asked for a new one.
    Refreshes,
    /// A signature, which a wrong clock makes worthless.
    Signs,
}

impl Settings {
    fn request_timeout(&self, command: Command) -> Millis {
        self.request_timeout.unwrap_or(if command == Command::Append { 60_000 } else { 30_000 })
    }
}

/// Why an exchange isn't under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// A try failed.
    Retry,
    /// X said that there were too many.
    RateLimit,
    /// There is no network.
    Online,
    /// X is processing the media.
    Processing,
}

/// Without a network, a request that failed is tried again after so long at the latest: what the machine says of it may be wrong.
const OFFLINE_PAUSE: Millis = 30_000;

impl Because {
    /// Its name in JavaScript.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::RateLimit => "rate_limit",
            Self::Online => "online",
            Self::Processing => "processing",
        }
    }
}

/// An operation and its tries.
#[derive(Debug)]
pub struct Exchange {
    operation: Operation,
    patience: Patience,
    state: State,
    attempts: u64,
    /// Whether a try ended without an answer, so that X may have done what was asked all the same.
    unanswered: bool,
    /// Whether its last try was refused, and a new token asked for.
    refreshed: bool,
}

#[derive(Debug)]
enum State {
    Due { at: Millis, because: Option<Because> },
    InFlight { id: RequestId, since: Millis, until: Millis, round: u32 },
    Refreshing { round: u32, until: Millis },
}

/// What an exchange wants at a moment.
#[derive(Debug)]
pub enum Want {
    /// Send it, under this name. Whether with the token that a refresh has just brought.
    Send {
        /// The new try.
        id: RequestId,
        /// Whether the last try was refused for its token.
        refreshed: bool,
    },
    /// Get a new token.
    Refresh,
    /// Take this try back, and see it end in this outcome.
    TimeOut(RequestId),
    /// It can't go on.
    Fail(Box<Error>),
    /// Nothing before that moment, for this reason; in flight there is none.
    Rest(Millis, Option<Because>),
}

impl Exchange {
    /// An operation that is to leave at once.
    pub fn new(operation: Operation) -> Self {
        Self::at(operation, Patience::Attempts, 0, None)
    }

    /// An operation that is to leave at a moment.
    pub fn at(operation: Operation, patience: Patience, at: Millis, because: Option<Because>) -> Self {
        let state = State::Due { at, because };
        Self { operation, patience, state, attempts: 0, unanswered: false, refreshed: false }
    }

    /// What is asked.
    pub fn operation(&self) -> &Operation {
        &self.operation
    }

    /// The try that is under way.
    pub fn in_flight(&self) -> Option<RequestId> {
        match self.state {
            State::InFlight { id, .. } => Some(id),
            _ => None,
        }
    }

    /// How long the try that is under way has taken by now.
    pub fn took(&self, now: Moment) -> Millis {
        match self.state {
            State::InFlight { since, .. } => now.at.saturating_sub(since),
            _ => 0,
        }
    }

    /// It was left alone for so long, which does not count.
    pub fn prolong(&mut self, by: Millis) {
        if let Patience::Until(deadline) = &mut self.patience {
            *deadline += by;
        }
        if let State::Refreshing { until, .. } = &mut self.state {
            *until += by;
        }
    }

    /// Whether X may have done what was asked without our hearing of it.
    pub fn unanswered(&self) -> bool {
        self.unanswered
    }

    /// What is to be done now. `free` names the next try, where there is room for one.
    pub fn poll(&mut self, now: Moment, free: Option<RequestId>, settings: &Settings, shared: &mut Shared) -> Want {
        let command = self.operation.command();
        match self.state {
            State::InFlight { id, until, .. } if until <= now.at => Want::TimeOut(id),
            State::InFlight { until, .. } => Want::Rest(until, None),
            State::Due { at, because } if at > now.at && !(now.online && because == Some(Because::Online)) => {
                Want::Rest(at, because)
            }
            State::Due { .. } => {
                let rests_until = shared.rests_until(command);
                if rests_until > now.at {
                    return self.rest(rests_until, now, settings);
                }
                let Some(id) = free else { return Want::Rest(Millis::MAX, None) };
                self.attempts += 1;
                let until = now.at + settings.request_timeout(command);
                self.state = State::InFlight { id, since: now.at, until, round: shared.round() };
                Want::Send { id, refreshed: self.refreshed }
            }
            State::Refreshing { round, until } if round == shared.round() => {
                if until <= now.at {
                    return Want::Fail(self.complete(Error::new(Code::Timeout)));
                }
                match shared.start_refresh(now.at, settings.request_timeout(command)) {
                    true => Want::Refresh,
                    false => Want::Rest(until, None),
                }
            }
            State::Refreshing { .. } => match shared.refresh_failed() {
                true => {
                    let mut error = Error::new(Code::CallbackFailed);
                    error.cause = Some(Cause::Refresh);
                    Want::Fail(self.complete(error))
                }
                false => {
                    // A refresh is not counted.
                    self.attempts -= 1;
                    self.state = State::Due { at: now.at, because: None };
                    self.poll(now, free, settings, shared)
                }
            },
        }
    }

    fn rest(&mut self, until: Millis, now: Moment, settings: &Settings) -> Want {
        if settings.retry.is_too_long(until - now.at, self.patience, now) {
            let resets_at = Some(now.to_epoch(until));
            let mut error = Error::new(Code::RateLimited);
            error.rate_limit = Some(RateLimit { resets_at, ..Default::default() });
            return Want::Fail(self.complete(error));
        }
        self.state = State::Due { at: until, because: Some(Because::RateLimit) };
        Want::Rest(until, Some(Because::RateLimit))
    }

    /// The try that is under way has ended. The result, where that ends the exchange.
    pub fn handle(
        &mut self,
        outcome: Outcome,
        now: Moment,
        settings: &Settings,
        shared: &mut Shared,
    ) -> Option<Result<Option<Box<Media>>, Box<Error>>> {
        let State::InFlight { id, round, .. } = self.state else { return None };
        let command = self.operation.command();
        let server_time = outcome.server_time();
        let mut error = match reply::read(command, outcome, now) {
            Ok(media) => return Some(Ok(media)),
            Err(error) => error,
        };
        error.cause = Some(Cause::Request(id));
        if matches!(error.code, Code::Network | Code::Timeout) {
            self.unanswered = true;
            if !now.online {
                // Such a try is not counted.
                self.attempts -= 1;
                self.state = State::Due { at: now.at + OFFLINE_PAUSE, because: Some(Because::Online) };
                return None;
            }
        }
        if error.code == Code::Unauthorized {
            // Sent before the last refresh, it says nothing of the new token.
            let outdated = round != shared.round();
            let mut renews = || match settings.credential {
                Credential::Fixed => false,
                Credential::Refreshes => true,
                Credential::Signs => outdated || server_time.is_some_and(|time| shared.correct_clock(time, now)),
            };
            if (outdated || !self.refreshed) && renews() {
                self.refreshed |= !outdated;
                self.state = State::Refreshing { round, until: now.at + settings.request_timeout(command) };
                return None;
            }
        }
        self.refreshed = false;
        let because = match error.retry_after {
            Some(wait) if error.code == Code::RateLimited => {
                shared.rest(command, now.at + wait);
                Because::RateLimit
            }
            _ => Because::Retry,
        };
        match settings.retry.after(&error, self.attempts, self.patience, now) {
            Some(wait) => {
                self.state = State::Due { at: now.at + wait, because: Some(because) };
                None
            }
            None => Some(Err(self.complete(error))),
        }
    }

    fn complete(&self, mut error: Box<Error>) -> Box<Error> {
        error.command = Some(self.operation.command());
        error.media_id = self.operation.media_id();
        error.attempts = self.attempts;
        error
    }
}
