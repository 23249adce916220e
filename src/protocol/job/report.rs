//! What is told of an upload while it goes on.

use super::super::progress::{Phase, Progress, Waiting};
use super::super::session::Session;
use super::super::time::{Instant, Millis, Now};
use super::{Job, Output};

/// While an upload runs, its progress is told this often.
const REPORT_EVERY: Millis = Millis::from_secs(1);

impl Job {
    /// How far it was when last polled.
    pub fn progress(&self) -> Progress {
        let phase = if self.paused.is_some() { Phase::Paused } else { self.progress.phase };
        Progress { phase, ..self.progress }.with_eta()
    }

    /// What has to be kept of an upload to continue it, from INIT's answer on.
    pub fn session(&self) -> Option<Box<Session>> {
        self.upload.as_ref()?.session(self.media.as_ref()?, self.progress.phase)
    }

    /// Takes note of what is waited for. The two clocks tick apart: what is the same but for that is no news.
    pub(super) fn note_waiting(&mut self, waiting: Option<Waiting>) {
        if !waiting.zip(self.progress.waiting).is_some_and(|(new, told)| new.is_same(told)) {
            self.progress.waiting = waiting;
        }
    }

    /// Tells how far the upload is, where that is news or none was told for a while. Whether it is told.
    pub(super) fn report(&mut self, now: Now) -> bool {
        self.progress.measure();
        let progress = self.progress();
        let is_news = self.reported.is_none_or(|(_, last)| last != progress)
            || self.next_report().is_some_and(|moment| moment <= now.at);
        let report = is_news && self.upload.is_some() && !self.is_over();
        if report {
            self.reported = Some((now.at, progress));
            self.outputs.push(Output::Progress(progress));
        }
        report
    }

    /// When progress is told again that is no news; while it is paused or over, never.
    pub(super) fn next_report(&self) -> Option<Instant> {
        let (at, _) = self.reported.filter(|_| self.paused.is_none() && !self.is_over())?;
        Some(at + REPORT_EVERY)
    }
}
