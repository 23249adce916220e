//! What the jobs of one client have in common.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use serde_json::{Value, json};
use x_media_upload::protocol::{Authorization, ClientState, Instant, Millis, Now, Read, Settings, UnixTime};

use super::{Driven, EPOCH, ID, Js, MIB, Run, Sent, job, merged, settings};

/// A client, and the virtual time that it lives in.
#[derive(Clone)]
pub(crate) struct Client {
    settings: Rc<Settings>,
    state: Rc<RefCell<ClientState>>,
    now: Rc<Cell<Now>>,
}

impl Client {
    /// With these options of `MediaClient`, and a function that gives access tokens.
    pub(crate) fn new(options: Value) -> Self {
        Self::with(options, Authorization::Refreshes)
    }

    pub(crate) fn with(options: Value, authorization: Authorization) -> Self {
        let settings = settings(&options.into(), authorization).unwrap_or_else(|refusal| panic!("{}", refusal.error));
        let now = Now { at: Instant(0), epoch: UnixTime(EPOCH), random: 0.5, online: true };
        Self { settings: Rc::new(settings), state: Rc::default(), now: Rc::new(Cell::new(now)) }
    }

    /// For 1.1, with everything else as it is where nothing is said.
    pub(crate) fn v1() -> Self {
        Self::new(json!({ "api": "1.1" }))
    }

    /// The same for 2.
    pub(crate) fn v2() -> Self {
        Self::new(json!({ "api": "2" }))
    }

    /// One whose requests are tried that often.
    pub(crate) fn with_attempts(attempts: u32) -> Self {
        Self::new(json!({ "api": "2", "retry": { "attempts": attempts } }))
    }

    /// A call of a method, or why it is refused. `given` is what [`job`] reads.
    pub(crate) fn call(&self, method: &str, given: impl Into<Js>) -> Read<Run, Js> {
        let job = job(&self.settings, method, &given.into())?;
        let driven = Driven { job, state: self.state.clone(), now: self.now.clone() };
        Ok(Run::new(self.clone(), driven))
    }

    /// A call of a method that is given what it must be.
    pub(crate) fn start(&self, method: &str, given: Value) -> Run {
        self.call(method, given).unwrap_or_else(|refusal| panic!("{}", refusal.error))
    }

    /// A call of a method that sends one command, and its request.
    pub(crate) fn command(&self, method: &str) -> (Run, Sent) {
        self.command_about(method, ID)
    }

    /// The same of another media.
    pub(crate) fn command_about(&self, method: &str, id: &str) -> (Run, Sent) {
        let arguments =
            json!({ "mediaId": id, "segmentIndex": 0, "segment": 1, "total_bytes": 1, "media_type": "video/mp4" });
        let mut run = self.start(method, arguments);
        let sent = run.requests().remove(0);
        (run, sent)
    }

    /// A call of any method that sends something, with what it needs for that.
    pub(crate) fn command_run(&self, method: &str) -> Run {
        let subtitle = json!({ "media_id_string": "7", "language_code": "en", "display_name": "English" });
        self.start(
            method,
            json!({
                "mediaId": ID, "media": ID, "segmentIndex": 0, "segment": 1, "total_bytes": 1, "media_type": "video/mp4",
                "metadata": {}, "mediaCategory": "tweet_video", "subtitles": [subtitle], "languageCodes": ["en"],
                "file": 1, "mediaType": "video/mp4",
            }),
        )
    }

    /// An upload of a video of so many bytes.
    pub(crate) fn upload(&self, bytes: u64, options: Value) -> Run {
        self.start("upload", merged(json!({ "file": bytes, "mediaType": "video/mp4" }), &options))
    }

    /// An upload of two segments whose FINALIZE has just left.
    pub(crate) fn finalizing(&self, options: Value) -> (Run, Sent) {
        let mut run = self.upload(2 * MIB, merged(json!({ "segmentSize": MIB }), &options));
        for command in ["INIT", "APPEND", "APPEND"] {
            run.well(command);
        }
        let sent = run.next("FINALIZE");
        (run, sent)
    }

    /// FINALIZE and the wait after it, where FINALIZE is answered so.
    pub(crate) fn finalized(&self, body: &Value) -> Run {
        let mut run = self.start("finalizeAndWait", json!({ "mediaId": ID }));
        let finalize = run.next("FINALIZE");
        run.answer(&finalize, 201, body);
        run
    }

    /// The virtual time, in milliseconds.
    pub(crate) fn now(&self) -> u64 {
        self.now.get().at.0
    }

    pub(crate) fn pass(&self, millis: u64) {
        let now = self.now.get();
        self.now.set(Now { at: now.at + Millis(millis), epoch: now.epoch + Millis(millis), ..now });
    }

    /// Sets the clock on the wall ahead by so many milliseconds, or back; the other one is not touched.
    pub(crate) fn set_clock(&self, ahead: i64) {
        let now = self.now.get();
        self.now.set(Now { epoch: UnixTime(now.epoch.0.strict_add_signed(ahead)), ..now });
    }

    /// What chance says from now on, from 0 to 1.
    pub(crate) fn set_random(&self, random: f64) {
        self.now.set(Now { random, ..self.now.get() });
    }

    /// What `navigator.onLine` says from now on.
    pub(crate) fn set_online(&self, online: bool) {
        self.now.set(Now { online, ..self.now.get() });
    }

    /// A new token was asked for; whether there is one.
    pub(crate) fn refreshed(&self, well: bool) {
        self.state.borrow_mut().refreshed(!well);
    }
}
