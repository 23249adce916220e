//! What the shell gives, as JSON, and what becomes of it. The shell has checked it: here nothing is refused.

use std::rc::Rc;

use super::exchange::{Credential, Settings};
use super::file::File;
use super::job::{Goal, Job};
use super::json::Json;
use super::media::Media;
use super::media_id::MediaId;
use super::request::{ApiVersion, Command, Initialize, Operation};
use super::retry::RetryPolicy;
use super::segments::{Segment, Sizing};
use super::time::Millis;
use super::upload::Plan;

/// The options of a client: its settings, and its base URL.
pub fn client(json: &str) -> (Settings, String) {
    let options = Json::of(json);
    let api = if options.is("api", r#""1.1""#) { ApiVersion::V1 } else { ApiVersion::V2 };
    let retry = options.field("retry").unwrap_or_default();
    let default = RetryPolicy::default();
    let settings = Settings {
        api,
        retry: RetryPolicy {
            attempts: retry.integer("attempts").unwrap_or(default.attempts),
            min_delay: retry.integer("minDelayMs").unwrap_or(default.min_delay),
            max_delay: retry.integer("maxDelayMs").unwrap_or(default.max_delay),
            max_rate_limit_wait: retry.integer("maxRateLimitWaitMs").unwrap_or(default.max_rate_limit_wait),
        },
        request_timeout: options.integer("requestTimeoutMs"),
        credential: match options.text("credential") {
            Some("refreshes") => Credential::Refreshes,
            Some("signs") => Credential::Signs,
            _ => Credential::Fixed,
        },
    };
    let base_url = options.text("baseUrl").unwrap_or(api.default_url()).to_owned();
    (settings, base_url)
}

/// The job for one call of a method of the client, named as X's operation or as the method that waits:
///
/// | `method` | `given`, besides the fields of the caller's options |
/// |---|---|
/// | `initialize` | those of INIT |
/// | `append` | `mediaId`, `segmentIndex`, `segment`: its bytes |
/// | `finalize`, `status`, `finalizeAndWait` | `mediaId` |
/// | `waitUntilReady` | `media`: an id, or a Media |
/// | `setMetadata`, `addSubtitles`, `removeSubtitles` | `mediaId`, `about`: see [`Operation::Tell`], one for each request |
/// | `upload` | `file`: its bytes, and `type`, `name` and `lastModified` of its Blob; `blobType`, that type as INIT takes it; whether it `saves` sessions and `hasStore`; `about`: at most one |
pub fn job(settings: Settings, method: &str, given: &str) -> Box<Job> {
    const TIMEOUT: Millis = 1_800_000;
    let given = Json::of(given);
    let timeout = given.get("timeoutSecs").and_then(Json::thousandths).unwrap_or(TIMEOUT);
    let id = given.get("mediaId").and_then(read_id).unwrap_or_default();
    let tell = |command| {
        let mut operations = Vec::new();
        for about in about(given) {
            operations.push(Operation::Tell { command, id, about: about.as_str().to_owned() });
        }
        operations
    };
    let operations = match method {
        "upload" => return upload(settings, given, timeout),
        "waitUntilReady" => {
            let media = given.get("media").unwrap_or_default();
            let known = Media::read(media, None);
            let id = known.as_ref().map_or_else(|| read_id(media), |media| Some(media.id));
            return Job::wait(settings, id.unwrap_or_default(), known, timeout);
        }
        "finalizeAndWait" => return Job::finalize_and_wait(settings, id, timeout),
        "initialize" => vec![Operation::Initialize(Rc::new(Initialize {
            total_bytes: given.integer("total_bytes").unwrap_or_default(),
            media_type: given.text("media_type").unwrap_or_default().to_owned(),
            media_category: given.text("media_category").map(str::to_owned),
            additional_owners: raw(given, "additional_owners"),
            shared: raw(given, "shared"),
        }))],
        "append" => {
            let index = given.integer("segmentIndex").unwrap_or_default() as u16;
            let end = given.integer("segment").unwrap_or_default();
            vec![Operation::Append { id, segment: Segment { index, start: 0, end } }]
        }
        "finalize" => vec![Operation::Finalize { id }],
        "status" => vec![Operation::Status { id }],
        "setMetadata" => tell(Command::Metadata),
        "addSubtitles" => tell(Command::AddSubtitles),
        _ => tell(Command::RemoveSubtitles),
    };
    Job::command(settings, operations)
}

fn upload(settings: Settings, given: Json, timeout: Millis) -> Box<Job> {
    let goal = if given.is("wait", "false") { Goal::Accepted } else { Goal::Ready { timeout } };
    let text = |name| given.field(name).unwrap_or_default().as_str();
    let label = [text("file"), ",", text("type"), ",", text("name"), ",", text("lastModified")].concat();
    let plan = Plan {
        file: File {
            total_bytes: given.integer("file").unwrap_or_default(),
            media_type: given.text("mediaType").map(str::to_owned),
            blob_type: given.text("blobType").map(str::to_owned),
            media_category: given.text("mediaCategory").map(str::to_owned),
            additional_owners: raw(given, "additionalOwners"),
            shared: raw(given, "shared"),
            label,
        },
        about: about(given).next().map(|about| about.as_str().to_owned()),
        sizing: given.integer("segmentSize").map_or(Sizing::AUTO, Sizing::fixed),
        concurrency: given.integer("concurrency").unwrap_or(4) as usize,
        session: raw(given, "session"),
        saves: given.is("saves", "true"),
        has_store: given.is("hasStore", "true"),
    };
    Job::upload(settings, plan, goal)
}

fn read_id(value: Json) -> Option<MediaId> {
    MediaId::parse(value.digits())
}

/// What X is to be told of the media, with a request each.
fn about(given: Json<'_>) -> impl Iterator<Item = Json<'_>> {
    given.get("about").and_then(Json::items).into_iter().flatten()
}

/// What is handed on as it was given.
fn raw(given: Json, name: &str) -> Option<String> {
    given.get(name).map(|value| value.as_str().to_owned())
}
