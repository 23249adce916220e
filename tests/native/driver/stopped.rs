//! Uploads that were stopped, and others that go on from their sessions.

use serde_json::{Value, json};

use super::{Client, MIB, Run, Sent, merged};

/// Where an upload of six segments of a mebibyte may have been stopped.
pub(crate) const PHASES: [&str; 6] = ["initialize", "append", "appended", "finalize", "processing", "metadata"];

/// How the uploads of these tests are begun.
pub(crate) fn options() -> Value {
    json!({ "segmentSize": MIB, "concurrency": 2, "altText": "A dog", "saves": true })
}

/// The session of an upload that was stopped there.
pub(crate) fn stopped(phase: &str) -> Value {
    let mut run = Client::v1().upload(6 * MIB, options());
    run.well("INIT");
    if phase == "initialize" {
        return run.session().unwrap();
    }
    let sent = run.requests();
    match phase {
        "append" => {
            // The first segment of the two is on its way, and may arrive.
            run.answer_well(&sent[1]);
            run.drain();
        }
        _ => {
            sent.iter().for_each(|sent| run.answer_well(sent));
            (0..4).for_each(|_| drop(run.well("APPEND")));
            run.drain();
        }
    }
    if matches!(phase, "processing" | "metadata") {
        run.well("FINALIZE");
        run.drain();
    }
    if phase == "metadata" {
        run.well("STATUS");
        run.well("STATUS");
        run.drain();
    }
    let mut session = run.saves.pop().unwrap();
    if phase == "appended" {
        // FINALIZE had not left yet.
        session["phase"] = "append".into();
    }
    session
}

/// An upload of the same file that goes on with a session: the caller's, or the one that a store has.
pub(crate) fn resume(session: &Value, from_store: bool, more: Value) -> Run {
    let source = if from_store { json!({ "hasStore": true }) } else { json!({ "session": session }) };
    let mut run = Client::v1().upload(6 * MIB, merged(merged(options(), &source), &more));
    run.stored = from_store.then(|| session.clone());
    run
}

/// What requests ask for, with the segments in mebibytes.
pub(crate) fn commands(sent: &[Sent]) -> Vec<String> {
    let name = |sent: &Sent| match sent.command() {
        "APPEND" => {
            let (index, start, end) = sent.segment();
            format!("{index}: {} to {}", start as f64 / MIB as f64, end as f64 / MIB as f64)
        }
        command => command.to_owned(),
    };
    sent.iter().map(name).collect()
}
