//! What the shell and a job tell each other, as JSON: events one way, things to do the other.

use super::exchange::RequestId;
use super::file::ENDS_BYTES;
use super::job::{Input, Job, Output};
use super::json::{Json, Writer, decimal, integer};
use super::reply::Outcome;
use super::shared::Shared;
use super::time::{Millis, Moment};

/// Tells `job` of an event, one of
///
/// - `{"id":1,"outcome":{…}}`: how a request ended, see [`Outcome::read`];
/// - `{"ends":[255,216]}`: the file's first and last bytes; or `{"ends":null}`, where reading them threw;
/// - `{"loaded":{…}}`: the session that the store has, or `null`;
/// - `{"saved":true}`: a session was saved, as well as it could be;
/// - `{"threw":true}`: a function of the caller's threw, the shell knows what;
/// - `{"pause":true}`: the caller wants nothing to be sent for now, or with `false` that it goes on;
/// - `{"abort":true}`: the caller wants no more of it.
pub fn tell(job: &mut Job, shared: &mut Shared, event: &str, now: Moment) {
    let event = Json::of(event);
    let input = if let Some(outcome) = event.field("outcome") {
        let id = event.integer("id").and_then(|id| RequestId::try_from(id).ok());
        Input::Ended(id.unwrap_or_default(), Outcome::read(outcome))
    } else if let Some(ends) = event.field("ends") {
        let bytes =
            ends.items().map(|items| items.filter_map(|byte| integer(byte.as_str())).map(|byte| byte as u8).collect());
        Input::Ends(bytes)
    } else if let Some(session) = event.field("loaded") {
        Input::Loaded(Some(session.as_str().to_owned()))
    } else if let Some(pause) = event.field("pause") {
        Input::Pause(pause.as_str() == "true")
    } else if event.field("saved").is_some() {
        Input::Saved
    } else if event.field("threw").is_some() {
        Input::Threw
    } else {
        Input::Abort
    };
    job.handle(input, now, shared);
}

/// What a job wants done. `do` names it, `value` is what it is to be done with. With the end comes whether the stored session
/// is to be forgotten.
pub fn to_json(job: &Job, output: &Output, base_url: &str, shared: &Shared, now: Moment) -> String {
    let mut json = Writer::object();
    let (what, value) = match output {
        Output::ReadEnds => ("read_ends", Some(decimal(ENDS_BYTES))),
        Output::Load => ("load", job.key(base_url)),
        Output::Save(session) => ("save", Some(session.clone())),
        Output::Send { id, request, refreshed } => {
            json.number("id", Some((*id).into()));
            json.bool("refreshed", *refreshed);
            json.number("epoch", Some(shared.server_time(now)));
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
        Output::Sleep(until) => ("sleep", Some(decimal(*until))),
        Output::Done(Ok(media)) => {
            json.bool("forget", true);
            ("resolve", media.as_ref().map(|media| media.to_json()))
        }
        Output::Done(Err(error)) => {
            json.bool("forget", error.refuses_media());
            ("reject", Some(error.to_json()))
        }
        Output::Aborted => ("abort", None),
    };
    json.text("do", Some(what));
    json.json("value", value.as_deref());
    json.end()
}
