//! What X says of a media, in one shape for v1.1 and v2.

use super::json::Json;
use super::media_id::MediaId;
use super::processing::{self, ProcessingInfo, Verdict};
use super::time::{Millis, UnixTime};
use super::value::{Object, ToValue, Value};

/// A media as the last answers described it. Fields that nobody knows, or of an odd type, are left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Media {
    /// `media_id_string` or `media_id` of v1.1, `data.id` of v2.
    pub id: MediaId,
    /// In v1.1 only where a category was given.
    pub media_key: Option<String>,
    /// Bytes.
    pub size: Option<u64>,
    /// Counts down from answer to answer.
    pub expires_after_secs: Option<u64>,
    /// When X drops the media: the moment of the answer plus `expires_after_secs`.
    pub expires_at: Option<UnixTime>,
    /// What a picture has.
    pub image: Option<Image>,
    /// What a video has.
    pub video: Option<Video>,
    /// Absent where the media is ready.
    pub processing_info: Option<ProcessingInfo>,
}

/// What a body says of the media that was asked about.
#[derive(Debug)]
pub(super) enum About {
    /// It speaks of that media.
    Asked(Box<Media>),
    /// It names another one.
    Another,
    /// It speaks of none.
    Nothing,
}

/// What X says of a picture.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "X's own names")]
pub struct Image {
    pub image_type: Option<String>,
    pub w: Option<u64>,
    pub h: Option<u64>,
}

/// What X says of a video.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "X's own name")]
pub struct Video {
    pub video_type: Option<String>,
}

impl Media {
    /// The name of the id where a [`Media`] is handed out.
    pub(super) const ID: &str = "media_id_string";

    /// The names of all of its fields there.
    pub(super) const FIELDS: [&str; 8] =
        [Self::ID, "media_key", "size", "expires_after_secs", "expiresAt", "image", "video", "processing_info"];

    /// Reads a media from a body of X that came at this moment. `None` where no exact id is in it.
    pub fn read(body: Json, answered_at: UnixTime) -> Option<Box<Self>> {
        let data = data_of(body);
        Some(Self::read_fields(id_in(data)?.ok()?, data, Some(answered_at)))
    }

    /// Reads what a body of X, which came at this moment, says of the media that was asked about.
    pub(super) fn read_about(asked: MediaId, body: Json, answered_at: UnixTime) -> About {
        let data = data_of(body);
        let media = Self::read_fields(asked, data, Some(answered_at));
        match id_in(data) {
            Some(Ok(id)) if id.is_same(&asked) => About::Asked(media),
            Some(_) => About::Another,
            None if media.is_proof() => About::Asked(media),
            None => About::Nothing,
        }
    }

    /// Reads a [`Media`] that was handed out earlier, alone or in a session: it says itself when it expires. Its id is a text: a
    /// number of JavaScript may have been rounded.
    pub fn read_again(media: Json) -> Option<Box<Self>> {
        let id = MediaId::parse(media.get("media_id_string")?.unquoted()?)?;
        Some(Self::read_fields(id, media, None))
    }

    fn read_fields(id: MediaId, data: Json, answered_at: Option<UnixTime>) -> Box<Self> {
        let expires_after_secs = data.integer("expires_after_secs");
        let expires_at = match data.integer("expiresAt") {
            Some(moment) => Some(UnixTime(moment)),
            None => answered_at.zip(expires_after_secs).map(|(moment, secs)| moment + Millis::from_secs(secs)),
        };
        Box::new(Self {
            id,
            media_key: data.text("media_key"),
            size: data.integer("size"),
            expires_after_secs,
            expires_at,
            image: data.get("image").map(|image| Image {
                image_type: image.text("image_type"),
                // v2 has been recorded with the longer names (September 2026).
                w: image.integer("w").or_else(|| image.integer("width")),
                h: image.integer("h").or_else(|| image.integer("height")),
            }),
            video: data.get("video").map(|video| Video { video_type: video.text("video_type") }),
            processing_info: data.get("processing_info").map(ProcessingInfo::read),
        })
    }

    /// Whether X says more of it than that there is such an id: it was finalized then.
    pub fn is_proof(&self) -> bool {
        self.processing_info.is_some() || self.size.is_some() || self.image.is_some() || self.video.is_some()
    }

    /// Adds its fields to what they are a part of.
    pub(super) fn add_to<'a>(&'a self, whole: &mut Object<'a>) {
        whole.add(Self::ID, &self.id);
        whole.add("media_key", &self.media_key);
        whole.add("size", &self.size);
        whole.add("expires_after_secs", &self.expires_after_secs);
        whole.add("expiresAt", &self.expires_at);
        whole.add("image", &self.image);
        whole.add("video", &self.video);
        whole.add("processing_info", &self.processing_info);
    }

    /// Whether it can be used.
    pub fn verdict(&self) -> Verdict {
        processing::verdict(self.processing_info.as_ref())
    }

    /// Whether X says that it can be used.
    pub fn is_ready(&self) -> bool {
        self.verdict() == Verdict::Ready
    }

    /// X's own figure, 0 to 100.
    pub fn progress_percent(&self) -> Option<u64> {
        self.processing_info.as_ref()?.progress_percent
    }

    /// Adds what `earlier` answers said and this one does not. What they said of the processing is over.
    pub fn complete(&mut self, earlier: &Self) {
        let Self { media_key, size, expires_after_secs, expires_at, image, video, .. } = earlier.clone();
        self.media_key = self.media_key.take().or(media_key);
        self.size = self.size.or(size);
        self.expires_after_secs = self.expires_after_secs.or(expires_after_secs);
        self.expires_at = self.expires_at.or(expires_at);
        self.image = self.image.take().or(image);
        self.video = self.video.take().or(video);
    }
}

/// v2 wraps in `data`, but has been seen without.
fn data_of(body: Json) -> Json {
    body.get("data").unwrap_or(body)
}

/// The id that is named, if one is; the error is what is named in place of one.
fn id_in(data: Json) -> Option<Result<MediaId, Json>> {
    let id = ["media_id_string", "id", "media_id"].into_iter().find_map(|name| data.get(name))?;
    Some(MediaId::parse(id.digits()).ok_or(id))
}

impl ToValue for Media {
    fn to_value(&self) -> Value<'_> {
        let mut object = Object::default();
        self.add_to(&mut object);
        Value::Object(object)
    }
}

impl ToValue for Image {
    fn to_value(&self) -> Value<'_> {
        let Image { image_type, w, h } = self;
        let mut object = Object::default();
        object.add("image_type", image_type);
        object.add("w", w);
        object.add("h", h);
        Value::Object(object)
    }
}

impl ToValue for Video {
    fn to_value(&self) -> Value<'_> {
        let Video { video_type } = self;
        let mut object = Object::default();
        object.add("video_type", video_type);
        Value::Object(object)
    }
}
