//! From FINALIZE's answer until the media can be used.

use super::super::error::{Code, Error, Met};
use super::super::exchange::{Exchange, Offline, WaitReason};
use super::super::media::Media;
use super::super::media_id::MediaId;
use super::super::processing::{self, Verdict};
use super::super::progress::Phase;
use super::super::request::{Command, Operation};
use super::super::retry::RetryUntil;
use super::super::time::{Instant, Millis, Now};
use super::{End, Goal, Job, Output, Stage, earliest};

/// For so long after a good answer, an answer that there is no such media is no verdict: machines lag behind each other, and X has
/// had an incident of 45 minutes.
const LAG: Millis = Millis::from_secs(300);

/// How often STATUS is asked at least of a media that is known to be finalized, and that X does not know: so of an upload that was
/// resumed in processing.
pub(super) const KNOWN_TRIES: u32 = 3;

/// How often STATUS is asked whether FINALIZE was done, where an answer to it was lost.
const LOST_TRIES: u32 = 3;

/// The wait for a media that X is processing.
#[derive(Debug)]
pub(super) struct Processing {
    id: MediaId,
    /// STATUS requests answered.
    polls: u32,
    /// When FINALIZE or STATUS was last answered with something of this media.
    heard: Option<Instant>,
    /// Whether it is known to be finalized, of an upload that was resumed also from before.
    is_known: bool,
    /// Answers in a row that there is no such media.
    unknown: u32,
    /// When it is given up.
    pub(super) deadline: Instant,
}

impl Processing {
    /// What it has met so far; `names_another` is whether the last answer was about another media.
    fn met(&self, names_another: bool) -> Met {
        match self.is_known {
            _ if names_another => Met::AnotherMedia,
            true => Met::Processing,
            false => Met::Nothing,
        }
    }
}

/// A refusal of FINALIZE, which stands unless STATUS says that the media is finalized.
#[derive(Debug)]
pub(super) struct Refusal {
    error: Box<Error>,
    /// Whether an answer to FINALIZE was lost.
    was_lost: bool,
    /// How often STATUS may still be asked.
    tries: u32,
}

impl Refusal {
    pub(super) fn new(error: Box<Error>, was_lost: bool) -> Self {
        Self { error, was_lost, tries: if was_lost { LOST_TRIES } else { 1 } }
    }
}

impl Job {
    /// Goes on once FINALIZE is done, or STATUS says that it was, and this was said of the media.
    pub(super) fn finalized(&mut self, media: Box<Media>, now: Now) {
        if let Some(upload) = &mut self.upload {
            upload.change();
        }
        match self.goal {
            Goal::Answer => self.end(End::Resolved(Some(media))),
            Goal::Accepted => self.processing_answered(media, Command::Finalize, now),
            Goal::Ready { .. } => self.begin_wait(media.id, Some(media), now),
        }
    }

    /// Sends FINALIZE, which without a network is tried until the deadline of the wait.
    pub(super) fn finalize_until_deadline(&mut self, id: MediaId, now: Now) {
        let Goal::Ready { timeout } = self.goal else { return };
        let operation = Operation::Finalize { id };
        let until = RetryUntil::of(&operation);
        self.stage = Stage::Finalize;
        self.exchanges.push(Exchange::new(operation, until, Offline::Free(Some(now.at + timeout))).first());
    }

    /// Asks STATUS whether a media is finalized, to which FINALIZE was refused.
    pub(super) fn ask_whether_finalized(&mut self, id: MediaId, refusal: Refusal) {
        self.stage = Stage::AskWhetherFinalized(refusal);
        self.push_status(id, None);
    }

    /// Asks once more after an answer that proves nothing; or lets the refusal stand.
    pub(super) fn ask_again_whether_finalized(&mut self, operation: &Operation, now: Now) {
        let (Stage::AskWhetherFinalized(refusal), Operation::Status { id }) = (&mut self.stage, operation) else {
            return;
        };
        refusal.tries -= 1;
        if refusal.tries > 0 {
            let pause = self.settings.retry.backoff(LOST_TRIES - refusal.tries, now);
            return self.push_status(*id, Some((now.at + pause, WaitReason::Retry)));
        }
        let was_lost = refusal.was_lost;
        let error = std::mem::replace(&mut refusal.error, Error::new(Code::Internal));
        // Of a picture X says nothing: where an answer was lost, it may have been finalized, or never will be.
        if was_lost && self.upload.is_some() && !self.has_lost_finalize {
            self.has_lost_finalize = true;
            return self.start_over(now);
        }
        self.refused_media(error, &Operation::Finalize { id: *id }, now);
    }

    /// Asks STATUS of a media of which nothing is known for certain.
    fn push_status(&mut self, id: MediaId, at: Option<(Instant, WaitReason)>) {
        let offline = if self.upload.is_some() { Offline::Free(None) } else { Offline::Counts };
        let exchange = Exchange::new(Operation::Status { id }, RetryUntil::AttemptsToRead, offline);
        self.exchanges.push(match at {
            Some((at, reason)) => exchange.at(at, reason),
            None => exchange,
        });
    }

    /// Begins the wait for a media that comes from outside, of which the caller may know more.
    pub(super) fn begin_wait_for(&mut self, id: MediaId, media: Option<Box<Media>>, now: Now) {
        if let Some(media) = &media {
            self.note_expiry(media, now);
        }
        if self.is_expired(now) {
            let mut error = Error::new(Code::Expired);
            error.media_id = Some(id);
            return self.fail(error);
        }
        self.begin_wait(id, media, now);
    }

    /// Begins the wait for a media, of which FINALIZE has said this, or nothing is known.
    pub(super) fn begin_wait(&mut self, id: MediaId, media: Option<Box<Media>>, now: Now) {
        let Goal::Ready { timeout } = self.goal else { return };
        // Of a pause that began earlier only the rest is part of the wait.
        self.paused = self.paused.and(Some(now.at));
        self.progress.phase = Phase::Processing;
        let heard = media.as_ref().map(|_| now.at);
        let is_known = media.is_some() || self.media.is_some();
        let deadline = now.at + timeout;
        self.stage = Stage::Processing(Processing { id, polls: 0, heard, is_known, unknown: 0, deadline });
        match media {
            Some(media) => self.processing_answered(media, Command::Finalize, now),
            None => self.ask_status(id, None),
        }
    }

    /// Goes on by an answer of STATUS. One that says nothing of a media of which nothing else is known proves nothing: X has
    /// answered so for media that never were finalized.
    pub(super) fn status_answered(&mut self, media: Box<Media>, now: Now) {
        self.outputs.push(Output::Status(media.clone()));
        let Stage::Processing(processing) = &mut self.stage else { return };
        processing.polls += 1;
        processing.unknown = 0;
        if media.is_proof() || processing.is_known {
            (processing.heard, processing.is_known) = (Some(now.at), true);
            return self.processing_answered(media, Command::Status, now);
        }
        let (id, polls) = (processing.id, processing.polls);
        self.note_expiry(&media, now);
        self.ask_status(id, Some((now.at + processing::pause(None, polls, now), WaitReason::Processing)));
    }

    /// Goes on after an answer that there is no such media.
    pub(super) fn status_unknown(&mut self, id: MediaId, error: Box<Error>, now: Now) {
        let Stage::Processing(processing) = &mut self.stage else { return };
        processing.unknown += 1;
        let unknown = processing.unknown;
        // Also of one that was asked late, once is not for good.
        let is_early = processing.heard.is_some_and(|heard| now.at - heard < LAG);
        let may_lag = is_early || processing.is_known && unknown < KNOWN_TRIES;
        if may_lag {
            let pause = self.settings.retry.backoff(unknown, now);
            self.ask_status(id, Some((now.at + pause, WaitReason::Retry)));
        } else {
            self.refused_media(error, &Operation::Status { id }, now);
        }
    }

    /// Goes on by what the answer to `command` says of processing: ready, failed, or to be asked again.
    pub(super) fn processing_answered(&mut self, mut media: Box<Media>, command: Command, now: Now) {
        self.note_expiry(&media, now);
        if let Some(earlier) = &self.media {
            media.complete(earlier);
        }
        let (id, verdict) = (media.id, media.verdict());
        self.progress.processing_percent = media.progress_percent();
        self.media = Some(media);
        match (verdict, &self.stage) {
            (Verdict::Ready, _) => self.complete(id, now),
            (Verdict::Failed, _) => {
                let mut error = Error::new(Code::ProcessingFailed);
                error.command = Some(command);
                error.processing_info = self.media.as_ref().and_then(|media| media.processing_info.clone());
                error.attempts = 1;
                self.fail(error);
            }
            (Verdict::Later(after), Stage::Processing(Processing { polls, .. })) => {
                // The clock counts whole milliseconds: the answer may have come up to one later than it says.
                let at = now.at + processing::pause(after, *polls, now) + Millis(1);
                self.ask_status(id, Some((at, WaitReason::Processing)));
            }
            (Verdict::Later(_), _) => self.complete(id, now),
        }
    }

    /// X has done its part; the metadata may be left to be told.
    fn complete(&mut self, id: MediaId, now: Now) {
        let Some((upload, metadata)) = self.upload.as_mut().and_then(|upload| {
            let metadata = upload.metadata()?;
            Some((upload, metadata))
        }) else {
            return self.succeed(now);
        };
        upload.change();
        self.stage = Stage::Metadata;
        self.progress.phase = Phase::Metadata;
        self.exchanges.push(Exchange::of_upload(Operation::SetMetadata { id, metadata }));
    }

    /// Asks STATUS until the deadline; at once, or at a moment for a reason.
    pub(super) fn ask_status(&mut self, id: MediaId, at: Option<(Instant, WaitReason)>) {
        let Stage::Processing(Processing { deadline, .. }) = self.stage else { return };
        let exchange = Exchange::new(Operation::Status { id }, RetryUntil::Deadline(deadline), Offline::Counts);
        self.exchanges.push(match at {
            Some((at, reason)) => exchange.at(at, reason),
            None => exchange,
        });
    }

    /// Why it has to end for want of time, if it has to.
    pub(super) fn out_of_time(&self, now: Now) -> Option<Box<Error>> {
        self.last_moment().filter(|moment| *moment <= now.at)?;
        let mut error = Error::new(if self.is_expired(now) { Code::Expired } else { Code::ProcessingTimeout });
        let exchange = self.exchanges.first();
        error.command = exchange.map(|exchange| exchange.operation().command());
        error.processing_info = self.media.as_ref().and_then(|media| media.processing_info.clone());
        if let Stage::Processing(processing) = &self.stage {
            error.media_id = Some(processing.id);
            error.attempts = processing.polls;
            error.met = processing.met(exchange.is_some_and(Exchange::names_another));
        }
        Some(error)
    }

    /// The moment at which it has to end. While it is paused, there is none.
    pub(super) fn last_moment(&self) -> Option<Instant> {
        if self.paused.is_some() || self.is_over() {
            return None;
        }
        let deadline = match &self.stage {
            Stage::Processing(processing) => Some(processing.deadline),
            _ => None,
        };
        earliest(deadline, self.expires)
    }

    /// Takes note of when X drops the media, where this names the moment.
    pub(super) fn note_expiry(&mut self, media: &Media, now: Now) {
        if let Some(expires_at) = media.expires_at {
            self.expires = Some(now.at + (expires_at - now.epoch));
        }
    }

    fn is_expired(&self, now: Now) -> bool {
        self.expires.is_some_and(|moment| moment <= now.at)
    }
}
