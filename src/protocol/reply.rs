//! What came of a request: the media it speaks of, or what X said was wrong.

use super::error::{Code, Error, RateLimit};
use super::json::{Json, List, Writer, integer, quoted};
use super::media::Media;
use super::request::Command;
use super::time::{Millis, Moment};

/// What came of sending one request.
#[derive(Debug)]
pub enum Outcome<'a> {
    /// The server answered.
    Answered(Answer<'a>),
    /// It did not, or something other than the network or the server is at fault.
    Failed(Box<Error>),
}

/// An answer of the server.
#[derive(Debug, Default)]
pub struct Answer<'a> {
    /// HTTP status; 0 for a redirect that the browser hid.
    pub status: u16,
    /// The headers that say something to us, as far as the browser lets them be read.
    pub headers: Headers,
    /// The body, where it is JSON.
    pub body: Json<'a>,
    /// The body, where it is other text, without space around it, and not longer than any of X's.
    pub text: Option<&'a str>,
}

/// Cross-origin, all of these are hidden unless the server exposes them.
#[derive(Debug, Default)]
pub struct Headers {
    /// `x-rate-limit-limit`
    pub limit: Option<u64>,
    /// `x-rate-limit-remaining`
    pub remaining: Option<u64>,
    /// `x-rate-limit-reset`, in seconds since the epoch.
    pub reset: Option<u64>,
    /// `retry-after`
    pub retry_after: Option<RetryAfter>,
    /// `date`, in milliseconds since the epoch.
    pub date: Option<Millis>,
}

/// The two forms of `retry-after` (RFC 9110, §10.2.3).
#[derive(Debug)]
pub enum RetryAfter {
    /// Seconds from the answer on.
    Secs(u64),
    /// Milliseconds since the epoch, by the server's clock.
    At(Millis),
}

impl<'a> Outcome<'a> {
    /// The time at the server, in milliseconds since the epoch, where it said so.
    pub fn server_time(&self) -> Option<Millis> {
        match self {
            Self::Answered(answer) => answer.headers.date,
            Self::Failed(_) => None,
        }
    }

    /// Reads what the shell tells: an answer, with its status, headers and `body`, or `text` where that is no JSON; or
    /// `failed`, with a code and maybe a `detail`.
    pub fn read(told: Json<'a>) -> Self {
        let code = match told.text("failed") {
            None => return Self::Answered(Answer::read(told)),
            Some("network") => Code::Network,
            Some("file_changed") => Code::FileChanged,
            Some("callback_failed") => Code::CallbackFailed,
            Some("invalid_argument") => Code::InvalidArgument,
            Some(_) => Code::Internal,
        };
        let mut error = Error::new(code);
        error.detail = told.text("detail").map(quoted);
        Self::Failed(error)
    }
}

/// Reads an outcome as the end of `command`. INIT, FINALIZE and STATUS tell of a media, the others nothing.
pub fn read(command: Command, outcome: Outcome, now: Moment) -> Result<Option<Box<Media>>, Box<Error>> {
    let answer = match outcome {
        Outcome::Answered(answer) => answer,
        Outcome::Failed(error) => return Err(error),
    };
    let body = answer.body;
    if !(200..300).contains(&answer.status) {
        return Err(answer.refusal(now));
    }
    // A v2 body may hold both `data` and `errors`; errors alone are a refusal with status 200.
    if body.get("errors").is_some() && body.get("data").is_none() && Media::read(body, Some(now.epoch)).is_none() {
        let mut error = Error::of_status(answer.status);
        error.code = Code::Rejected;
        error.api_errors = Some(api_errors(body));
        return Err(error);
    }
    // "HTTP 2XX without any content body", served as text/html: it's the status that counts.
    if !matches!(command, Command::Init | Command::Finalize | Command::Status) {
        return Ok(None);
    }
    let media = Media::read(body, Some(now.epoch));
    media.map(Some).ok_or_else(|| Error::of_status(answer.status))
}

impl<'a> Answer<'a> {
    fn read(told: Json<'a>) -> Self {
        let number = |name: &str| integer(told.get(name)?.digits());
        let retry_after = number("retryAfter").map(RetryAfter::Secs);
        Self {
            status: number("status").and_then(|status| u16::try_from(status).ok()).unwrap_or_default(),
            headers: Headers {
                limit: number("limit"),
                remaining: number("remaining"),
                reset: number("reset"),
                retry_after: retry_after.or_else(|| number("retryAt").map(RetryAfter::At)),
                date: number("date"),
            },
            body: told.field("body").unwrap_or_default(),
            text: told.text("text"),
        }
    }

    fn refusal(&self, now: Moment) -> Box<Error> {
        let mut error = Error::of_status(self.status);
        error.api_errors = self.plain_text().or_else(|| Some(api_errors(self.body)));
        error.rate_limit = self.headers.rate_limit(now.epoch);
        error.retry_after = self.wait(now.epoch);
        error
    }

    /// How long the server wants to be left alone; `None` where that moment has passed or none was named.
    /// v1.1 names the end of the rate limit's window in every answer: only a 429 says that the limit is reached.
    fn wait(&self, now_epoch: Millis) -> Option<Millis> {
        // The moments are the server's: our clock may be wrong by hours.
        let server_now = self.headers.date.unwrap_or(now_epoch);
        let until = match self.status {
            429 => self.headers.rate_limit(server_now)?.resets_at,
            _ => self.headers.retry_at(server_now),
        };
        until?.checked_sub(server_now).filter(|&wait| wait > 0)
    }

    /// A body that is no JSON, where it is a line to be read and not a page of a proxy.
    fn plain_text(&self) -> Option<String> {
        let text = self.text?;
        let readable = !text.is_empty() && text.len() <= 200 && !text.starts_with('<');
        readable.then(|| {
            let mut json = Writer::object();
            json.text("message", Some(text));
            let mut list = List::begin();
            list.json(&json.end());
            list.end()
        })
    }
}

impl Headers {
    fn rate_limit(&self, now_epoch: Millis) -> Option<RateLimit> {
        let resets_at = [self.reset.map(|secs| secs * 1000), self.retry_at(now_epoch)].into_iter().flatten().max();
        let said = self.limit.is_some() || self.remaining.is_some() || resets_at.is_some();
        said.then_some(RateLimit { limit: self.limit, remaining: self.remaining, resets_at })
    }

    fn retry_at(&self, now_epoch: Millis) -> Option<Millis> {
        self.retry_after.as_ref().map(|after| match after {
            RetryAfter::Secs(secs) => now_epoch + secs * 1000,
            RetryAfter::At(epoch) => *epoch,
        })
    }
}

/// What a JSON body says was wrong, in whichever of X's shapes: `errors` with objects or texts in it, `error`,
/// a problem (RFC 9457), `code` and `message`. v2 names title and type once, beside the list.
fn api_errors(body: Json) -> String {
    let mut list = List::begin();
    // X lists one or two. The bound keeps a hostile body from costing more than it weighs.
    const MOST: usize = 16;
    for item in body.get("errors").and_then(Json::items).into_iter().flatten().take(MOST) {
        add_api_error(&mut list, item, body);
    }
    if list.is_empty() {
        add_api_error(&mut list, body, body);
    }
    list.end()
}

/// Adds one error as JavaScript gets it; what it does not say of its title and type, the `whole` body may.
fn add_api_error(list: &mut List, said: Json, whole: Json) {
    let texts = ["message", "error", "detail", "title"].into_iter().filter_map(|name| said.text(name));
    let Some(message) = texts.chain(said.unquoted()).next() else { return };
    let mut json = Writer::object();
    json.number("code", said.integer("code"));
    json.text("message", Some(message));
    for name in ["title", "type"] {
        json.text(name, said.text(name).or_else(|| whole.text(name)));
    }
    list.json(&json.end());
}
