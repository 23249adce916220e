//! Ready, failed, or when to ask again.

use super::json::Json;
use super::time::{Millis, Now, Secs};
use super::value::{Object, ToValue, Value};

/// What X says of its processing of a media. Fields of an odd type are left out.
#[derive(Clone, Debug, PartialEq)]
pub struct ProcessingInfo {
    /// `pending`, `in_progress`, `succeeded`, `failed`, or one that is not known yet.
    pub state: Option<String>,
    /// When X wants to be asked again.
    pub check_after_secs: Option<Secs>,
    /// 0 to 100. 100 has been seen with failures: no verdict.
    pub progress_percent: Option<u64>,
    /// Why X can't use the media.
    pub error: Option<ProcessingError>,
}

/// Why X can't use a media, as far as it says.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "X's own names")]
pub struct ProcessingError {
    pub code: Option<u64>,
    pub name: Option<String>,
    pub message: Option<String>,
}

/// What follows from an answer's `processing_info`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The media can be used.
    Ready,
    /// X will never make it usable.
    Failed,
    /// Ask STATUS, after so long where X said how long.
    Later(Option<Millis>),
}

impl ProcessingInfo {
    /// Reads `processing_info` of a body.
    pub fn read(info: Json) -> Self {
        let error = info.get("error").map(|error| ProcessingError {
            code: error.integer("code"),
            name: error.text("name"),
            message: error.text("message"),
        });
        Self {
            state: info.text("state"),
            check_after_secs: info.get("check_after_secs").and_then(Json::thousandths).map(|secs| Secs(Millis(secs))),
            progress_percent: info.integer("progress_percent"),
            error,
        }
    }
}

/// Judges in this order: no `processing_info` is ready; an `error` is a failure whatever the state (X has left failed videos
/// `in_progress` for ever); a failure need not have an `error` (v2); a state that we don't know is not the end.
pub(super) fn verdict(info: Option<&ProcessingInfo>) -> Verdict {
    let Some(info) = info else { return Verdict::Ready };
    match info.state.as_deref() {
        _ if info.error.is_some() => Verdict::Failed,
        Some("failed") => Verdict::Failed,
        Some("succeeded") => Verdict::Ready,
        _ => Verdict::Later(info.check_after_secs.map(|Secs(length)| length)),
    }
}

/// How long after an answer to ask again, the answer being the one after `polls` STATUS requests.
pub(super) fn pause(check_after: Option<Millis>, polls: u32, now: Now) -> Millis {
    const LONGEST: Millis = Millis::from_secs(300);
    match check_after {
        Some(pause @ Millis(1000..)) => pause.min(LONGEST),
        // X has answered "pending" with 0 and without the field.
        _ => {
            let rung = [1000, 2000, 4000, 8000].get(polls as usize).copied().unwrap_or(15_000);
            now.pick(Millis(rung), Millis(rung + rung / 10))
        }
    }
}

impl ToValue for ProcessingInfo {
    fn to_value(&self) -> Value<'_> {
        let mut object = Object::default();
        object.add("state", &self.state);
        object.add("check_after_secs", &self.check_after_secs);
        object.add("progress_percent", &self.progress_percent);
        object.add("error", &self.error);
        Value::Object(object)
    }
}

impl ToValue for ProcessingError {
    fn to_value(&self) -> Value<'_> {
        let ProcessingError { code, name, message } = self;
        let mut object = Object::default();
        object.add("code", code);
        object.add("name", name);
        object.add("message", message);
        Value::Object(object)
    }
}
