//! One upload at a time owns what a store has: what becomes of the others.

use serde_json::json;
use x_media_upload::protocol::Input;

use super::driver::stopped::{commands, resume, stopped};
use super::driver::{ID, MIB, Run};

/// An upload of a file of which the store has a session, that another upload owns.
fn second(saves: bool) -> Run {
    let mut run = resume(&stopped("append"), true, json!({ "saves": saves, "altText": "" }));
    run.is_owned_by_another = true;
    run
}

#[test]
fn an_upload_whose_stored_session_is_another_ones_begins_its_own_after_two_seconds() {
    let mut run = second(false);
    let began = run.client.now();
    let init = run.next("INIT");
    assert_eq!(init.at - began, 2000);
    run.answer_well(&init);
    let sent = commands(&run.finish());
    assert_eq!(sent.iter().filter(|command| command.contains(": ")).count(), 6, "{sent:?}");
    assert_eq!(run.media()["media_id_string"], ID);
    assert!(run.saves.is_empty(), "there is nowhere to save it");
}

#[test]
fn its_own_session_is_told_to_the_caller_alone() {
    let mut run = second(true);
    run.well("INIT");
    run.finish();
    assert_eq!(run.saves[0]["acknowledged"], json!([]));
}

#[test]
fn the_callers_own_session_is_continued_whoever_owns_what_is_stored() {
    let mut run = resume(&stopped("append"), false, json!({ "hasStore": true, "altText": "" }));
    run.is_owned_by_another = true;
    assert!(!commands(&run.finish()).contains(&"INIT".to_owned()));
    assert_eq!(run.media()["media_id_string"], ID);
}

#[test]
fn an_upload_that_loses_its_session_while_it_sends_goes_on_with_what_is_stored_then() {
    let mut run = resume(&json!(null), true, json!({ "concurrency": 1, "altText": "" }));
    run.stored = None;
    run.well("INIT");
    run.well("APPEND");
    let lost = run.next("APPEND");
    // Somebody had it meanwhile, and has sent more.
    let mut session = run.saves.last().unwrap().clone();
    session["segments"] = json!([MIB, MIB, MIB, MIB]);
    session["acknowledged"] = json!([0, 1, 2]);
    run.stored = Some(session);
    run.tell(Input::Disowned);
    let next = run.next("APPEND");
    assert_eq!(run.cancelled, [lost.id]);
    assert_eq!(next.segment(), (3, 3 * MIB, 4 * MIB));
    run.answer_well(&next);
    assert_eq!(commands(&run.finish()), ["4: 4 to 5", "5: 5 to 6", "FINALIZE", "STATUS", "STATUS"]);
}

#[test]
fn an_upload_that_loses_its_session_to_another_one_while_it_sends_begins_its_own() {
    let mut run = resume(&json!(null), true, json!({ "saves": false, "concurrency": 1, "altText": "" }));
    run.stored = None;
    run.well("INIT");
    run.next("APPEND");
    run.is_owned_by_another = true;
    let saves = run.saves.len();
    run.tell(Input::Disowned);
    run.well("INIT");
    let sent = commands(&run.finish());
    assert_eq!(sent.iter().filter(|command| command.contains(": ")).count(), 6, "{sent:?}");
    assert_eq!((&run.media()["media_id_string"], run.saves.len()), (&json!(ID), saves));
}

#[test]
fn after_finalize_an_upload_that_loses_its_session_goes_on_as_it_was_and_asks_for_it_again() {
    for is_lost in [false, true] {
        let mut run = resume(&json!(null), true, json!({ "altText": "" }));
        run.stored = None;
        run.well("INIT");
        (0..6).for_each(|_| drop(run.well("APPEND")));
        run.well("FINALIZE");
        run.well("STATUS");
        run.key = None;
        run.is_owned_by_another = is_lost;
        run.tell(Input::Disowned);
        assert_eq!(commands(&run.finish()), ["STATUS"]);
        assert!(run.key.is_some() && run.cancelled.is_empty());
        assert_eq!(run.media()["media_id_string"], ID);
    }
}
