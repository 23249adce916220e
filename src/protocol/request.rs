//! What is asked of X: an operation, and the request it is on the wire of v1.1 and of v2.

use super::json::{List, Writer};
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
}

/// One thing to ask of X.
#[derive(Debug, PartialEq)]
#[expect(missing_docs, reason = "the commands, with their parameters")]
pub enum Operation {
    Initialize(Box<Initialize>),
    Append { id: MediaId, segment: Segment },
    Finalize { id: MediaId },
    Status { id: MediaId },
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

/// X's limit of `additional_owners`.
pub const MAX_OWNERS: usize = 100;

/// An operation as the browser has to send it.
#[derive(Debug, PartialEq)]
pub struct Request {
    /// What it is.
    pub command: Command,
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
        json.text("method", Some(if self.encoding == Encoding::None { "GET" } else { "POST" }));
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
        }
    }

    /// The media it is about; INIT makes one.
    pub fn media_id(&self) -> Option<MediaId> {
        match self {
            Self::Initialize(_) => None,
            Self::Append { id, .. } | Self::Finalize { id } | Self::Status { id } => Some(*id),
        }
    }

    /// The request that asks `api` for it.
    pub fn request(&self, api: ApiVersion) -> Request {
        let id = self.media_id().map(MediaId::to_text);
        let id = id.as_deref().unwrap_or_default();
        let path = match (api, self) {
            (ApiVersion::V1, Self::Status { .. }) => ["/1.1/media/upload.json?command=STATUS&media_id=", id, ""],
            (ApiVersion::V1, _) => ["/1.1/media/upload.json", "", ""],
            (ApiVersion::V2, Self::Initialize(_)) => ["/2/media/upload/initialize", "", ""],
            (ApiVersion::V2, Self::Append { .. }) => ["/2/media/upload/", id, "/append"],
            (ApiVersion::V2, Self::Finalize { .. }) => ["/2/media/upload/", id, "/finalize"],
            (ApiVersion::V2, Self::Status { .. }) => ["/2/media/upload?command=STATUS&media_id=", id, ""],
        };
        let (encoding, segment) = match (api, self) {
            (_, Self::Status { .. }) => (Encoding::None, None),
            (_, Self::Append { segment, .. }) => (Encoding::Multipart, Some(*segment)),
            (ApiVersion::V1, _) => (Encoding::Form, None),
            // FINALIZE too: X refuses JSON with an empty body or a list there, and takes `{}`.
            (ApiVersion::V2, _) => (Encoding::Json, None),
        };
        Request { command: self.command(), target: path.concat(), encoding, fields: self.fields(api), segment }
    }

    fn fields(&self, api: ApiVersion) -> String {
        let mut fields = Writer::object();
        // v2 has both in the path.
        if api == ApiVersion::V1 {
            fields.text("command", Some(self.command().as_str()));
            fields.text("media_id", self.media_id().map(MediaId::to_text).as_deref());
        }
        match self {
            Self::Initialize(init) => init.write(&mut fields),
            Self::Append { segment, .. } => fields.number("segment_index", Some(segment.index.into())),
            Self::Finalize { .. } | Self::Status { .. } => {}
        }
        fields.end()
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
