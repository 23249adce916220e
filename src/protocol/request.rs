//! What is asked of X: an operation, and the request it is on the wire of v1.1 and of v2.

use std::rc::Rc;

use super::json::{ObjectWriter, decimal, list, quoted};
use super::media_id::MediaId;
use super::media_type::{Category, MediaType};
use super::metadata::{self, Change, Metadata, Subtitle, SubtitledCategory};
use super::oauth1::push_encoded;
use super::segments::Segment;
use super::value::{ToValue, Value};

/// The two APIs. They take different credentials and answer in different shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiVersion {
    /// `upload.twitter.com/1.1`: one URL, the command a parameter.
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

    /// The API of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::V1, Self::V2].into_iter().find(|api| api.as_str() == name)
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
}

impl ToValue for Command {
    fn to_value(&self) -> Value<'_> {
        Value::Text(self.as_str())
    }
}

/// One thing to ask of X.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the commands, with their parameters")]
pub enum Operation {
    Initialize(Rc<Initialize>),
    Append { id: MediaId, segment: Segment },
    Finalize { id: MediaId },
    Status { id: MediaId },
    SetMetadata { id: MediaId, metadata: Metadata },
    Subtitles { id: MediaId, change: Change, category: SubtitledCategory, subtitles: Vec<Subtitle> },
}

/// The parameters of INIT.
#[derive(Clone, Debug, PartialEq)]
pub struct Initialize {
    /// Size of the file.
    pub total_bytes: u64,
    /// X checks it when it processes the file.
    pub media_type: MediaType,
    /// With one, videos and GIFs are processed after FINALIZE has answered.
    pub media_category: Option<Category>,
    /// Users who may use the media too.
    pub additional_owners: Vec<MediaId>,
    /// Whether the media may be used in several direct messages.
    pub shared: Option<bool>,
}

/// Names and values in a query, a form or the fields of a multipart body, not encoded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters(pub Vec<(String, String)>);

impl Parameters {
    /// Adds one more.
    pub fn add(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// As `application/x-www-form-urlencoded` has them.
    pub fn to_form(&self) -> String {
        let mut form = String::new();
        for (place, (name, value)) in self.0.iter().enumerate() {
            form.push_str(if place == 0 { "" } else { "&" });
            push_encoded(&mut form, name);
            form.push('=');
            push_encoded(&mut form, value);
        }
        form
    }
}

/// An operation as the browser has to send it.
#[derive(Debug, PartialEq)]
pub struct Request {
    /// What it is.
    pub command: Command,
    /// The URL up to its query.
    pub address: String,
    /// What is in the query.
    pub query: Parameters,
    /// What follows.
    pub body: Body,
    /// Whether it takes away what is at the address.
    deletes: bool,
}

/// The body of a request.
#[derive(Debug, PartialEq)]
pub enum Body {
    /// No body: the request is a GET.
    None,
    /// `application/x-www-form-urlencoded`
    Form(Parameters),
    /// `application/json`: its text.
    Json(String),
    /// `multipart/form-data`: the fields, and then the bytes of a segment as the part named `media`.
    Multipart(Parameters, Segment),
}

impl Request {
    /// That of HTTP.
    pub fn method(&self) -> &'static str {
        match self.body {
            Body::None => "GET",
            _ if self.deletes => "DELETE",
            _ => "POST",
        }
    }

    /// The whole URL.
    pub fn url(&self) -> String {
        if self.query.0.is_empty() {
            return self.address.clone();
        }
        [&self.address, "?", &self.query.to_form()].concat()
    }

    /// What OAuth 1.0a signs of it: the parameters in the query and in a form.
    pub fn signed(&self) -> &Parameters {
        match &self.body {
            Body::Form(parameters) => parameters,
            _ => &self.query,
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
            Self::SetMetadata { .. } => Command::Metadata,
            Self::Subtitles { change: Change::Add, .. } => Command::AddSubtitles,
            Self::Subtitles { change: Change::Remove, .. } => Command::RemoveSubtitles,
        }
    }

    /// The media it is about; INIT makes one.
    pub fn media_id(&self) -> Option<MediaId> {
        match self {
            Self::Initialize(_) => None,
            Self::Append { id, .. }
            | Self::Finalize { id }
            | Self::Status { id }
            | Self::SetMetadata { id, .. }
            | Self::Subtitles { id, .. } => Some(*id),
        }
    }

    /// The request that asks `api`, which is at `base_url`, for it.
    pub fn request(&self, api: ApiVersion, base_url: &str) -> Request {
        let (mut query, mut deletes) = (Parameters::default(), false);
        let (path, body): (&[&str], Body) = match (api, self) {
            (ApiVersion::V1, Self::Initialize(init)) => (&[UPLOAD_V1], Body::Form(init.to_form(self.parameters()))),
            (ApiVersion::V2, Self::Initialize(init)) => (&["/2/media/upload/initialize"], Body::Json(init.to_json())),
            (ApiVersion::V1, Self::Append { segment, .. }) => {
                (&[UPLOAD_V1], Body::Multipart(segment_fields(self.parameters(), segment), *segment))
            }
            (ApiVersion::V2, Self::Append { id, segment }) => (
                &["/2/media/upload/", id.as_str(), "/append"],
                Body::Multipart(segment_fields(Parameters::default(), segment), *segment),
            ),
            (ApiVersion::V1, Self::Finalize { .. }) => (&[UPLOAD_V1], Body::Form(self.parameters())),
            // X refuses JSON with an empty body or a list here, and takes `{}`.
            (ApiVersion::V2, Self::Finalize { id }) => {
                (&["/2/media/upload/", id.as_str(), "/finalize"], Body::Json("{}".to_owned()))
            }
            (_, Self::Status { .. }) => {
                query = self.parameters();
                (&[if api == ApiVersion::V1 { UPLOAD_V1 } else { "/2/media/upload" }], Body::None)
            }
            (_, Self::SetMetadata { id, metadata }) => {
                let path = if api == ApiVersion::V1 { "/1.1/media/metadata/create.json" } else { "/2/media/metadata" };
                (&[path], Body::Json(metadata.body(api, *id)))
            }
            (_, Self::Subtitles { id, change, category, subtitles }) => {
                deletes = api == ApiVersion::V2 && *change == Change::Remove;
                let path = match (api, change) {
                    (ApiVersion::V1, Change::Add) => "/1.1/media/subtitles/create.json",
                    (ApiVersion::V1, Change::Remove) => "/1.1/media/subtitles/delete.json",
                    (ApiVersion::V2, _) => "/2/media/subtitles",
                };
                (&[path], Body::Json(metadata::subtitles(api, *id, *category, subtitles)))
            }
        };
        let address = [base_url, &path.concat()].concat();
        Request { command: self.command(), address, query, body, deletes }
    }

    /// The command and its media, as v1.1 has them in all that is no JSON, and v2 in the query of STATUS.
    fn parameters(&self) -> Parameters {
        let mut parameters = Parameters::default();
        parameters.add("command", self.command().as_str());
        if let Some(id) = self.media_id() {
            parameters.add("media_id", id.as_str());
        }
        parameters
    }
}

const UPLOAD_V1: &str = "/1.1/media/upload.json";

fn segment_fields(mut fields: Parameters, segment: &Segment) -> Parameters {
    fields.add("segment_index", &decimal(segment.index.into()));
    fields
}

impl Initialize {
    /// Adds what it says to the parameters of a form.
    fn to_form(&self, mut form: Parameters) -> Parameters {
        form.add("total_bytes", &decimal(self.total_bytes));
        form.add("media_type", self.media_type.as_str());
        if let Some(category) = self.media_category {
            form.add("media_category", category.as_str());
        }
        if !self.additional_owners.is_empty() {
            let owners: Vec<&str> = self.additional_owners.iter().map(MediaId::as_str).collect();
            form.add("additional_owners", &owners.join(","));
        }
        if let Some(shared) = self.shared {
            form.add("shared", as_text(shared));
        }
        form
    }

    /// The body of v2 that says it.
    pub(super) fn to_json(&self) -> String {
        let mut body = ObjectWriter::new();
        body.add("total_bytes", &decimal(self.total_bytes));
        body.add_text("media_type", self.media_type.as_str());
        if let Some(category) = self.media_category {
            body.add_text("media_category", category.as_str());
        }
        if !self.additional_owners.is_empty() {
            body.add("additional_owners", &list(self.additional_owners.iter().map(|id| quoted(id.as_str()))));
        }
        if let Some(shared) = self.shared {
            body.add("shared", as_text(shared));
        }
        body.end()
    }
}

fn as_text(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}
