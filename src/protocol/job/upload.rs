//! From a file to a media that X has every byte of.

use std::rc::Rc;

use super::super::error::{Cause, Code, Error};
use super::super::exchange::Exchange;
use super::super::media::Media;
use super::super::processing::Verdict;
use super::super::progress::Phase;
use super::super::request::{Command, Initialize, Operation};
use super::super::session::Session;
use super::super::time::{Millis, Now};
use super::{Goal, Job, Output, Stage};

impl Job {
    /// Examines the file by its first and last bytes; `None` where they can't be read.
    pub(super) fn examine(&mut self, sample: Option<&[u8]>, now: Now) {
        let (Stage::Examine, Some(upload)) = (&self.stage, &mut self.upload) else { return };
        let Some(sample) = sample else { return self.fail(Error::caused(Code::FileChanged, Cause::FileSample)) };
        if let Err(wrong) = upload.examine(sample) {
            return self.fail(wrong);
        }
        match upload.key(self.settings.base_url.as_str()) {
            Some(key) if upload.has_store() => {
                self.stage = Stage::Load;
                self.outputs.push(Output::Load(key));
            }
            _ => self.begin(None, now),
        }
    }

    /// Begins where a session says, the caller's or the one that the store has, or at the beginning.
    pub(super) fn begin(&mut self, found: Option<Box<Session>>, now: Now) {
        let Some(upload) = &mut self.upload else { return };
        let (media, phase) = match upload.resume(found, now) {
            Ok(Some(resumed)) => resumed,
            Ok(None) => return self.initialize(),
            Err(wrong) => return self.fail(wrong),
        };
        let id = media.id;
        self.progress.media_id = Some(id);
        upload.measure(&mut self.progress);
        match (phase, self.goal, media.verdict()) {
            (Phase::Processing | Phase::Metadata, Goal::Ready { .. }, Verdict::Later(_)) => {
                self.media = Some(media);
                self.begin_wait(id, None, now);
            }
            (Phase::Processing | Phase::Metadata, ..) => self.processing_answered(media, Command::Finalize, now),
            _ => self.append(media),
        }
    }

    /// Begins with INIT.
    fn initialize(&mut self) {
        self.stage = Stage::Initialize;
        self.progress.phase = Phase::Initialize;
        let init: Option<Rc<Initialize>> = self.upload.as_ref().and_then(|upload| upload.init());
        self.exchanges.extend(init.map(|init| Exchange::new(Operation::Initialize(init))));
    }

    /// Goes on after INIT's answer.
    pub(super) fn initialized(&mut self, media: Box<Media>, now: Now) {
        if let Some(upload) = &mut self.upload {
            upload.throughput().begin(now.at);
        }
        self.append(media);
    }

    /// Begins to send segments: X takes them for this media.
    fn append(&mut self, media: Box<Media>) {
        self.progress.media_id = Some(media.id);
        self.progress.phase = Phase::Append;
        self.stage = Stage::Append;
        self.media = Some(media);
        self.advance();
    }

    /// Takes note that X has more of the file.
    fn advance(&mut self) {
        let Some(upload) = &mut self.upload else { return };
        upload.change();
        upload.measure(&mut self.progress);
    }

    /// Takes note that X has the segment of this operation.
    pub(super) fn acknowledged(&mut self, operation: &Operation, took: Millis, now: Now) {
        if let (Some(upload), Operation::Append { segment, .. }) = (&mut self.upload, operation) {
            upload.acknowledged(segment, took, now);
        }
        self.advance();
    }

    /// Takes note that a request has timed out: the network is slower than was thought.
    pub(super) fn timed_out(&mut self) {
        if let (Stage::Append, Some(upload)) = (&self.stage, &mut self.upload) {
            upload.throughput().timed_out();
        }
    }

    /// Keeps as many segments under way as may be.
    pub(super) fn fill(&mut self) {
        let (Stage::Append, Some(upload), Some(media), None) =
            (&self.stage, &mut self.upload, &self.media, self.paused)
        else {
            return;
        };
        while let Some(segment) = upload.take_segment(self.exchanges.len()) {
            self.exchanges.push(Exchange::new(Operation::Append { id: media.id, segment }));
        }
    }

    /// Begins to save the session, where it has to be saved now.
    pub(super) fn begin_save(&mut self) -> Option<Box<Session>> {
        let upload = self.upload.as_mut().filter(|_| !matches!(self.stage, Stage::Over))?;
        (self.media.is_some() && upload.begin_save()).then(|| self.session())?
    }

    /// Takes note that the save which was under way has ended.
    pub(super) fn saved(&mut self) {
        if let Some(upload) = &mut self.upload {
            upload.saved();
        }
    }

    /// Sends FINALIZE, once X has every byte and a saved session says so: after it X takes no segment, also none that a
    /// successor believes to be missing.
    pub(super) fn begin_finalize(&mut self) {
        let (Stage::Append, Some(upload), Some(media)) = (&self.stage, &self.upload, &self.media) else { return };
        if upload.is_whole() && upload.is_saved() {
            self.stage = Stage::Finalize;
            self.progress.phase = Phase::Finalize;
            self.exchanges.push(Exchange::new(Operation::Finalize { id: media.id }));
        }
    }

    /// Goes on after a refusal that stands: an upload may be able to start over.
    pub(super) fn refused_media(&mut self, error: Box<Error>, operation: &Operation) {
        let again = match (operation, &mut self.upload) {
            (Operation::Append { segment, .. }, Some(upload)) if error.code == Code::TooLarge => {
                upload.halve(segment.bytes())
            }
            (Operation::Initialize(_), _) | (_, None) => false,
            // A 400 may be the text's fault.
            (Operation::SetMetadata { .. }, _) if error.code != Code::NotFound => false,
            (_, Some(upload)) => error.says_unknown() && upload.spend_forgotten(),
        };
        if again {
            self.start_over();
        } else {
            self.fail(error);
        }
    }

    /// Starts over with INIT; what X has of the media is lost.
    fn start_over(&mut self) {
        self.cancel_all();
        self.media = None;
        self.progress.media_id = None;
        if let Some(upload) = &mut self.upload {
            upload.start_over();
            upload.measure(&mut self.progress);
        }
        self.initialize();
    }
}
