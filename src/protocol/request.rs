//! What is asked of X: an operation, and the request it is on the wire of v1.1 and of v2.

use std::rc::Rc;

use super::json::{Json, Writer, quoted};
use super::media_id::MediaId;
use super::oauth1::push_encoded;
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
    AddSubtitles,
    RemoveSubtitles,
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
    /// Tells X of a media what this object of JSON says, in the shape of the API.
    Tell {
        command: Command,
        id: MediaId,
        about: String,
    },
}

/// The parameters of INIT.
#[derive(Debug, PartialEq)]
pub struct Initialize {
    /// Size of the file.
    pub total_bytes: u64,
    /// X checks it when it processes the file.
    pub media_type: String,
    /// With one, videos and GIFs are processed after FINALIZE has answered.
    pub media_category: Option<String>,
    /// Users who may use the media too, as JSON.
    pub additional_owners: Option<String>,
    /// Whether the media may be used in several direct messages, as JSON.
    pub shared: Option<String>,
}

/// An operation as the browser has to send it.
#[derive(Debug, PartialEq)]
pub struct Request {
    /// What it is.
    pub command: Command,
    /// That of HTTP.
    pub method: &'static str,
    /// To be appended to the base URL.
    pub path: String,
    /// How the fields are sent.
    pub encoding: Encoding,
    /// As JSON: an object, or the text that a query or form is.
    pub fields: String,
    /// The bytes that follow the fields of a multipart body, as the part named `media`.
    pub segment: Option<Segment>,
}

/// How a request's fields are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As the query: a GET has no body.
    Query,
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
        let mut url = [base_url, self.path.as_str()].concat();
        if self.encoding == Encoding::Query {
            url.push_str(&["?", Json::of(&self.fields).digits()].concat());
        }
        let mut json = Writer::object();
        json.text("command", Some(self.command.as_str()));
        json.text("method", Some(self.method));
        json.text("url", Some(&url));
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
            Self::Query => "query",
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
            Self::AddSubtitles | Self::RemoveSubtitles => "SUBTITLES",
        }
    }

    /// How it is asked of `api`: the method of HTTP; the path, up to the id and behind it; how the fields are sent.
    fn route(self, api: ApiVersion) -> (&'static str, &'static str, Option<&'static str>, Encoding) {
        match (api, self) {
            (ApiVersion::V1, Self::Init | Self::Finalize) => ("POST", "/1.1/media/upload.json", None, Encoding::Form),
            (ApiVersion::V1, Self::Append) => ("POST", "/1.1/media/upload.json", None, Encoding::Multipart),
            (ApiVersion::V1, Self::Status) => ("GET", "/1.1/media/upload.json", None, Encoding::Query),
            (ApiVersion::V1, Self::Metadata) => ("POST", "/1.1/media/metadata/create.json", None, Encoding::Json),
            (ApiVersion::V1, Self::AddSubtitles) => ("POST", "/1.1/media/subtitles/create.json", None, Encoding::Json),
            (ApiVersion::V1, Self::RemoveSubtitles) => {
                ("POST", "/1.1/media/subtitles/delete.json", None, Encoding::Json)
            }
            (ApiVersion::V2, Self::Init) => ("POST", "/2/media/upload/initialize", None, Encoding::Json),
            (ApiVersion::V2, Self::Append) => ("POST", "/2/media/upload/", Some("/append"), Encoding::Multipart),
            // X refuses JSON with an empty body or a list here, and takes `{}`.
            (ApiVersion::V2, Self::Finalize) => ("POST", "/2/media/upload/", Some("/finalize"), Encoding::Json),
            (ApiVersion::V2, Self::Status) => ("GET", "/2/media/upload", None, Encoding::Query),
            (ApiVersion::V2, Self::Metadata) => ("POST", "/2/media/metadata", None, Encoding::Json),
            (ApiVersion::V2, Self::AddSubtitles) => ("POST", "/2/media/subtitles", None, Encoding::Json),
            (ApiVersion::V2, Self::RemoveSubtitles) => ("DELETE", "/2/media/subtitles", None, Encoding::Json),
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
            Self::Tell { command, .. } => *command,
        }
    }

    /// The media it is about; INIT makes one.
    pub fn media_id(&self) -> Option<MediaId> {
        match self {
            Self::Initialize(_) => None,
            Self::Append { id, .. } | Self::Finalize { id } | Self::Status { id } | Self::Tell { id, .. } => Some(*id),
        }
    }

    /// The request that asks `api` for it.
    pub fn request(&self, api: ApiVersion) -> Request {
        let command = self.command();
        let (method, before, after, encoding) = command.route(api);
        let id = self.media_id().map(MediaId::to_text);
        let path = match (&id, after) {
            (Some(id), Some(after)) => [before, id, after].concat(),
            _ => before.to_owned(),
        };
        let segment = match self {
            Self::Append { segment, .. } => Some(*segment),
            _ => None,
        };
        let mut fields = self.fields(api, id);
        if matches!(encoding, Encoding::Query | Encoding::Form) {
            fields = quoted(&form(&fields));
        }
        Request { command, method, path, encoding, fields, segment }
    }

    fn fields(&self, api: ApiVersion, id: Option<String>) -> String {
        let mut fields = Writer::object();
        if let Self::Tell { about, .. } = self {
            fields.text(if api == ApiVersion::V1 { "media_id" } else { "id" }, id.as_deref());
            fields.append(about);
            return fields.end();
        }
        // v2 has both in the path, but for STATUS.
        if api == ApiVersion::V1 || self.command() == Command::Status {
            fields.text("command", Some(self.command().as_str()));
            fields.text("media_id", id.as_deref());
        }
        match self {
            Self::Initialize(init) => init.write(&mut fields),
            Self::Append { segment, .. } => fields.number("segment_index", Some(segment.index.into())),
            _ => {}
        }
        fields.end()
    }
}

/// The fields of an object as a form, in which a list is joined by commas. No value has escapes in it.
fn form(object: &str) -> String {
    let mut form = String::new();
    for (name, value) in Json::of(object).fields().into_iter().flatten() {
        let separator = if form.is_empty() { "" } else { "&" };
        form.push_str(&[separator, name.digits(), "="].concat());
        for byte in value.as_str().bytes().filter(|byte| !b"\"[]".contains(byte)) {
            push_encoded(&mut form, byte);
        }
    }
    form
}

impl Initialize {
    fn write(&self, fields: &mut Writer) {
        fields.number("total_bytes", Some(self.total_bytes));
        fields.text("media_type", Some(&self.media_type));
        fields.text("media_category", self.media_category.as_deref());
        fields.json("additional_owners", self.additional_owners.as_deref().filter(|owners| *owners != "[]"));
        fields.json("shared", self.shared.as_deref());
    }
}
