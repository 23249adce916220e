//! Sessions that nothing can go on from: mangled ones, those of other files, and those whose media X has dropped.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "here a panic is a failed test")]

mod shell;

use serde_json::{Value, json};
use shell::stopped::{PHASES, commands, resume, stopped};
use shell::{Client, EPOCH, ID, MIB};

/// Changes that make something of a session that this package never gave.
fn mangled() -> Vec<(&'static str, Value)> {
    let sizes = |size: u64, count: usize| json!(vec![size; count]);
    vec![
        ("version", json!(null)),
        ("version", json!(0)),
        ("version", json!(2)),
        ("version", json!("1")),
        ("api", json!(null)),
        ("api", json!("2")),
        ("api", json!(1.1)),
        ("media_id_string", json!(null)),
        ("media_id_string", json!("")),
        ("media_id_string", json!("7_1")),
        ("media_id_string", json!("../1")),
        ("media_id_string", json!({})),
        ("segments", json!(null)),
        ("segments", json!({})),
        ("segments", json!("1048576")),
        ("segments", json!([null])),
        ("segments", json!([[0, MIB]])),
        ("segments", json!(["1048576"])),
        ("segments", json!([0])),
        ("segments", json!([-1])),
        ("segments", json!([1.5])),
        ("segments", json!([8_000_001])),
        // One byte more than the file has; and so much more that it begins anew.
        ("segments", json!([MIB, 5 * MIB + 1])),
        ("segments", json!([6 * MIB, 1])),
        ("segments", json!([MIB, 18_446_744_073_709_551_615_u64])),
        // More than a thousand; and a thousand that leave a rest for which there is no index.
        ("segments", sizes(1, 1001)),
        ("segments", sizes(1, 70_000)),
        ("segments", sizes(1, 1000)),
        ("acknowledged", json!(null)),
        ("acknowledged", json!({})),
        ("acknowledged", json!(true)),
        ("acknowledged", json!([null])),
        ("acknowledged", json!(["0"])),
        ("acknowledged", json!([0.5])),
        ("acknowledged", json!([-1])),
        ("acknowledged", json!([5])),
        ("acknowledged", json!([0, 18_446_744_073_709_551_616_f64])),
    ]
}

#[test]
fn a_session_that_this_package_never_gave_is_refused_from_the_caller_and_starts_over_from_a_store() {
    for (field, value) in mangled() {
        let mut session = stopped("append");
        session[field] = value.clone();
        if field == "segments" {
            session["acknowledged"] = json!([]);
        }
        let mut run = resume(&session, false, json!({}));
        let error = run.error();
        let case = format!("{field}: {value}");
        assert_eq!((&error["code"], &error["attempts"]), (&json!("invalid_argument"), &json!(0)), "{case}");
        assert!(error["detail"].as_str().unwrap().starts_with("session must be "), "{case}: {error}");
        assert!(!run.forget, "{case}");
        // A store may hold anything: it must not be in the way of an upload.
        assert_eq!(commands(&resume(&session, true, json!({})).requests()), ["INIT"], "{case}");
    }
    for stored in [json!(null), json!(7), json!("text"), json!([]), json!({}), json!({ "version": 1 })] {
        assert_eq!(commands(&resume(&stored, true, json!({})).requests()), ["INIT"], "{stored}");
    }
}

#[test]
fn what_a_store_gives_is_overlooked_however_deep_it_is() {
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    assert_eq!(commands(&resume(&deep, true, json!({})).requests()), ["INIT"]);
}

#[test]
fn a_session_of_another_file_is_refused() {
    let file = json!({ "file": 6 * MIB, "type": "video/mp4", "name": "a.mp4", "lastModified": 5 });
    let mut run = Client::v1().upload(6 * MIB, file.clone());
    run.ends = Some(vec![0; 8192]);
    run.well("INIT");
    let session = run.session().unwrap();
    let resumed = |file: &Value, ends: &[u8]| {
        let mut run = Client::v1().upload(6 * MIB, file.clone());
        run.ends = Some(ends.to_vec());
        run
    };
    let mut same = file.clone();
    same["session"] = session.clone();
    assert_eq!(commands(&resumed(&same, &[0; 8192]).requests())[0], "0: 0 to 1");

    let mut last_byte = vec![0; 8192];
    last_byte[8191] = 1;
    let mut others = vec![(same.clone(), last_byte)];
    for (field, value) in [
        ("file", json!(6 * MIB + 1)),
        ("type", json!("")),
        ("name", json!("b.mp4")),
        ("name", json!(null)),
        ("lastModified", json!(6)),
    ] {
        let mut other = same.clone();
        other[field] = value;
        others.push((other, vec![0; 8192]));
    }
    for (mut other, ends) in others {
        let mut run = resumed(&other, &ends);
        let error = run.error();
        assert_eq!((&error["code"], &error["media_id_string"]), (&json!("file_changed"), &json!(ID)), "{other}");
        assert_eq!(error["session"], session, "{other}");
        assert!(!run.forget, "the file that it is of may still come: {other}");
        // A store is asked by the file, and should not give another's; but it may.
        other.as_object_mut().unwrap().remove("session");
        other["hasStore"] = true.into();
        let mut run = resumed(&other, &ends);
        run.stored = Some(session.clone());
        assert_eq!(commands(&run.requests()), ["INIT"], "{other}");
    }
}

#[test]
fn an_expired_session_is_an_error_where_the_caller_gave_it_and_starts_over_where_a_store_did() {
    for phase in PHASES {
        let mut session = stopped(phase);
        for (expires_at, is_expired) in [(EPOCH - 1, true), (EPOCH, true), (EPOCH + 1, false)] {
            session["expiresAt"] = expires_at.into();
            let mut run = resume(&session, false, json!({}));
            if is_expired {
                let error = run.error();
                assert_eq!((&error["code"], &error["media_id_string"]), (&json!("expired"), &json!(ID)), "{phase}");
                assert_eq!(error["session"], session);
            } else {
                assert_ne!(commands(&run.requests())[0], "INIT", "{phase}");
            }
            let sent = commands(&resume(&session, true, json!({})).requests());
            assert_eq!(sent[0] == "INIT", is_expired, "{phase}");
        }
        // X need not say when.
        session.as_object_mut().unwrap().remove("expiresAt");
        assert_ne!(commands(&resume(&session, false, json!({})).requests())[0], "INIT", "{phase}");
    }
}

#[test]
fn an_upload_that_expires_on_the_way_says_so_at_once() {
    for phase in PHASES {
        let mut session = stopped(phase);
        session["expiresAt"] = (EPOCH + 5000).into();
        for from_store in [false, true] {
            let mut run = resume(&session, from_store, json!({}));
            let sent = run.requests();
            let error = run.error();
            assert_eq!((&error["code"], &error["retryable"]), (&json!("expired"), &json!(false)), "{phase}");
            assert_eq!((&error["media_id_string"], &error["command"]), (&json!(ID), &json!(sent[0].command())));
            assert_eq!((run.client.now(), run.forget), (5000, true), "{phase}");
            assert_eq!(run.cancelled, sent.iter().map(|sent| sent.id).collect::<Vec<_>>(), "{phase}");
        }
    }
}
