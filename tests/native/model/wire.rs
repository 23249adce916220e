//! Requests and answers, as X understands and means them.

use serde_json::Value;
use x_media_upload::protocol::{self, Body, Code, RequestEnd};

use super::super::driver::{answer_of, fields};
use super::{Command, Micros};

/// A request as it reaches X.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) command: Command,
    /// The media it is about; INIT makes one.
    pub(super) id: Option<String>,
    /// INIT: bytes of the file, and whether a category asks for processing.
    pub(super) total: u64,
    pub(super) processed: bool,
    /// APPEND: `segment_index`, and the bytes of the file that are sent.
    pub(super) index: u64,
    pub(super) bytes: (u64, u64),
    /// METADATA: the alternative text.
    pub(super) alt_text: Option<String>,
    /// The number of the token that lets it in.
    pub(super) token: u32,
    /// Whether all that X says is that it is done.
    pub(super) is_silent: bool,
}

impl Request {
    /// The request that the shell was given.
    pub(super) fn read(request: &protocol::Request, v2: bool, token: u32) -> Self {
        let url = request.url();
        let fields = &fields(request);
        let (command, id) = if v2 { address_of_v2(&url, fields) } else { address_of_v1(&url, fields) };
        assert!(id.is_some() || command == Command::Init, "{request:?}");
        let metadata = if v2 { &fields["metadata"] } else { fields };
        Self {
            command,
            id: id.map(str::to_owned),
            total: number(&fields["total_bytes"]),
            processed: fields["media_category"] == "tweet_video",
            index: number(&fields["segment_index"]),
            bytes: match request.body {
                Body::Multipart(_, segment) => (segment.start, segment.end),
                _ => (0, 0),
            },
            alt_text: metadata["alt_text"]["text"].as_str().map(str::to_owned),
            token,
            is_silent: false,
        }
    }

    /// How many bytes of the file it carries.
    pub(super) fn weight(&self) -> u64 {
        self.bytes.1 - self.bytes.0
    }
}

/// A number, which is a text in a form.
fn number(value: &Value) -> u64 {
    value.as_u64().or_else(|| value.as_str()?.parse().ok()).unwrap_or_default()
}

fn address_of_v1<'a>(url: &'a str, fields: &'a Value) -> (Command, Option<&'a str>) {
    let path = url.strip_prefix("https://upload.twitter.com/1.1/media/").unwrap_or_default();
    let id = fields["media_id"].as_str();
    match fields["command"].as_str() {
        _ if path == "metadata/create.json" => (Command::Metadata, id),
        Some("INIT") => (Command::Init, None),
        Some("APPEND") => (Command::Append, id),
        Some("FINALIZE") => (Command::Finalize, id),
        _ => (Command::Status, path.strip_prefix("upload.json?command=STATUS&media_id=")),
    }
}

fn address_of_v2<'a>(url: &'a str, fields: &'a Value) -> (Command, Option<&'a str>) {
    let path = url.strip_prefix("https://api.x.com/2/media/").unwrap_or_default();
    let upload = path.strip_prefix("upload").unwrap_or_default();
    match upload.trim_start_matches('/').split_once('/') {
        _ if path == "metadata" => (Command::Metadata, fields["id"].as_str()),
        None if upload == "/initialize" => (Command::Init, None),
        Some((id, "append")) => (Command::Append, Some(id)),
        Some((id, "finalize")) => (Command::Finalize, Some(id)),
        _ => (Command::Status, upload.strip_prefix("?command=STATUS&media_id=")),
    }
}

/// X's answer, and what it means.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) said: Said,
    /// The moment before which it must not be asked again.
    pub(super) rests_until: Micros,
    /// The longest that a client may rest for it, from its arrival on.
    pub(super) longest_rest: Micros,
    /// Whether it says that the account has used up what it may do this month.
    pub(super) is_cap: bool,
    /// What a 503 asks for.
    pub(super) retry_after: Option<Micros>,
}

/// What an answer says of a media, where it says anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Said {
    #[default]
    Nothing,
    /// With a 2xx: no more than that.
    Empty,
    /// With a 2xx: that there is such an id, and when it expires.
    Bare,
    /// With a 2xx: what is true of another media.
    Foreign,
    /// With a 2xx: nothing but errors.
    Errors,
    /// What INIT, APPEND and METADATA say.
    Taken,
    /// Not ready yet; `check_after_secs`, where it is a time to wait.
    Later(Option<u64>),
    Ready,
    Failed,
}

impl Answer {
    /// The end of the request that it answers.
    pub(super) fn to_end(&self) -> RequestEnd {
        RequestEnd::Answered(answer_of(self.status, &self.headers, Some(&self.body)))
    }

    /// Whether X says it, as its API says what it refuses: in JSON.
    pub(super) fn is_json(&self) -> bool {
        serde_json::from_str::<Value>(&self.body).is_ok()
    }

    /// Whether it tells something of the media that was asked about, or of the one that was made.
    pub(super) fn tells(&self) -> bool {
        matches!(self.said, Said::Taken | Said::Later(_) | Said::Ready | Said::Failed)
    }

    /// Whether it says that there is no such media, or nothing to be said of it.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.status, 400 | 404)
    }

    /// What the core calls it, where it is not a success.
    pub(super) fn code(&self) -> Code {
        match self.status {
            200..300 if self.said == Said::Errors => Code::Rejected,
            401 => Code::Unauthorized,
            402 => Code::PaymentRequired,
            403 => Code::Forbidden,
            404 => Code::NotFound,
            413 => Code::TooLarge,
            429 => Code::RateLimited,
            400..500 => Code::Rejected,
            500.. => Code::Server,
            _ => Code::InvalidResponse,
        }
    }
}
