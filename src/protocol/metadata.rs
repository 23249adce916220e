//! What X is told of a media besides its bytes, in the shapes of v1.1 and v2: alternative text, other metadata, subtitles.

use super::json::{Json, ObjectWriter, list};
use super::media_id::MediaId;
use super::request::ApiVersion;

/// Metadata of a media: alternative text, and whatever else the caller wrote, which is handed on as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Metadata {
    /// Fields of an object, with their values as JSON: X's shape of v1.1, but for the id.
    fields: Vec<(String, String)>,
}

/// The most characters of an alternative text that X takes.
const MAX_ALT_TEXT: usize = 1000;

/// An alternative text of at most 1000 characters.
#[derive(Clone, Debug, PartialEq)]
pub struct AltText(String);

impl AltText {
    /// `None` where the text is too long.
    pub fn new(text: String) -> Option<Self> {
        (text.chars().count() <= MAX_ALT_TEXT).then_some(Self(text))
    }

    /// Whether it says nothing. X refuses that.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Metadata {
    /// Reads what the caller wrote, as JSON: an object, in which `alt_text` is a text. `None` where it is anything else. An
    /// id in it is left out: the one that the call names stands.
    pub fn read(json: &str) -> Option<Self> {
        let mut fields = Vec::new();
        for (name, value) in Json::of(json).fields()? {
            match name.unquoted()? {
                "alt_text" => fields.push(AltText::new(value.to_text()?)?.field()),
                "id" | "media_id" => {}
                name => fields.push((name.to_owned(), value.as_str().to_owned())),
            }
        }
        Some(Self { fields })
    }

    /// The body that tells `api` of it.
    pub fn body(&self, api: ApiVersion, id: MediaId) -> String {
        let (mut body, mut metadata) = (ObjectWriter::new(), ObjectWriter::new());
        body.add_text(name_of_id(api), id.as_str());
        let fields = if api == ApiVersion::V1 { &mut body } else { &mut metadata };
        self.fields.iter().for_each(|(name, json)| fields.add(name, json));
        if api == ApiVersion::V2 {
            body.add("metadata", &metadata.end());
        }
        body.end()
    }
}

impl From<&AltText> for Metadata {
    fn from(text: &AltText) -> Self {
        Self { fields: vec![text.field()] }
    }
}

impl AltText {
    fn field(&self) -> (String, String) {
        let mut value = ObjectWriter::new();
        value.add_text("text", &self.0);
        ("alt_text".to_owned(), value.end())
    }
}

/// The categories of media that can have subtitles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubtitledCategory {
    /// `tweet_video`
    TweetVideo,
    /// `amplify_video`
    AmplifyVideo,
}

impl SubtitledCategory {
    /// X's name of it in requests about subtitles.
    fn as_str(self) -> &'static str {
        match self {
            Self::TweetVideo => "TweetVideo",
            Self::AmplifyVideo => "AmplifyVideo",
        }
    }
}

/// The code of a language: two letters, in upper case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageCode(String);

impl LanguageCode {
    /// `None` where it is not two letters.
    pub fn new(code: &str) -> Option<Self> {
        let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
        is_code.then(|| Self(code.to_ascii_uppercase()))
    }
}

/// What is done with subtitles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Change {
    Add,
    Remove,
}

/// Subtitles in one language.
#[derive(Clone, Debug, PartialEq)]
pub struct Subtitle {
    /// Their language: they are removed by it.
    pub language: LanguageCode,
    /// Where they are added: the file.
    pub file: Option<SubtitleFile>,
}

/// A file of subtitles that was uploaded.
#[derive(Clone, Debug, PartialEq)]
pub struct SubtitleFile {
    /// The uploaded file.
    pub media_id: MediaId,
    /// What viewers choose it by.
    pub display_name: String,
}

impl Subtitle {
    fn add_to(&self, object: &mut ObjectWriter, api: ApiVersion) {
        if let Some(file) = &self.file {
            object.add_text(name_of_id(api), file.media_id.as_str());
            object.add_text("display_name", &file.display_name);
        }
        object.add_text("language_code", &self.language.0);
    }

    fn to_json(&self, api: ApiVersion) -> String {
        let mut object = ObjectWriter::new();
        self.add_to(&mut object, api);
        object.end()
    }
}

/// The body that adds subtitles to a media, or removes them. v2 takes one in each request.
pub(super) fn subtitles(api: ApiVersion, id: MediaId, category: SubtitledCategory, subtitles: &[Subtitle]) -> String {
    let mut body = ObjectWriter::new();
    body.add_text(name_of_id(api), id.as_str());
    body.add_text("media_category", category.as_str());
    match (api, subtitles) {
        (ApiVersion::V1, subtitles) => {
            let mut info = ObjectWriter::new();
            info.add("subtitles", &list(subtitles.iter().map(|subtitle| subtitle.to_json(api))));
            body.add("subtitle_info", &info.end());
        }
        (ApiVersion::V2, [removed @ Subtitle { file: None, .. }, ..]) => removed.add_to(&mut body, api),
        (ApiVersion::V2, [added, ..]) => body.add("subtitles", &added.to_json(api)),
        (ApiVersion::V2, []) => {}
    }
    body.end()
}

/// The id of a media, by the name that it has in the API's bodies of JSON.
fn name_of_id(api: ApiVersion) -> &'static str {
    match api {
        ApiVersion::V1 => "media_id",
        ApiVersion::V2 => "id",
    }
}
