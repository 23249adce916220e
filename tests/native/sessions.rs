//! Sessions: what is kept of an upload, before what it is kept, and how another upload goes on from it.

use serde_json::json;
use x_media_upload::protocol::{Callback, Cause, Input};

use super::driver::stopped::{PHASES, commands, options, resume, stopped};
use super::driver::{Client, EPOCH, ID, MIB, Run, merged};

#[test]
fn an_upload_goes_on_where_it_was_stopped_and_keeps_the_boundaries_that_x_may_know() {
    let rest: &[&str] = &["FINALIZE", "STATUS", "STATUS", "METADATA"];
    // Where it was stopped, beside what is sent before the rest with segments of 2 MiB.
    let table: [(&str, &[&str], &[&str]); 6] = [
        ("initialize", &["0: 0 to 2", "1: 2 to 4", "2: 4 to 6"], rest),
        ("append", &["0: 0 to 1", "2: 2 to 3", "3: 3 to 4", "4: 4 to 5", "5: 5 to 6"], rest),
        ("appended", &[], rest),
        // It may have been done: that is for X to say.
        ("finalize", &[], rest),
        ("processing", &[], &["STATUS", "STATUS", "METADATA"]),
        ("metadata", &[], &["METADATA"]),
    ];
    assert_eq!(table.map(|(phase, ..)| phase), PHASES);
    for (phase, segments, rest) in table {
        for from_store in [false, true] {
            let mut run = resume(&stopped(phase), from_store, json!({ "segmentSize": 2 * MIB }));
            assert_eq!(commands(&run.finish()), [segments, rest].concat(), "{phase}");
            let media = run.media();
            assert_eq!((&media["media_id_string"], &media["media_key"]), (&json!(ID), &json!("7_1")), "{phase}");
            assert!(run.progress.iter().all(|progress| progress["media_id_string"] == ID), "{phase}");
        }
    }
}

#[test]
fn beyond_the_boundaries_that_x_may_know_it_is_cut_anew() {
    let mut session = stopped("append");
    session["segments"] = json!([MIB, MIB, MIB]);
    for (size, expected) in [
        (json!(2 * MIB), &["0: 0 to 1", "2: 2 to 3", "3: 3 to 5", "4: 5 to 6"] as &[&str]),
        (json!(5_000_000), &["0: 0 to 1", "2: 2 to 3", "3: 3 to 6"]),
        // What the line is like, one is to tell.
        (json!("auto"), &["0: 0 to 1"]),
    ] {
        let mut run = resume(&session, false, json!({ "segmentSize": size, "concurrency": 8 }));
        assert_eq!(commands(&run.requests()), expected);
    }
}

#[test]
fn what_was_acknowledged_before_counts_as_sent() {
    for (phase, segments) in
        [("initialize", 0), ("append", 1), ("appended", 6), ("finalize", 6), ("processing", 6), ("metadata", 6)]
    {
        let mut run = resume(&stopped(phase), false, json!({}));
        run.requests();
        let progress = run.snapshot();
        let sent = (&progress["bytesSent"], &progress["segmentsSent"]);
        assert_eq!(sent, (&json!(segments * MIB), &json!(segments)), "{phase}");
        assert!(progress["fraction"].as_f64().unwrap() >= 0.9 * segments as f64 / 6.0 - 1e-6, "{phase}: {progress}");
    }
}

#[test]
fn a_resumed_upload_is_done_when_what_its_caller_wants_is_done() {
    // Without waiting: X has taken it, which is all that was wanted.
    let mut run = resume(&stopped("processing"), false, json!({ "wait": false }));
    assert_eq!(commands(&run.finish()), ["METADATA"]);
    // The text was set too early, before the media was ready; the caller who wants it ready gets it ready.
    let mut run = Client::v1().upload(6 * MIB, options());
    for command in ["INIT", "APPEND", "APPEND", "APPEND", "APPEND", "APPEND", "APPEND", "FINALIZE"] {
        run.well(command);
    }
    run.drain();
    let mut session = run.saves.pop().unwrap();
    session["phase"] = "metadata".into();
    let mut run = resume(&session, false, json!({}));
    assert_eq!(commands(&run.finish()), ["STATUS", "STATUS", "METADATA"]);
    assert_eq!(run.media()["processing_info"]["state"], "succeeded");
}

#[test]
fn a_failed_media_is_no_better_when_it_is_resumed() {
    let mut session = stopped("processing");
    session["processing_info"] = json!({ "state": "failed" });
    let mut run = resume(&session, false, json!({}));
    assert_eq!(run.code(), "processing_failed");
    assert!(run.forget);
}

#[test]
fn no_segment_leaves_before_a_saved_session_names_it_and_one_save_names_several() {
    let mut run = Client::v1().upload(20 * MIB, json!({ "saves": true, "segmentSize": MIB, "concurrency": 3 }));
    run.saves_itself = false;
    run.well("INIT");
    let named = |run: &Run| run.saves.last().unwrap()["segments"].as_array().unwrap().len();
    let mut sent = run.requests();
    while sent.is_empty() {
        assert!(run.saves.len() <= 2);
        run.client.pass(5000);
        assert!(run.requests().is_empty(), "however long a save takes");
        run.saved();
        sent = run.requests();
    }
    assert_eq!((sent.len(), named(&run)), (3, 6));
    // While those that were acknowledged are being saved, those that were planned go on.
    let saves = run.saves.len();
    for expected in [3, 3, 3, 2, 1, 0] {
        run.answer_well(&sent.remove(0));
        sent.extend(run.requests());
        assert_eq!(sent.len(), expected);
    }
    assert_eq!(run.saves.len(), saves + 1, "saves never overlap");
    assert_eq!(run.saves[saves]["acknowledged"], json!([0]));
    run.saved();
    run.drain();
    assert_eq!(run.saves[saves + 1]["acknowledged"], json!([0, 1, 2, 3, 4, 5]));
    run.saved();
    sent.extend(run.requests());
    assert_eq!(sent.len(), 3);
}

#[test]
fn a_save_that_was_under_way_when_it_started_over_says_nothing_of_the_new_media() {
    let mut run = Client::v1().upload(20 * MIB, json!({ "saves": true, "segmentSize": MIB }));
    run.well("INIT");
    let sent = run.requests();
    run.saves_itself = false;
    run.answer_well(&sent[0]);
    run.requests();
    assert_eq!(run.saves.last().unwrap()["acknowledged"], json!([0]));
    run.answer(&sent[1], 413, "");
    let init = run.next("INIT");
    run.answer(&init, 202, json!({ "media_id_string": "22" }));
    assert!(run.requests().is_empty());
    run.saved(); // that of the old one
    assert!(run.requests().is_empty());
    let session = run.saves.last().unwrap();
    assert_eq!((&session["media_id_string"], &session["acknowledged"]), (&json!("22"), &json!([])));
    run.saved();
    assert_eq!(run.requests().len(), 4);
}

#[test]
fn without_anyone_who_keeps_it_nothing_is_saved_and_nothing_waits_for_it() {
    let mut run = Client::v1().upload(6 * MIB, json!({ "segmentSize": MIB }));
    run.well("INIT");
    assert_eq!(run.requests().len(), 4);
    assert_eq!((run.saves.len(), &run.key), (0, &None));
    assert_eq!(run.session().unwrap()["segments"], json!([MIB, MIB, MIB, MIB]));
}

#[test]
fn a_session_tells_what_was_told_of_the_media_and_of_the_segments_and_nothing_else() {
    let file = json!({ "name": "dog.mp4", "type": "video/mp4", "lastModified": 1_700_000_000_000_u64 });
    let mut run = Client::v2().upload(6 * MIB, merged(options(), &file));
    let init = run.next("INIT");
    assert_eq!(run.session(), None, "there is nothing yet that could be resumed");
    run.answer_well(&init);
    let sent = run.requests();
    run.answer_well(&sent[1]);
    run.requests();
    let mut session = run.session().unwrap();
    assert_eq!(session, *run.saves.last().unwrap());
    let file = session["file"].take();
    assert_eq!(
        session,
        json!({
            "version": 1, "api": "2", "phase": "append", "file": null,
            "media_id_string": ID, "media_key": "7_1", "expires_after_secs": 86_400, "expiresAt": EPOCH + 86_400_000,
            "segments": [MIB, MIB, MIB, MIB, MIB], "acknowledged": [1],
        }),
    );
    let (digest, label) = file.as_array().unwrap().split_last().unwrap();
    assert!(digest.is_string());
    assert_eq!(label, [json!(6 * MIB), json!("video/mp4"), json!("dog.mp4"), json!(1_700_000_000_000_u64)]);
}

#[test]
fn what_was_not_saved_yet_is_saved_when_it_fails_and_the_error_carries_it() {
    let mut run = resume(&stopped("append"), false, json!({ "concurrency": 3 }));
    let sent = run.requests();
    run.answer_well(&sent[2]);
    run.answer(&sent[0], 403, "");
    let error = run.error();
    assert_eq!(error["session"]["acknowledged"], json!([1, 3]));
    assert_eq!(*run.saves.last().unwrap(), error["session"]);
    // Which is all that is needed to go on.
    let mut run = resume(&error["session"], false, json!({}));
    let sent = run.finish();
    assert_eq!(commands(&sent)[..4], ["0: 0 to 1", "2: 2 to 3", "4: 4 to 5", "5: 5 to 6"]);
}

#[test]
fn a_function_that_keeps_sessions_and_throws_ends_the_upload() {
    let mut run = Client::v1().upload(6 * MIB, options());
    run.saves_itself = false;
    run.well("INIT");
    run.drain();
    run.tell(Input::CallbackThrew(Callback::OnSession));
    let error = run.error();
    assert_eq!((&error["code"], &error["retryable"]), (&json!("callback_failed"), &json!(false)));
    assert_eq!(run.cause(), Some(Cause::Callback(Callback::OnSession)));
    assert_eq!(run.message(), "Your function onSession failed. See cause for what it threw, and mend it.");
    assert_eq!(error["session"]["media_id_string"], ID);
    assert!(!run.forget);
}
