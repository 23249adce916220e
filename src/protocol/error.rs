//! Everything that can go wrong, as the caller is told: the codes, and what is known of a failure. Its words are in `words.rs`.

use std::fmt;

use super::exchange::RequestId;
use super::media_id::MediaId;
use super::processing::ProcessingInfo;
use super::request::Command;
use super::route::{Responder, Route};
use super::session::Session;
use super::time::{Millis, UnixTime};
use super::value::{Object, ToValue, Value};

/// Why something failed. Each doc comment says what the caller should do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Mend the call: nothing was sent.
    InvalidArgument,
    /// Try again later: no answer came.
    Network,
    /// Try again later: the answer took too long.
    Timeout,
    /// HTTP 401: get a new token.
    Unauthorized,
    /// HTTP 402: the developer account has no credits.
    PaymentRequired,
    /// HTTP 403: the token lacks `media.write`, or is of the wrong kind.
    Forbidden,
    /// HTTP 404: X knows no such media, or has nothing to say of its processing.
    NotFound,
    /// HTTP 413: send smaller segments.
    TooLarge,
    /// HTTP 429: try again after `rateLimit.resetsAt`.
    RateLimited,
    /// Any other 4xx: read `apiErrors`.
    Rejected,
    /// HTTP 5xx: try again later.
    Server,
    /// A 2xx that isn't X's, or a redirect: check `baseUrl`.
    InvalidResponse,
    /// X can't use this file: send another.
    ProcessingFailed,
    /// Wait again with the same id.
    ProcessingTimeout,
    /// X has dropped the media: upload it again.
    Expired,
    /// Pick the file again.
    FileChanged,
    /// The caller's own function threw: see `cause`.
    CallbackFailed,
    /// A defect of this package.
    Internal,
}

impl Code {
    /// Its name in JavaScript.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidArgument => "invalid_argument",
            Self::Network => "network",
            Self::Timeout => "timeout",
            Self::Unauthorized => "unauthorized",
            Self::PaymentRequired => "payment_required",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::TooLarge => "too_large",
            Self::RateLimited => "rate_limited",
            Self::Rejected => "rejected",
            Self::Server => "server",
            Self::InvalidResponse => "invalid_response",
            Self::ProcessingFailed => "processing_failed",
            Self::ProcessingTimeout => "processing_timeout",
            Self::Expired => "expired",
            Self::FileChanged => "file_changed",
            Self::CallbackFailed => "callback_failed",
            Self::Internal => "internal",
        }
    }
}

/// Where something was thrown. The shell keeps what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Reading a sample of the file.
    FileSample,
    /// A request, or what had to be asked before it.
    Request(RequestId),
    /// Asking for a new token.
    Refresh,
    /// Another call of a function of the caller's.
    Callback(Callback),
}

/// A function of the caller's without which work can't go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names that the options have")]
pub enum Callback {
    AccessToken,
    Headers,
    OnSession,
    KeepAlive,
}

impl Callback {
    /// The option that it is.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "accessToken",
            Self::Headers => "headers",
            Self::OnSession => "onSession",
            Self::KeepAlive => "keepAlive",
        }
    }
}

/// One thing that a body of X says was wrong, whichever of X's error shapes it had.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "X's own names")]
pub struct ApiError {
    pub code: Option<u64>,
    pub message: String,
    pub title: Option<String>,
    pub kind: Option<String>,
}

impl ApiError {
    /// Whether it says that the account may do no more of this in its billing period.
    pub(super) fn is_usage_cap(&self) -> bool {
        let kind = self.kind.as_deref().unwrap_or_default();
        self.title.as_deref() == Some("UsageCapExceeded") || kind.ends_with("/usage-capped")
    }
}

/// What an answer's headers say of the rate limit of its command.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RateLimit {
    /// Requests a window.
    pub limit: Option<u64>,
    /// Requests left in this window.
    pub remaining: Option<u64>,
    /// When the next window begins.
    pub resets_at: Option<UnixTime>,
}

/// A failure, with all that is known of it. It serialises to the fields of `MediaUploadError`, and displays as its message.
#[derive(Debug)]
pub struct Error {
    /// What kind of failure it is.
    pub code: Code,
    /// What was asked of X.
    pub command: Option<Command>,
    /// The media that it is about.
    pub media_id: Option<MediaId>,
    /// HTTP status; `None` also for a redirect, whose status the browser hides.
    pub status: Option<u16>,
    /// What the body said.
    pub api_errors: Vec<ApiError>,
    /// What the headers of a refusal said of the rate limit.
    pub rate_limit: Option<RateLimit>,
    /// What X said last of its processing.
    pub processing_info: Option<ProcessingInfo>,
    /// Tries made.
    pub attempts: u32,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// With what an upload can be continued.
    pub session: Option<Box<Session>>,
    /// The whole message of [`Code::InvalidArgument`].
    pub detail: Option<String>,
    /// How long X wants to be left alone, from the moment of its answer.
    pub retry_after: Option<Millis>,
    /// What the shell has kept the thrown value under.
    pub cause: Option<Cause>,
    /// The way that the request was to take.
    pub route: Option<Route>,
    /// Who wrote the answer.
    pub responder: Responder,
    /// Whether the browser had no network.
    pub is_offline: bool,
    /// Whether the answer was about another media than was asked about.
    pub names_another: bool,
    /// Whether it is about a session that the caller gave, and says nothing of one that a store has.
    pub is_of_given_session: bool,
    /// Whether it was a 2xx that says nothing at all: what was asked may have been done.
    pub says_nothing: bool,
    /// What a wait had met when its time was over.
    pub met: Met,
}

/// What a wait has met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Met {
    /// X is processing the media, as far as is known.
    #[default]
    Processing,
    /// STATUS was answered, and never said anything of the media.
    Nothing,
    /// STATUS was answered with another media.
    AnotherMedia,
}

impl Error {
    /// A failure of which no more than its kind is known.
    pub fn new(code: Code) -> Box<Self> {
        let retryable =
            matches!(code, Code::Network | Code::Timeout | Code::RateLimited | Code::Server | Code::ProcessingTimeout);
        Box::new(Self {
            code,
            command: None,
            media_id: None,
            status: None,
            api_errors: Vec::new(),
            rate_limit: None,
            processing_info: None,
            attempts: 0,
            retryable,
            session: None,
            detail: None,
            retry_after: None,
            cause: None,
            route: None,
            responder: Responder::default(),
            is_offline: false,
            names_another: false,
            is_of_given_session: false,
            says_nothing: false,
            met: Met::default(),
        })
    }

    /// A failure in which something was thrown.
    pub fn caused(code: Code, cause: Cause) -> Box<Self> {
        let mut error = Self::new(code);
        error.cause = Some(cause);
        error
    }

    /// `field` is not what it `must` be. Neither names the value: it may be a secret.
    pub fn invalid(field: &str, must: &str) -> Box<Self> {
        Self::refused(&[field, " must be ", must])
    }

    /// An argument is refused in these words, put together.
    pub fn refused(words: &[&str]) -> Box<Self> {
        let mut error = Self::new(Code::InvalidArgument);
        error.detail = Some(words.concat());
        error
    }

    /// The failure that an HTTP `status` stands for: a 2xx is one where its body can't be what was asked; `None` is a redirect.
    pub fn of_status(status: Option<u16>) -> Box<Self> {
        let mut error = Self::new(match status {
            Some(401) => Code::Unauthorized,
            Some(402) => Code::PaymentRequired,
            Some(403) => Code::Forbidden,
            Some(404) => Code::NotFound,
            Some(413) => Code::TooLarge,
            Some(429) => Code::RateLimited,
            Some(400..=499) => Code::Rejected,
            Some(500..=599) => Code::Server,
            _ => Code::InvalidResponse,
        });
        error.status = status;
        // 408 Request Timeout and 425 Too Early ask for another try.
        error.retryable |= matches!(status, Some(408 | 425));
        error
    }

    /// Whether it was answered that there is no such media: 404 in v1.1, 400 in v2. By X itself, if [`Self::is_of_x`].
    pub fn says_unknown(&self) -> bool {
        matches!(self.status, Some(400 | 404))
    }

    /// Whether X's API says so. A page of a proxy or a firewall is no word of X.
    pub fn is_of_x(&self) -> bool {
        self.responder == Responder::X
    }

    /// Whether it is a 2xx that holds nothing but errors.
    pub fn is_errors_alone(&self) -> bool {
        self.code == Code::Rejected && self.is_2xx()
    }

    /// Whether X will never take the media as it is, so that its session is of no use. A refusal that may pass, or that is no
    /// word of X, says nothing of the media.
    pub fn refuses_media(&self) -> bool {
        match self.code {
            _ if self.is_of_given_session => false,
            Code::ProcessingFailed | Code::Expired => true,
            _ => self.command == Some(Command::Finalize) && self.says_unknown() && self.is_of_x(),
        }
    }

    /// Whether a 2xx came whose body could not be read.
    pub fn is_unreadable(&self) -> bool {
        self.code == Code::InvalidResponse && self.is_2xx() && !self.says_nothing
    }

    /// Whether X may have done what was asked all the same.
    pub fn leaves_open(&self) -> bool {
        let is_timeout = self.status == Some(408);
        matches!(self.code, Code::Network | Code::Timeout | Code::Server) || is_timeout || self.is_unreadable()
    }

    pub(super) fn is_2xx(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// Its message.
impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(&self.message())
    }
}

impl std::error::Error for Error {}

impl ToValue for Code {
    fn to_value(&self) -> Value<'_> {
        Value::Text(self.as_str())
    }
}

impl ToValue for ApiError {
    fn to_value(&self) -> Value<'_> {
        let mut object = Object::default();
        object.add("code", &self.code);
        object.add("message", &self.message);
        object.add("title", &self.title);
        object.add("type", &self.kind);
        Value::Object(object)
    }
}

impl ToValue for RateLimit {
    fn to_value(&self) -> Value<'_> {
        let RateLimit { limit, remaining, resets_at } = self;
        let mut object = Object::default();
        object.add("limit", limit);
        object.add("remaining", remaining);
        object.add("resetsAt", resets_at);
        Value::Object(object)
    }
}

/// The fields of `MediaUploadError`.
impl ToValue for Error {
    fn to_value(&self) -> Value<'_> {
        let mut object = Object::default();
        object.add("code", &self.code);
        object.add("command", &self.command);
        object.add("media_id_string", &self.media_id);
        object.add("status", &self.status);
        object.add("apiErrors", &self.api_errors);
        object.add("rateLimit", &self.rate_limit);
        object.add("processing_info", &self.processing_info);
        object.add("attempts", &self.attempts);
        object.add("retryable", &self.retryable);
        object.add("session", &self.session);
        Value::Object(object)
    }
}
