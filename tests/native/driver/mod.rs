//! What drives jobs in tests, as the shell does in a browser: what callers give is read by the core's own readers, what a job
//! says is done in virtual time, and what comes of it is told in the core's own types. The notation of tests is JSON: for
//! what callers give, for what X answers, and for what JavaScript sees of it all.
//!
//! - `given` is what callers give, `call` the job of a call, `client` what the jobs of one client share;
//! - `run` is one job and what it has said, `sent` a request that left, `reply` how it ends;
//! - `stopped` makes uploads that were stopped, and others that go on from their sessions.

mod call;
mod client;
mod given;
mod reply;
mod run;
mod sent;
pub(crate) mod stopped;

use std::path::PathBuf;

use serde::Serialize;
use serde_json::{Value, json};

pub(crate) use call::{Driven, job, settings};
pub(crate) use client::Client;
pub(crate) use given::Js;
pub(crate) use reply::{Reply, answer_of, date, failed, http};
pub(crate) use run::{End, Run};
pub(crate) use sent::{Sent, fields};

/// The id of the media in tests that need only one: one that JavaScript would round.
pub(crate) const ID: &str = "1284554329119236097";

/// What the clock of the client says, in milliseconds since the epoch, when the virtual one says 0.
pub(crate) const EPOCH: u64 = 1_800_000_000_000;

pub(crate) const MIB: u64 = 1 << 20;

/// The methods that send a command of an upload, one each.
pub(crate) const COMMANDS: [&str; 4] = ["initialize", "append", "finalize", "status"];

/// What X's answer to FINALIZE looks like where it is ready.
pub(crate) fn ready() -> Value {
    json!({ "media_id_string": ID })
}

/// The same where it is not.
pub(crate) fn pending(check_after_secs: u64) -> Value {
    json!({ "media_id_string": ID, "processing_info": { "state": "pending", "check_after_secs": check_after_secs } })
}

/// What STATUS looks like where a media is ready of which nothing else is known.
pub(crate) fn succeeded() -> Value {
    processing(&json!({ "state": "succeeded" }))
}

/// A media of which X says that of its processing.
pub(crate) fn processing(info: &Value) -> Value {
    json!({ "media_id_string": ID, "processing_info": info })
}

/// How a call of `method` ends where its first request ends so, and there is no other try.
pub(crate) fn end_of(method: &str, reply: &Reply) -> End {
    end_about(method, ID, reply)
}

/// The same of another media.
pub(crate) fn end_about(method: &str, id: &str, reply: &Reply) -> End {
    let client = Client::new(json!({ "api": "1.1", "retry": { "attempts": 1 } }));
    let (mut run, request) = client.command_about(method, id);
    run.answer_with(&request, reply);
    run.end()
}

/// The error that it ends in.
pub(crate) fn error_of(method: &str, reply: &Reply) -> Value {
    match end_of(method, reply) {
        End::Rejected(error) => error,
        other => panic!("{reply:?}: {other:?}"),
    }
}

/// A file of `tests/fixtures`.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", name].iter().collect();
    std::fs::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A body on record, see `tests/fixtures/README.md`.
pub(crate) fn body(name: &str) -> String {
    String::from_utf8(fixture(&format!("replies/{name}"))).unwrap()
}

pub(crate) fn parse(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

/// The fields of an object, and those of another one, which count more.
pub(crate) fn merged(mut object: Value, more: &Value) -> Value {
    object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    object
}

/// The same without one of its fields.
pub(crate) fn without(mut object: Value, field: &str) -> Value {
    object.as_object_mut().unwrap().remove(field);
    object
}

/// What JavaScript gets of a value, which has one kind of number: 5.0 is 5 there.
pub(crate) fn in_javascript(value: impl Serialize) -> Value {
    let mut value = serde_json::to_value(value).unwrap();
    round(&mut value);
    value
}

fn round(value: &mut Value) {
    match value {
        Value::Number(number) => {
            if let Some(integer) = number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e15)
                && number.is_f64()
            {
                *value = json!(integer as i64);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(round),
        Value::Object(fields) => fields.values_mut().for_each(round),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}
