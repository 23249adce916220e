//! FINALIZE: what its answer means, and what is done where that was lost or refused.

use serde_json::{Value, json};
use x_media_upload::protocol::Code;

use super::driver::{Client, ID, Run, Sent, failed, http, pending, processing, ready};

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

#[test]
fn a_refused_finalize_stands_where_every_earlier_try_was_answered() {
    for method in ["finalize", "finalizeAndWait"] {
        for (http, code) in [(400, "rejected"), (404, "not_found")] {
            let (mut run, sent) = finalize(&Client::v1(), method);
            run.answer(&sent, 503, "");
            let sent = run.next("FINALIZE");
            run.answer(&sent, http, "");
            let error = run.error();
            assert_eq!(
                (&error["code"], &error["command"], &error["attempts"]),
                (&json!(code), &json!("FINALIZE"), &json!(2))
            );
        }
    }
}

/// A FINALIZE whose answer was lost, in each way in which it can be, and the one that is sent again.
fn lost(client: &Client, method: &str) -> Vec<(Run, Sent)> {
    let (mut cut, sent) = finalize(client, method);
    cut.lose(&sent);
    let again = cut.next("FINALIZE");
    let (mut late, _) = finalize(client, method);
    let again_late = late.next("FINALIZE"); // after half a minute
    vec![(cut, again), (late, again_late)]
}

#[test]
fn where_the_answer_to_finalize_was_lost_status_settles_whether_it_was_done() {
    for refusal in [(400, ""), (404, ""), (200, r#"{"errors":[{"message":"Not found"}]}"#)] {
        for (mut run, sent) in lost(&Client::v1(), "finalize") {
            run.answer(&sent, refusal.0, refusal.1);
            let status = run.next("STATUS");
            assert_eq!(status.waited, 0);
            run.answer(&status, 200, pending(5));
            assert_eq!(run.media(), pending(5));
        }
        for (mut run, sent) in lost(&Client::v1(), "finalizeAndWait") {
            run.answer(&sent, refusal.0, refusal.1);
            let status = run.next("STATUS");
            run.answer(&status, 200, pending(5));
            let status = run.next("STATUS");
            assert!((5000..=5002).contains(&status.waited));
            run.answer(&status, 200, ready());
            assert_eq!(run.media(), ready());
            assert_eq!(run.statuses, [pending(5), ready()]);
        }
    }
}

#[test]
fn where_status_knows_nothing_either_the_refusal_stands() {
    for unknown in [400, 404] {
        for method in ["finalize", "finalizeAndWait"] {
            for (mut run, sent) in lost(&Client::v1(), method) {
                run.answer(&sent, 400, r#"{"error":"Segments do not add up to provided total file size."}"#);
                let status = run.next("STATUS");
                run.answer(&status, unknown, r#"{"errors":[{"code":34,"message":"Sorry, that page does not exist"}]}"#);
                let error = run.error();
                assert_eq!((&error["code"], &error["command"]), (&json!("rejected"), &json!("FINALIZE")));
                assert_eq!(error["apiErrors"][0]["message"], "Segments do not add up to provided total file size.");
            }
        }
    }
}

#[test]
fn a_refusal_that_does_not_say_unknown_leaves_no_doubt() {
    for (http, code) in [(402, "payment_required"), (403, "forbidden"), (410, "rejected"), (413, "too_large")] {
        for (mut run, sent) in lost(&Client::v1(), "finalize") {
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
    for http in [400, 404] {
        let (mut run, sent) = Client::v1().finalizing(json!({}));
        run.answer(&sent, http, r#"{"error":"unknown"}"#);
        let status = run.next("STATUS");
        run.lose(&status); // no verdict
        let status = run.next("STATUS");
        run.answer(&status, 200, pending(3));
        let status = run.next("STATUS");
        assert!((3000..=3002).contains(&status.waited));
        run.answer(&status, 200, ready());
        assert_eq!(run.media()["media_id_string"], ID);

        let (mut run, sent) = Client::v1().finalizing(json!({}));
        run.answer(&sent, http, r#"{"error":"unknown"}"#);
        let status = run.next("STATUS");
        run.answer(&status, 404, "");
        let error = run.error();
        assert_eq!((&error["command"], &error["status"]), (&json!("FINALIZE"), &json!(http)));
        assert_eq!(error["apiErrors"][0]["message"], "unknown");
    }
}

#[test]
fn a_status_that_tells_nothing_settles_nothing() {
    let nothing = [failed(Code::Network), http(503), http(200).body("<html>"), http(200)];
    for answer in nothing {
        let (mut run, sent) = Client::v1().finalizing(json!({}));
        run.answer(&sent, 404, "");
        for _ in 0..3 {
            let status = run.next("STATUS");
            run.answer_with(&status, &answer);
        }
        let status = run.next("STATUS");
        run.answer(&status, 200, ready());
        assert_eq!(run.media()["media_id_string"], ID, "{answer:?}");
    }
}
