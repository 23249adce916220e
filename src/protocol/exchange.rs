//! One operation, from its first try until it is answered for good.

use super::client_state::ClientState;
use super::error::{Cause, Code, Error, RateLimit};
use super::media::Media;
use super::options::Settings;
use super::reply::{self, RequestEnd};
use super::request::Operation;
use super::retry::RetryUntil;
use super::time::{Instant, Millis, Now};

/// Names one try of one exchange.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(u32);

impl RequestId {
    /// The name of the next try.
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// How requests are authorised, and so what to do after a 401.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authorization {
    /// By what stays as it is: a 401 stands.
    Fixed,
    /// By a token of a function, which can be asked for a new one.
    Refreshes,
    /// By a signature, which a wrong clock makes worthless.
    Signs,
}

/// Why an exchange isn't under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitReason {
    /// A try failed.
    Retry,
    /// X said that there were too many.
    RateLimit,
    /// There is no network.
    Online,
    /// X is processing the media.
    Processing,
}

impl WaitReason {
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

/// Without a network, a request that failed is tried again after so long at the latest: what the machine says of it may be wrong.
const OFFLINE_PAUSE: Millis = Millis::from_secs(30);

/// An operation and its tries.
#[derive(Debug)]
pub(super) struct Exchange {
    operation: Operation,
    until: RetryUntil,
    state: State,
    attempts: u32,
    /// Whether a try ended without an answer, so that X may have done what was asked all the same.
    unanswered: bool,
    /// Whether its last try was refused, and a new token asked for.
    refreshed: bool,
}

#[derive(Debug)]
enum State {
    /// To leave at once, or at a moment for a reason.
    Due(Option<(Instant, WaitReason)>),
    InFlight {
        id: RequestId,
        since: Instant,
        until: Instant,
        round: u32,
    },
    Refreshing {
        round: u32,
        until: Instant,
    },
}

/// What an exchange wants at a moment.
#[derive(Debug)]
pub(super) enum Action {
    /// Send it, under this name. Whether with the token that a refresh has just brought.
    Send {
        /// The new try.
        id: RequestId,
        /// Whether the last try was refused for its token.
        refreshed: bool,
    },
    /// Get a new token.
    Refresh,
    /// Cancel this try, and see it end as timed out.
    TimeOut(RequestId),
    /// It can't go on.
    Fail(Box<Error>),
    /// Nothing before that moment, if there is one, unless something happens; while it isn't under way, for this reason.
    Rest(Option<Instant>, Option<WaitReason>),
}

impl Exchange {
    /// An operation that is to leave at once, and is tried as often as the policy says.
    pub(super) fn new(operation: Operation) -> Self {
        Self::until(operation, RetryUntil::Attempts)
    }

    /// An operation that is to leave at once.
    pub(super) fn until(operation: Operation, until: RetryUntil) -> Self {
        let state = State::Due(None);
        Self { operation, until, state, attempts: 0, unanswered: false, refreshed: false }
    }

    /// The same, to leave at a moment.
    pub(super) fn at(mut self, at: Instant, reason: WaitReason) -> Self {
        self.state = State::Due(Some((at, reason)));
        self
    }

    /// What is asked.
    pub(super) fn operation(&self) -> &Operation {
        &self.operation
    }

    /// The try that is under way.
    pub(super) fn in_flight(&self) -> Option<RequestId> {
        match self.state {
            State::InFlight { id, .. } => Some(id),
            State::Due(_) | State::Refreshing { .. } => None,
        }
    }

    /// How long the try that is under way has taken by now.
    pub(super) fn took(&self, now: Now) -> Millis {
        match self.state {
            State::InFlight { since, .. } => now.at - since,
            State::Due(_) | State::Refreshing { .. } => Millis::ZERO,
        }
    }

    /// Moves deadlines by `paused`.
    pub(super) fn extend_deadlines(&mut self, paused: Millis) {
        if let RetryUntil::Deadline(deadline) = &mut self.until {
            *deadline = *deadline + paused;
        }
        if let State::Refreshing { until, .. } = &mut self.state {
            *until = *until + paused;
        }
    }

    /// Whether X may have done what was asked without our hearing of it.
    pub(super) fn is_unanswered(&self) -> bool {
        self.unanswered
    }

    /// What is to be done now. `free` names the next try, where there is room for one.
    pub(super) fn poll(
        &mut self,
        now: Now,
        free: Option<RequestId>,
        settings: &Settings,
        client: &mut ClientState,
    ) -> Action {
        let command = self.operation.command();
        match self.state {
            State::InFlight { id, until, .. } if until <= now.at => Action::TimeOut(id),
            State::InFlight { until, .. } => Action::Rest(Some(until), None),
            State::Due(Some((at, reason))) if at > now.at && !(now.online && reason == WaitReason::Online) => {
                Action::Rest(Some(at), Some(reason))
            }
            State::Due(_) => {
                if let Some(until) = client.rests_until(command, now.at) {
                    return self.rest(until, now, settings);
                }
                let Some(id) = free else { return Action::Rest(None, None) };
                self.attempts += 1;
                let until = now.at + settings.request_timeout(command);
                self.state = State::InFlight { id, since: now.at, until, round: client.round() };
                Action::Send { id, refreshed: self.refreshed }
            }
            State::Refreshing { round, until } if round == client.round() => {
                if until <= now.at {
                    return Action::Fail(self.complete(Error::new(Code::Timeout)));
                }
                match client.start_refresh(now.at, settings.request_timeout(command)) {
                    true => Action::Refresh,
                    false => Action::Rest(Some(until), None),
                }
            }
            State::Refreshing { .. } if client.refresh_failed() => {
                Action::Fail(self.complete(Error::caused(Code::CallbackFailed, Cause::Refresh)))
            }
            State::Refreshing { .. } => {
                // A refresh is not counted.
                self.attempts -= 1;
                self.state = State::Due(None);
                self.poll(now, free, settings, client)
            }
        }
    }

    fn rest(&mut self, until: Instant, now: Now, settings: &Settings) -> Action {
        if settings.retry.is_too_long(until - now.at, self.until, now) {
            let mut error = Error::new(Code::RateLimited);
            error.rate_limit = Some(RateLimit { resets_at: Some(now.to_epoch(until)), ..Default::default() });
            return Action::Fail(self.complete(error));
        }
        self.state = State::Due(Some((until, WaitReason::RateLimit)));
        Action::Rest(Some(until), Some(WaitReason::RateLimit))
    }

    /// Takes note of how the try that is under way has ended. The result, where that ends the exchange.
    pub(super) fn handle(
        &mut self,
        end: RequestEnd,
        now: Now,
        settings: &Settings,
        client: &mut ClientState,
    ) -> Option<Result<Option<Box<Media>>, Box<Error>>> {
        let State::InFlight { id, round, .. } = self.state else { return None };
        let command = self.operation.command();
        let server_time = end.server_time();
        let mut error = match reply::read(command, end, now) {
            Ok(media) => return Some(Ok(media)),
            Err(error) => error,
        };
        error.cause = Some(Cause::Request(id));
        if matches!(error.code, Code::Network | Code::Timeout) {
            self.unanswered = true;
            if !now.online {
                // Such a try is not counted.
                self.attempts -= 1;
                self.state = State::Due(Some((now.at + OFFLINE_PAUSE, WaitReason::Online)));
                return None;
            }
        }
        if error.code == Code::Unauthorized {
            // Sent before the last refresh, it says nothing of the new token.
            let outdated = round != client.round();
            let mut renews = || match settings.authorization {
                Authorization::Fixed => false,
                Authorization::Refreshes => true,
                Authorization::Signs => outdated || server_time.is_some_and(|time| client.correct_clock(time, now)),
            };
            if (outdated || !self.refreshed) && renews() {
                self.refreshed |= !outdated;
                self.state = State::Refreshing { round, until: now.at + settings.request_timeout(command) };
                return None;
            }
        }
        self.refreshed = false;
        let reason = match error.retry_after {
            Some(wait) if error.code == Code::RateLimited => {
                client.rest(command, now.at + wait);
                WaitReason::RateLimit
            }
            _ => WaitReason::Retry,
        };
        match settings.retry.after(&error, self.attempts, self.until, now) {
            Some(wait) => {
                self.state = State::Due(Some((now.at + wait, reason)));
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
