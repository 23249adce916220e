//! What came of a request: the media it speaks of, or what X said was wrong.

use super::error::{ApiError, Code, Error, RateLimit};
use super::json::{Json, integer};
use super::media::{About, Media};
use super::request::Operation;
use super::route::{Host, Responder};
use super::time::{Millis, Now, UnixTime};

/// How sending one request ended.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "it is read as soon as it is told, and almost every one is an answer")]
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
    /// `x-rate-limit-…`: of the command, in a quarter of an hour.
    pub rate_limit: Limit,
    /// `x-user-limit-24hour-…`
    pub user_limit: Limit,
    /// `x-app-limit-24hour-…`
    pub app_limit: Limit,
    /// `retry-after`
    pub retry_after: Option<RetryAfter>,
    /// `date`
    pub date: Option<UnixTime>,
}

/// What the headers say of one of X's limits (<https://docs.x.com/x-api/fundamentals/rate-limits>, September 2026).
#[derive(Clone, Copy, Debug, Default)]
pub struct Limit {
    /// `…-limit`: requests a window.
    pub limit: Option<u64>,
    /// `…-remaining`: requests left in it.
    pub remaining: Option<u64>,
    /// `…-reset`: when the next window begins.
    pub reset: Option<UnixTime>,
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
        let limit = |name: &str| {
            let number = |part: &str| integer(get(&[name, part].concat())?.trim_ascii());
            let reset = number("-reset").map(|secs| UnixTime::default() + Millis::from_secs(secs));
            Limit { limit: number("-limit"), remaining: number("-remaining"), reset }
        };
        let retry_after = get("retry-after").and_then(|text| match integer(text.trim_ascii()) {
            Some(secs) => Some(RetryAfter::Wait(Millis::from_secs(secs))),
            None => parse_date(&text).map(RetryAfter::At),
        });
        Self {
            rate_limit: limit("x-rate-limit"),
            user_limit: limit("x-user-limit-24hour"),
            app_limit: limit("x-app-limit-24hour"),
            retry_after,
            date: get("date").and_then(|date| parse_date(&date)),
        }
    }

    /// The limit that is exhausted, and when it may be tried again: one of a day, or that of the command. The headers of a day's
    /// limit stand in many answers: only where nothing is left of it does it count.
    fn rate_limit(&self, now: UnixTime) -> Option<RateLimit> {
        let days = [self.user_limit, self.app_limit].into_iter().filter(|day| day.remaining == Some(0));
        let exhausted = days.filter(|day| day.reset.is_some_and(|reset| reset > now)).max_by_key(|day| day.reset);
        let Limit { limit, remaining, reset } = exhausted.unwrap_or(self.rate_limit);
        let resets_at = reset.filter(|reset| *reset > now).or_else(|| self.retry_at(now)).or(reset);
        let said = limit.is_some() || remaining.is_some() || resets_at.is_some();
        said.then_some(RateLimit { limit, remaining, resets_at })
    }

    fn retry_at(&self, now: UnixTime) -> Option<UnixTime> {
        self.retry_after.as_ref().map(|after| match after {
            RetryAfter::Wait(wait) => now + *wait,
            RetryAfter::At(moment) => *moment,
        })
    }
}

/// Reads the end of a request as the end of `operation`, for which `host` was asked. INIT, FINALIZE and STATUS tell of a media, the
/// others nothing.
pub(super) fn read(
    operation: &Operation,
    end: RequestEnd,
    host: Host,
    now: Now,
) -> Result<Option<Box<Media>>, Box<Error>> {
    match end {
        RequestEnd::Answered(answer) => read_answer(operation, &answer, now).map_err(|mut error| {
            error.responder = answer.responder(host);
            error
        }),
        RequestEnd::Failed(error) => Err(error),
    }
}

fn read_answer(operation: &Operation, answer: &Answer, now: Now) -> Result<Option<Box<Media>>, Box<Error>> {
    if !answer.status.is_some_and(|status| (200..300).contains(&status)) {
        return Err(answer.refusal(now));
    }
    let body = answer.json();
    // A v2 body may hold both `data` and `errors`; errors alone are a refusal with status 200.
    let nothing = || match body.get("errors") {
        Some(_) => Err(answer.refusal_of_2xx()),
        None => Ok(None),
    };
    let media = match operation {
        Operation::Initialize(_) => Media::read(body, now.epoch),
        Operation::Finalize { id } | Operation::Status { id } => match Media::read_about(*id, body, now.epoch) {
            About::Asked(media) => Some(media),
            About::Another => {
                let mut error = Error::of_status(answer.status);
                error.names_another = true;
                return Err(error);
            }
            About::Nothing => None,
        },
        // "HTTP 2XX without any content body", served as text/html: it's the status that counts.
        _ if answer.is_page() => return Err(Error::of_status(answer.status)),
        _ if body.get("data").is_some() => return Ok(None),
        _ => return nothing(),
    };
    let Some(media) = media else {
        nothing()?;
        let mut error = Error::of_status(answer.status);
        // X has answered so where it had done what was asked.
        error.says_nothing = matches!(operation, Operation::Finalize { .. }) && !answer.is_page();
        return Err(error);
    };
    Ok(Some(media))
}

impl Answer {
    /// The body; `null` where it is no JSON.
    fn json(&self) -> Json<'_> {
        match &self.body {
            AnswerBody::Json(json) => Json::of(json),
            AnswerBody::Text(_) | AnswerBody::Unreadable => Json::default(),
        }
    }

    /// Whether the body is neither JSON nor empty, and so none of X's.
    fn is_page(&self) -> bool {
        match &self.body {
            AnswerBody::Json(_) => false,
            AnswerBody::Text(text) => !text.trim_ascii().is_empty(),
            AnswerBody::Unreadable => true,
        }
    }

    /// Who wrote it. What the host of X itself says in JSON is X's; another may have written its own.
    fn responder(&self, host: Host) -> Responder {
        let body = self.json();
        match &self.body {
            _ if body.text("type").is_some_and(|kind| kind.starts_with(RELAY_PROBLEM)) => Responder::Relay,
            AnswerBody::Json(_) if host == Host::X || is_in_shape_of_x(body) => Responder::X,
            AnswerBody::Json(_) if api_errors(body).is_empty() => Responder::Unknown,
            AnswerBody::Text(_) if !self.is_page() => Responder::Unknown,
            _ if host == Host::X => Responder::Front,
            _ => Responder::Server,
        }
    }

    /// What a 2xx with errors in its body says.
    fn refusal_of_2xx(&self) -> Box<Error> {
        let mut error = Error::of_status(self.status);
        error.code = Code::Rejected;
        error.api_errors = api_errors(self.json());
        error
    }

    fn refusal(&self, now: Now) -> Box<Error> {
        let mut error = Error::of_status(self.status);
        error.api_errors = match &self.body {
            AnswerBody::Text(text) => line(text).into_iter().collect(),
            _ => api_errors(self.json()),
        };
        error.rate_limit = self.headers.rate_limit(now.epoch);
        if error.api_errors.iter().any(ApiError::is_usage_cap) {
            // It lasts for the rest of the month.
            error.retryable = false;
        } else {
            error.retry_after = self.wait(now.epoch);
        }
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

/// What the problems of `js/relay/answers.js` are called.
const RELAY_PROBLEM: &str = "urn:x-media-upload:relay:";

/// Whether a JSON body is one of X's by its shape: a list of `errors`, `error` beside `request`, `code` with `message`, or a problem
/// of a type that X uses.
fn is_in_shape_of_x(body: Json) -> bool {
    const TYPES: [&str; 3] = ["about:blank", "https://api.x.com/", "https://api.twitter.com/"];
    let has_type = || body.text("type").is_some_and(|kind| TYPES.iter().any(|known| kind.starts_with(known)));
    let has_errors = body.get("errors").is_some_and(|errors| errors.items().is_some());
    has_errors || body.text("request").is_some() || body.integer("code").is_some() || has_type()
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
