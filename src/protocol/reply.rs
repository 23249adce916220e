//! What came of a request: the media it speaks of, or what X said was wrong.

use super::error::{ApiError, Code, Error, RateLimit};
use super::json::{Json, integer};
use super::media::Media;
use super::request::Command;
use super::time::{Millis, Now, UnixTime};

/// How sending one request ended.
#[derive(Debug)]
pub enum RequestEnd {
    /// The server answered.
    Answered(Answer),
    /// It did not, or something other than the network or the server is at fault.
    Failed(Box<Error>),
}

/// An answer of the server.
#[derive(Debug, Default)]
pub struct Answer {
    /// HTTP status; `None` for a redirect, whose status the browser hides.
    pub status: Option<u16>,
    /// The headers that say something to us.
    pub headers: Headers,
    /// What follows them.
    pub body: AnswerBody,
}

/// The body of an answer.
#[derive(Debug, Default)]
pub enum AnswerBody {
    /// JSON, as it was written: the shell has had it parsed, so that it is well formed.
    Json(String),
    /// Other text.
    Text(String),
    /// No text, or longer than any of X's.
    #[default]
    Unreadable,
}

/// Headers of an answer. Across origins, those are hidden which the server does not expose.
#[derive(Debug, Default)]
pub struct Headers {
    /// `x-rate-limit-limit`
    pub limit: Option<u64>,
    /// `x-rate-limit-remaining`
    pub remaining: Option<u64>,
    /// `x-rate-limit-reset`
    pub reset: Option<UnixTime>,
    /// `retry-after`
    pub retry_after: Option<RetryAfter>,
    /// `date`
    pub date: Option<UnixTime>,
}

/// The two forms of `retry-after` (RFC 9110, §10.2.3).
#[derive(Debug)]
pub enum RetryAfter {
    /// From the answer on.
    Wait(Millis),
    /// By the server's clock.
    At(UnixTime),
}

impl RequestEnd {
    /// No answer, for a reason of that kind.
    pub fn failed(code: Code) -> Self {
        Self::Failed(Error::new(code))
    }

    /// The time at the server, where it said so.
    pub fn server_time(&self) -> Option<UnixTime> {
        match self {
            Self::Answered(answer) => answer.headers.date,
            Self::Failed(_) => None,
        }
    }
}

impl Headers {
    /// Reads headers. `get` gives one by its name; `parse_date` reads a date as HTTP writes it.
    pub fn read(get: &dyn Fn(&str) -> Option<String>, parse_date: &dyn Fn(&str) -> Option<UnixTime>) -> Self {
        let number = |name| integer(get(name)?.trim_ascii());
        let retry_after = get("retry-after").and_then(|text| match integer(text.trim_ascii()) {
            Some(secs) => Some(RetryAfter::Wait(Millis::from_secs(secs))),
            None => parse_date(&text).map(RetryAfter::At),
        });
        Self {
            limit: number("x-rate-limit-limit"),
            remaining: number("x-rate-limit-remaining"),
            reset: number("x-rate-limit-reset").map(|secs| UnixTime::default() + Millis::from_secs(secs)),
            retry_after,
            date: get("date").and_then(|date| parse_date(&date)),
        }
    }

    fn rate_limit(&self, now: UnixTime) -> Option<RateLimit> {
        let resets_at = [self.reset, self.retry_at(now)].into_iter().flatten().max();
        let said = self.limit.is_some() || self.remaining.is_some() || resets_at.is_some();
        said.then_some(RateLimit { limit: self.limit, remaining: self.remaining, resets_at })
    }

    fn retry_at(&self, now: UnixTime) -> Option<UnixTime> {
        self.retry_after.as_ref().map(|after| match after {
            RetryAfter::Wait(wait) => now + *wait,
            RetryAfter::At(moment) => *moment,
        })
    }
}

/// Reads the end of a request as the end of `command`. INIT, FINALIZE and STATUS tell of a media, the others nothing.
pub(super) fn read(command: Command, end: RequestEnd, now: Now) -> Result<Option<Box<Media>>, Box<Error>> {
    let answer = match end {
        RequestEnd::Answered(answer) => answer,
        RequestEnd::Failed(error) => return Err(error),
    };
    if !answer.status.is_some_and(|status| (200..300).contains(&status)) {
        return Err(answer.refusal(now));
    }
    let body = answer.json();
    let media = Media::read(body, now.epoch);
    // A v2 body may hold both `data` and `errors`; errors alone are a refusal with status 200.
    if body.get("errors").is_some() && body.get("data").is_none() && media.is_none() {
        let mut error = Error::of_status(answer.status);
        error.code = Code::Rejected;
        error.api_errors = api_errors(body);
        return Err(error);
    }
    match command {
        Command::Init | Command::Finalize | Command::Status if media.is_none() => Err(Error::of_status(answer.status)),
        Command::Init | Command::Finalize | Command::Status => Ok(media),
        // "HTTP 2XX without any content body", served as text/html: it's the status that counts.
        Command::Append | Command::Metadata | Command::AddSubtitles | Command::RemoveSubtitles => Ok(None),
    }
}

impl Answer {
    /// The body; `null` where it is no JSON.
    fn json(&self) -> Json<'_> {
        match &self.body {
            AnswerBody::Json(json) => Json::of(json),
            AnswerBody::Text(_) | AnswerBody::Unreadable => Json::default(),
        }
    }

    fn refusal(&self, now: Now) -> Box<Error> {
        let mut error = Error::of_status(self.status);
        error.api_errors = match &self.body {
            AnswerBody::Text(text) => line(text).into_iter().collect(),
            _ => api_errors(self.json()),
        };
        error.rate_limit = self.headers.rate_limit(now.epoch);
        error.retry_after = self.wait(now.epoch);
        error
    }

    /// How long the server wants to be left alone; `None` where that moment has passed or none was named.
    /// v1.1 names the end of the rate limit's window in every answer: only a 429 says that the limit is reached.
    fn wait(&self, now: UnixTime) -> Option<Millis> {
        // The moments are the server's: our clock may be wrong by hours.
        let server_now = self.headers.date.unwrap_or(now);
        let until = match self.status {
            Some(429) => self.headers.rate_limit(server_now)?.resets_at,
            _ => self.headers.retry_at(server_now),
        };
        Some(until? - server_now).filter(|wait| *wait > Millis::ZERO)
    }
}

/// A body that is no JSON, where it is a line to be read and not a page of a proxy.
fn line(text: &str) -> Option<ApiError> {
    let text = text.trim_ascii();
    let is_readable = !text.is_empty() && text.len() <= 200 && !text.starts_with("<");
    is_readable.then(|| ApiError { code: None, message: text.to_owned(), title: None, kind: None })
}

/// What a JSON body says was wrong, in whichever of X's shapes: `errors` with objects or texts in it, `error`,
/// a problem (RFC 9457), `code` and `message`. v2 names title and type once, beside the list.
fn api_errors(body: Json) -> Vec<ApiError> {
    // X lists one or two. The bound keeps a hostile body from costing more than it weighs.
    const MOST: usize = 16;
    let mut errors = Vec::new();
    if let Some(items) = body.get("errors").and_then(Json::items) {
        items.take(MOST).for_each(|item| errors.extend(api_error(item, body)));
    }
    if errors.is_empty() {
        errors.extend(api_error(body, body));
    }
    errors
}

/// One error; what it does not say of its title and type, the `whole` body may.
fn api_error(said: Json, whole: Json) -> Option<ApiError> {
    let texts = ["message", "error", "detail", "title"].into_iter().find_map(|name| said.text(name));
    let text = |name| said.text(name).or_else(|| whole.text(name));
    Some(ApiError {
        code: said.integer("code"),
        message: texts.or_else(|| said.to_text())?,
        title: text("title"),
        kind: text("type"),
    })
}
