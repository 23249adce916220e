//! What JavaScript gets of the core's types: a key for what is there, and none for what is not.

use serde_json::{Value, json};
use x_media_upload::protocol::{
    ApiError, Code, Command, Error, Media, MediaId, Progress, RateLimit, Session, UnixTime,
};
use x_media_upload::protocol::{Json, Phase, WaitReason, Waiting};

use super::driver::stopped::{PHASES, stopped};
use super::driver::{Client, EPOCH, ID, in_javascript};

/// All that X is known to say of a media, in one.
fn whole() -> Value {
    json!({
        "media_id_string": ID, "media_key": "7_1", "size": 10, "expires_after_secs": 60, "expiresAt": EPOCH + 60_000,
        "image": { "image_type": "image/png", "w": 1252, "h": 626 }, "video": { "video_type": "video/mp4" },
        "processing_info": {
            "state": "failed", "check_after_secs": 1.5, "progress_percent": 99,
            "error": { "code": 1, "name": "InvalidMedia", "message": "Unsupported video format" },
        },
    })
}

fn media(json: &Value) -> Box<Media> {
    Media::read_again(Json::of(&json.to_string())).unwrap()
}

#[test]
fn a_media_has_what_x_said_of_it_and_no_more() {
    assert_eq!(json!(media(&whole())), whole());
    for field in ["media_key", "size", "expires_after_secs", "expiresAt", "image", "video", "processing_info"] {
        let mut without = whole();
        without.as_object_mut().unwrap().remove(field);
        assert_eq!(json!(media(&without)), without, "{field}");
    }
    assert_eq!(json!(media(&json!({ "media_id_string": ID }))), json!({ "media_id_string": ID }));
    let empty = json!({ "media_id_string": ID, "image": {}, "video": {}, "processing_info": { "error": {} } });
    assert_eq!(json!(media(&empty)), empty);
}

#[test]
fn an_id_is_text_everywhere() {
    let id = MediaId::parse("0000000000000000042").unwrap();
    assert_eq!((json!(id), id.to_string()), (json!("0000000000000000042"), "0000000000000000042".to_owned()));
    let mut error = Error::new(Code::Network);
    error.media_id = Some(id);
    assert_eq!(json!(error)["media_id_string"], "0000000000000000042");
    let progress = Progress { media_id: Some(id), ..Progress::default() };
    assert_eq!(json!(progress)["media_id_string"], "0000000000000000042");
}

#[test]
fn progress_has_five_fields_from_the_beginning_and_the_others_once_they_are_known() {
    let first = json!({ "phase": "initialize", "fraction": 0.0, "bytesSent": 0, "bytesTotal": 0, "segmentsSent": 0 });
    assert_eq!(json!(Progress::default()), first);
    let progress = Progress {
        phase: Phase::Paused,
        fraction: 0.25,
        bytes_sent: 1,
        bytes_total: 2,
        bytes_per_sec: Some(3),
        eta_secs: Some(4),
        segments_sent: 5,
        processing_percent: Some(6),
        waiting: Some(Waiting { reason: WaitReason::RateLimit, until: UnixTime(7) }),
        media_id: MediaId::parse(ID),
    };
    assert_eq!(
        json!(progress),
        json!({
            "phase": "paused", "fraction": 0.25, "bytesSent": 1, "bytesTotal": 2, "bytesPerSec": 3, "etaSecs": 4,
            "segmentsSent": 5, "processingPercent": 6, "waiting": { "for": "rate_limit", "until": 7 },
            "media_id_string": ID,
        }),
    );
}

#[test]
fn an_error_has_four_fields_always_and_the_others_where_they_are_known() {
    let mut error = Error::new(Code::RateLimited);
    assert_eq!(json!(error), json!({ "code": "rate_limited", "apiErrors": [], "attempts": 0, "retryable": true }),);
    error.command = Some(Command::Status);
    error.media_id = MediaId::parse(ID);
    error.status = Some(429);
    error.attempts = 3;
    error.rate_limit = Some(RateLimit { limit: Some(1), remaining: Some(0), resets_at: Some(UnixTime(EPOCH)) });
    error.processing_info = media(&whole()).processing_info;
    let least = ApiError { code: None, message: "m".to_owned(), title: None, kind: None };
    let most = ApiError { code: Some(88), title: Some("t".to_owned()), kind: Some("k".to_owned()), ..least.clone() };
    error.api_errors = vec![least, most];
    error.session = Session::read(&stopped("append").to_string());
    assert_eq!(
        in_javascript(&error),
        json!({
            "code": "rate_limited", "command": "STATUS", "media_id_string": ID, "status": 429, "attempts": 3,
            "retryable": true, "rateLimit": { "limit": 1, "remaining": 0, "resetsAt": EPOCH },
            "apiErrors": [{ "message": "m" }, { "code": 88, "message": "m", "title": "t", "type": "k" }],
            "processing_info": whole()["processing_info"], "session": stopped("append"),
        }),
    );
    error.rate_limit = Some(RateLimit::default());
    assert_eq!(json!(error)["rateLimit"], json!({}));
}

#[test]
fn a_session_that_was_kept_as_json_is_the_same_session() {
    for phase in PHASES {
        let kept = stopped(phase);
        let session = Session::read(&kept.to_string()).unwrap();
        assert_eq!(in_javascript(&session), kept, "{phase}");
        let written = serde_json::to_string(&session).unwrap();
        let again = Session::read(&written).unwrap();
        assert_eq!(again, session, "{phase}");
        assert_eq!(serde_json::to_string(&again).unwrap(), written, "{phase}");
    }
}

#[test]
fn a_session_keeps_its_phase_and_one_that_nobody_knows_means_that_segments_are_sent() {
    let mut session = stopped("append");
    for (phase, expected) in [
        ("append", "append"),
        ("finalize", "finalize"),
        ("processing", "processing"),
        ("metadata", "metadata"),
        ("transcoding", "append"),
    ] {
        session["phase"] = phase.into();
        assert_eq!(in_javascript(Session::read(&session.to_string()))["phase"], expected);
    }
}

#[test]
fn a_session_that_was_kept_has_all_that_x_said_of_the_media() {
    let mut kept = stopped("processing");
    kept.as_object_mut().unwrap().extend(whole().as_object().unwrap().clone());
    assert_eq!(in_javascript(Session::read(&kept.to_string())), kept);
}

#[test]
fn a_media_that_was_handed_out_is_known_as_it_was_when_it_is_given_back() {
    let mut given = whole();
    given["processing_info"] = json!({ "state": "in_progress", "check_after_secs": 1.5 });
    given["expiresAt"] = json!(EPOCH + 600_000);
    let mut run = Client::v1().start("waitUntilReady", json!({ "media": given, "timeoutSecs": 60 }));
    let status = run.next("STATUS");
    assert!((1500..=1502).contains(&status.waited));
    run.answer(&status, 200, json!({ "media_id_string": ID }));
    given.as_object_mut().unwrap().remove("processing_info");
    assert_eq!(run.media(), given);
}
