//! A piece of work from its first request to its end: one command, a FINALIZE and the wait after it, or a whole upload.
//!
//! Tell it what happened with [`Job::handle`], then do what [`Job::poll`] says until that is [`Output::Sleep`] or the end.
//! It does nothing itself: the caller owns the network, the clock, the file and chance.

use super::error::{Cause, Code, Error};
use super::exchange::{Because, Exchange, RequestId, Settings, Want};
use super::media::Media;
use super::media_id::MediaId;
use super::media_type::{Category, MediaType};
use super::processing::{self, Verdict};
use super::progress::{Phase, Progress, Waiting};
use super::reply::Outcome;
use super::request::{Command, Initialize, Operation, Request};
use super::retry::Patience;
use super::segments::Segments;
use super::shared::Shared;
use super::time::{Millis, Moment};

/// What happened.
#[derive(Debug)]
pub enum Input {
    /// The file's first bytes; `None` where they can't be read.
    Head(Option<Vec<u8>>),
    /// How a request ended.
    Ended(RequestId, Outcome),
    /// The caller wants no more of it.
    Abort,
}

/// What is to be done.
#[derive(Debug)]
pub enum Output {
    /// Read the file's first [`super::media_type::HEAD_BYTES`], and tell with [`Input::Head`].
    ReadHead,
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

/// A file, and how the caller wants it sent.
#[derive(Debug)]
pub struct File {
    /// Its size.
    pub total_bytes: u64,
    /// The type the caller named.
    pub media_type: Option<MediaType>,
    /// The type the Blob carries, for files whose first bytes tell nothing.
    pub blob_type: Option<MediaType>,
    /// The category the caller named.
    pub media_category: Option<Category>,
    /// See [`Initialize`].
    pub additional_owners: Vec<MediaId>,
    /// See [`Initialize`].
    pub shared: Option<bool>,
    /// See [`Segments::cut`].
    pub segments: Segments,
    /// APPENDs in flight at once.
    pub concurrency: usize,
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
    /// The file of an upload.
    file: Option<File>,
    /// The operations that are under way: one, or the segments of APPEND.
    exchanges: Vec<Exchange>,
    outputs: Vec<Output>,
    next_id: RequestId,
    /// All that was said of the media so far.
    media: Option<Box<Media>>,
    progress: Progress,
    /// The progress that was told last, and when.
    reported: Option<(Millis, Progress)>,
}

#[derive(Debug)]
enum Stage {
    Command,
    /// The wait for this media begins, of which the caller may know more.
    Wait(MediaId, Option<Box<Media>>),
    Head,
    Initialize,
    Append,
    Finalize,
    /// FINALIZE was refused, but an earlier one may have been done: STATUS decides. The refusal.
    Doubt(Box<Error>),
    Processing(Processing),
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
    /// One command. FINALIZE too: its answer is what counts, not what becomes of the media.
    pub fn command(settings: Settings, operation: Operation) -> Box<Self> {
        let stage = if matches!(operation, Operation::Finalize { .. }) { Stage::Finalize } else { Stage::Command };
        Self::new(settings, Goal::Answer, stage, Some(operation))
    }

    /// FINALIZE, and the wait after it.
    pub fn finalize_and_wait(settings: Settings, id: MediaId, timeout: Millis) -> Box<Self> {
        Self::new(settings, Goal::Ready { timeout }, Stage::Finalize, Some(Operation::Finalize { id }))
    }

    /// The wait for a media, of which FINALIZE has just said this or nothing is known.
    pub fn wait(settings: Settings, id: MediaId, media: Option<Box<Media>>, timeout: Millis) -> Box<Self> {
        Self::new(settings, Goal::Ready { timeout }, Stage::Wait(id, media), None)
    }

    /// A whole upload.
    pub fn upload(settings: Settings, file: File, goal: Goal) -> Box<Self> {
        let mut job = Self::new(settings, goal, Stage::Head, None);
        job.progress.bytes_total = file.total_bytes;
        job.outputs.push(Output::ReadHead);
        job.file = Some(file);
        job
    }

    /// Work that can't begin.
    pub fn refused(settings: Settings, error: Box<Error>) -> Box<Self> {
        let mut job = Self::new(settings, Goal::Answer, Stage::Command, None);
        job.fail(error);
        job
    }

    fn new(settings: Settings, goal: Goal, stage: Stage, first: Option<Operation>) -> Box<Self> {
        Box::new(Self {
            settings,
            goal,
            stage,
            file: None,
            exchanges: first.map(Exchange::new).into_iter().collect(),
            outputs: Vec::new(),
            next_id: 0,
            media: None,
            progress: Progress::default(),
            reported: None,
        })
    }

    /// How far it was when last polled.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Takes note of what happened.
    pub fn handle(&mut self, input: Input, now: Moment, shared: &mut Shared) {
        match input {
            Input::Head(head) => self.initialize(head),
            Input::Ended(id, outcome) => {
                // What was cancelled ends too, and no longer matters.
                if let Some(place) = self.exchanges.iter().position(|exchange| exchange.in_flight() == Some(id)) {
                    self.ended(place, outcome, now, shared);
                }
            }
            Input::Abort => self.abort(),
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
        if let Some(mut error) = self.out_of_time(now) {
            error.command = Some(Command::Status);
            error.processing_info = self.processing_info();
            self.fail(error);
            return None;
        }
        self.fill();
        let mut wake = self.last_moment(now);
        let mut waiting: Option<(Millis, Because)> = None;
        let mut moving = false;
        for place in 0..self.exchanges.len() {
            let exchange = self.exchanges.get_mut(place)?;
            match exchange.poll(now, self.next_id, &self.settings, shared) {
                Want::Send { id, refreshed } => {
                    self.next_id += 1;
                    let request = exchange.operation().request(self.settings.api);
                    return Some(Output::Send { id, request, refreshed });
                }
                Want::Refresh => return Some(Output::Refresh),
                Want::TimeOut(id) => {
                    self.ended(place, Outcome::Failed(Error::new(Code::Timeout)), now, shared);
                    return Some(Output::Cancel(id));
                }
                Want::Fail(error) => {
                    self.fail(error);
                    return None;
                }
                Want::Rest(until, because) => {
                    wake = wake.min(until);
                    match because {
                        Some(because) if waiting.is_none_or(|(earliest, _)| until < earliest) => {
                            waiting = Some((until, because));
                        }
                        Some(_) => {}
                        None => moving = true,
                    }
                }
            }
        }
        let waiting = waiting.filter(|_| !moving);
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

    /// The type decides how X treats the file, so it comes first.
    fn initialize(&mut self, head: Option<Vec<u8>>) {
        let (Stage::Head, Some(file)) = (&self.stage, &self.file) else { return };
        let Some(head) = head else {
            let mut error = Error::new(Code::FileChanged);
            error.cause = Some(Cause::Head);
            return self.fail(error);
        };
        let told = file.media_type.clone();
        let Some(media_type) = told.or_else(|| MediaType::detect(&head)).or_else(|| file.blob_type.clone()) else {
            return self.fail(Error::invalid("mediaType", "given for a file whose type can't be told from its bytes"));
        };
        let operation = Operation::Initialize(Box::new(Initialize {
            total_bytes: file.total_bytes,
            media_category: file.media_category.or_else(|| media_type.category()),
            media_type,
            additional_owners: file.additional_owners.clone(),
            shared: file.shared,
        }));
        self.stage = Stage::Initialize;
        self.exchanges.push(Exchange::new(operation));
    }

    /// The try of the exchange at `place` ended; where the exchange is settled by it, so is what comes next.
    fn ended(&mut self, place: usize, outcome: Outcome, now: Moment, shared: &mut Shared) {
        let Some(exchange) = self.exchanges.get_mut(place) else { return };
        if let Some(result) = exchange.handle(outcome, now, &self.settings, shared) {
            let exchange = self.exchanges.remove(place);
            self.settled(&exchange, result, now);
        }
    }

    fn settled(&mut self, exchange: &Exchange, result: Result<Option<Box<Media>>, Box<Error>>, now: Moment) {
        // A refused FINALIZE may be the second of two that X has seen: the first one's answer was lost, or the browser sent
        // it again by itself when a connection was cut. In an upload nothing else explains that X doesn't know the media.
        let may_be_done = self.file.is_some() || exchange.unanswered();
        match (&mut self.stage, result) {
            (Stage::Command, result) => self.end(Output::Done(result)),
            (Stage::Initialize, Ok(Some(media))) => {
                self.progress.phase = Phase::Append;
                self.progress.media_id = Some(media.id);
                self.media = Some(media);
                self.stage = Stage::Append;
            }
            (Stage::Append, Ok(_)) => self.acknowledged(exchange.operation()),
            (Stage::Finalize, Ok(Some(media))) => self.finalized(media, now),
            (Stage::Finalize, Err(refusal)) if may_be_done && refusal.says_unknown() => self.doubt(refusal),
            (Stage::Doubt(_), Ok(Some(media))) => {
                self.outputs.push(Output::Status(media.to_json()));
                self.finalized(media, now);
            }
            (Stage::Doubt(refusal), Err(error)) if error.says_unknown() => {
                let refusal = std::mem::replace(refusal, error);
                self.fail(refusal);
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
            (_, Err(error)) => self.fail(error),
            // INIT, FINALIZE and STATUS that went well have brought a media.
            (_, Ok(_)) => self.fail(Error::new(Code::Internal)),
        }
    }

    fn acknowledged(&mut self, operation: &Operation) {
        let (Some(file), Operation::Append { id, segment }) = (&mut self.file, operation) else { return };
        file.segments.acknowledge(segment);
        self.progress.bytes_sent = file.segments.acknowledged_bytes();
        self.progress.segments_sent = file.segments.acknowledged();
        if file.segments.complete() {
            self.stage = Stage::Finalize;
            self.progress.phase = Phase::Finalize;
            self.exchanges.push(Exchange::new(Operation::Finalize { id: *id }));
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
        match self.goal {
            Goal::Answer => self.end(Output::Done(Ok(Some(media)))),
            Goal::Accepted => self.judge(media, Command::Finalize, now),
            Goal::Ready { .. } => self.begin_wait(media.id, Some(media), now),
        }
    }

    fn begin_wait(&mut self, id: MediaId, media: Option<Box<Media>>, now: Moment) {
        let Goal::Ready { timeout } = self.goal else { return };
        let deadline = now.at + timeout;
        self.progress.phase = Phase::Processing;
        match media {
            Some(media) => {
                self.stage = Stage::Processing(Processing { id, polls: 0, lag: LAG_TRIES, deadline });
                self.judge(media, Command::Finalize, now);
            }
            None => {
                self.stage = Stage::Processing(Processing { id, polls: 0, lag: 0, deadline });
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
            (Verdict::Ready, _) => {
                self.progress.phase = Phase::Ready;
                self.succeed(now);
            }
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
            (Verdict::Later(_), _) => self.succeed(now),
        }
    }

    fn ask_status(&mut self, id: Option<MediaId>, at: Millis, because: Option<Because>) {
        if let (Stage::Processing(processing), Some(id)) = (&self.stage, id) {
            let patience = Patience::Until(processing.deadline);
            self.exchanges.push(Exchange::at(Operation::Status { id }, patience, at, because));
        }
    }

    /// Keeps as many segments under way as the caller allows.
    fn fill(&mut self) {
        let (Stage::Append, Some(file), Some(media)) = (&self.stage, &mut self.file, &self.media) else { return };
        while self.exchanges.len() < file.concurrency
            && let Some(segment) = file.segments.take()
        {
            self.exchanges.push(Exchange::new(Operation::Append { id: media.id, segment }));
        }
    }

    /// Whether the wait has to end without a verdict.
    fn out_of_time(&self, now: Moment) -> Option<Box<Error>> {
        let Stage::Processing(processing) = &self.stage else { return None };
        let code = match self.expires_at() {
            Some(moment) if moment <= now.epoch => Code::Expired,
            _ if processing.deadline <= now.at => Code::ProcessingTimeout,
            _ => return None,
        };
        let mut error = Error::new(code);
        error.media_id = Some(processing.id);
        error.attempts = processing.polls.into();
        Some(error)
    }

    /// The moment at which a wait has to end.
    fn last_moment(&self, now: Moment) -> Millis {
        let Stage::Processing(processing) = &self.stage else { return Millis::MAX };
        let expiry = self.expires_at().map_or(Millis::MAX, |epoch| now.at + epoch.saturating_sub(now.epoch));
        processing.deadline.min(expiry)
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
        let is_news = match &self.reported {
            Some((at, last)) => *last != self.progress || at + REPORT_EVERY <= now.at,
            None => true,
        };
        let report = is_news && self.file.is_some() && !matches!(self.stage, Stage::Over);
        if report {
            self.reported = Some((now.at, self.progress));
            self.outputs.push(Output::Progress(self.progress));
        }
        report
    }

    fn next_report(&self) -> Millis {
        match (&self.reported, &self.stage) {
            (Some((at, _)), stage) if !matches!(stage, Stage::Over) => at + REPORT_EVERY,
            _ => Millis::MAX,
        }
    }

    fn succeed(&mut self, now: Moment) {
        self.report(now);
        let media = self.media.take();
        self.end(Output::Done(Ok(media)));
    }

    fn fail(&mut self, mut error: Box<Error>) {
        if error.media_id.is_none() {
            error.media_id = self.media.as_ref().map(|media| media.id);
        }
        self.end(Output::Done(Err(error)));
    }

    /// Takes back what is in flight; what was learned before is still told.
    fn end(&mut self, end: Output) {
        let in_flight = self.exchanges.drain(..).filter_map(|exchange| exchange.in_flight());
        self.outputs.extend(in_flight.map(Output::Cancel));
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
