//! Requests and answers, as X understands and means them.

use serde_json::{Value, json};

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
}

impl Request {
    /// The request that the shell was given.
    pub(super) fn read(value: &Value, v2: bool, token: u32) -> Self {
        let fields = &fields_of(value);
        let (command, id) = if v2 { address_of_v2(value) } else { address_of_v1(value, fields) };
        assert!(id.is_some() || command == Command::Init, "{value}");
        let number = |value: &Value| value.as_u64().unwrap_or_default();
        let metadata = if v2 { &fields["metadata"] } else { fields };
        Self {
            command,
            id: id.map(str::to_owned),
            total: number(&fields["total_bytes"]),
            processed: fields["media_category"] == "tweet_video",
            index: number(&fields["segment_index"]),
            bytes: (number(&value["start"]), number(&value["end"])),
            alt_text: metadata["alt_text"]["text"].as_str().map(str::to_owned),
            token,
        }
    }

    /// How many bytes of the file it carries.
    pub(super) fn weight(&self) -> u64 {
        self.bytes.1 - self.bytes.0
    }
}

/// The fields of a body; those of a form are numbers or texts.
fn fields_of(value: &Value) -> Value {
    let Some(form) = value["fields"].as_str() else { return value["fields"].clone() };
    let pairs = form.split('&').filter_map(|pair| pair.split_once('='));
    let value = |name: &str, text: &str| match text.parse::<u64>() {
        Ok(number) if name == "total_bytes" => json!(number),
        _ => json!(text),
    };
    pairs.map(|(name, text)| (name.to_owned(), value(name, text))).collect()
}

fn address_of_v1<'a>(value: &'a Value, fields: &'a Value) -> (Command, Option<&'a str>) {
    let url = value["url"].as_str().unwrap_or_default();
    let id = fields["media_id"].as_str();
    match fields["command"].as_str() {
        _ if url == "/1.1/media/metadata/create.json" => (Command::Metadata, id),
        Some("INIT") => (Command::Init, None),
        Some("APPEND") => (Command::Append, id),
        Some("FINALIZE") => (Command::Finalize, id),
        _ => (Command::Status, url.strip_prefix("/1.1/media/upload.json?command=STATUS&media_id=")),
    }
}

fn address_of_v2(value: &Value) -> (Command, Option<&str>) {
    let url = value["url"].as_str().unwrap_or_default();
    let path = url.strip_prefix("/2/media/upload").unwrap_or_default();
    match path.trim_start_matches('/').split_once('/') {
        _ if url == "/2/media/metadata" => (Command::Metadata, value["fields"]["id"].as_str()),
        None if path == "/initialize" => (Command::Init, None),
        Some((id, "append")) => (Command::Append, Some(id)),
        Some((id, "finalize")) => (Command::Finalize, Some(id)),
        _ => (Command::Status, path.strip_prefix("?command=STATUS&media_id=")),
    }
}

/// X's answer, and what it means.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
    /// The headers, as fields of an outcome.
    pub(super) headers: String,
    pub(super) said: Said,
    /// The moment before which it must not be asked again.
    pub(super) rests_until: Micros,
    /// The longest that a client may rest for it, from its arrival on.
    pub(super) longest_rest: Micros,
}

/// What an answer says of a media, where it says anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Said {
    #[default]
    Nothing,
    /// What INIT, APPEND and METADATA say.
    Taken,
    /// Not ready yet; `check_after_secs`, where it is a time to wait.
    Later(Option<u64>),
    Ready,
    Failed,
}

impl Answer {
    /// What the shell tells of it: a body that is JSON as it is, any other as a text.
    pub(super) fn outcome(&self) -> String {
        let Self { status, headers, body, .. } = self;
        match serde_json::from_str::<Value>(body) {
            Ok(_) => format!(r#"{{"status":{status}{headers},"body":{body}}}"#),
            Err(_) => format!(r#"{{"status":{status}{headers},"text":{}}}"#, Value::from(body.as_str())),
        }
    }

    /// A page with status 200 that isn't X's.
    pub(super) fn is_page(&self) -> bool {
        self.said == Said::Nothing && self.status == 200
    }

    /// What the core calls it, where it is not a success.
    pub(super) fn code(&self) -> &'static str {
        match self.status {
            401 => "unauthorized",
            402 => "payment_required",
            403 => "forbidden",
            404 => "not_found",
            413 => "too_large",
            429 => "rate_limited",
            400..500 => "rejected",
            500.. => "server",
            _ => "invalid_response",
        }
    }
}
