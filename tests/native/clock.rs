//! A clock that is wrong, by which no signature is worth anything, and what a 401 tells of it.

use serde_json::json;
use x_media_upload::protocol::Authorization;

use super::driver::{Client, EPOCH, ID, MIB, Run, Sent, date, http, ready};

fn client() -> Client {
    Client::with(json!({ "api": "1.1", "retry": { "attempts": 3 } }), Authorization::Signs)
}

/// How far the clock is set ahead, in milliseconds, by which a request is signed.
fn skew(sent: &Sent) -> i64 {
    sent.server_time as i64 - (EPOCH + sent.at) as i64
}

/// Refuses a request at a server whose clock is so many milliseconds ahead.
fn refuse(run: &mut Run, sent: &Sent, ahead: i64) {
    let moment = (EPOCH + run.client.now()).strict_add_signed(ahead);
    run.answer_with(sent, &http(401).header("date", date(moment / 1000 * 1000)));
}

#[test]
fn a_clock_that_is_wrong_is_corrected_once_a_401_tells_the_servers_time() {
    for ahead in [3_600_000, -3_600_000, 31_000, -86_400_000 * 365] {
        let client = client();
        let mut run = client.start("status", json!({ "mediaId": ID }));
        let first = run.next("STATUS");
        assert_eq!(skew(&first), 0);
        refuse(&mut run, &first, ahead);
        let second = run.next("STATUS");
        assert_eq!((second.waited, second.at), (0, 0));
        assert!((skew(&second) - ahead).abs() < 1000, "{ahead}: {}", skew(&second));
        client.pass(5000);
        run.answer(&second, 200, ready());
        assert_eq!(run.media(), ready());
        // What is sent later is right from the start.
        let later = client.start("finalize", json!({ "mediaId": ID })).next("FINALIZE");
        assert!((skew(&later) - ahead).abs() < 1000);
    }
}

#[test]
fn a_401_that_no_clock_explains_is_final() {
    for (ahead, answers) in [(0, 1), (29_000, 1), (-29_000, 1), (60_000, 2)] {
        let mut run = client().start("status", json!({ "mediaId": ID }));
        for _ in 0..answers {
            let sent = run.next("STATUS");
            refuse(&mut run, &sent, ahead);
        }
        let error = run.error();
        assert_eq!((&error["code"], &error["attempts"]), (&json!("unauthorized"), &json!(1)), "{ahead}");
    }
    let mut run = client().start("status", json!({ "mediaId": ID }));
    let sent = run.next("STATUS");
    run.answer(&sent, 401, "");
    assert_eq!(run.code(), "unauthorized", "a Date that can't be read tells nothing");
}

#[test]
fn a_server_whose_clock_jumps_is_not_followed_for_ever() {
    let mut run = client().start("status", json!({ "mediaId": ID }));
    for ahead in [3_600_000, 7_200_000] {
        let sent = run.next("STATUS");
        refuse(&mut run, &sent, ahead);
    }
    assert_eq!(run.code(), "unauthorized");
}

#[test]
fn segments_in_flight_when_the_clock_was_wrong_are_all_sent_again() {
    let client = client();
    let mut run = client.upload(4 * MIB, json!({ "segmentSize": MIB }));
    let init = run.next("INIT");
    run.answer(&init, 202, ready());
    let segments = run.requests();
    assert_eq!(segments.len(), 4);
    for segment in &segments {
        refuse(&mut run, segment, 3_600_000);
    }
    let again = run.requests();
    assert_eq!(again.iter().map(skew).collect::<Vec<_>>(), [3_600_000; 4]);
    for segment in &again {
        run.answer(segment, 204, "");
    }
    assert!(skew(&run.next("FINALIZE")) == 3_600_000);
}
