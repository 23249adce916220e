//! A piece of work from its first request to its end: one command, a FINALIZE and the wait after it, or a whole upload.
//!
//! > Whatever is told with [`Job::handle`] is followed by [`Job::poll`], again and again, until that says [`Output::Sleep`] or
//! > [`Output::End`].
//!
//! A job does nothing itself: its driver owns the network, the clock, the file and chance.
//!
//! 1. Make a [`Job`], and a [`ClientState`] for all jobs of one client.
//! 2. Ask [`Job::poll`] what to do, and do it. What takes time is only begun.
//! 3. Where it says [`Output::Sleep`], wait until that moment, or until something happens.
//! 4. Tell with [`Job::handle`] what happened, and go on with 2.
//! 5. [`Output::End`] is the last thing that it says; afterwards it sleeps for ever.
//!
//! ```
//! use std::rc::Rc;
//! use x_media_upload::protocol::*;
//!
//! let settings = Settings {
//!     api: ApiVersion::V2,
//!     base_url: BaseUrl::of(ApiVersion::V2),
//!     place: Place::Extension,
//!     retry: RetryPolicy::default(),
//!     request_timeout: None,
//!     authorization: Authorization::Fixed,
//! };
//! let id = MediaId::parse("1284554329119236097").ok_or("no id")?;
//! let mut job = Job::finalize_and_wait(Rc::new(settings), id, Millis::from_secs(60));
//! let mut client = ClientState::default();
//! let mut now = Now { at: Instant(0), epoch: UnixTime(1_800_000_000_000), random: 0.5, online: true };
//! # // X, which says once that the media is pending.
//! # let mut bodies = [
//! #     r#"{"data":{"id":"1284554329119236097","processing_info":{"state":"succeeded"}}}"#,
//! #     r#"{"data":{"id":"1284554329119236097","processing_info":{"state":"pending","check_after_secs":5}}}"#,
//! # ].to_vec();
//! # let mut fetch = |_: &Request| Answer {
//! #     status: Some(200), body: AnswerBody::Json(bodies.pop().unwrap_or_default().to_owned()), ..Answer::default()
//! # };
//!
//! let media = loop {
//!     match job.poll(now, &mut client) {
//!         Output::Send { id, request, .. } => {
//!             let answer = fetch(&request); // the method, URL and body of it
//!             job.handle(Input::RequestEnded(id, RequestEnd::Answered(answer)), now, &mut client);
//!         }
//!         Output::Sleep(Some(until)) => now.at = until,
//!         Output::Status(media) => println!("{:?}", media.processing_info),
//!         Output::End(End::Resolved(media)) => break media,
//!         Output::End(End::Rejected(error)) => return Err(error.into()),
//!         other => return Err(format!("{other:?}").into()),
//!     }
//! };
//! assert_eq!(media.map(|media| media.id), Some(id));
//! assert_eq!(now.at, Instant(5001));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod report;
mod upload;
mod wait;

use std::ops::Range;
use std::rc::Rc;

use super::client_state::ClientState;
use super::error::{Callback, Cause, Code, Error};
use super::exchange::{Action, Exchange, RequestId, WaitReason};
use super::media::Media;
use super::media_id::MediaId;
use super::options::Settings;
use super::progress::{Phase, Progress, Waiting};
use super::reply::RequestEnd;
use super::request::{Operation, Request};
use super::session::Session;
use super::time::{Instant, Millis, Now, UnixTime};
use super::upload_state::{Plan, UploadState};
use wait::{KNOWN_TRIES, Processing, Refusal};

/// What happened.
#[derive(Debug)]
pub enum Input {
    /// The ranges of the file were read, one behind the other; `None` where they can't be.
    FileSample(Option<Vec<u8>>),
    /// The store has this session, or none, and the upload owns it.
    Loaded(Option<Box<Session>>),
    /// Another upload owns what the store has.
    Unowned,
    /// The platform has ended the ownership: of a page that was kept for the way back, and is shown again.
    Disowned,
    /// The session was saved, as well as it could be.
    Saved,
    /// This function of the caller's threw.
    CallbackThrew(Callback),
    /// A request has ended.
    RequestEnded(RequestId, RequestEnd),
    /// The caller wants nothing to be sent for now.
    Pause,
    /// The caller wants it to go on.
    Resume,
    /// The caller wants no more of it.
    Abort,
}

/// What is to be done.
#[derive(Debug)]
pub enum Output {
    /// Read these ranges of the file, and tell with [`Input::FileSample`].
    ReadFileSample(Vec<Range<u64>>),
    /// Own what the store has under this key, against all other uploads until the end, and ask for it. Tell with
    /// [`Input::Loaded`]; or with [`Input::Unowned`] where another upload still owns it after so long.
    Load {
        /// Names the session.
        key: String,
        /// How long to wait for another owner.
        patience: Millis,
    },
    /// Save this session, and tell with [`Input::Saved`] or [`Input::CallbackThrew`].
    Save(Box<Session>),
    /// Send a request, and tell with [`Input::RequestEnded`].
    Send {
        /// Names it.
        id: RequestId,
        /// What to send.
        request: Request,
        /// Whether to send it with the token that the last refresh brought, not with a newly asked one.
        refreshed: bool,
        /// By which a signature is dated.
        server_time: UnixTime,
    },
    /// Cancel this request: its end is of no interest.
    Cancel(RequestId),
    /// Get a new access token, and tell all jobs of the client with [`ClientState::refreshed`].
    Refresh,
    /// STATUS was answered so.
    Status(Box<Media>),
    /// The upload went on.
    Progress(Progress),
    /// Nothing before that moment, if there is one, unless something happens.
    Sleep(Option<Instant>),
    /// The end.
    End(End),
}

/// How a job ends.
#[derive(Debug)]
pub enum End {
    /// Well. Commands of which X says nothing have no Media.
    Resolved(Option<Box<Media>>),
    /// Not well.
    Rejected(Box<Error>),
    /// As the caller wanted it.
    Aborted,
}

impl End {
    /// Whether the session that is stored of an upload is of no use any more.
    pub fn forgets_session(&self) -> bool {
        match self {
            Self::Resolved(_) => true,
            Self::Rejected(error) => error.refuses_media(),
            Self::Aborted => false,
        }
    }
}

/// What the work is done for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// One command's answer, whatever it says.
    Answer,
    /// A media that X took, and has not found unusable.
    Accepted,
    /// A media that can be used.
    Ready {
        /// How long to wait for it, from FINALIZE's answer on.
        timeout: Millis,
    },
}

/// See the module's documentation.
#[derive(Debug)]
pub struct Job {
    settings: Rc<Settings>,
    goal: Goal,
    stage: Stage,
    upload: Option<Box<UploadState>>,
    /// The operations that are under way: one, the segments of APPEND, or several that go one after the other.
    exchanges: Vec<Exchange>,
    outputs: Vec<Output>,
    next_id: RequestId,
    /// All that was said of the media so far.
    media: Option<Box<Media>>,
    /// When X drops it, as the last answer said that spoke of it: however clocks are set since.
    expires: Option<Instant>,
    /// Whether it has started over because nothing was heard of what became of FINALIZE.
    has_lost_finalize: bool,
    progress: Progress,
    /// The progress that was told last, and when.
    reported: Option<(Instant, Progress)>,
    /// Since when the caller has it paused.
    paused: Option<Instant>,
}

#[derive(Debug)]
enum Stage {
    /// Single commands, one after the other.
    Command,
    /// What it begins with, once there is a moment to begin at.
    Begin(Beginning),
    /// The file is looked at.
    Examine,
    /// The store is asked for a session.
    Load,
    Initialize,
    Append,
    Finalize,
    /// FINALIZE was refused, but may have been done: STATUS decides.
    AskWhetherFinalized(Refusal),
    Processing(Processing),
    Metadata,
    Over,
}

/// What a wait begins with.
#[derive(Debug)]
enum Beginning {
    /// FINALIZE.
    Finalize(MediaId),
    /// This media, of which the caller may know more.
    Wait(MediaId, Option<Box<Media>>),
}

impl Job {
    /// Commands, one after the other, of which the last one's answer counts. FINALIZE too: not what becomes of the media.
    pub fn command(settings: Rc<Settings>, operations: Vec<Operation>) -> Box<Self> {
        let stage = match operations.first() {
            Some(Operation::Finalize { .. }) => Stage::Finalize,
            _ => Stage::Command,
        };
        Self::new(settings, Goal::Answer, stage, operations)
    }

    /// FINALIZE, and the wait after it.
    pub fn finalize_and_wait(settings: Rc<Settings>, id: MediaId, timeout: Millis) -> Box<Self> {
        Self::new(settings, Goal::Ready { timeout }, Stage::Begin(Beginning::Finalize(id)), Vec::new())
    }

    /// The wait for a media, of which FINALIZE has just said this or nothing is known.
    pub fn wait(settings: Rc<Settings>, id: MediaId, media: Option<Box<Media>>, timeout: Millis) -> Box<Self> {
        Self::new(settings, Goal::Ready { timeout }, Stage::Begin(Beginning::Wait(id, media)), Vec::new())
    }

    /// A whole upload.
    pub fn upload(settings: Rc<Settings>, plan: Box<Plan>, goal: Goal) -> Box<Self> {
        let sample = plan.file.sample();
        let upload = UploadState::new(plan, settings.api);
        let mut job = Self::new(settings, goal, Stage::Examine, Vec::new());
        upload.measure(&mut job.progress);
        job.upload = Some(Box::new(upload));
        job.outputs.push(Output::ReadFileSample(sample));
        job
    }

    fn new(settings: Rc<Settings>, goal: Goal, stage: Stage, operations: Vec<Operation>) -> Box<Self> {
        Box::new(Self {
            settings,
            goal,
            stage,
            upload: None,
            exchanges: operations.into_iter().map(Exchange::single).collect(),
            outputs: Vec::new(),
            next_id: RequestId::default(),
            media: None,
            expires: None,
            has_lost_finalize: false,
            progress: Progress::default(),
            reported: None,
            paused: None,
        })
    }

    /// Takes note of what happened.
    pub fn handle(&mut self, input: Input, now: Now, client: &mut ClientState) {
        match input {
            Input::Abort => self.abort(),
            _ if self.is_over() => {}
            Input::FileSample(sample) => self.examine(sample.as_deref(), now, client),
            Input::Loaded(session) if matches!(self.stage, Stage::Load) => self.begin(session, now, client),
            Input::Unowned => self.unowned(now, client),
            Input::Disowned => self.disowned(),
            Input::Loaded(_) => {}
            Input::Saved => self.saved(),
            Input::CallbackThrew(callback) => {
                self.fail(Error::caused(Code::CallbackFailed, Cause::Callback(callback)));
            }
            Input::RequestEnded(id, end) => {
                // What was cancelled ends too, and no longer matters.
                if let Some(place) = self.exchanges.iter().position(|exchange| exchange.in_flight() == Some(id)) {
                    self.request_ended(place, end, now, client);
                }
            }
            Input::Pause => self.paused = self.paused.or(Some(now.at)),
            Input::Resume => self.resume(now),
        }
    }

    /// What is to be done next.
    pub fn poll(&mut self, now: Now, client: &mut ClientState) -> Output {
        loop {
            if let Some(output) = self.step(now, client) {
                return output;
            }
        }
    }

    /// `None` where something changed, so that what is next has to be asked anew.
    fn step(&mut self, now: Now, client: &mut ClientState) -> Option<Output> {
        if let Some(output) = take_first(&mut self.outputs) {
            return Some(output);
        }
        if let Stage::Begin(beginning) = &mut self.stage {
            match beginning {
                Beginning::Finalize(id) => {
                    let id = *id;
                    self.finalize_until_deadline(id, now);
                }
                Beginning::Wait(id, media) => {
                    let (id, media) = (*id, media.take());
                    self.begin_wait_for(id, media, now);
                }
            }
            return None;
        }
        if let Some(error) = self.out_of_time(now) {
            self.fail(error);
            return None;
        }
        self.fill();
        if let Some(session) = self.begin_save() {
            return Some(Output::Save(session));
        }
        self.begin_finalize();
        let (mut wake, mut waiting) = (self.last_moment(), None);
        let in_flight = self.exchanges.iter().filter(|exchange| exchange.in_flight().is_some()).count();
        let free = (in_flight < self.limit()).then_some(self.next_id);
        // Only segments may overtake each other.
        let places = if matches!(self.stage, Stage::Append) { self.exchanges.len() } else { 1 };
        for place in 0..places.min(self.exchanges.len()) {
            let exchange = self.exchanges.get_mut(place)?;
            if self.paused.is_some() && exchange.in_flight().is_none() {
                continue;
            }
            match exchange.poll(now, free, &self.settings, client) {
                Action::Send { id, refreshed } => {
                    self.next_id = id.next();
                    let Settings { api, base_url, .. } = &*self.settings;
                    let request = exchange.operation().request(*api, base_url.as_str());
                    return Some(Output::Send { id, request, refreshed, server_time: client.server_time(now) });
                }
                Action::Refresh => return Some(Output::Refresh),
                Action::TimeOut(id) => {
                    self.timed_out(place, now);
                    self.request_ended(place, RequestEnd::failed(Code::Timeout), now, client);
                    return Some(Output::Cancel(id));
                }
                Action::Fail(error) => {
                    self.fail(error);
                    return None;
                }
                Action::Rest(until, reason) => {
                    wake = earliest(wake, until);
                    waiting = earliest_wait(waiting, until.zip(reason));
                }
            }
        }
        let waiting = waiting.filter(|_| in_flight == 0);
        self.note_waiting(waiting.map(|(until, reason)| Waiting { reason, until: now.to_epoch(until) }));
        match self.report(now) {
            true => None,
            false => Some(Output::Sleep(earliest(self.next_report(), wake))),
        }
    }

    /// How many requests may be in flight at once.
    fn limit(&mut self) -> usize {
        match (&self.stage, &mut self.upload) {
            (Stage::Append, Some(upload)) => upload.throughput().limit(),
            _ => 1,
        }
    }

    fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }

    /// Resumes after a pause. Deadlines move by the length of the pause.
    fn resume(&mut self, now: Now) {
        let Some(since) = self.paused.take() else { return };
        let paused = now.at - since;
        self.exchanges.iter_mut().for_each(|exchange| exchange.extend_deadlines(paused));
        if let Stage::Processing(processing) = &mut self.stage {
            processing.deadline = processing.deadline + paused;
        }
        if let Some(upload) = &mut self.upload {
            upload.throughput().begin(now.at);
        }
    }

    /// Takes note of how the try of the exchange at `place` ended; where that settles the exchange, goes on to what comes next.
    fn request_ended(&mut self, place: usize, end: RequestEnd, now: Now, client: &mut ClientState) {
        let Some(exchange) = self.exchanges.get_mut(place) else { return };
        let took = exchange.took(now);
        if let Some(result) = exchange.handle(end, now, &self.settings, client) {
            let exchange = self.exchanges.remove(place);
            match result {
                Ok(media) => self.succeeded(&exchange, took, media, now),
                Err(error) => self.refused(exchange, error, now, client),
            }
        }
    }

    /// Goes on after an exchange that went well.
    fn succeeded(&mut self, exchange: &Exchange, took: Millis, media: Option<Box<Media>>, now: Now) {
        match (&mut self.stage, media) {
            (Stage::Command, _) if !self.exchanges.is_empty() => {}
            (Stage::Command, media) => self.end(End::Resolved(media)),
            (Stage::Initialize, Some(media)) => self.initialized(media, took, now),
            (Stage::Append, _) => self.acknowledged(exchange.operation(), took, now),
            (Stage::Finalize, Some(media)) => self.finalized(media, now),
            (Stage::AskWhetherFinalized(_), Some(media)) => {
                self.outputs.push(Output::Status(media.clone()));
                match media.is_proof() {
                    true => self.finalized(media, now),
                    false => self.ask_again_whether_finalized(exchange.operation(), now),
                }
            }
            (Stage::Processing(_), Some(media)) => self.status_answered(media, now),
            (Stage::Metadata, _) => self.succeed(now),
            // INIT, FINALIZE and STATUS that went well have brought a media; nothing is asked in the other stages.
            (_, _) => self.fail(Error::new(Code::Internal)),
        }
    }

    /// Goes on after an exchange that did not go well.
    fn refused(&mut self, exchange: Exchange, error: Box<Error>, now: Now, client: &ClientState) {
        if let (Operation::Append { segment, .. }, Some(upload)) = (exchange.operation(), &mut self.upload)
            && error.code == Code::TooLarge
            && upload.shrink(segment.bytes(), client)
        {
            return self.start_over(now);
        }
        // An upload is not begun anew for one word.
        if let (Operation::SetMetadata { .. }, Some(upload)) = (exchange.operation(), &self.upload)
            && upload.was_found()
            && error.code == Code::NotFound
            && error.attempts < KNOWN_TRIES
        {
            let pause = self.settings.retry.backoff(error.attempts, now);
            return self.exchanges.push(exchange.at(now.at + pause, WaitReason::Retry));
        }
        // A refused FINALIZE may be the second of two that X has seen: the first one's answer was lost, or the browser sent
        // it again by itself when a connection was cut. In an upload nothing else explains that X doesn't know the media.
        let was_lost = exchange.is_unanswered();
        let is_unknown = error.says_unknown() || error.is_errors_alone();
        let may_be_done = error.says_nothing || is_unknown && (self.upload.is_some() || was_lost);
        match (&mut self.stage, exchange.operation()) {
            (Stage::Command, _) => self.end(End::Rejected(error)),
            (Stage::Finalize, Operation::Finalize { id }) if may_be_done => {
                self.ask_whether_finalized(*id, Refusal::new(error, was_lost));
            }
            (Stage::AskWhetherFinalized(_), operation) if is_unknown => {
                self.ask_again_whether_finalized(operation, now);
            }
            (Stage::Processing(_), Operation::Status { id }) if error.says_unknown() => {
                self.status_unknown(*id, error, now);
            }
            (_, operation) => self.refused_media(error, operation, now),
        }
    }

    /// Ends well: the media is what was wanted.
    fn succeed(&mut self, now: Now) {
        if self.media.as_ref().is_some_and(|media| media.is_ready()) {
            self.progress.phase = Phase::Ready;
        }
        self.report(now);
        let media = self.media.clone();
        self.end(End::Resolved(media));
    }

    /// Ends not well. What an upload has not saved yet is saved, where that is of any use.
    fn fail(&mut self, mut error: Box<Error>) {
        if error.media_id.is_none() {
            error.media_id = self.media.as_ref().map(|media| media.id);
        }
        let is_unsaved = self.upload.as_ref().is_some_and(|upload| upload.is_unsaved());
        let session = self.session();
        if is_unsaved && !error.refuses_media() && error.cause != Some(Cause::Callback(Callback::OnSession)) {
            self.outputs.extend(session.clone().map(Output::Save));
        }
        error.session = error.session.or(session);
        self.end(End::Rejected(error));
    }

    /// Cancels what is in flight; what was learned before is still told.
    fn end(&mut self, end: End) {
        self.cancel_all();
        self.outputs.push(Output::End(end));
        self.stage = Stage::Over;
    }

    /// Cancels all requests: nothing that was asked is of interest any more.
    fn cancel_all(&mut self) {
        for exchange in std::mem::take(&mut self.exchanges) {
            self.outputs.extend(exchange.in_flight().map(Output::Cancel));
        }
    }

    /// Ends as the caller wants it. An end that was not yet told is none: a callback that is told of the last answer may still
    /// abort.
    fn abort(&mut self) {
        let is_untold = self.outputs.iter().any(|output| matches!(output, Output::End(_)));
        if is_untold || !self.is_over() {
            self.outputs.retain(|output| matches!(output, Output::Cancel(_)));
            self.end(End::Aborted);
        }
    }
}

/// Takes the first of what is queued; there is never much of it.
pub fn take_first<T>(queue: &mut Vec<T>) -> Option<T> {
    (!queue.is_empty()).then(|| queue.remove(0))
}

/// The earlier of two moments, of which each may be none.
fn earliest(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    one.into_iter().chain(other).min()
}

/// The wait that ends earlier; the first of two that end together.
fn earliest_wait(
    one: Option<(Instant, WaitReason)>,
    other: Option<(Instant, WaitReason)>,
) -> Option<(Instant, WaitReason)> {
    one.into_iter().chain(other).min_by_key(|(until, _)| *until)
}
