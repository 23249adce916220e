//! What the shell and a job tell each other, as JSON: events one way, things to do the other.

use super::exchange::RequestId;
use super::job::{Input, Job, Output};
use super::json::{Json, Writer};
use super::media_type::HEAD_BYTES;
use super::reply::Outcome;
use super::shared::Shared;
use super::time::{Millis, Moment};

/// Tells `job` of an event, one of
///
/// - `{"id":1,"outcome":{…}}`: how a request ended, see [`Outcome::read`];
/// - `{"head":[255,216]}`: the file's first bytes; or `{"head":null}`, where reading them threw;
/// - `{"abort":true}`: the caller wants no more of it.
pub fn tell(job: &mut Job, shared: &mut Shared, event: &str, now: Moment) {
    let Some(event) = Json::parse(event) else { return };
    let input = if let Some(outcome) = event.field("outcome") {
        let id = event.integer("id").and_then(|id| RequestId::try_from(id).ok());
        Input::Ended(id.unwrap_or_default(), Outcome::read(outcome))
    } else if let Some(head) = event.field("head") {
        let bytes = head.items().map(|items| items.filter_map(|byte| byte.as_str().parse().ok()).collect());
        Input::Head(bytes)
    } else {
        Input::Abort
    };
    job.handle(input, now, shared);
}

/// What a job wants done. `do` names it, `value` is what it is to be done with.
pub fn to_json(output: &Output, base_url: &str) -> String {
    let mut json = Writer::object();
    let (what, value) = match output {
        Output::ReadHead => ("read_head", Some(HEAD_BYTES.to_string())),
        Output::Send { id, request, refreshed } => {
            json.number("id", Some((*id).into()));
            json.bool("refreshed", Some(*refreshed));
            ("send", Some(request.to_json(base_url)))
        }
        Output::Cancel(id) => {
            json.number("id", Some((*id).into()));
            ("cancel", None)
        }
        Output::Refresh => ("refresh", None),
        Output::Status(media) => ("status", Some(media.clone())),
        Output::Progress(progress) => ("progress", Some(progress.to_json())),
        // Nothing to wake up for.
        Output::Sleep(Millis::MAX) => ("sleep", None),
        Output::Sleep(until) => ("sleep", Some(until.to_string())),
        Output::Done(Ok(media)) => ("resolve", media.as_ref().map(|media| media.to_json())),
        Output::Done(Err(error)) => ("reject", Some(error.to_json())),
        Output::Aborted => ("abort", None),
    };
    json.text("do", Some(what));
    json.json("value", value.as_deref());
    json.end()
}
