//! From a file to a media that X has every byte of.

use std::rc::Rc;

use super::super::client_state::ClientState;
use super::super::error::{Cause, Code, Error};
use super::super::exchange::{Exchange, Offline};
use super::super::media::Media;
use super::super::processing::Verdict;
use super::super::progress::Phase;
use super::super::request::{Command, Initialize, Operation};
use super::super::retry::RetryUntil;
use super::super::session::Session;
use super::super::time::{Millis, Now};
use super::{Goal, Job, Output, Stage};

/// How long an upload waits for another one that owns what the store has. The lock of a page that has died is freed a moment
/// late.
const LONGEST_OWNED: Millis = Millis::from_secs(2);

/// How long an upload that has not begun waits for a network.
const LONGEST_OFFLINE: Millis = Millis::from_secs(24 * 3600);

impl Job {
    /// Examines the file by what was looked at of it; `None` where that can't be read.
    pub(super) fn examine(&mut self, sample: Option<&[u8]>, now: Now, client: &ClientState) {
        let (Stage::Examine, Some(upload)) = (&self.stage, &mut self.upload) else { return };
        let Some(sample) = sample else { return self.fail(Error::caused(Code::FileChanged, Cause::FileSample)) };
        if let Err(wrong) = upload.examine(sample) {
            return self.fail(wrong);
        }
        match upload.has_store() {
            true => {
                self.stage = Stage::Load;
                self.load();
            }
            false => self.begin(None, now, client),
        }
    }

    fn load(&mut self) {
        let key = self.upload.as_ref().and_then(|upload| upload.key(self.settings.base_url.as_str()));
        self.outputs.extend(key.map(|key| Output::Load { key, patience: LONGEST_OWNED }));
    }

    /// Leaves the store alone: another upload owns what it has. This one begins its own.
    pub(super) fn unowned(&mut self, now: Now, client: &ClientState) {
        if let Some(upload) = &mut self.upload {
            upload.leave_store();
        }
        if matches!(self.stage, Stage::Load) {
            self.begin(None, now, client);
        }
    }

    /// Asks again for what the store has: another upload may own it since. While bytes are left to be sent, that one may have
    /// sent some of them, and this one begins as after a reload.
    pub(super) fn disowned(&mut self) {
        if !self.upload.as_ref().is_some_and(|upload| upload.has_store()) {
            return;
        }
        if matches!(self.stage, Stage::Initialize | Stage::Append) {
            self.forget_media();
            self.stage = Stage::Load;
        }
        self.load();
    }

    /// Begins where a session says, the caller's or the one that the store has, or at the beginning.
    pub(super) fn begin(&mut self, found: Option<Box<Session>>, now: Now, client: &ClientState) {
        let Some(upload) = &mut self.upload else { return };
        let is_first = found.is_none();
        let (media, phase) = match upload.resume(found, now, client) {
            Ok(Some(resumed)) => resumed,
            Ok(None) => return self.initialize(is_first, now),
            Err(wrong) => return self.fail(wrong),
        };
        let id = media.id;
        self.progress.media_id = Some(id);
        upload.measure(&mut self.progress);
        match (phase, self.goal, media.verdict()) {
            (Phase::Processing | Phase::Metadata, Goal::Ready { .. }, Verdict::Later(_)) => {
                self.note_expiry(&media, now);
                self.media = Some(media);
                self.begin_wait(id, None, now);
            }
            (Phase::Processing | Phase::Metadata, ..) => self.processing_answered(media, Command::Finalize, now),
            _ => self.append(media, now),
        }
    }

    /// Begins with INIT. Whether it `is_first`: X has not answered to this upload, nor to one of the same file.
    fn initialize(&mut self, is_first: bool, now: Now) {
        self.stage = Stage::Initialize;
        self.progress.phase = Phase::Initialize;
        let init: Option<Rc<Initialize>> = self.upload.as_ref().and_then(|upload| upload.init());
        let offline = Offline::Free(Some(now.at + LONGEST_OFFLINE));
        self.exchanges.extend(init.map(|init| {
            let exchange = Exchange::new(Operation::Initialize(init), RetryUntil::Attempts, offline);
            if is_first { exchange.first() } else { exchange }
        }));
    }

    /// Goes on after INIT's answer.
    pub(super) fn initialized(&mut self, media: Box<Media>, took: Millis, now: Now) {
        if let Some(upload) = &mut self.upload {
            upload.initialized(took, now);
        }
        self.append(media, now);
    }

    /// Begins to send segments: X takes them for this media.
    fn append(&mut self, media: Box<Media>, now: Now) {
        self.note_expiry(&media, now);
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

    /// Takes note that the request of the exchange at `place` has timed out: the network is slower than was thought.
    pub(super) fn timed_out(&mut self, place: usize, now: Now) {
        if let (Stage::Append, Some(upload), Some(exchange)) =
            (&self.stage, &mut self.upload, self.exchanges.get(place))
        {
            upload.throughput().timed_out(exchange.took(now), now.at);
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
            self.exchanges.push(Exchange::of_upload(Operation::Append { id: media.id, segment }));
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
            self.exchanges.push(Exchange::of_upload(Operation::Finalize { id: media.id }));
        }
    }

    /// Goes on after a refusal that stands: an upload may be able to start over.
    pub(super) fn refused_media(&mut self, error: Box<Error>, operation: &Operation, now: Now) {
        let again = match (operation, &mut self.upload) {
            (Operation::Initialize(_), _) | (_, None) => false,
            // A 400 may be the text's fault.
            (Operation::SetMetadata { .. }, _) if error.code != Code::NotFound => false,
            (_, Some(upload)) => error.says_unknown() && error.is_of_x() && upload.spend_forgotten(),
        };
        if again {
            self.start_over(now);
        } else {
            self.fail(error);
        }
    }

    /// Starts over with INIT; what X has of the media is lost.
    pub(super) fn start_over(&mut self, now: Now) {
        self.forget_media();
        self.initialize(false, now);
    }

    fn forget_media(&mut self) {
        self.cancel_all();
        self.media = None;
        self.expires = None;
        self.progress.media_id = None;
        if let Some(upload) = &mut self.upload {
            upload.start_over();
            // What X knows from now on is no session that was found.
            upload.spend_forgotten();
            upload.measure(&mut self.progress);
        }
    }
}
