//! One operation, from its first try until it is answered for good.

use super::client_state::ClientState;
use super::error::{Cause, Code, Error, RateLimit};
use super::media::Media;
use super::options::Settings;
use super::reply::{self, RequestEnd};
use super::request::{Command, Operation};
use super::retry::{RetryUntil, Tried};
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

/// How long a network is waited for before the next try.
const OFFLINE_PAUSE: Millis = Millis::from_secs(30);

/// How tries count that fail without a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offline {
    /// As all others.
    Counts,
    /// Not at all; but at that moment, if there is one, the last failure stands.
    Free(Option<Instant>),
}

/// An operation and its tries.
#[derive(Debug)]
pub(super) struct Exchange {
    operation: Operation,
    until: RetryUntil,
    offline: Offline,
    state: State,
    attempts: u32,
    /// Whether it begins something, and no try of it was answered yet.
    unheard: bool,
    /// Whether a try ended without a readable answer, so that X may have done what was asked all the same.
    unanswered: bool,
    /// Whether the last answer was about another media.
    names_another: bool,
    /// Whether its last try was refused, and a new token asked for.
    refreshed: bool,
    /// How long its next try may take at the least, where that is an APPEND and others have timed out.
    least_timeout: Millis,
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
    /// An operation that is to leave at once, and is tried for so long.
    pub(super) fn new(operation: Operation, until: RetryUntil, offline: Offline) -> Self {
        Self {
            operation,
            until,
            offline,
            state: State::Due(None),
            attempts: 0,
            unheard: false,
            unanswered: false,
            names_another: false,
            refreshed: false,
            least_timeout: Millis::ZERO,
        }
    }

    /// One command of an upload: without a network it waits for one.
    pub(super) fn of_upload(operation: Operation) -> Self {
        let until = RetryUntil::of(&operation);
        Self::new(operation, until, Offline::Free(None))
    }

    /// One command alone.
    pub(super) fn single(operation: Operation) -> Self {
        let until = RetryUntil::of(&operation);
        Self::new(operation, until, Offline::Counts).first()
    }

    /// The same, to leave at a moment.
    pub(super) fn at(mut self, at: Instant, reason: WaitReason) -> Self {
        self.state = State::Due(Some((at, reason)));
        self
    }

    /// The same, as what begins something: where nothing ever answers, it ends sooner.
    pub(super) fn first(mut self) -> Self {
        self.unheard = true;
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
        if let Offline::Free(Some(until)) = &mut self.offline {
            *until = *until + paused;
        }
        if let State::Refreshing { until, .. } = &mut self.state {
            *until = *until + paused;
        }
    }

    /// Whether the last answer was about another media.
    pub(super) fn names_another(&self) -> bool {
        self.names_another
    }

    /// Whether X may have done what was asked without our hearing of it.
    pub(super) fn is_unanswered(&self) -> bool {
        self.unanswered
    }

    /// How long a try that leaves now may take: an APPEND twice as long as one that has timed out, unless the caller has said.
    fn timeout(&self, settings: &Settings, client: &ClientState) -> Millis {
        match (self.operation.command(), settings.request_timeout) {
            (Command::Append, None) => client.append_timeout(self.least_timeout),
            (command, _) => settings.request_timeout(command),
        }
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
            State::InFlight { id, since, until, .. } if until <= now.at => {
                if command == Command::Append {
                    let allowed = until - since;
                    self.least_timeout = allowed + allowed;
                    client.append_timed_out(allowed);
                }
                Action::TimeOut(id)
            }
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
                let until = now.at + self.timeout(settings, client);
                self.state = State::InFlight { id, since: now.at, until, round: client.round() };
                Action::Send { id, refreshed: self.refreshed }
            }
            State::Refreshing { round, until } if round == client.round() => {
                if until <= now.at {
                    return Action::Fail(self.complete(Error::caused(Code::Timeout, Cause::Refresh), settings));
                }
                match client.start_refresh(now.at, settings.request_timeout(command)) {
                    true => Action::Refresh,
                    false => Action::Rest(Some(until), None),
                }
            }
            State::Refreshing { .. } if client.refresh_failed() => {
                Action::Fail(self.complete(Error::caused(Code::CallbackFailed, Cause::Refresh), settings))
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
            error.retry_after = Some(until - now.at);
            return Action::Fail(self.complete(error, settings));
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
        let State::InFlight { id, since, round, .. } = self.state else { return None };
        let command = self.operation.command();
        let server_time = end.server_time();
        let result = reply::read(&self.operation, end, settings.base_url.host(), now);
        if let Operation::Append { segment, .. } = &self.operation {
            match &result {
                Ok(_) => client.append_acknowledged(segment.bytes(), now.at - since),
                Err(error) if error.code == Code::TooLarge => client.append_too_large(segment.bytes()),
                Err(_) => {}
            }
        }
        let mut error = match result {
            Ok(media) => return Some(Ok(media)),
            Err(error) => error,
        };
        error.cause.get_or_insert(Cause::Request(id));
        error.is_offline = !now.online;
        self.names_another = error.names_another;
        self.unheard &= error.code == Code::Network;
        self.unanswered |= error.leaves_open();
        if matches!(error.code, Code::Network | Code::Timeout)
            && !now.online
            && let Offline::Free(until) = self.offline
        {
            if until.is_some_and(|until| until <= now.at) {
                return Some(Err(self.complete(error, settings)));
            }
            self.attempts -= 1;
            self.wait_for_network(until, now);
            return None;
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
        let mut reason = WaitReason::Retry;
        if let Some(wait) = error.retry_after.filter(|_| error.code == Code::RateLimited) {
            reason = WaitReason::RateLimit;
            // What is further off than anybody would wait may be a mistake: the next call asks again.
            if !settings.retry.is_too_long(wait, RetryUntil::Attempts, now) {
                client.rest(command, now.at + wait);
            }
        }
        let tried = Tried { command, tries: self.attempts, until: self.until, is_unheard: self.unheard };
        match settings.retry.after(&error, tried, now) {
            Some(_) if matches!(error.code, Code::Network | Code::Timeout) && !now.online => {
                self.wait_for_network(None, now);
                None
            }
            Some(wait) => {
                self.state = State::Due(Some((now.at + wait, reason)));
                None
            }
            None => Some(Err(self.complete(error, settings))),
        }
    }

    /// Waits until there is a network, but not for long: what the machine says of it may be wrong.
    fn wait_for_network(&mut self, until: Option<Instant>, now: Now) {
        let at = now.at + OFFLINE_PAUSE;
        self.state = State::Due(Some((until.map_or(at, |until| at.min(until)), WaitReason::Online)));
    }

    fn complete(&self, mut error: Box<Error>, settings: &Settings) -> Box<Error> {
        error.command = Some(self.operation.command());
        error.media_id = self.operation.media_id();
        error.attempts = self.attempts;
        error.route = Some(settings.route());
        error
    }
}
