//! Ready, failed, or when to ask again.

use super::json::Json;
use super::time::{Millis, Moment};

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

/// Reads `processing_info`, in this order: an `error` is a failure whatever the state (X has left failed videos
/// `in_progress` for ever); no `processing_info` is ready; a failure need not have an `error` (v2); a state that we
/// don't know is not the end.
pub fn verdict(info: Option<Json>) -> Verdict {
    let Some(info) = info else { return Verdict::Ready };
    if info.get("error").is_some() {
        return Verdict::Failed;
    }
    match info.text("state") {
        Some("failed") => Verdict::Failed,
        Some("succeeded") => Verdict::Ready,
        _ => Verdict::Later(info.get("check_after_secs").and_then(Json::thousandths)),
    }
}

/// How long after an answer to ask again, the answer being the one after `polls` STATUS requests.
pub fn pause(check_after: Option<Millis>, polls: u32, now: Moment) -> Millis {
    const LONGEST: Millis = 300_000;
    match check_after {
        Some(pause @ 1000..) => pause.min(LONGEST),
        // X has answered "pending" with 0 and without the field.
        _ => {
            let rung = [1000, 2000, 4000, 8000].get(polls as usize).copied().unwrap_or(15_000);
            now.pick(rung, rung + rung / 10)
        }
    }
}
