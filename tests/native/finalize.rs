//! FINALIZE: what its answer means, and what is done where that was lost or refused.

use serde_json::{Value, json};
use x_media_upload::protocol::Code;

use super::driver::{Client, ID, MIB, Reply, Run, Sent, failed, http, pending, processing, ready, succeeded};

fn finalize(client: &Client, method: &str) -> (Run, Sent) {
    let mut run = client.start(method, json!({ "mediaId": ID }));
    let sent = run.next("FINALIZE");
    (run, sent)
}

#[test]
fn finalize_alone_is_answered_with_what_x_says_whatever_that_is() {
    let answers = [
        ready(),
        pending(5),
        processing(&json!({ "state": "failed" })),
        processing(&json!({ "state": "in_progress", "error": { "code": 1 } })),
    ];
    for answer in answers {
        let (mut run, sent) = finalize(&Client::v1(), "finalize");
        run.answer(&sent, 201, &answer);
        assert_eq!(run.media(), answer);
        assert_eq!(run.statuses, [] as [Value; 0]);
    }
}

/// What X answers a FINALIZE that it refuses.
const REFUSALS: [(u16, &str, &str); 4] = [
    (400, r#"{"error":"Segments do not add up to provided total file size."}"#, "rejected"),
    (404, r#"{"errors":[{"code":34,"message":"Sorry, that page does not exist"}]}"#, "not_found"),
    (404, "", "not_found"),
    (200, r#"{"errors":[{"message":"Not found"}]}"#, "rejected"),
];

/// The ways in which it may have been done all the same: no readable answer came.
fn lost_answers() -> [Reply; 8] {
    [
        failed(Code::Network),
        failed(Code::Timeout),
        http(408),
        http(500),
        http(502).body("<html>"),
        http(504),
        http(200).body("<html>Sign in"),
        http(200).body(json!({ "media_id_string": "99" })),
    ]
}

/// STATUS of a media that was finalized: each proves it.
fn proofs() -> [Value; 5] {
    [
        pending(5),
        processing(&json!({ "state": "succeeded" })),
        json!({ "media_id_string": ID, "size": 7 }),
        json!({ "media_id_string": ID, "image": { "w": 1 } }),
        json!({ "media_id_string": ID, "video": { "video_type": "video/mp4" } }),
    ]
}

/// STATUS that proves nothing: the media may never have been finalized.
fn nothing() -> [Reply; 5] {
    [
        http(200).body(ready()),
        // So X's own playground answers for what only had INIT.
        http(200).body(json!({ "data": { "id": ID, "media_key": "7_1", "expires_after_secs": 86_400 } })),
        http(400).body(r#"{"errors":[{"message":"BadRequest: Not found"}]}"#),
        http(404),
        http(200).body(r#"{"errors":[{"message":"Not found"}]}"#),
    ]
}

#[test]
fn a_refused_finalize_stands_where_every_earlier_try_was_answered() {
    for method in ["finalize", "finalizeAndWait"] {
        for (http, body, code) in REFUSALS {
            for answered in [425, 429] {
                let (mut run, sent) = finalize(&Client::v1(), method);
                run.answer(&sent, answered, "");
                let sent = run.next("FINALIZE");
                run.answer(&sent, http, body);
                let error = run.error();
                assert_eq!(
                    (&error["code"], &error["command"], &error["attempts"]),
                    (&json!(code), &json!("FINALIZE"), &json!(2)),
                    "{method}: {http} after {answered}"
                );
            }
        }
    }
}

/// A FINALIZE to which no readable answer came, and the one that is sent again.
fn lost(client: &Client, method: &str, answer: &Reply) -> (Run, Sent) {
    let (mut run, sent) = finalize(client, method);
    run.answer_with(&sent, answer);
    let again = run.next("FINALIZE");
    (run, again)
}

#[test]
fn where_the_answer_to_finalize_was_lost_status_settles_whether_it_was_done() {
    for (http, body, _) in REFUSALS {
        for answer in lost_answers() {
            for proof in proofs() {
                let (mut run, sent) = lost(&Client::v1(), "finalize", &answer);
                run.answer(&sent, http, body);
                let status = run.next("STATUS");
                assert_eq!(status.waited, 0);
                run.answer(&status, 200, &proof);
                assert_eq!(run.media(), proof, "{http} after {answer:?}");
            }
            let (mut run, sent) = lost(&Client::v1(), "finalizeAndWait", &answer);
            run.answer(&sent, http, body);
            let status = run.next("STATUS");
            run.answer(&status, 200, pending(5));
            let status = run.next("STATUS");
            assert!((5000..=5002).contains(&status.waited));
            run.answer(&status, 200, ready());
            assert_eq!(run.media(), ready(), "{http} after {answer:?}");
            assert_eq!(run.statuses, [pending(5), ready()]);
        }
    }
    // A time-out of ours is no other.
    let (mut run, first) = finalize(&Client::v1(), "finalize");
    let again = run.next("FINALIZE");
    assert_eq!(run.cancelled, [first.id]);
    run.answer(&again, 400, "");
    let status = run.next("STATUS");
    run.answer(&status, 200, pending(5));
    assert_eq!(run.media(), pending(5));
}

#[test]
fn where_status_proves_nothing_in_three_requests_the_refusal_stands() {
    for method in ["finalize", "finalizeAndWait"] {
        for (http, body, code) in REFUSALS {
            for answer in nothing() {
                let client = Client::v1();
                let (mut run, sent) = lost(&client, method, &failed(Code::Network));
                run.answer(&sent, http, body);
                for request in 0..3 {
                    let status = run.next("STATUS");
                    assert!((request == 0) == (status.waited == 0) && status.waited <= 30_000, "{}", status.waited);
                    run.answer_with(&status, &answer);
                }
                let error = run.error();
                assert_eq!((&error["code"], &error["command"]), (&json!(code), &json!("FINALIZE")), "{answer:?}");
                assert_eq!((&error["status"], &error["attempts"]), (&json!(http), &json!(2)), "{answer:?}");
            }
            // The last of three may know it.
            let (mut run, sent) = lost(&Client::v1(), method, &failed(Code::Network));
            run.answer(&sent, http, body);
            for _ in 0..2 {
                let status = run.next("STATUS");
                run.answer(&status, 404, "");
            }
            let status = run.next("STATUS");
            run.answer(&status, 200, succeeded());
            assert_eq!(run.media(), succeeded());
        }
    }
}

#[test]
fn a_refusal_that_does_not_say_unknown_leaves_no_doubt() {
    for (http, code) in [(402, "payment_required"), (403, "forbidden"), (410, "rejected"), (413, "too_large")] {
        for answer in lost_answers() {
            let (mut run, sent) = lost(&Client::v1(), "finalize", &answer);
            run.answer(&sent, http, "");
            assert_eq!(run.code(), code);
        }
        let (mut run, sent) = Client::v1().finalizing(json!({}));
        run.answer(&sent, http, "");
        assert_eq!(run.code(), code);
    }
}

#[test]
fn in_an_upload_status_decides_on_every_refused_finalize_because_browsers_send_twice() {
    for (http, body, code) in REFUSALS {
        for proof in proofs() {
            let (mut run, sent) = Client::v1().finalizing(json!({}));
            run.answer(&sent, http, body);
            let status = run.next("STATUS");
            run.lose(&status); // no verdict
            let status = run.next("STATUS");
            run.answer(&status, 200, &proof);
            if proof == pending(5) {
                let status = run.next("STATUS");
                assert!((5000..=5002).contains(&status.waited));
                run.answer(&status, 200, ready());
            }
            assert_eq!(run.media()["media_id_string"], ID, "{http}: {proof}");
        }
        for answer in nothing() {
            for api in ["1.1", "2"] {
                let (mut run, sent) = Client::new(json!({ "api": api })).finalizing(json!({}));
                run.answer(&sent, http, body);
                let status = run.next("STATUS");
                run.answer_with(&status, &answer);
                // One request settles it: every try of FINALIZE was answered.
                let error = run.error();
                assert_eq!((&error["command"], &error["code"]), (&json!("FINALIZE"), &json!(code)), "{answer:?}");
                assert_eq!(error["status"], http, "{answer:?}");
            }
        }
    }
}

#[test]
fn a_status_that_can_not_be_read_settles_nothing() {
    let unreadable = [
        failed(Code::Network),
        http(503),
        http(429),
        http(200).body("<html>"),
        http(200),
        http(200).body(json!({ "media_id_string": "99", "size": 7 })),
    ];
    for answer in unreadable {
        let (mut run, sent) = Client::v1().finalizing(json!({}));
        run.answer(&sent, 404, "");
        for _ in 0..3 {
            let status = run.next("STATUS");
            run.answer_with(&status, &answer);
        }
        let status = run.next("STATUS");
        run.answer(&status, 200, succeeded());
        assert_eq!(run.media()["media_id_string"], ID, "{answer:?}");
    }
}

/// How X may answer a FINALIZE that it has done, without a word of what.
fn silent() -> [Reply; 8] {
    [
        http(200),
        http(201),
        http(204),
        http(200).body(" \n"),
        http(200).body("{}"),
        http(200).body(r#"{"ok":true}"#),
        // X's own playground, of an id that it does not know.
        http(200).body(r#"{"data":{},"meta":{}}"#),
        http(200).body("null"),
    ]
}

#[test]
fn where_finalize_is_answered_without_a_word_status_decides() {
    for answer in silent() {
        for proof in proofs() {
            let (mut run, sent) = finalize(&Client::v1(), "finalize");
            run.answer_with(&sent, &answer);
            let status = run.next("STATUS");
            assert_eq!(status.waited, 0);
            run.answer(&status, 200, &proof);
            assert_eq!(run.media(), proof, "{answer:?}");
        }
        for silence in nothing() {
            for method in ["finalize", "finalizeAndWait"] {
                let (mut run, sent) = finalize(&Client::v1(), method);
                run.answer_with(&sent, &answer);
                let status = run.next("STATUS");
                run.answer_with(&status, &silence);
                let error = run.error();
                assert_eq!(
                    (&error["code"], &error["command"], &error["attempts"]),
                    (&json!("invalid_response"), &json!("FINALIZE"), &json!(1)),
                    "{answer:?} {silence:?}"
                );
            }
            let (mut run, sent) = Client::v1().finalizing(json!({ "hasStore": true }));
            run.answer_with(&sent, &answer);
            let status = run.next("STATUS");
            run.answer_with(&status, &silence);
            let error = run.error();
            assert_eq!((&error["code"], run.forget), (&json!("invalid_response"), false), "{answer:?} {silence:?}");
            assert_eq!(error["session"]["phase"], "finalize", "{answer:?} {silence:?}");
        }
        let (mut run, sent) = Client::v1().finalizing(json!({}));
        run.answer_with(&sent, &answer);
        let status = run.next("STATUS");
        run.answer(&status, 200, pending(1));
        let status = run.next("STATUS");
        run.answer(&status, 200, succeeded());
        assert_eq!(run.media()["media_key"], "7_1", "{answer:?}");
    }
}

#[test]
fn an_upload_of_whose_finalize_nothing_was_ever_heard_starts_over_once() {
    for (http, body, code) in REFUSALS {
        for answer in lost_answers() {
            for silence in nothing() {
                let mut run = Client::v1().upload(MIB, json!({ "hasStore": true, "segmentSize": MIB }));
                let mut begun = Vec::new();
                for id in [ID, "22"] {
                    let init = run.next("INIT");
                    run.answer(&init, 202, json!({ "media_id_string": id }));
                    begun.push(run.well("APPEND").field("media_id"));
                    let sent = run.next("FINALIZE");
                    // A time-out of the shell's is told as one of ours.
                    run.answer_with(&sent, &answer);
                    let sent = run.next("FINALIZE");
                    run.answer(&sent, http, body);
                    for _ in 0..3 {
                        let status = run.next("STATUS");
                        let of_other = json!({ "media_id_string": id });
                        match run.client.now() % 2 {
                            0 if id == "22" => run.answer(&status, 200, of_other),
                            _ if id == "22" => run.answer(&status, 404, ""),
                            _ => run.answer_with(&status, &silence),
                        }
                    }
                }
                // The second time the refusal stands.
                let error = run.error();
                assert_eq!((&error["command"], &error["code"]), (&json!("FINALIZE"), &json!(code)), "{answer:?}");
                assert_eq!((begun, &error["media_id_string"]), (vec![json!(ID), json!("22")], &json!("22")));
            }
        }
    }
    // Of a picture STATUS says nothing: the new one is finalized, and all is well.
    let mut run = Client::v2().upload(MIB, json!({ "mediaType": "image/png", "segmentSize": MIB }));
    run.well("INIT");
    run.well("APPEND");
    let sent = run.next("FINALIZE");
    run.lose(&sent);
    let sent = run.next("FINALIZE");
    run.answer(&sent, 400, "");
    for _ in 0..3 {
        let status = run.next("STATUS");
        run.answer(&status, 400, "");
    }
    let init = run.next("INIT");
    run.answer(&init, 200, json!({ "data": { "id": "22" } }));
    run.well("APPEND");
    let sent = run.next("FINALIZE");
    run.answer(&sent, 200, json!({ "data": { "id": "22", "size": 7, "image": { "w": 1, "h": 2 } } }));
    assert_eq!(run.media()["media_id_string"], "22");
}
