//! A piece of work from its first request to its end: one command, a FINALIZE and the wait after it, or a whole upload.
//!
//! Tell it what happened with [`Job::handle`], then do what [`Job::poll`] says until that is [`Output::Sleep`] or the end.
//! It does nothing itself: the caller owns the network, the clock, the file and chance.

use super::error::{Cause, Code, Error};
use super::exchange::{Because, Exchange, RequestId, Settings, Want};
use super::media::Media;
use super::media_id::MediaId;
use super::processing::{self, Verdict};
use super::progress::{Phase, Progress, Waiting};
use super::reply::Outcome;
use super::request::{Command, Operation, Request};
use super::retry::Patience;
use super::shared::Shared;
use super::time::{Millis, Moment};
use super::upload::{Plan, Upload};

/// What happened.
#[derive(Debug)]
pub enum Input<'a> {
    /// The file's first and last bytes; `None` where they can't be read.
    Ends(Option<Vec<u8>>),
    /// The session that the store has, if it has one.
    Loaded(Option<String>),
    /// The session was saved, as well as it could be.
    Saved,
    /// A function of the caller's threw.
    Threw,
    /// How a request ended.
    Ended(RequestId, Outcome<'a>),
    /// The caller wants nothing to be sent for now; or wants it to go on.
    Pause(bool),
    /// The caller wants no more of it.
    Abort,
}

/// What is to be done.
#[derive(Debug)]
pub enum Output {
    /// Read the file's first and last [`super::file::ENDS_BYTES`], and tell with [`Input::Ends`].
    ReadEnds,
    /// Ask the store for the session of this upload, and tell with [`Input::Loaded`].
    Load,
    /// Save this session, and tell with [`Input::Saved`] or [`Input::Threw`].
    Save(String),
    /// Send this, and tell with [`Input::Ended`].
    Send {
        /// Names it.
        id: RequestId,
        /// What to send.
        request: Request,
        /// With the token that the last refresh brought, not with a newly asked one.
        refreshed: bool,
    },
    /// Take this request back: its end is of no interest.
    Cancel(RequestId),
    /// Get a new access token, and tell with [`Shared::refreshed`].
    Refresh,
    /// STATUS was answered, with this Media as JSON.
    Status(String),
    /// The upload went on.
    Progress(Progress),
    /// Nothing before that moment of the monotonic clock, unless something happens.
    Sleep(Millis),
    /// The end.
    Done(Result<Option<Box<Media>>, Box<Error>>),
    /// The end, as the caller wanted it.
    Aborted,
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
    settings: Settings,
    goal: Goal,
    stage: Stage,
    upload: Option<Box<Upload>>,
    /// The operations that are under way: one, the segments of APPEND, or several that go one after the other.
    exchanges: Vec<Exchange>,
    outputs: Vec<Output>,
    next_id: RequestId,
    /// All that was said of the media so far.
    media: Option<Box<Media>>,
    progress: Progress,
    /// The progress that was told last, and when.
    reported: Option<(Millis, Progress)>,
    /// Since when the caller has it paused.
    paused: Option<Millis>,
}

#[derive(Debug)]
enum Stage {
    Command,
    /// The wait for this media begins, of which the caller may know more.
    Wait(MediaId, Option<Box<Media>>),
    Ends,
    Load,
    Initialize,
    Append,
    Finalize,
    /// FINALIZE was refused, but an earlier one may have been done: STATUS decides. The refusal.
    Doubt(Box<Error>),
    Processing(Processing),
    Metadata,
    Over,
}

#[derive(Debug)]
struct Processing {
    id: MediaId,
    /// STATUS requests answered.
    polls: u32,
    /// How often X may still not know the media that it has just taken.
    lag: u64,
    deadline: Millis,
}

/// A media that X has just taken may be unknown to the machine that answers STATUS: it is asked so often again.
const LAG_TRIES: u64 = 3;

/// While an upload runs, its progress is told this often.
const REPORT_EVERY: Millis = 1000;

impl Job {
    /// One command, with one request or several. FINALIZE too: its answer is what counts, not what becomes of the media.
    pub fn command(settings: Settings, operations: Vec<Operation>) -> Box<Self> {
        let stage = match operations.first() {
            Some(Operation::Finalize { .. }) => Stage::Finalize,
            _ => Stage::Command,
        };
        Self::new(settings, Goal::Answer, stage, operations)
    }

    /// FINALIZE, and the wait after it.
    pub fn finalize_and_wait(settings: Settings, id: MediaId, timeout: Millis) -> Box<Self> {
        Self::new(settings, Goal::Ready { timeout }, Stage::Finalize, vec![Operation::Finalize { id }])
    }

    /// The wait for a media, of which FINALIZE has just said this or nothing is known.
    pub fn wait(settings: Settings, id: MediaId, media: Option<Box<Media>>, timeout: Millis) -> Box<Self> {
        Self::new(settings, Goal::Ready { timeout }, Stage::Wait(id, media), Vec::new())
    }

    /// A whole upload.
    pub fn upload(settings: Settings, plan: Plan, goal: Goal) -> Box<Self> {
        let mut job = Self::new(settings, goal, Stage::Ends, Vec::new());
        let upload = Upload::new(plan, settings.api);
        upload.measure(&mut job.progress);
        job.upload = Some(Box::new(upload));
        job.outputs.push(Output::ReadEnds);
        job
    }

    fn new(settings: Settings, goal: Goal, stage: Stage, operations: Vec<Operation>) -> Box<Self> {
        Box::new(Self {
            settings,
            goal,
            stage,
            upload: None,
            exchanges: operations.into_iter().map(Exchange::new).collect(),
            outputs: Vec::new(),
            next_id: 0,
            media: None,
            progress: Progress::default(),
            reported: None,
            paused: None,
        })
    }

    /// How far it was when last polled.
    pub fn progress(&self) -> Progress {
        let phase = if self.paused.is_some() { Phase::Paused } else { self.progress.phase };
        Progress { phase, ..self.progress }
    }

    /// What has to be kept of an upload to continue it, from INIT's answer on.
    pub fn session(&self) -> Option<String> {
        Some(self.upload.as_ref()?.session(self.media.as_ref()?, self.progress.phase))
    }

    /// Under what the session of an upload is stored.
    pub fn key(&self, base_url: &str) -> Option<String> {
        self.upload.as_ref()?.key(base_url)
    }

    /// Takes note of what happened.
    pub fn handle(&mut self, input: Input, now: Moment, shared: &mut Shared) {
        match input {
            Input::Abort => self.abort(),
            _ if matches!(self.stage, Stage::Over) => {}
            Input::Ends(ends) => self.look(ends, now),
            Input::Loaded(session) if matches!(self.stage, Stage::Load) => self.begin(session.as_deref(), now),
            Input::Loaded(_) => {}
            Input::Saved => self.upload.iter_mut().for_each(|upload| upload.saved()),
            Input::Threw => self.threw(Cause::Callback),
            Input::Ended(id, outcome) => {
                // What was cancelled ends too, and no longer matters.
                if let Some(place) = self.exchanges.iter().position(|exchange| exchange.in_flight() == Some(id)) {
                    self.ended(place, outcome, now, shared);
                }
            }
            Input::Pause(true) => self.paused = self.paused.or(Some(now.at)),
            Input::Pause(false) => self.go_on(now),
        }
    }

    /// What is to be done next.
    pub fn poll(&mut self, now: Moment, shared: &mut Shared) -> Output {
        loop {
            if let Some(output) = self.step(now, shared) {
                return output;
            }
        }
    }

    /// `None` where something changed, so that what is next has to be asked anew.
    fn step(&mut self, now: Moment, shared: &mut Shared) -> Option<Output> {
        if !self.outputs.is_empty() {
            return Some(self.outputs.remove(0));
        }
        if let Stage::Wait(id, media) = &mut self.stage {
            let (id, media) = (*id, media.take());
            self.begin_wait(id, media, now);
            return None;
        }
        if let Some(error) = self.out_of_time(now) {
            self.fail(error);
            return None;
        }
        self.fill();
        if let Some(session) = self.save() {
            return Some(Output::Save(session));
        }
        self.finalize();
        let mut wake = self.last_moment(now);
        let mut waiting: Option<(Millis, Because)> = None;
        let in_flight = self.exchanges.iter().filter(|exchange| exchange.in_flight().is_some()).count();
        let free = (in_flight < self.limit()).then_some(self.next_id);
        // Only segments may overtake each other.
        let places = if matches!(self.stage, Stage::Append) { self.exchanges.len() } else { 1 };
        for place in 0..places.min(self.exchanges.len()) {
            let exchange = self.exchanges.get_mut(place)?;
            if self.paused.is_some() && exchange.in_flight().is_none() {
                continue;
            }
            match exchange.poll(now, free, &self.settings, shared) {
                Want::Send { id, refreshed } => {
                    self.next_id += 1;
                    let request = exchange.operation().request(self.settings.api);
                    return Some(Output::Send { id, request, refreshed });
                }
                Want::Refresh => return Some(Output::Refresh),
                Want::TimeOut(id) => {
                    if let (Stage::Append, Some(upload)) = (&self.stage, &mut self.upload) {
                        upload.pace().timed_out();
                    }
                    self.ended(place, Outcome::Failed(Error::new(Code::Timeout)), now, shared);
                    return Some(Output::Cancel(id));
                }
                Want::Fail(error) => {
                    self.fail(error);
                    return None;
                }
                Want::Rest(until, because) => {
                    wake = wake.min(until);
                    if let Some(because) = because
                        && waiting.is_none_or(|(earliest, _)| until < earliest)
                    {
                        waiting = Some((until, because));
                    }
                }
            }
        }
        let waiting = waiting.filter(|_| in_flight == 0);
        let waiting = waiting.map(|(until, because)| Waiting { because, until_epoch: now.to_epoch(until) });
        // The two clocks tick apart: what is the same but for that is no news.
        if !waiting.zip(self.progress.waiting).is_some_and(|(new, told)| new.is_about(told)) {
            self.progress.waiting = waiting;
        }
        match self.report(now) {
            true => None,
            false => Some(Output::Sleep(self.next_report().min(wake))),
        }
    }

    /// How many requests may be in flight at once.
    fn limit(&mut self) -> usize {
        match (&self.stage, &mut self.upload) {
            (Stage::Append, Some(upload)) => upload.pace().limit(),
            _ => 1,
        }
    }

    /// The session, where it has to be saved now.
    fn save(&mut self) -> Option<String> {
        let upload = self.upload.as_mut().filter(|_| !matches!(self.stage, Stage::Over))?;
        (self.media.is_some() && upload.begin_save()).then(|| self.session())?
    }

    fn threw(&mut self, cause: Cause) {
        let code = if cause == Cause::Callback { Code::CallbackFailed } else { Code::FileChanged };
        let mut error = Error::new(code);
        error.cause = Some(cause);
        self.fail(error);
    }

    /// The first thing that an upload does.
    fn look(&mut self, ends: Option<Vec<u8>>, now: Moment) {
        let (Stage::Ends, Some(upload)) = (&self.stage, &mut self.upload) else { return };
        let Some(ends) = ends else { return self.threw(Cause::Ends) };
        if let Err(wrong) = upload.look(&ends) {
            return self.fail(wrong);
        }
        if upload.key("").is_some() {
            self.stage = Stage::Load;
            self.outputs.push(Output::Load);
        } else {
            self.begin(None, now);
        }
    }

    /// Begins where a session says, or at the beginning.
    fn begin(&mut self, found: Option<&str>, now: Moment) {
        let Some(upload) = &mut self.upload else { return };
        let (media, phase) = match upload.resume(found, now) {
            Ok(Some(resumed)) => resumed,
            Ok(None) => return self.initialize(),
            Err(wrong) => return self.fail(wrong),
        };
        let id = media.id;
        self.progress.media_id = Some(id);
        upload.measure(&mut self.progress);
        match (phase, self.goal, media.verdict) {
            (Phase::Processing | Phase::Metadata, Goal::Ready { .. }, Verdict::Later(_)) => {
                self.media = Some(media);
                self.begin_wait(id, None, now);
            }
            (Phase::Processing | Phase::Metadata, ..) => self.judge(media, Command::Finalize, now),
            _ => self.append(media),
        }
    }

    fn initialize(&mut self) {
        self.stage = Stage::Initialize;
        self.progress.phase = Phase::Initialize;
        let init = self.upload.as_ref().and_then(|upload| upload.init());
        self.exchanges.extend(init.map(Exchange::new));
    }

    /// X takes segments of this media.
    fn append(&mut self, media: Box<Media>) {
        self.progress.media_id = Some(media.id);
        self.progress.phase = Phase::Append;
        self.stage = Stage::Append;
        self.media = Some(media);
        self.advance();
    }

    /// X has more of it.
    fn advance(&mut self) {
        let Some(upload) = &mut self.upload else { return };
        upload.change();
        upload.measure(&mut self.progress);
    }

    /// FINALIZE, once X has every byte and a saved session says so: after it X takes no segment, also none that a successor
    /// believes to be missing.
    fn finalize(&mut self) {
        let (Stage::Append, Some(upload), Some(media)) = (&self.stage, &self.upload, &self.media) else { return };
        if upload.is_whole() && upload.is_saved() {
            self.stage = Stage::Finalize;
            self.progress.phase = Phase::Finalize;
            self.exchanges.push(Exchange::new(Operation::Finalize { id: media.id }));
        }
    }

    /// Everything from INIT on; what X has of the media is lost.
    fn start_over(&mut self) {
        self.take_back();
        self.media = None;
        self.progress.media_id = None;
        if let Some(upload) = &mut self.upload {
            upload.start_over();
            upload.measure(&mut self.progress);
        }
        self.initialize();
    }

    /// It was paused, which does not count.
    fn go_on(&mut self, now: Moment) {
        let Some(since) = self.paused.take() else { return };
        let by = now.at.saturating_sub(since);
        self.exchanges.iter_mut().for_each(|exchange| exchange.prolong(by));
        if let Stage::Processing(processing) = &mut self.stage {
            processing.deadline += by;
        }
        self.upload.iter_mut().for_each(|upload| upload.pace().begin(now.at));
    }

    /// The try of the exchange at `place` ended; where the exchange is settled by it, so is what comes next.
    fn ended(&mut self, place: usize, outcome: Outcome, now: Moment, shared: &mut Shared) {
        let Some(exchange) = self.exchanges.get_mut(place) else { return };
        let took = exchange.took(now);
        if let Some(result) = exchange.handle(outcome, now, &self.settings, shared) {
            let exchange = self.exchanges.remove(place);
            self.settled(&exchange, took, result, now);
        }
    }

    fn settled(
        &mut self,
        exchange: &Exchange,
        took: Millis,
        result: Result<Option<Box<Media>>, Box<Error>>,
        now: Moment,
    ) {
        // A refused FINALIZE may be the second of two that X has seen: the first one's answer was lost, or the browser sent
        // it again by itself when a connection was cut. In an upload nothing else explains that X doesn't know the media.
        let may_be_done = self.upload.is_some() || exchange.unanswered();
        match (&mut self.stage, result) {
            (Stage::Command, Ok(_)) if !self.exchanges.is_empty() => {}
            (Stage::Command, result) => self.end(Output::Done(result)),
            (Stage::Initialize, Ok(Some(media))) => {
                self.upload.iter_mut().for_each(|upload| upload.pace().begin(now.at));
                self.append(media);
            }
            (Stage::Append, Ok(_)) => self.acknowledged(exchange.operation(), took, now),
            (Stage::Finalize, Ok(Some(media))) => self.finalized(media, now),
            (Stage::Finalize, Err(refusal)) if may_be_done && refusal.says_unknown() => self.doubt(refusal),
            (Stage::Doubt(_), Ok(Some(media))) => {
                self.outputs.push(Output::Status(media.to_json()));
                self.finalized(media, now);
            }
            (Stage::Doubt(refusal), Err(error)) if error.says_unknown() => {
                let refusal = std::mem::replace(refusal, error);
                self.refused_media(refusal, exchange.operation());
            }
            (Stage::Processing(processing), Ok(Some(media))) => {
                processing.polls += 1;
                processing.lag = 0;
                self.outputs.push(Output::Status(media.to_json()));
                self.judge(media, Command::Status, now);
            }
            (Stage::Processing(processing), Err(error)) if error.says_unknown() && processing.lag > 0 => {
                processing.lag -= 1;
                let pause = self.settings.retry.backoff(LAG_TRIES - processing.lag, now);
                self.ask_status(exchange.operation().media_id(), now.at + pause, Some(Because::Retry));
            }
            (Stage::Metadata, Ok(_)) => self.succeed(now),
            (_, Err(error)) => self.refused_media(error, exchange.operation()),
            // INIT, FINALIZE and STATUS that went well have brought a media.
            (_, Ok(_)) => self.fail(Error::new(Code::Internal)),
        }
    }

    fn acknowledged(&mut self, operation: &Operation, took: Millis, now: Moment) {
        if let (Some(upload), Operation::Append { segment, .. }) = (&mut self.upload, operation) {
            upload.acknowledged(segment, took, now);
        }
        self.advance();
    }

    /// An upload may be able to start over.
    fn refused_media(&mut self, error: Box<Error>, operation: &Operation) {
        let again = match (operation, &mut self.upload) {
            (Operation::Append { segment, .. }, Some(upload)) if error.code == Code::TooLarge => {
                upload.halve(segment.bytes())
            }
            (Operation::Initialize(_), _) | (_, None) => false,
            // A 400 may be the text's fault.
            (Operation::Tell { .. }, _) if error.code != Code::NotFound => false,
            (_, Some(upload)) => error.says_unknown() && upload.is_forgotten(),
        };
        if again {
            self.start_over();
        } else {
            self.fail(error);
        }
    }

    fn doubt(&mut self, refusal: Box<Error>) {
        if let Some(id) = refusal.media_id {
            self.exchanges.push(Exchange::at(Operation::Status { id }, Patience::AttemptsToRead, 0, None));
        }
        self.stage = Stage::Doubt(refusal);
    }

    /// FINALIZE is done, and this is what was said of the media.
    fn finalized(&mut self, media: Box<Media>, now: Moment) {
        self.upload.iter_mut().for_each(|upload| upload.change());
        match self.goal {
            Goal::Answer => self.end(Output::Done(Ok(Some(media)))),
            Goal::Accepted => self.judge(media, Command::Finalize, now),
            Goal::Ready { .. } => self.begin_wait(media.id, Some(media), now),
        }
    }

    fn begin_wait(&mut self, id: MediaId, media: Option<Box<Media>>, now: Moment) {
        let Goal::Ready { timeout } = self.goal else { return };
        // Of a pause that began earlier only the rest is part of the wait.
        self.paused = self.paused.and(Some(now.at));
        let deadline = now.at + timeout;
        self.progress.phase = Phase::Processing;
        match media {
            Some(media) => {
                self.stage = Stage::Processing(Processing { id, polls: 0, lag: LAG_TRIES, deadline });
                self.judge(media, Command::Finalize, now);
            }
            None => {
                // Of an upload, FINALIZE may have been answered a moment ago, to a sender that died.
                let lag = if self.upload.is_some() { LAG_TRIES } else { 0 };
                self.stage = Stage::Processing(Processing { id, polls: 0, lag, deadline });
                self.ask_status(Some(id), now.at, None);
            }
        }
    }

    /// Ready, failed, or to be asked again.
    fn judge(&mut self, mut media: Box<Media>, command: Command, now: Moment) {
        if let Some(earlier) = &self.media {
            media.complete(earlier);
        }
        let (id, verdict) = (media.id, media.verdict);
        self.progress.processing_percent = media.progress_percent;
        self.media = Some(media);
        match (verdict, &self.stage) {
            (Verdict::Ready, _) => self.complete(id, now),
            (Verdict::Failed, _) => {
                let mut error = Error::new(Code::ProcessingFailed);
                error.command = Some(command);
                error.processing_info = self.processing_info();
                error.attempts = 1;
                self.fail(error);
            }
            (Verdict::Later(secs), Stage::Processing(Processing { polls, .. })) => {
                // The clock counts whole milliseconds: the answer may have come up to one later than it says.
                let at = now.at + processing::pause(secs, *polls, now) + 1;
                self.ask_status(Some(id), at, Some(Because::Processing));
            }
            (Verdict::Later(_), _) => self.complete(id, now),
        }
    }

    /// X has done its part; the metadata may be left to be told.
    fn complete(&mut self, id: MediaId, now: Moment) {
        match self.upload.as_ref().and_then(|upload| upload.about()) {
            Some(about) => {
                self.stage = Stage::Metadata;
                self.progress.phase = Phase::Metadata;
                self.upload.iter_mut().for_each(|upload| upload.change());
                self.exchanges.push(Exchange::new(Operation::Tell { command: Command::Metadata, id, about }));
            }
            None => self.succeed(now),
        }
    }

    fn ask_status(&mut self, id: Option<MediaId>, at: Millis, because: Option<Because>) {
        if let (Stage::Processing(processing), Some(id)) = (&self.stage, id) {
            let patience = Patience::Until(processing.deadline);
            self.exchanges.push(Exchange::at(Operation::Status { id }, patience, at, because));
        }
    }

    /// Keeps as many segments under way as may be.
    fn fill(&mut self) {
        let (Stage::Append, Some(upload), Some(media), None) =
            (&self.stage, &mut self.upload, &self.media, self.paused)
        else {
            return;
        };
        while let Some(segment) = upload.next_segment(self.exchanges.len()) {
            self.exchanges.push(Exchange::new(Operation::Append { id: media.id, segment }));
        }
    }

    /// Whether it has to end for want of time.
    fn out_of_time(&self, now: Moment) -> Option<Box<Error>> {
        if self.last_moment(now) > now.at {
            return None;
        }
        let code = match self.expires_at() {
            Some(moment) if moment <= now.epoch => Code::Expired,
            _ => Code::ProcessingTimeout,
        };
        let mut error = Error::new(code);
        error.command = self.exchanges.first().map(|exchange| exchange.operation().command());
        error.processing_info = self.processing_info();
        if let Stage::Processing(processing) = &self.stage {
            error.media_id = Some(processing.id);
            error.attempts = processing.polls.into();
        }
        Some(error)
    }

    /// The moment at which it has to end. While it is paused, there is none.
    fn last_moment(&self, now: Moment) -> Millis {
        let deadline = match &self.stage {
            _ if self.paused.is_some() => return Millis::MAX,
            Stage::Over => return Millis::MAX,
            Stage::Processing(processing) => processing.deadline,
            _ => Millis::MAX,
        };
        let expiry = self.expires_at().map_or(Millis::MAX, |epoch| now.at + epoch.saturating_sub(now.epoch));
        deadline.min(expiry)
    }

    /// What X said last of its processing.
    fn processing_info(&self) -> Option<String> {
        self.media.as_ref()?.processing_info().map(str::to_owned)
    }

    fn expires_at(&self) -> Option<Millis> {
        self.media.as_ref()?.expires_at
    }

    /// Tells how far the upload is, where that is news or none was told for a while.
    fn report(&mut self, now: Moment) -> bool {
        self.progress.measure();
        let progress = self.progress();
        let is_news = match &self.reported {
            Some((at, last)) => *last != progress || at + REPORT_EVERY <= now.at && self.is_reporting(),
            None => true,
        };
        let report = is_news && self.upload.is_some() && !matches!(self.stage, Stage::Over);
        if report {
            self.reported = Some((now.at, progress));
            self.outputs.push(Output::Progress(progress));
        }
        report
    }

    /// Whether the progress is told again and again.
    fn is_reporting(&self) -> bool {
        self.paused.is_none() && !matches!(self.stage, Stage::Over)
    }

    fn next_report(&self) -> Millis {
        match self.reported {
            Some((at, _)) if self.is_reporting() => at + REPORT_EVERY,
            _ => Millis::MAX,
        }
    }

    fn succeed(&mut self, now: Moment) {
        if self.media.as_ref().is_some_and(|media| media.verdict == Verdict::Ready) {
            self.progress.phase = Phase::Ready;
        }
        self.report(now);
        self.end(Output::Done(Ok(self.media.clone())));
    }

    fn fail(&mut self, mut error: Box<Error>) {
        if error.media_id.is_none() {
            error.media_id = self.media.as_ref().map(|media| media.id);
        }
        let unsaved = self.upload.as_ref().is_some_and(|upload| upload.is_unsaved());
        let session = self.session();
        if unsaved && !error.refuses_media() && error.cause != Some(Cause::Callback) {
            self.outputs.extend(session.clone().map(Output::Save));
        }
        error.session = error.session.or(session);
        self.end(Output::Done(Err(error)));
    }

    /// Nothing that was asked is of interest any more.
    fn take_back(&mut self) {
        for exchange in std::mem::take(&mut self.exchanges) {
            self.outputs.extend(exchange.in_flight().map(Output::Cancel));
        }
    }

    /// Takes back what is in flight; what was learned before is still told.
    fn end(&mut self, end: Output) {
        self.take_back();
        self.outputs.push(end);
        self.stage = Stage::Over;
    }

    /// An end that was not yet told is none: a callback that is told of the last answer may still abort.
    fn abort(&mut self) {
        let is_untold = self.outputs.iter().any(|output| matches!(output, Output::Done(_)));
        if is_untold || !matches!(self.stage, Stage::Over) {
            self.outputs.retain(|output| matches!(output, Output::Cancel(_)));
            self.end(Output::Aborted);
        }
    }
}
