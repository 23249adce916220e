//! How far it is: what progress tells, and when.

use serde_json::{Value, json};

use super::driver::{Client, ID, MIB, Sent, pending, processing};

fn fraction(progress: &Value) -> f64 {
    progress["fraction"].as_f64().unwrap()
}

#[test]
fn progress_tells_every_step_and_never_falls() {
    let mut run = Client::v1().upload(4 * MIB, json!({ "segmentSize": MIB, "concurrency": 1 }));
    for name in ["INIT", "APPEND", "APPEND", "APPEND", "APPEND", "FINALIZE", "STATUS", "STATUS"] {
        run.well(name);
    }
    run.media();
    let mut steps: Vec<Value> = run.progress.clone();
    for two in steps.windows(2) {
        assert!(fraction(&two[0]) <= fraction(&two[1]), "{} then {}", two[0], two[1]);
        assert!(two[0]["bytesSent"].as_u64() <= two[1]["bytesSent"].as_u64());
    }
    // At each step; in between the same is told again.
    steps.dedup();
    let expected = json!([
        { "phase": "initialize", "fraction": 0.0, "bytesSent": 0, "segmentsSent": 0 },
        { "phase": "append", "fraction": 0.0, "bytesSent": 0, "segmentsSent": 0 },
        { "phase": "append", "fraction": 0.225, "bytesSent": MIB, "segmentsSent": 1 },
        { "phase": "append", "fraction": 0.45, "bytesSent": 2 * MIB, "segmentsSent": 2 },
        { "phase": "append", "fraction": 0.675, "bytesSent": 3 * MIB, "segmentsSent": 3 },
        { "phase": "finalize", "fraction": 0.9, "bytesSent": 4 * MIB, "segmentsSent": 4 },
        { "phase": "processing", "fraction": 0.9, "bytesSent": 4 * MIB, "segmentsSent": 4, "waiting": true },
        { "phase": "processing", "fraction": 0.9, "bytesSent": 4 * MIB, "segmentsSent": 4 },
        { "phase": "processing", "fraction": 0.95, "bytesSent": 4 * MIB, "segmentsSent": 4, "waiting": true, "processingPercent": 50 },
        { "phase": "processing", "fraction": 0.95, "bytesSent": 4 * MIB, "segmentsSent": 4, "processingPercent": 50 },
        { "phase": "ready", "fraction": 1.0, "bytesSent": 4 * MIB, "segmentsSent": 4, "processingPercent": 100 },
    ]);
    for (step, expected) in steps.iter_mut().zip(expected.as_array().unwrap()) {
        assert_eq!(step["bytesTotal"], 4 * MIB);
        assert_eq!(step.get("media_id_string"), (step["phase"] != "initialize").then_some(&json!(ID)));
        assert!((fraction(step) - fraction(expected)).abs() < 2e-6, "{step}");
        if step.get("waiting").is_some() {
            assert_eq!(step["waiting"]["for"], "processing");
            step["waiting"] = true.into();
        }
        for known in ["bytesTotal", "media_id_string", "fraction"] {
            step.as_object_mut().unwrap().remove(known);
        }
        let mut expected = expected.clone();
        expected.as_object_mut().unwrap().remove("fraction");
        assert_eq!(*step, expected);
    }
    assert_eq!(steps.len(), expected.as_array().unwrap().len());
}

#[test]
fn progress_does_not_fall_when_xs_own_figure_does() {
    let (mut run, sent) = Client::v1().finalizing(json!({}));
    run.answer(&sent, 201, pending(1));
    for percent in [5, 99, 40, 200, 0] {
        let status = run.next("STATUS");
        let info = json!({ "state": "in_progress", "check_after_secs": 1, "progress_percent": percent });
        run.answer(&status, 200, processing(&info));
    }
    run.next("STATUS");
    let told: Vec<f64> = run.progress.iter().map(fraction).collect();
    assert!(told.windows(2).all(|two| two[0] <= two[1]), "{told:?}");
    assert!(told.iter().all(|fraction| *fraction <= 1.0), "{told:?}");
    assert_eq!(run.snapshot()["processingPercent"], 0);
}

#[test]
fn progress_is_told_at_least_once_a_second_while_something_is_under_way() {
    let (mut run, sent) = Client::v1().finalizing(json!({}));
    run.client.pass(10_000);
    run.answer(&sent, 201, pending(10));
    let start = run.progress.len();
    run.next("STATUS");
    let told = run.progress.len() - start;
    assert!((10..=12).contains(&told), "{told} in ten seconds");
    // One command alone has nothing to tell.
    let mut run = Client::v1().start("finalizeAndWait", json!({ "mediaId": ID }));
    run.next("FINALIZE");
    run.client.pass(5000);
    run.drain();
    assert_eq!(run.progress, [] as [Value; 0]);
}

#[test]
fn the_fraction_never_falls_even_where_an_upload_starts_over() {
    let mut run = Client::v1().upload(8 * MIB, json!({ "segmentSize": MIB, "concurrency": 2 }));
    let mut too_large = 0;
    while let Some(sent) = run.any() {
        let is_half_way = sent.command() == "APPEND" && sent.segment().1 >= 4 * MIB;
        if is_half_way && too_large < 2 {
            too_large += 1;
            run.answer(&sent, 413, "");
            run.requests().into_iter().for_each(|sent: Sent| run.answer_well(&sent));
        } else {
            run.client.pass(30);
            run.answer_well(&sent);
        }
    }
    assert_eq!((too_large, &run.media()["media_id_string"]), (2, &json!(ID)));
    let fractions: Vec<f64> = run.progress.iter().map(fraction).collect();
    assert!(fractions.is_sorted(), "{fractions:?}");
    assert_eq!((fractions[0], *fractions.last().unwrap()), (0.0, 1.0));
    let bytes: Vec<u64> = run.progress.iter().map(|progress| progress["bytesSent"].as_u64().unwrap()).collect();
    assert!(!bytes.is_sorted(), "but what X has is told as it is: {bytes:?}");
}
