//! What has to be kept of an upload, so that it can go on after its sender has died: plain JSON, without a credential.
//!
//! It is what X said of the media, with more fields: `version`, `api`, `phase`, `file` (see [`File::fingerprint`]), and the
//! segments (see [`Segments::write`]).
//!
//! [`File::fingerprint`]: super::file::File::fingerprint

use super::error::{Code, Error};
use super::json::{Json, Writer};
use super::media::Media;
use super::progress::Phase;
use super::request::ApiVersion;
use super::segments::Segments;
use super::time::Millis;

/// An upload as it was when it was saved.
#[derive(Debug)]
pub struct Session {
    /// What X had said of the media.
    pub media: Box<Media>,
    /// What was being done.
    pub phase: Phase,
    /// Those that may have been sent.
    pub segments: Segments,
}

/// Which upload a session has to be of.
#[derive(Clone, Copy, Debug)]
pub struct Identity<'a> {
    /// Media of one API are not known to the other.
    pub api: ApiVersion,
    /// The file's fingerprint.
    pub file: &'a str,
    /// The file's size.
    pub total_bytes: u64,
}

const MUST: &str = "one that this package gave, for the same api";

/// The session of an upload.
pub fn write(media: &Media, phase: Phase, segments: &Segments, identity: Identity) -> String {
    let mut json = Writer::object();
    json.number("version", Some(1));
    json.text("api", Some(identity.api.as_str()));
    json.text("phase", Some(phase.as_str()));
    media.write(&mut json);
    json.json("file", Some(identity.file));
    segments.write(&mut json);
    json.end()
}

/// Reads a session. What is wrong with it may be that it is of another file, or has expired.
pub fn read(session: &str, identity: Identity, now_epoch: Millis) -> Result<Session, Box<Error>> {
    let json = Json::of(session);
    let is_ours = json.integer("version") == Some(1) && json.text("api") == Some(identity.api.as_str());
    let Some(media) = Media::read(json, None).filter(|_| is_ours) else {
        return Err(Error::invalid("session", MUST));
    };
    let mut error = if json.get("file").map(Json::as_str) != Some(identity.file) {
        Error::new(Code::FileChanged)
    } else if media.expires_at.is_some_and(|moment| moment <= now_epoch) {
        Error::new(Code::Expired)
    } else {
        return match Segments::read(identity.total_bytes, json) {
            Some(segments) => Ok(Session { phase: Phase::parse(json.text("phase")), media, segments }),
            None => Err(Error::invalid("session", MUST)),
        };
    };
    error.media_id = Some(media.id);
    error.session = Some(session.to_owned());
    Err(error)
}
