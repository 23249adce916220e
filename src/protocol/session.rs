//! What has to be kept of an upload, so that it can go on after its sender has died: plain JSON, without a credential.

use super::error::{Code, Error};
use super::file::Fingerprint;
use super::json::Json;
use super::media::Media;
use super::progress::Phase;
use super::request::ApiVersion;
use super::segments::Segments;
use super::time::UnixTime;
use super::value::{Object, ToValue, Value};

/// An upload as it was when it was saved. It serialises to what X said of the media, with more fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Media of one API are not known to the other.
    pub api: ApiVersion,
    /// What was being done.
    pub phase: Phase,
    /// What X had said of the media.
    pub media: Media,
    /// The file that it is of.
    pub file: Fingerprint,
    /// Those that may have been sent.
    pub segments: Segments,
}

/// The version of what a session looks like.
const VERSION: u64 = 1;

impl Session {
    /// Reads a session, as JSON; `None` where it is none that this package gave.
    pub fn read(json: &str) -> Option<Box<Self>> {
        let json = Json::of(json);
        if json.integer("version") != Some(VERSION) {
            return None;
        }
        let file = Fingerprint::read(json.get("file")?)?;
        Some(Box::new(Self {
            api: ApiVersion::parse(json.get("api")?.unquoted()?)?,
            phase: Phase::of_session(json.get("phase").and_then(Json::unquoted)),
            media: *Media::read_again(json)?,
            segments: Segments::read(file.total_bytes(), json)?,
            file,
        }))
    }

    /// Whether an upload of `file` can go on with it; the error says why not.
    pub fn check(self: Box<Self>, api: ApiVersion, file: &Fingerprint, now: UnixTime) -> Result<Box<Self>, Box<Error>> {
        if self.api != api {
            return Err(Self::invalid());
        }
        let is_expired = self.media.expires_at.is_some_and(|moment| moment <= now);
        let code = match &self.file == file {
            false => Code::FileChanged,
            true if is_expired => Code::Expired,
            true => return Ok(self),
        };
        let mut error = Error::new(code);
        error.media_id = Some(self.media.id);
        error.session = Some(self);
        Err(error)
    }

    /// The error for what is no session of this API.
    pub fn invalid() -> Box<Error> {
        Error::invalid("session", "one that this package gave, for the same api")
    }
}

impl ToValue for Session {
    fn to_value(&self) -> Value<'_> {
        let mut object = Object::default();
        object.add("version", &VERSION);
        object.set("api", Value::Text(self.api.as_str()));
        object.add("phase", &self.phase);
        self.media.add_to(&mut object);
        object.add("file", &self.file);
        object.set("segments", Value::numbers(&self.segments.sizes()));
        object.set("acknowledged", Value::numbers(&self.segments.acknowledged_indexes()));
        Value::Object(object)
    }
}
