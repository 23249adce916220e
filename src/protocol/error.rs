//! Everything that can go wrong, as the caller is told.

use super::exchange::RequestId;
use super::json::{Writer, quoted};
use super::media_id::MediaId;
use super::request::Command;
use super::time::Millis;

/// Where something was thrown. The shell keeps what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Reading the file's first and last bytes.
    Ends,
    /// A request, or what had to be asked before it.
    Request(RequestId),
    /// Asking for a new token.
    Refresh,
    /// Another function of the caller's.
    Callback,
}

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

/// What an answer's headers say of the rate limit of its command.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RateLimit {
    /// Requests a window.
    pub limit: Option<u64>,
    /// Requests left in this window.
    pub remaining: Option<u64>,
    /// When the next window begins, in milliseconds since the epoch.
    pub resets_at: Option<Millis>,
}

/// A failure, with all that is known of it. What it says to a person, `src/js/error.js` says.
#[derive(Debug)]
#[expect(missing_docs, reason = "described in the package's type declarations")]
pub struct Error {
    pub code: Code,
    pub command: Option<Command>,
    pub media_id: Option<MediaId>,
    /// HTTP status; 0 for a redirect that the browser hid.
    pub status: Option<u16>,
    /// The list, as JSON.
    pub api_errors: Option<String>,
    pub rate_limit: Option<RateLimit>,
    /// As X said it.
    pub processing_info: Option<String>,
    /// Tries made.
    pub attempts: u64,
    pub retryable: bool,
    /// For [`Code::InvalidArgument`]: the field, and what it must be, as JSON.
    pub detail: Option<String>,
    /// How long X wants to be left alone, from the moment of its answer.
    pub retry_after: Option<Millis>,
    pub cause: Option<Cause>,
    /// As JSON.
    pub session: Option<String>,
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

impl RateLimit {
    fn to_json(self) -> String {
        let mut json = Writer::object();
        json.number("limit", self.limit);
        json.number("remaining", self.remaining);
        json.number("resetsAt", self.resets_at);
        json.end()
    }
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
            api_errors: None,
            rate_limit: None,
            processing_info: None,
            attempts: 0,
            retryable,
            detail: None,
            retry_after: None,
            cause: None,
            session: None,
        })
    }

    /// `field` is not what it `must` be. Neither names the value: it may be a secret.
    pub fn invalid(field: &str, must: &str) -> Box<Self> {
        let mut error = Self::new(Code::InvalidArgument);
        error.detail = Some(quoted(&[field, " must be ", must].concat()));
        error
    }

    /// The failure that an HTTP `status` stands for; a 2xx is one where its body can't be what was asked.
    pub fn of_status(status: u16) -> Box<Self> {
        let mut error = Self::new(match status {
            401 => Code::Unauthorized,
            402 => Code::PaymentRequired,
            403 => Code::Forbidden,
            404 => Code::NotFound,
            413 => Code::TooLarge,
            429 => Code::RateLimited,
            400..=499 => Code::Rejected,
            500..=599 => Code::Server,
            _ => Code::InvalidResponse,
        });
        error.status = Some(status);
        // 408 Request Timeout and 425 Too Early ask for another try.
        error.retryable |= matches!(status, 408 | 425);
        error
    }

    /// As JavaScript gets it: the fields of its `MediaUploadError`, the `detail` for the message,
    /// and in `cause` what the shell has kept its cause under.
    pub fn to_json(&self) -> String {
        let mut json = Writer::object();
        json.text("code", Some(self.code.as_str()));
        json.text("command", self.command.map(Command::as_str));
        json.text("media_id_string", self.media_id.map(MediaId::to_text).as_deref());
        json.number("status", self.status.filter(|status| *status > 0).map(u64::from));
        json.json("apiErrors", Some(self.api_errors.as_deref().unwrap_or("[]")));
        json.json("rateLimit", self.rate_limit.map(RateLimit::to_json).as_deref());
        json.json("processing_info", self.processing_info.as_deref());
        json.number("attempts", Some(self.attempts));
        json.bool("retryable", self.retryable);
        json.json("detail", self.detail.as_deref());
        json.json("session", self.session.as_deref());
        match self.cause {
            Some(Cause::Ends) => json.text("cause", Some("ends")),
            Some(Cause::Refresh) => json.text("cause", Some("refresh")),
            Some(Cause::Callback) => json.text("cause", Some("callback")),
            Some(Cause::Request(id)) => json.number("cause", Some(id.into())),
            None => {}
        }
        json.end()
    }

    /// Whether X answered that it knows nothing of the media: 404 in v1.1, 400 in v2, or a v2 body of errors alone.
    pub fn says_unknown(&self) -> bool {
        self.code == Code::NotFound || self.code == Code::Rejected && self.status.is_some_and(|status| status <= 400)
    }

    /// Whether X will never take the media as it is, so that its session is of no use.
    pub fn refuses_media(&self) -> bool {
        match self.code {
            Code::ProcessingFailed | Code::Expired => true,
            Code::NotFound | Code::TooLarge | Code::Rejected => {
                !self.retryable && self.command != Some(Command::Metadata)
            }
            _ => false,
        }
    }

    /// Whether a 2xx came whose body could not be read.
    pub fn is_unreadable(&self) -> bool {
        self.code == Code::InvalidResponse && self.status.is_some_and(|status| (200..300).contains(&status))
    }
}
