//! What callers may say: the range of each value, what it must be in words, and the defaults.

use std::rc::Rc;

use super::base_url::BaseUrl;
use super::client_state::APPEND_TIMEOUT;
use super::exchange::Authorization;
use super::file::{Description, FileInfo};
use super::given::{Fields, FromPlain, Given, Plain, Read, Refusal, read, read_json, read_list, to_json};
use super::job::Goal;
use super::json::{Json, ObjectWriter};
use super::media::Media;
use super::media_id::MediaId;
use super::media_type::{Category, MediaType};
use super::metadata::{AltText, Change, LanguageCode, Metadata, Subtitle, SubtitleFile, SubtitledCategory};
use super::must;
use super::oauth1::{OAuth1Credentials, Secret};
use super::request::{ApiVersion, Command, Initialize, Operation};
use super::retry::RetryPolicy;
use super::route::{Place, Route};
use super::segments::{MAX_SEGMENT_BYTES, MIN_SEGMENT_BYTES, SERVER_MAX_SEGMENT_BYTES, Segment, Sizing};
use super::session::Session;
use super::time::Millis;
use super::upload_state::{Plan, Saving};

/// What a client was told, and every request of it obeys.
#[derive(Debug)]
pub struct Settings {
    /// Which API to speak.
    pub api: ApiVersion,
    /// What the API's paths are appended to.
    pub base_url: BaseUrl,
    /// Where the client runs.
    pub place: Place,
    /// When to try again.
    pub retry: RetryPolicy,
    /// How long one request may take; `None` is the default of its command.
    pub request_timeout: Option<Millis>,
    /// How requests are authorised.
    pub authorization: Authorization,
}

impl Settings {
    /// Reads the options of a client. `base_url` is the one among them, if there is one.
    pub fn read<G: Given>(
        options: &Fields<G>,
        base_url: Option<BaseUrl>,
        place: Place,
        authorization: Authorization,
    ) -> Read<Self, G> {
        let api: ApiVersion = options.required("api")?;
        let retry = options.get("retry")?;
        let retry = match &retry {
            Some(retry) => read_retry(&Fields::of(retry, "retry")?)?,
            None => RetryPolicy::default(),
        };
        let timeout: Option<RequestTimeout> = options.optional("requestTimeoutMs")?;
        Ok(Self {
            api,
            base_url: base_url.unwrap_or_else(|| BaseUrl::of(api)),
            place,
            retry,
            request_timeout: timeout.map(|timeout| timeout.0),
            authorization,
        })
    }

    /// The way of every request.
    pub fn route(&self) -> Route {
        let is_signed = self.api == ApiVersion::V1 || self.authorization == Authorization::Signs;
        Route { is_signed, host: self.base_url.host(), place: self.place }
    }

    /// How long a request with this `command` may take.
    pub fn request_timeout(&self, command: Command) -> Millis {
        let default = if command == Command::Append { *APPEND_TIMEOUT.start() } else { Millis::from_secs(30) };
        self.request_timeout.unwrap_or(default)
    }
}

fn read_retry<G: Given>(options: &Fields<G>) -> Read<RetryPolicy, G> {
    let default = RetryPolicy::default();
    let delay =
        |name, default| -> Read<Millis, G> { Ok(options.optional(name)?.map_or(default, |Delay(delay)| delay)) };
    Ok(RetryPolicy {
        attempts: options.optional("attempts")?.map(|Attempts(attempts)| attempts),
        min_delay: delay("minDelayMs", default.min_delay)?,
        max_delay: delay("maxDelayMs", default.max_delay)?,
        max_rate_limit_wait: delay("maxRateLimitWaitMs", default.max_rate_limit_wait)?,
    })
}

impl OAuth1Credentials {
    /// Reads the credentials that messages call `oauth1`.
    pub fn read<G: Given>(given: &G) -> Read<Self, G> {
        let fields = Fields::of(given, "oauth1")?;
        Ok(Self {
            consumer_key: fields.required("consumerKey")?,
            consumer_secret: fields.required("consumerSecret")?,
            token: fields.required("token")?,
            token_secret: fields.required("tokenSecret")?,
        })
    }
}

impl Operation {
    /// Reads the parameters of INIT.
    pub fn read_initialize<G: Given>(params: &G) -> Read<Self, G> {
        let params = Fields::of(params, "params")?;
        let TotalBytes(total_bytes) = params.required("total_bytes")?;
        Ok(Self::Initialize(Rc::new(Initialize {
            total_bytes,
            media_type: params.required("media_type")?,
            media_category: params.optional("media_category")?,
            additional_owners: read_owners(&params, "additional_owners")?,
            shared: params.optional("shared")?,
        })))
    }

    /// Reads the arguments of APPEND. The segment has `bytes`.
    pub fn read_append<G: Given>(media_id: &G, segment_index: &G, bytes: u64) -> Read<Self, G> {
        let id = read_media_id(media_id)?;
        let SegmentIndex(index) = read(segment_index, "segmentIndex")?;
        if !(1..=SERVER_MAX_SEGMENT_BYTES).contains(&bytes) {
            return Err(Refusal::new("segment", must::SEGMENT));
        }
        Ok(Self::Append { id, segment: Segment { index, start: 0, end: bytes } })
    }

    /// Reads the arguments of METADATA.
    pub fn read_set_metadata<G: Given>(media_id: &G, metadata: &G) -> Read<Self, G> {
        const MUST: &str = "an object, in which alt_text is a text of at most 1000 characters";
        let id = read_media_id(media_id)?;
        let json = read_json(metadata, "metadata", MUST)?;
        let metadata = Metadata::read(&json).ok_or_else(|| Refusal::new("metadata", MUST))?;
        Ok(Self::SetMetadata { id, metadata })
    }

    /// Reads the arguments that add SUBTITLES: of 2 one with each request.
    pub fn read_add_subtitles<G: Given>(
        api: ApiVersion,
        media_id: &G,
        media_category: &G,
        subtitles: &G,
    ) -> Read<Vec<Self>, G> {
        let must = "a list of { media_id_string, language_code, display_name }, each code two letters";
        let about = (read_media_id(media_id)?, read(media_category, "mediaCategory")?);
        let subtitles = read_subtitles(subtitles, "subtitles", must, &read_subtitle)?;
        Ok(Self::subtitles(api, about, Change::Add, subtitles))
    }

    /// Reads the arguments that remove SUBTITLES: of 2 one with each request.
    pub fn read_remove_subtitles<G: Given>(
        api: ApiVersion,
        media_id: &G,
        media_category: &G,
        language_codes: &G,
    ) -> Read<Vec<Self>, G> {
        let read_code = |code: &G| Some(Subtitle { language: LanguageCode::from_plain(code.plain())?, file: None });
        let about = (read_media_id(media_id)?, read(media_category, "mediaCategory")?);
        let must = "a list of language codes, each two letters";
        let subtitles = read_subtitles(language_codes, "languageCodes", must, &read_code)?;
        Ok(Self::subtitles(api, about, Change::Remove, subtitles))
    }

    /// What each request about subtitles is about: in 1.1 all, in 2 one.
    fn subtitles(
        api: ApiVersion,
        (id, category): (MediaId, SubtitledCategory),
        change: Change,
        subtitles: Vec<Subtitle>,
    ) -> Vec<Self> {
        let request = |subtitles| Self::Subtitles { id, change, category, subtitles };
        match api {
            ApiVersion::V1 => vec![request(subtitles)],
            ApiVersion::V2 => subtitles.into_iter().map(|subtitle| request(vec![subtitle])).collect(),
        }
    }
}

/// Reads a list that is not empty.
fn read_subtitles<G: Given>(
    given: &G,
    name: &str,
    must: &str,
    read_item: &dyn Fn(&G) -> Option<Subtitle>,
) -> Read<Vec<Subtitle>, G> {
    let subtitles = read_list(given, read_item).filter(|subtitles| !subtitles.is_empty());
    subtitles.ok_or_else(|| Refusal::new(name, must))
}

fn read_subtitle<G: Given>(subtitle: &G) -> Option<Subtitle> {
    let field = |name| Some(subtitle.is_object().then(|| subtitle.get(name).ok())??.plain());
    let media_id = MediaId::from_plain(field("media_id_string")?)?;
    let language = LanguageCode::from_plain(field("language_code")?)?;
    let display_name = String::from_plain(field("display_name")?)?;
    Some(Subtitle { language, file: Some(SubtitleFile { media_id, display_name }) })
}

/// Reads the argument `mediaId`.
pub fn read_media_id<G: Given>(media_id: &G) -> Read<MediaId, G> {
    read(media_id, "mediaId")
}

/// Reads the argument `media`: an id, or a Media of which more is known.
pub fn read_media<G: Given>(media: &G) -> Read<(MediaId, Option<Box<Media>>), G> {
    const MUST: &str = "a Media, or its media_id_string of 1 to 19 digits";
    let refused = || Refusal::new("media", MUST);
    if let Some(id) = MediaId::from_plain(media.plain()) {
        return Ok((id, None));
    }
    if !media.is_object() {
        return Err(refused());
    }
    let fields = Fields::of(media, "media")?;
    let mut given = Vec::new();
    for name in Media::FIELDS {
        given.extend(fields.get(name)?.map(|value| (name, value)));
    }
    // A number may have been rounded: only the text will do.
    let id = given.iter().find(|(name, _)| *name == Media::ID).and_then(|(_, id)| MediaId::from_plain(id.plain()));
    let id = id.ok_or_else(refused)?;
    let mut json = ObjectWriter::new();
    for (name, value) in &given {
        if let Some(value) = to_json(value, name)? {
            json.add(name, &value);
        }
    }
    Ok((id, Media::read_again(Json::of(&json.end()))))
}

/// Reads how long to wait for processing.
pub fn read_timeout<G: Given>(options: &Fields<G>) -> Read<Millis, G> {
    const DEFAULT: Millis = Millis::from_secs(1800);
    Ok(options.optional("timeoutSecs")?.map_or(DEFAULT, |Timeout(timeout)| timeout))
}

/// Reads the options of an upload of this file.
pub fn read_upload<G: Given>(options: &Fields<G>, file: FileInfo, saving: Saving) -> Read<(Box<Plan>, Goal), G> {
    file.check_size()?;
    let timeout = read_timeout(options)?;
    let goal = if options.optional("wait")?.unwrap_or(true) { Goal::Ready { timeout } } else { Goal::Accepted };
    let session = match options.get("session")? {
        Some(session) => {
            let json = read_json(&session, "session", must::OBJECT)?;
            Some(Session::read(&json).ok_or_else(Session::invalid)?)
        }
        None => None,
    };
    let plan = Plan {
        file,
        description: Description {
            media_type: options.optional("mediaType")?,
            media_category: options.optional("mediaCategory")?,
            additional_owners: read_owners(options, "additionalOwners")?,
            shared: options.optional("shared")?,
        },
        alt_text: options.optional("altText")?.filter(|text: &AltText| !text.is_empty()),
        sizing: options.optional("segmentSize")?.unwrap_or(Sizing::AUTO),
        concurrency: options.optional("concurrency")?.map_or(4, |Concurrency(concurrency)| concurrency),
        session,
        saving,
    };
    Ok((Box::new(plan), goal))
}

/// Reads the users who may use a media too.
fn read_owners<G: Given>(options: &Fields<G>, name: &str) -> Read<Vec<MediaId>, G> {
    let Some(owners) = options.get(name)? else { return Ok(Vec::new()) };
    read_list(&owners, &|id| MediaId::from_plain(id.plain()))
        .filter(|owners| owners.len() <= 100)
        .ok_or_else(|| Refusal::new(name, "a list of at most 100 user ids, each 1 to 19 digits as a string"))
}

/// An integer of that range.
fn integer(value: Plain, least: u64, most: u64) -> Option<u64> {
    let Plain::Number(number) = value else { return None };
    let is_within = number >= least as f64 && number <= most as f64 && number.fract() == 0.0;
    is_within.then_some(number as u64)
}

fn text(value: Plain) -> Option<String> {
    match value {
        Plain::Text(text) => Some(text),
        _ => None,
    }
}

const WEEK_MS: u64 = 7 * 24 * 3_600_000;

/// Tries of one request.
#[derive(Debug)]
pub(super) struct Attempts(u32);

impl FromPlain for Attempts {
    const MUST: &'static str = "an integer from 1 to 1000";

    fn from_plain(value: Plain) -> Option<Self> {
        integer(value, 1, 1000).map(|attempts| Self(attempts as u32))
    }
}

/// A pause between two tries.
#[derive(Debug)]
pub(super) struct Delay(Millis);

impl FromPlain for Delay {
    const MUST: &'static str = "a whole number of milliseconds, at most a week";

    fn from_plain(value: Plain) -> Option<Self> {
        integer(value, 0, WEEK_MS).map(|delay| Self(Millis(delay)))
    }
}

/// How long one request may take.
#[derive(Debug)]
pub(super) struct RequestTimeout(Millis);

impl FromPlain for RequestTimeout {
    const MUST: &'static str = Delay::MUST;

    fn from_plain(value: Plain) -> Option<Self> {
        integer(value, 1, WEEK_MS).map(|timeout| Self(Millis(timeout)))
    }
}

/// How long to wait for processing.
#[derive(Debug)]
pub(super) struct Timeout(Millis);

impl FromPlain for Timeout {
    const MUST: &'static str = "a number of seconds above 0, at most 1 000 000 000";

    fn from_plain(value: Plain) -> Option<Self> {
        match value {
            Plain::Number(secs @ 0.001..=1e9) => Some(Self(Millis((secs * 1000.0) as u64))),
            _ => None,
        }
    }
}

/// The size of a whole file.
#[derive(Debug)]
pub(super) struct TotalBytes(u64);

impl FromPlain for TotalBytes {
    const MUST: &'static str = "a whole number of bytes above 0, at most 16 GiB";

    fn from_plain(value: Plain) -> Option<Self> {
        integer(value, 1, 1 << 34).map(Self)
    }
}

/// X's `segment_index`.
#[derive(Debug)]
pub(super) struct SegmentIndex(u16);

impl FromPlain for SegmentIndex {
    const MUST: &'static str = "an integer from 0 to 999";

    fn from_plain(value: Plain) -> Option<Self> {
        integer(value, 0, 999).map(|index| Self(index as u16))
    }
}

/// APPENDs in flight at once.
#[derive(Debug)]
pub(super) struct Concurrency(usize);

impl FromPlain for Concurrency {
    const MUST: &'static str = "an integer from 1 to 8";

    fn from_plain(value: Plain) -> Option<Self> {
        integer(value, 1, 8).map(|concurrency| Self(concurrency as usize))
    }
}

impl FromPlain for Sizing {
    const MUST: &'static str = "\"auto\", or an integer from 65 536 to 5 000 000";

    fn from_plain(value: Plain) -> Option<Self> {
        match value {
            Plain::Text(text) => (text == "auto").then_some(Self::AUTO),
            other => integer(other, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES).map(Self::fixed),
        }
    }
}

impl FromPlain for bool {
    const MUST: &'static str = "true or false";

    fn from_plain(value: Plain) -> Option<Self> {
        match value {
            Plain::Bool(value) => Some(value),
            _ => None,
        }
    }
}

impl FromPlain for String {
    const MUST: &'static str = "a text";

    fn from_plain(value: Plain) -> Option<Self> {
        text(value)
    }
}

impl FromPlain for ApiVersion {
    const MUST: &'static str = "\"1.1\" or \"2\"";

    fn from_plain(value: Plain) -> Option<Self> {
        Self::parse(&text(value)?)
    }
}

impl FromPlain for MediaId {
    const MUST: &'static str = "1 to 19 digits, as a string";

    fn from_plain(value: Plain) -> Option<Self> {
        Self::parse(&text(value)?)
    }
}

impl FromPlain for MediaType {
    const MUST: &'static str = "a media type such as video/mp4";

    fn from_plain(value: Plain) -> Option<Self> {
        Self::parse(&text(value)?)
    }
}

impl FromPlain for Category {
    const MUST: &'static str = "one of X's categories, such as tweet_video";

    fn from_plain(value: Plain) -> Option<Self> {
        Self::parse(&text(value)?)
    }
}

impl FromPlain for SubtitledCategory {
    const MUST: &'static str = "\"tweet_video\" or \"amplify_video\"";

    fn from_plain(value: Plain) -> Option<Self> {
        match Category::from_plain(value)? {
            Category::TweetVideo => Some(Self::TweetVideo),
            Category::AmplifyVideo => Some(Self::AmplifyVideo),
            _ => None,
        }
    }
}

impl FromPlain for LanguageCode {
    const MUST: &'static str = "two letters";

    fn from_plain(value: Plain) -> Option<Self> {
        Self::new(&text(value)?)
    }
}

impl FromPlain for AltText {
    const MUST: &'static str = "a text of at most 1000 characters";

    fn from_plain(value: Plain) -> Option<Self> {
        Self::new(text(value)?)
    }
}

impl FromPlain for Secret {
    const MUST: &'static str = "a text of visible ASCII characters, without quotes and backslashes";

    fn from_plain(value: Plain) -> Option<Self> {
        Self::new(text(value)?)
    }
}
