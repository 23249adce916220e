//! What is asked of X: an operation, and the request it is on the wire of v1.1 and of v2.

use std::rc::Rc;

use super::json::{Json, List, Writer};
use super::media_id::MediaId;
use super::media_type::{Category, MediaType};
use super::segments::Segment;

/// The two APIs. They take different credentials and answer in different shapes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ApiVersion {
    /// `upload.twitter.com/1.1`: one URL, the command a parameter.
    #[default]
    V1,
    /// `api.x.com/2`: a path for each command.
    V2,
}

impl ApiVersion {
    /// Its name in JavaScript.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "1.1",
            Self::V2 => "2",
        }
    }

    /// Where it is.
    pub fn default_url(self) -> &'static str {
        match self {
            Self::V1 => "https://upload.twitter.com",
            Self::V2 => "https://api.x.com",
        }
    }
}

/// X's name of an operation. Its rate limits are per command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "X's own names")]
pub enum Command {
    Init,
    Append,
    Finalize,
    Status,
    Metadata,
    Subtitles,
}

/// One thing to ask of X.
#[derive(Debug, PartialEq)]
#[expect(missing_docs, reason = "the commands, with their parameters")]
pub enum Operation {
    Initialize(Rc<Initialize>),
    Append {
        id: MediaId,
        segment: Segment,
    },
    Finalize {
        id: MediaId,
    },
    Status {
        id: MediaId,
    },
    /// `metadata` is an object of JSON, in X's own shape.
    Metadata {
        id: MediaId,
        metadata: String,
    },
    Subtitles(Box<Subtitles>),
}

/// The parameters of INIT.
#[derive(Debug, PartialEq)]
pub struct Initialize {
    /// Size of the file.
    pub total_bytes: u64,
    /// X checks it when it processes the file.
    pub media_type: MediaType,
    /// With one, videos and GIFs are processed after FINALIZE has answered.
    pub media_category: Option<Category>,
    /// Users who may use the media too, at most [`MAX_OWNERS`].
    pub additional_owners: Vec<MediaId>,
    /// Whether the media may be used in several direct messages.
    pub shared: Option<bool>,
}

/// Subtitles that a video gets, or loses.
#[derive(Debug, PartialEq)]
pub struct Subtitles {
    /// The video.
    pub id: MediaId,
    /// `tweet_video` or `amplify_video`.
    pub media_category: Category,
    /// Whether it loses them.
    pub remove: bool,
    /// Of v2 one for each request.
    pub subtitles: Vec<Subtitle>,
}

/// The subtitles in one language.
#[derive(Debug, PartialEq)]
pub struct Subtitle {
    /// The uploaded file; none where they are removed.
    pub id: Option<MediaId>,
    /// Two letters.
    pub language_code: String,
    /// What viewers choose them by, as JSON.
    pub display_name: Option<String>,
}

/// X's limit of `additional_owners`.
pub const MAX_OWNERS: usize = 100;

/// An operation as the browser has to send it.
#[derive(Debug, PartialEq)]
pub struct Request {
    /// What it is.
    pub command: Command,
    /// That of HTTP.
    pub method: &'static str,
    /// Path and query, to be appended to the base URL.
    pub target: String,
    /// How the fields are sent.
    pub encoding: Encoding,
    /// The fields of the body, as a JSON object. In a form a list is joined by commas.
    pub fields: String,
    /// The bytes that follow the fields of a multipart body, as the part named `media`.
    pub segment: Option<Segment>,
}

/// How a request's fields are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// A GET has no body.
    None,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `application/json`
    Json,
    /// `multipart/form-data`
    Multipart,
}

impl Request {
    /// As the shell gets it.
    pub fn to_json(&self, base_url: &str) -> String {
        let mut json = Writer::object();
        json.text("command", Some(self.command.as_str()));
        json.text("method", Some(self.method));
        json.text("url", Some(&[base_url, &self.target].concat()));
        json.text("encoding", Some(self.encoding.as_str()));
        json.json("fields", Some(&self.fields));
        json.number("start", self.segment.map(|segment| segment.start));
        json.number("end", self.segment.map(|segment| segment.end));
        json.end()
    }
}

impl Encoding {
    /// Its name, for the shell.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Form => "form",
            Self::Json => "json",
            Self::Multipart => "multipart",
        }
    }
}

impl Command {
    /// X's name of it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Init => "INIT",
            Self::Append => "APPEND",
            Self::Finalize => "FINALIZE",
            Self::Status => "STATUS",
            Self::Metadata => "METADATA",
            Self::Subtitles => "SUBTITLES",
        }
    }
}

impl Operation {
    /// Its name on the wire.
    pub fn command(&self) -> Command {
        match self {
            Self::Initialize(_) => Command::Init,
            Self::Append { .. } => Command::Append,
            Self::Finalize { .. } => Command::Finalize,
            Self::Status { .. } => Command::Status,
            Self::Metadata { .. } => Command::Metadata,
            Self::Subtitles(_) => Command::Subtitles,
        }
    }

    /// The media it is about; INIT makes one.
    pub fn media_id(&self) -> Option<MediaId> {
        match self {
            Self::Initialize(_) => None,
            Self::Append { id, .. } | Self::Finalize { id } | Self::Status { id } | Self::Metadata { id, .. } => {
                Some(*id)
            }
            Self::Subtitles(subtitles) => Some(subtitles.id),
        }
    }

    /// The request that asks `api` for it.
    pub fn request(&self, api: ApiVersion) -> Request {
        let id = self.media_id().map(MediaId::to_text);
        let id = id.as_deref().unwrap_or_default();
        let path = match (api, self) {
            (ApiVersion::V1, Self::Status { .. }) => ["/1.1/media/upload.json?command=STATUS&media_id=", id, ""],
            (ApiVersion::V1, Self::Metadata { .. }) => ["/1.1/media/metadata/create.json", "", ""],
            (ApiVersion::V1, Self::Subtitles(subtitles)) => match subtitles.remove {
                true => ["/1.1/media/subtitles/delete.json", "", ""],
                false => ["/1.1/media/subtitles/create.json", "", ""],
            },
            (ApiVersion::V1, _) => ["/1.1/media/upload.json", "", ""],
            (ApiVersion::V2, Self::Initialize(_)) => ["/2/media/upload/initialize", "", ""],
            (ApiVersion::V2, Self::Append { .. }) => ["/2/media/upload/", id, "/append"],
            (ApiVersion::V2, Self::Finalize { .. }) => ["/2/media/upload/", id, "/finalize"],
            (ApiVersion::V2, Self::Status { .. }) => ["/2/media/upload?command=STATUS&media_id=", id, ""],
            (ApiVersion::V2, Self::Metadata { .. }) => ["/2/media/metadata", "", ""],
            (ApiVersion::V2, Self::Subtitles(_)) => ["/2/media/subtitles", "", ""],
        };
        let mut method = "POST";
        let (encoding, segment) = match (api, self) {
            (_, Self::Status { .. }) => {
                method = "GET";
                (Encoding::None, None)
            }
            (_, Self::Append { segment, .. }) => (Encoding::Multipart, Some(*segment)),
            (_, Self::Metadata { .. }) => (Encoding::Json, None),
            (_, Self::Subtitles(subtitles)) => {
                if subtitles.remove && api == ApiVersion::V2 {
                    method = "DELETE";
                }
                (Encoding::Json, None)
            }
            (ApiVersion::V1, _) => (Encoding::Form, None),
            // FINALIZE too: X refuses JSON with an empty body or a list there, and takes `{}`.
            (ApiVersion::V2, _) => (Encoding::Json, None),
        };
        Request { command: self.command(), method, target: path.concat(), encoding, fields: self.fields(api), segment }
    }

    fn fields(&self, api: ApiVersion) -> String {
        let mut fields = Writer::object();
        let id = self.media_id().map(MediaId::to_text);
        match self {
            Self::Metadata { metadata, .. } => match api {
                ApiVersion::V1 => {
                    fields.text("media_id", id.as_deref());
                    let metadata = Json::parse(metadata).and_then(Json::fields);
                    metadata.into_iter().flatten().for_each(|(name, value)| fields.json(name, Some(value.as_str())));
                }
                ApiVersion::V2 => {
                    fields.text("id", id.as_deref());
                    fields.json("metadata", Some(metadata));
                }
            },
            Self::Subtitles(subtitles) => subtitles.write(api, &mut fields),
            _ => {
                // v2 has both in the path.
                if api == ApiVersion::V1 {
                    fields.text("command", Some(self.command().as_str()));
                    fields.text("media_id", id.as_deref());
                }
                match self {
                    Self::Initialize(init) => init.write(&mut fields),
                    Self::Append { segment, .. } => fields.number("segment_index", Some(segment.index.into())),
                    _ => {}
                }
            }
        }
        fields.end()
    }
}

impl Subtitles {
    fn write(&self, api: ApiVersion, fields: &mut Writer) {
        let id = if api == ApiVersion::V1 { "media_id" } else { "id" };
        fields.text(id, Some(&self.id.to_text()));
        let is_amplify = self.media_category == Category::AmplifyVideo;
        fields.text("media_category", Some(if is_amplify { "AmplifyVideo" } else { "TweetVideo" }));
        let mut list = List::begin();
        for subtitle in &self.subtitles {
            let mut json = Writer::object();
            json.text(id, subtitle.id.map(MediaId::to_text).as_deref());
            json.text("language_code", Some(&subtitle.language_code));
            json.json("display_name", subtitle.display_name.as_deref());
            match (api, self.remove) {
                (ApiVersion::V1, _) => list.json(&json.end()),
                (ApiVersion::V2, false) => fields.json("subtitles", Some(&json.end())),
                (ApiVersion::V2, true) => fields.text("language_code", Some(&subtitle.language_code)),
            }
        }
        if api == ApiVersion::V1 {
            fields.json("subtitle_info", Some(&["{\"subtitles\":", &list.end(), "}"].concat()));
        }
    }
}

impl Initialize {
    fn write(&self, fields: &mut Writer) {
        fields.number("total_bytes", Some(self.total_bytes));
        fields.text("media_type", Some(self.media_type.as_str()));
        fields.text("media_category", self.media_category.map(Category::as_str));
        if !self.additional_owners.is_empty() {
            let mut owners = List::begin();
            for id in &self.additional_owners {
                owners.text(&id.to_text());
            }
            fields.json("additional_owners", Some(&owners.end()));
        }
        fields.bool("shared", self.shared);
    }
}
