//! What callers give, as JSON: checked, and turned into types that nothing has to check again.

use super::base_url::base_url;
use super::error::Error;
use super::exchange::Settings;
use super::job::{File, Goal};
use super::json::{Json, integer};
use super::media::Media;
use super::media_id::MediaId;
use super::media_type::{Category, MediaType};
use super::request::{ApiVersion, Initialize, MAX_OWNERS, Operation};
use super::retry::RetryPolicy;
use super::segments::{
    DEFAULT_SEGMENT_BYTES, MAX_SEGMENT_BYTES, MAX_SEGMENTS, MIN_SEGMENT_BYTES, SERVER_MAX_SEGMENT_BYTES, Segment,
    Segments,
};
use super::time::Millis;

/// Reads the fields of an object. The first that is wrong is kept.
struct Fields<'a> {
    object: Option<Json<'a>>,
    wrong: Option<Box<Error>>,
}

impl<'a> Fields<'a> {
    fn new(json: &'a str) -> Self {
        Self { object: Json::parse(json), wrong: None }
    }

    fn end<T>(self, read: T) -> Result<T, Box<Error>> {
        self.wrong.map_or(Ok(read), Err)
    }

    fn refuse(&mut self, name: &str, must: &str) {
        self.wrong.get_or_insert_with(|| Error::invalid(name, must));
    }

    /// The value of a field as `read` sees it; what it `must` be is said where `read` sees nothing.
    fn read<T>(&mut self, name: &str, must: &str, read: impl FnOnce(Json<'a>) -> Option<T>) -> Option<T> {
        let read = read(self.object?.field(name)?);
        if read.is_none() {
            self.refuse(name, must);
        }
        read
    }

    /// The same for a field that must be there.
    fn need<T>(&mut self, name: &str, must: &str, read: impl FnOnce(Json<'a>) -> Option<T>) -> Option<T> {
        let read = self.read(name, must, read);
        if read.is_none() {
            self.refuse(name, must);
        }
        read
    }

    fn integer(&mut self, name: &str, must: &str, low: u64, high: u64) -> Option<u64> {
        self.read(name, must, |value| integer(value.as_str()).filter(|number| (low..=high).contains(number)))
    }

    fn millis(&mut self, name: &str, least: Millis) -> Option<Millis> {
        const WEEK: Millis = 7 * 24 * 3_600_000;
        self.integer(name, "a whole number of milliseconds, at most a week", least, WEEK)
    }

    fn bool(&mut self, name: &str) -> Option<bool> {
        self.read(name, "true or false", |value| match value.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        })
    }

    fn media_type(&mut self, name: &str) -> Option<MediaType> {
        self.read(name, MEDIA_TYPE, media_type)
    }

    fn category(&mut self, name: &str) -> Option<Category> {
        self.read(name, "one of X's categories, such as tweet_video", |value| Category::parse(&value.to_text()?))
    }

    fn owners(&mut self, name: &str) -> Vec<MediaId> {
        let owners = self.read(name, "a list of at most 100 user ids, each 1 to 19 digits as a string", |value| {
            let ids = value.items()?.map(|id| MediaId::parse(&id.to_text()?));
            ids.collect::<Option<Vec<_>>>().filter(|ids| ids.len() <= MAX_OWNERS)
        });
        owners.unwrap_or_default()
    }
}

const MEDIA_TYPE: &str = "a media type such as video/mp4";

fn media_type(value: Json) -> Option<MediaType> {
    MediaType::parse(&value.to_text()?)
}

/// The fields that [`client`] reads. `baseUrl` is an object: `href`, `origin`, and the page's `ownOrigin`.
pub const CLIENT: &str = "api baseUrl requestTimeoutMs retry";

/// The options of a client: its settings, and its base URL.
pub fn client(json: &str, can_refresh: bool) -> Result<(Settings, String), Box<Error>> {
    let mut options = Fields::new(json);
    let api = options.need("api", "\"1.1\" or \"2\"", |value| match value.digits() {
        "1.1" => Some(ApiVersion::V1),
        "2" => Some(ApiVersion::V2),
        _ => None,
    });
    let api = api.unwrap_or(ApiVersion::V2);
    let must = "a URL of https:, of the page's own origin or of loopback, without user, password, query and hash";
    let base_url = options.read("baseUrl", must, |url| {
        base_url(&url.text("href")?, &url.text("origin")?, url.text("ownOrigin").as_deref())
    });
    let request_timeout = options.millis("requestTimeoutMs", 1);
    let retry = options.read("retry", "an object", |retry| retry.as_str().starts_with('{').then_some(retry));
    let mut retry = Fields { object: retry, wrong: options.wrong.take() };
    let default = RetryPolicy::default();
    let settings = Settings {
        api,
        retry: RetryPolicy {
            attempts: retry.integer("attempts", "an integer from 1 to 1000", 1, 1000).unwrap_or(default.attempts),
            min_delay: retry.millis("minDelayMs", 0).unwrap_or(default.min_delay),
            max_delay: retry.millis("maxDelayMs", 0).unwrap_or(default.max_delay),
            max_rate_limit_wait: retry.millis("maxRateLimitWaitMs", 0).unwrap_or(default.max_rate_limit_wait),
        },
        request_timeout,
        can_refresh,
    };
    retry.end((settings, base_url.unwrap_or_else(|| api.default_url().to_owned())))
}

/// The fields that [`wait`] reads.
pub const WAIT: &str = "timeoutSecs";

/// How long to wait for X's processing.
pub fn wait(json: &str) -> Result<Millis, Box<Error>> {
    let mut options = Fields::new(json);
    let timeout = timeout(&mut options);
    options.end(timeout)
}

fn timeout(options: &mut Fields) -> Millis {
    const DEFAULT: Millis = 1_800_000;
    const MOST: Millis = 1_000_000_000_000;
    let must = "a number of seconds above 0, at most 1 000 000 000";
    options
        .read("timeoutSecs", must, |secs| secs.thousandths().filter(|millis| (1..=MOST).contains(millis)))
        .unwrap_or(DEFAULT)
}

/// The fields that [`initialize`] reads.
pub const INITIALIZE: &str = "total_bytes media_type media_category additional_owners shared";

/// The parameters of INIT.
pub fn initialize(json: &str) -> Result<Operation, Box<Error>> {
    let mut params = Fields::new(json);
    let bytes = |value: Json| integer(value.as_str()).filter(|bytes| *bytes > 0);
    let total_bytes = params.need("total_bytes", "a whole number of bytes above 0", bytes);
    let media_type = params.need("media_type", MEDIA_TYPE, media_type);
    let initialize = Initialize {
        total_bytes: total_bytes.unwrap_or_default(),
        media_type: media_type.unwrap_or_default(),
        media_category: params.category("media_category"),
        additional_owners: params.owners("additional_owners"),
        shared: params.bool("shared"),
    };
    params.end(Operation::Initialize(Box::new(initialize)))
}

/// The id that a caller gave; `None` is anything but text.
pub fn media_id(text: Option<&str>) -> Result<MediaId, Box<Error>> {
    text.and_then(MediaId::parse).ok_or_else(|| Error::invalid("mediaId", "1 to 19 digits, as a string"))
}

/// The fields that [`media`] reads.
pub const MEDIA: &str = "media_id_string media_key size expires_after_secs expiresAt image video processing_info";

/// A Media that was handed out before.
pub fn media(json: &str) -> Result<Box<Media>, Box<Error>> {
    let media = Json::parse(json).filter(|media| media.text("media_id_string").is_some());
    let media = media.and_then(|media| Media::read(media, 0));
    media.ok_or_else(|| Error::invalid("media", "a Media, or its media_id_string of 1 to 19 digits"))
}

/// The arguments of APPEND.
pub fn append(id: Option<&str>, index: Option<f64>, bytes: f64) -> Result<Operation, Box<Error>> {
    let id = media_id(id)?;
    let number = index.unwrap_or(-1.0);
    let index = number as u16;
    if f64::from(index) != number || u64::from(index) >= MAX_SEGMENTS {
        return Err(Error::invalid("segmentIndex", "an integer from 0 to 999"));
    }
    if bytes > SERVER_MAX_SEGMENT_BYTES as f64 {
        return Err(Error::invalid("segment", "at most 8 000 000 bytes"));
    }
    Ok(Operation::Append { id, segment: Segment { index, start: 0, end: bytes as u64 } })
}

/// The fields that [`upload`] reads.
pub const UPLOAD: &str = "mediaType mediaCategory additionalOwners shared segmentSize concurrency wait timeoutSecs";

/// The options of a whole upload of a Blob of that size and `type`.
pub fn upload(json: &str, total_bytes: u64, blob_type: &str) -> Result<(File, Goal), Box<Error>> {
    let mut options = Fields::new(json);
    let size = "an integer from 65 536 to 5 000 000";
    let segment_size = options.integer("segmentSize", size, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES);
    let concurrency = options.integer("concurrency", "an integer from 1 to 8", 1, 8);
    let segments = Segments::cut(total_bytes, segment_size.unwrap_or(DEFAULT_SEGMENT_BYTES));
    if segments.is_none() {
        options.refuse("file", "at most 8 000 000 000 bytes, all that X's 1000 segments hold");
    }
    let file = File {
        total_bytes,
        media_type: options.media_type("mediaType"),
        blob_type: MediaType::parse(blob_type),
        media_category: options.category("mediaCategory"),
        additional_owners: options.owners("additionalOwners"),
        shared: options.bool("shared"),
        segments: segments.unwrap_or_default(),
        concurrency: concurrency.unwrap_or(4) as usize,
    };
    let timeout = timeout(&mut options);
    let goal = if options.bool("wait") == Some(false) { Goal::Accepted } else { Goal::Ready { timeout } };
    options.end((file, goal))
}
