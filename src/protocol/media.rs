//! What X says of a media, in one shape for v1.1 and v2.

use super::json::{Json, Writer};
use super::media_id::MediaId;
use super::processing::{self, Verdict};
use super::time::Millis;

/// A media as the last answers described it.
#[derive(Clone, Debug, PartialEq)]
pub struct Media {
    /// `media_id_string` or `media_id` of v1.1, `data.id` of v2.
    pub id: MediaId,
    /// When X drops the media, in milliseconds since the epoch: the moment of the answer plus `expires_after_secs`.
    pub expires_at: Option<Millis>,
    /// Whether it can be used.
    pub verdict: Verdict,
    /// X's own figure, 0 to 100. 100 has been seen with failures: no verdict.
    pub progress_percent: Option<u64>,
    /// What X said, field by field as JSON.
    said: [Option<String>; FIELDS.len()],
}

/// What is handed on as X said it. `media_key` is there in v1.1 only where a category was given; `size` is in bytes;
/// `expires_after_secs` counts down from answer to answer; a picture has an `image`, a video a `video`.
const FIELDS: [&str; 6] = ["media_key", "size", "expires_after_secs", "image", "video", PROCESSING_INFO];
const PROCESSING_INFO: &str = "processing_info";

impl Media {
    /// Reads a media from a body of X, or from the JSON of a [`Media`] that was handed out earlier.
    /// `None` where no exact id is in it. Where the moment of the answer is not known, nor is that of its expiry.
    pub fn read(body: Json, answered_at_epoch: Option<Millis>) -> Option<Box<Self>> {
        // v2 wraps in `data`, but has been seen without.
        let data = body.get("data").unwrap_or(body);
        let id = ["media_id_string", "id", "media_id"].into_iter().find_map(|name| data.get(name))?;
        let expires_after = || Some(answered_at_epoch? + data.integer("expires_after_secs")? * 1000);
        let info = data.get(PROCESSING_INFO);
        Some(Box::new(Self {
            id: MediaId::parse(id.digits())?,
            expires_at: data.integer("expiresAt").or_else(expires_after),
            verdict: processing::verdict(info),
            progress_percent: info.and_then(|info| info.integer("progress_percent")),
            said: FIELDS.map(|name| Some(data.get(name)?.as_str().to_owned())),
        }))
    }

    /// Adds what `earlier` answers said and this one does not. What they said of the processing is over.
    pub fn complete(&mut self, earlier: &Self) {
        self.expires_at = self.expires_at.or(earlier.expires_at);
        for ((name, said), earlier) in FIELDS.iter().zip(&mut self.said).zip(&earlier.said) {
            if said.is_none() && *name != PROCESSING_INFO {
                said.clone_from(earlier);
            }
        }
    }

    /// `processing_info` as X said it.
    pub fn processing_info(&self) -> Option<&str> {
        self.said.last()?.as_deref()
    }

    /// As JavaScript gets it.
    pub fn to_json(&self) -> String {
        let mut json = Writer::object();
        self.write(&mut json);
        json.end()
    }

    /// Its fields.
    pub fn write(&self, json: &mut Writer) {
        json.text("media_id_string", Some(&self.id.to_text()));
        json.number("expiresAt", self.expires_at);
        for (name, said) in FIELDS.iter().zip(&self.said) {
            json.json(name, said.as_deref());
        }
    }
}
