//! What callers give, as JSON: checked, and turned into types that nothing has to check again.

use std::rc::Rc;

use super::base_url::base_url;
use super::error::Error;
use super::exchange::Settings;
use super::file::File;
use super::job::{Goal, Job};
use super::json::{Json, Writer, integer};
use super::media::Media;
use super::media_id::MediaId;
use super::media_type::{Category, MediaType};
use super::request::{ApiVersion, Initialize, MAX_OWNERS, Operation, Subtitle, Subtitles};
use super::retry::RetryPolicy;
use super::segments::{MAX_SEGMENT_BYTES, MAX_SEGMENTS, MIN_SEGMENT_BYTES, SERVER_MAX_SEGMENT_BYTES, Segment, Sizing};
use super::time::Millis;
use super::upload::Plan;

const MEDIA_TYPE: &str = "a media type such as video/mp4";

/// The options of a client: its settings, its base URL, and what is wrong with them, if anything is.
/// `baseUrl` is an object: the `href` and `origin` of the URL, and the page's `ownOrigin`.
pub fn client(json: &str, can_refresh: bool) -> (Settings, String, Option<Box<Error>>) {
    let mut options = Fields::new(json);
    let must = "\"1.1\" or \"2\"";
    let api = options.read("api", must, |value| match value.as_str() {
        r#""1.1""# => Some(ApiVersion::V1),
        r#""2""# => Some(ApiVersion::V2),
        _ => None,
    });
    let api = options.required("api", must, api);
    let must = "a URL of https:, of the page's own origin or of loopback, without user, password, query and hash";
    let base_url = options.read("baseUrl", must, |url| {
        base_url(&url.text("href")?, &url.text("origin")?, url.text("ownOrigin").as_deref())
    });
    let request_timeout = options.millis("requestTimeoutMs", 1);
    let retry = options.read("retry", "an object", |retry| retry.as_str().starts_with('{').then_some(retry));
    options.object = retry;
    let default = RetryPolicy::default();
    let retry = RetryPolicy {
        attempts: options.integer("attempts", "an integer from 1 to 1000", 1, 1000).unwrap_or(default.attempts),
        min_delay: options.millis("minDelayMs", 0).unwrap_or(default.min_delay),
        max_delay: options.millis("maxDelayMs", 0).unwrap_or(default.max_delay),
        max_rate_limit_wait: options.millis("maxRateLimitWaitMs", 0).unwrap_or(default.max_rate_limit_wait),
    };
    let base_url = base_url.unwrap_or_else(|| api.default_url().to_owned());
    (Settings { api, retry, request_timeout, can_refresh }, base_url, options.wrong)
}

/// The job for one call of a method of the client, named as X's operation or as the method that waits:
///
/// | `method` | `arguments`, besides the fields of the caller's options |
/// |---|---|
/// | `initialize` | those of INIT |
/// | `append` | `mediaId`, `segmentIndex`, `segment`: its bytes |
/// | `finalize`, `status`, `finalizeAndWait` | `mediaId` |
/// | `waitUntilReady` | `media`: an id, or a Media |
/// | `setMetadata` | `mediaId`, `metadata` |
/// | `addSubtitles` | `mediaId`, `mediaCategory`, `subtitles` |
/// | `removeSubtitles` | `mediaId`, `mediaCategory`, `languageCodes` |
/// | `upload` | `file`: its bytes, and `type`, `name` and `lastModified` of its Blob; whether it `saves` sessions and `hasStore` |
pub fn job(settings: Settings, method: &str, arguments: &str) -> Result<Box<Job>, Box<Error>> {
    let mut arguments = Fields::new(arguments);
    let job = match method {
        "initialize" => Job::command(settings, vec![arguments.initialize()]),
        "append" => Job::command(settings, vec![arguments.append()]),
        "finalize" => Job::command(settings, vec![Operation::Finalize { id: arguments.media_id() }]),
        "status" => Job::command(settings, vec![Operation::Status { id: arguments.media_id() }]),
        "setMetadata" => Job::command(settings, vec![arguments.metadata()]),
        "addSubtitles" => Job::command(settings, arguments.subtitles(settings.api, "subtitles")),
        "removeSubtitles" => Job::command(settings, arguments.subtitles(settings.api, "languageCodes")),
        "finalizeAndWait" => Job::finalize_and_wait(settings, arguments.media_id(), arguments.timeout()),
        "waitUntilReady" => arguments.wait(settings),
        _ => arguments.upload(settings),
    };
    arguments.wrong.map_or(Ok(job), Err)
}

/// Reads the fields of an object. The first that is wrong is kept.
struct Fields<'a> {
    object: Option<Json<'a>>,
    wrong: Option<Box<Error>>,
}

impl<'a> Fields<'a> {
    fn new(json: &'a str) -> Self {
        let object = Json::parse(json);
        let wrong = object.is_none().then(|| Error::invalid("options", "nested less deep"));
        Self { object, wrong }
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

    /// What was read of a field that must be there.
    fn required<T: Default>(&mut self, name: &str, must: &str, read: Option<T>) -> T {
        if read.is_none() {
            self.refuse(name, must);
        }
        read.unwrap_or_default()
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
        self.read(name, MEDIA_TYPE, |value| MediaType::parse(&value.to_text()?))
    }

    fn category(&mut self, name: &str) -> Option<Category> {
        self.read(name, "one of X's categories, such as tweet_video", |value| Category::parse(&value.to_text()?))
    }

    fn owners(&mut self, name: &str) -> Vec<MediaId> {
        let must = "a list of at most 100 user ids, each 1 to 19 digits as a string";
        let owners = self.read(name, must, |value| {
            let mut ids = Vec::new();
            for id in value.items()? {
                ids.push(MediaId::parse(id.unquoted()?)?);
            }
            (ids.len() <= MAX_OWNERS).then_some(ids)
        });
        owners.unwrap_or_default()
    }

    fn media_id(&mut self) -> MediaId {
        let must = "1 to 19 digits, as a string";
        let id = self.read("mediaId", must, |id| MediaId::parse(id.unquoted()?));
        self.required("mediaId", must, id)
    }

    fn timeout(&mut self) -> Millis {
        const DEFAULT: Millis = 1_800_000;
        const MOST: Millis = 1_000_000_000_000;
        let must = "a number of seconds above 0, at most 1 000 000 000";
        let millis =
            self.read("timeoutSecs", must, |secs| secs.thousandths().filter(|millis| (1..=MOST).contains(millis)));
        millis.unwrap_or(DEFAULT)
    }

    fn initialize(&mut self) -> Operation {
        let bytes = "a whole number of bytes above 0";
        let total_bytes = self.integer("total_bytes", bytes, 1, u64::MAX);
        let media_type = self.media_type("media_type");
        Operation::Initialize(Rc::new(Initialize {
            total_bytes: self.required("total_bytes", bytes, total_bytes),
            media_type: self.required("media_type", MEDIA_TYPE, media_type),
            media_category: self.category("media_category"),
            additional_owners: self.owners("additional_owners"),
            shared: self.bool("shared"),
        }))
    }

    fn append(&mut self) -> Operation {
        let index = "an integer from 0 to 999";
        let bytes = "1 to 8 000 000 bytes";
        let id = self.media_id();
        let segment_index = self.integer("segmentIndex", index, 0, MAX_SEGMENTS - 1);
        let end = self.integer("segment", bytes, 1, SERVER_MAX_SEGMENT_BYTES);
        let index = self.required("segmentIndex", index, segment_index) as u16;
        Operation::Append { id, segment: Segment { index, start: 0, end: self.required("segment", bytes, end) } }
    }

    fn wait(&mut self, settings: Settings) -> Box<Job> {
        let must = "a Media, or its media_id_string of 1 to 19 digits";
        // A number in it may have been rounded: only the text will do.
        let known = self.read("media", must, |media| match media.unquoted() {
            Some(id) => Some((MediaId::parse(id)?, None)),
            None => Some((MediaId::parse(media.get("media_id_string")?.unquoted()?)?, Media::read(media, None))),
        });
        let (id, media) = self.required("media", must, known);
        Job::wait(settings, id, media, self.timeout())
    }

    fn metadata(&mut self) -> Operation {
        let must = "an object, in which alt_text is a text of at most 1000 characters";
        let metadata = self.read("metadata", must, |given| {
            let mut metadata = Writer::object();
            for (name, value) in given.fields()? {
                match name {
                    "alt_text" => metadata.json(name, Some(&alt_text(value)?)),
                    _ => metadata.json(name, Some(value.as_str())),
                }
            }
            Some(metadata.end())
        });
        Operation::Metadata { id: self.media_id(), metadata: self.required("metadata", must, metadata) }
    }

    /// What is in the list `name` is added, or removed where it is of codes alone: of v2 one with each request.
    fn subtitles(&mut self, api: ApiVersion, name: &str) -> Vec<Operation> {
        let remove = name == "languageCodes";
        let must = match remove {
            true => "a list of language codes of two letters",
            false => "a list of { media_id_string, language_code, display_name }, each code two letters",
        };
        let id = self.media_id();
        let category = "\"tweet_video\" or \"amplify_video\"";
        let media_category = self.read("mediaCategory", category, |value| {
            Category::parse(value.unquoted()?)
                .filter(|category| matches!(category, Category::TweetVideo | Category::AmplifyVideo))
        });
        let media_category = self.required("mediaCategory", category, media_category);
        let subtitles = self.read(name, must, |list| {
            let subtitles: Option<Vec<_>> = list.items()?.map(|item| subtitle(item, remove)).collect();
            subtitles.filter(|subtitles| !subtitles.is_empty())
        });
        let subtitles = self.required(name, must, subtitles);
        let operation = |subtitles| Operation::Subtitles(Box::new(Subtitles { id, media_category, remove, subtitles }));
        match api {
            ApiVersion::V1 => vec![operation(subtitles)],
            ApiVersion::V2 => subtitles.into_iter().map(|subtitle| operation(vec![subtitle])).collect(),
        }
    }

    fn upload(&mut self, settings: Settings) -> Box<Job> {
        let must = "\"auto\", or an integer from 65 536 to 5 000 000";
        let sizing = self.read("segmentSize", must, |size| match size.as_str() {
            "\"auto\"" => Some(Sizing::AUTO),
            size => {
                integer(size).filter(|size| (MIN_SEGMENT_BYTES..=MAX_SEGMENT_BYTES).contains(size)).map(Sizing::fixed)
            }
        });
        let concurrency = self.integer("concurrency", "an integer from 1 to 8", 1, 8);
        let most = "1 to 8 000 000 000 bytes, all that X's 1000 segments hold";
        let total_bytes = self.integer("file", most, 1, MAX_SEGMENTS * SERVER_MAX_SEGMENT_BYTES);
        let total_bytes = self.required("file", most, total_bytes);
        let timeout = self.timeout();
        let goal = if self.bool("wait") == Some(false) { Goal::Accepted } else { Goal::Ready { timeout } };
        let alt_text = self.read("altText", "a text of at most 1000 characters", alt_text);
        let session = self.read("session", "an object", |value| value.as_str().starts_with('{').then_some(value));
        let raw = |name| self.object.and_then(|object| object.get(name)).map_or("null", Json::as_str);
        let label = [raw("file"), raw("type"), raw("name"), raw("lastModified")].join(",");
        let plan = Plan {
            file: File {
                total_bytes,
                media_type: self.media_type("mediaType"),
                blob_type: self.object.and_then(|object| MediaType::parse(&object.text("type")?)),
                media_category: self.category("mediaCategory"),
                additional_owners: self.owners("additionalOwners"),
                shared: self.bool("shared"),
                label,
            },
            metadata: alt_text.map(|alt_text| ["{\"alt_text\":", &alt_text, "}"].concat()),
            sizing: sizing.unwrap_or(Sizing::AUTO),
            concurrency: concurrency.unwrap_or(4) as usize,
            session: session.map(|session| session.as_str().to_owned()),
            saves: self.bool("saves") == Some(true),
            has_store: self.bool("hasStore") == Some(true),
        };
        Job::upload(settings, plan, goal)
    }
}

/// An alternative text as X has it, as JSON.
fn alt_text(text: Json) -> Option<String> {
    let is_short = text.to_text()?.chars().count() <= 1000;
    is_short.then(|| ["{\"text\":", text.as_str(), "}"].concat())
}

/// One language's subtitles; where they are to be removed, its code is all.
fn subtitle(item: Json, remove: bool) -> Option<Subtitle> {
    let code = if remove { item } else { item.get("language_code")? };
    let language_code = code.unquoted()?.to_ascii_uppercase();
    let is_code = language_code.len() == 2 && language_code.bytes().all(|byte| byte.is_ascii_uppercase());
    let (id, display_name) = match remove {
        true => (None, None),
        false => {
            let name = item.get("display_name").filter(|name| name.unquoted().is_some())?;
            (Some(MediaId::parse(item.get("media_id_string")?.unquoted()?)?), Some(name.as_str().to_owned()))
        }
    };
    is_code.then_some(Subtitle { id, language_code, display_name })
}
