//! From FINALIZE's answer until the media can be used.

use super::super::error::{Code, Error};
use super::super::exchange::{Exchange, WaitReason};
use super::super::media::Media;
use super::super::media_id::MediaId;
use super::super::processing::{self, Verdict};
use super::super::progress::Phase;
use super::super::request::{Command, Operation};
use super::super::retry::RetryUntil;
use super::super::time::{Instant, Now};
use super::{End, Goal, Job, Stage, earliest};

/// A media that X has just taken may be unknown to the machine that answers STATUS: it is asked so often again.
const LAG_TRIES: u32 = 3;

/// The wait for a media that X is processing.
#[derive(Debug)]
pub(super) struct Processing {
    id: MediaId,
    /// STATUS requests answered.
    polls: u32,
    /// How often X may still not know the media that it has just taken.
    lag_tries: u32,
    /// When it is given up.
    pub(super) deadline: Instant,
}

impl Processing {
    /// Takes note of an answer: X knows the media.
    pub(super) fn answered(&mut self) {
        self.polls += 1;
        self.lag_tries = 0;
    }

    /// Whether an answer that X does not know the media may be one of a machine that lags behind.
    pub(super) fn may_lag(&self) -> bool {
        self.lag_tries > 0
    }

    /// Takes note of such an answer. How many there were.
    pub(super) fn lagged(&mut self) -> u32 {
        self.lag_tries = self.lag_tries.saturating_sub(1);
        LAG_TRIES - self.lag_tries
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

    /// Asks STATUS whether a media is finalized, to which FINALIZE was refused.
    pub(super) fn ask_whether_finalized(&mut self, id: MediaId, refusal: Box<Error>) {
        self.exchanges.push(Exchange::until(Operation::Status { id }, RetryUntil::AttemptsToRead));
        self.stage = Stage::AskWhetherFinalized(refusal);
    }

    /// Begins the wait for a media, of which FINALIZE has said this, or nothing is known.
    pub(super) fn begin_wait(&mut self, id: MediaId, media: Option<Box<Media>>, now: Now) {
        let Goal::Ready { timeout } = self.goal else { return };
        // Of a pause that began earlier only the rest is part of the wait.
        self.paused = self.paused.and(Some(now.at));
        self.progress.phase = Phase::Processing;
        // Of an upload, FINALIZE may have been answered a moment ago, to a sender that died.
        let is_new = media.is_some() || self.upload.is_some();
        let lag_tries = if is_new { LAG_TRIES } else { 0 };
        self.stage = Stage::Processing(Processing { id, polls: 0, lag_tries, deadline: now.at + timeout });
        match media {
            Some(media) => self.processing_answered(media, Command::Finalize, now),
            None => self.ask_status(id, None),
        }
    }

    /// Goes on by what the answer to `command` says of processing: ready, failed, or to be asked again.
    pub(super) fn processing_answered(&mut self, mut media: Box<Media>, command: Command, now: Now) {
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
                let at = now.at + processing::pause(after, *polls, now) + super::Millis(1);
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
        self.exchanges.push(Exchange::new(Operation::SetMetadata { id, metadata }));
    }

    /// Asks STATUS until the deadline; at once, or at a moment for a reason.
    pub(super) fn ask_status(&mut self, id: MediaId, at: Option<(Instant, WaitReason)>) {
        let Stage::Processing(Processing { deadline, .. }) = self.stage else { return };
        let exchange = Exchange::until(Operation::Status { id }, RetryUntil::Deadline(deadline));
        self.exchanges.push(match at {
            Some((at, reason)) => exchange.at(at, reason),
            None => exchange,
        });
    }

    /// Why it has to end for want of time, if it has to.
    pub(super) fn out_of_time(&self, now: Now) -> Option<Box<Error>> {
        self.last_moment(now).filter(|moment| *moment <= now.at)?;
        let is_expired = self.expires_in(now).is_some_and(|moment| moment <= now.at);
        let mut error = Error::new(if is_expired { Code::Expired } else { Code::ProcessingTimeout });
        error.command = self.exchanges.first().map(|exchange| exchange.operation().command());
        error.processing_info = self.media.as_ref().and_then(|media| media.processing_info.clone());
        if let Stage::Processing(processing) = &self.stage {
            error.media_id = Some(processing.id);
            error.attempts = processing.polls;
        }
        Some(error)
    }

    /// The moment at which it has to end. While it is paused, there is none.
    pub(super) fn last_moment(&self, now: Now) -> Option<Instant> {
        if self.paused.is_some() || self.is_over() {
            return None;
        }
        let deadline = match &self.stage {
            Stage::Processing(processing) => Some(processing.deadline),
            _ => None,
        };
        earliest(deadline, self.expires_in(now))
    }

    /// The moment at which X drops the media.
    fn expires_in(&self, now: Now) -> Option<Instant> {
        let expires_at = self.media.as_ref()?.expires_at?;
        Some(now.at + (expires_at - now.epoch))
    }
}
