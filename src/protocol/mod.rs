//! The core: what is asked of X, what its answers mean, and what to do next. It does no I/O, knows no browser,
//! reads no clock and does not panic.
//!
//! In the order of the data: callers say what they want by values that are [`Given`]; a [`Job`] keeps one or several exchanges
//! under way; each sends a [`Request`] and reads what came of it, a [`RequestEnd`], by the rules of a [`RetryPolicy`]; whether
//! the [`Media`] is ready is a [`Verdict`]. [`Job`] says how to drive it.

mod access_token;
mod base_url;
mod client_state;
mod error;
mod exchange;
mod file;
mod given;
mod job;
mod json;
mod media;
mod media_id;
mod media_type;
mod metadata;
pub mod must;
mod oauth1;
mod options;
mod processing;
mod progress;
mod refused_file;
mod reply;
mod request;
mod retry;
mod route;
mod segments;
mod session;
mod throughput;
mod time;
mod upload_state;
mod value;
mod words;

pub use access_token::AccessToken;
pub use base_url::{BaseUrl, UrlParts};
pub use client_state::ClientState;
pub use error::{ApiError, Callback, Cause, Code, Error, Met, RateLimit};
pub use exchange::{Authorization, RequestId, WaitReason};
pub use file::{Description, FileInfo, Fingerprint};
pub use given::{Fields, FromPlain, Given, Plain, Read, Refusal};
pub use job::{End, Goal, Input, Job, Output, take_first};
pub use json::Json;
pub use media::{Image, Media, Video};
pub use media_id::MediaId;
pub use media_type::{Category, MediaType};
pub use metadata::{AltText, Change, LanguageCode, Metadata, Subtitle, SubtitleFile, SubtitledCategory};
pub use oauth1::{OAuth1Credentials, Secret, encoded, signature_base};
pub use options::{Settings, read_media, read_media_id, read_timeout, read_upload};
pub use processing::{ProcessingError, ProcessingInfo, Verdict};
pub use progress::{Phase, Progress, Waiting};
pub use reply::{Answer, AnswerBody, Headers, Limit, RequestEnd, RetryAfter};
pub use request::{ApiVersion, Body, Command, Initialize, Operation, Parameters, Request};
pub use retry::RetryPolicy;
pub use route::{Host, Place, Responder, Route};
pub use segments::{Segment, Sizing};
pub use session::Session;
pub use time::{Instant, Millis, Now, Secs, UnixTime};
pub use upload_state::{Plan, Saving};
pub use value::{Object, ToValue, Value};
