//! Sessions that nothing can go on from: mangled ones, and those of other files.

use serde_json::{Value, json};

use super::driver::stopped::{commands, options, resume, stopped};
use super::driver::{Client, ID, MIB, merged, without};

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
        // As a number it may have been rounded on its way.
        ("media_id_string", json!(7)),
        ("media_id_string", json!(1_284_554_329_119_236_097_u64)),
        ("media_id_string", json!("12845543291192360970")),
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

/// The words in which an upload refuses the session of its caller: before it begins, or before its first request.
fn refusal(session: &Value) -> String {
    let given = merged(options(), &json!({ "file": 6 * MIB, "mediaType": "video/mp4", "session": session }));
    let mut run = match Client::v1().call("upload", given) {
        Ok(run) => run,
        Err(refusal) => return refusal.error.to_string(),
    };
    let error = run.error();
    assert_eq!((&error["code"], &error["attempts"]), (&json!("invalid_argument"), &json!(0)), "{session}");
    assert!(!run.forget, "{session}");
    run.message()
}

#[test]
fn a_session_that_this_package_never_gave_is_refused_from_the_caller_and_starts_over_from_a_store() {
    for (field, value) in mangled() {
        let mut session = stopped("append");
        session[field] = value.clone();
        if field == "segments" {
            session["acknowledged"] = json!([]);
        }
        let case = format!("{field}: {value}");
        assert_eq!(refusal(&session), "session must be one that this package gave, for the same api", "{case}");
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
    let file = json!({
        "file": 6 * MIB, "type": "video/mp4", "name": "a.mp4", "lastModified": 5, "segmentSize": MIB,
    });
    let mut run = Client::v1().upload(6 * MIB, file.clone());
    run.sample = Some(vec![0; 8192]);
    run.well("INIT");
    let session = run.session().unwrap();
    let resumed = |file: &Value, sample: &[u8]| {
        let mut run = Client::v1().upload(6 * MIB, file.clone());
        run.sample = Some(sample.to_vec());
        run
    };
    let same = merged(file.clone(), &json!({ "session": session }));
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
    for (other, sample) in others {
        let mut run = resumed(&other, &sample);
        let error = run.error();
        assert_eq!((&error["code"], &error["media_id_string"]), (&json!("file_changed"), &json!(ID)), "{other}");
        assert_eq!(error["session"], session, "{other}");
        assert!(!run.forget, "the file that it is of may still come: {other}");
        // A store is asked by the file, and should not give another's; but it may.
        let other = merged(without(other, "session"), &json!({ "hasStore": true }));
        let mut run = resumed(&other, &sample);
        run.stored = Some(session.clone());
        assert_eq!(commands(&run.requests()), ["INIT"], "{other}");
    }
}
