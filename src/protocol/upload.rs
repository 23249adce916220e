//! What an upload keeps track of besides its requests: the file, its segments, the network's pace, and what was saved of it all.

use std::rc::Rc;

use super::error::Error;
use super::file::File;
use super::media::Media;
use super::pace::Pace;
use super::progress::{Phase, Progress};
use super::request::{ApiVersion, Initialize, Operation};
use super::segments::{Segment, Segments, Sizing};
use super::session::{self, Identity, Session};
use super::time::{Millis, Moment};

/// What the caller wants uploaded, and how.
#[derive(Debug)]
pub struct Plan {
    /// What is sent.
    pub file: File,
    /// What is told of the media once it is ready, see [`Operation::Tell`].
    pub about: Option<String>,
    /// The size of the segments.
    pub sizing: Sizing,
    /// APPENDs in flight at once.
    pub concurrency: usize,
    /// The session that is to be continued.
    pub session: Option<String>,
    /// Whether sessions are saved.
    pub saves: bool,
    /// Whether they are saved where one may be found.
    pub has_store: bool,
}

/// See the module's documentation.
#[derive(Debug)]
pub struct Upload {
    plan: Plan,
    api: ApiVersion,
    /// What INIT says, once the file was looked at.
    init: Option<Rc<Initialize>>,
    fingerprint: String,
    segments: Segments,
    pace: Pace,
    /// Something has changed since the last save began.
    changed: bool,
    /// How many segments the save names that is under way.
    saving: Option<usize>,
    /// How many were named by a save that has ended. No other may leave: X puts together what it was sent, also by a
    /// sender that has died.
    saved: usize,
    /// How often it may still start over with smaller segments.
    halvings: u32,
    /// Whether its session was found in the store: X may have forgotten the media since.
    was_found: bool,
}

impl Upload {
    /// Nothing was done yet.
    pub fn new(plan: Plan, api: ApiVersion) -> Self {
        Self {
            segments: Segments::whole(plan.file.total_bytes),
            pace: Pace::new(plan.concurrency),
            plan,
            api,
            init: None,
            fingerprint: String::new(),
            changed: false,
            saving: None,
            saved: 0,
            halvings: 2,
            was_found: false,
        }
    }

    /// Looks at the first and last bytes of the file.
    pub fn look(&mut self, ends: &[u8]) -> Result<(), Box<Error>> {
        self.init = Some(Rc::new(self.plan.file.describe(ends)?));
        self.fingerprint = self.plan.file.fingerprint(ends);
        Ok(())
    }

    /// Under what its session is stored: the request that begins it, and the file, as JSON. `None` where there is no store.
    pub fn key(&self, base_url: &str) -> Option<String> {
        let init = self.init().filter(|_| self.plan.has_store)?.request(self.api);
        Some(["[\"", base_url, &init.path, "\",", &init.fields, ",", &self.fingerprint, "]"].concat())
    }

    /// INIT, once the file was looked at.
    pub fn init(&self) -> Option<Operation> {
        self.init.clone().map(Operation::Initialize)
    }

    /// What is told of the media once it is ready.
    pub fn about(&self) -> Option<String> {
        self.plan.about.clone()
    }

    /// The session to go on with: the caller's, or the one that was found in the store, if it will do.
    pub fn resume(&mut self, found: Option<&str>, now: Moment) -> Result<Option<(Box<Media>, Phase)>, Box<Error>> {
        let identity = self.identity();
        let session = match (&self.plan.session, found) {
            (Some(given), _) => session::read(given, identity, now.epoch)?,
            (None, Some(found)) => match session::read(found, identity, now.epoch) {
                Ok(session) => {
                    self.was_found = true;
                    session
                }
                Err(_) => return Ok(None),
            },
            (None, None) => return Ok(None),
        };
        let Session { media, phase, segments } = session;
        self.saved = segments.known();
        self.segments = segments;
        self.pace.begin(now.at);
        Ok(Some((media, phase)))
    }

    /// Nothing of it is at X any more.
    pub fn start_over(&mut self) {
        self.segments = Segments::whole(self.plan.file.total_bytes);
        self.saved = 0;
        self.saving = self.saving.map(|_| 0);
    }

    /// Whether X's not knowing the media means that it has forgotten it since its session was stored. Once.
    pub fn is_forgotten(&mut self) -> bool {
        std::mem::take(&mut self.was_found)
    }

    /// X finds so many bytes in a segment too large: whether to start over with smaller ones. Twice.
    pub fn halve(&mut self, bytes: u64) -> bool {
        self.plan.sizing.halve(bytes);
        let halvings = self.halvings.checked_sub(1);
        self.halvings = halvings.unwrap_or(0);
        halvings.is_some()
    }

    /// The network's pace.
    pub fn pace(&mut self) -> &mut Pace {
        &mut self.pace
    }

    /// The next segment, with so many under way.
    pub fn next_segment(&mut self, under_way: usize) -> Option<Segment> {
        let free = self.pace.limit().saturating_sub(under_way);
        if free == 0 {
            return None;
        }
        // Where each has to be saved first, others are cut meanwhile.
        let ahead = if self.plan.saves { self.pace.limit() } else { 0 };
        self.changed |= self.segments.cut(free + ahead, self.plan.sizing);
        self.segments.take(if self.plan.saves { self.saved } else { self.segments.known() })
    }

    /// X has `segment`, which took so long.
    pub fn acknowledged(&mut self, segment: &Segment, took: Millis, now: Moment) {
        self.segments.acknowledge(segment);
        self.plan.sizing.measure(segment.bytes(), took);
        self.pace.acknowledged(segment.bytes(), now.at);
    }

    /// Whether X has every byte.
    pub fn is_whole(&self) -> bool {
        self.segments.acknowledged().0 == self.plan.file.total_bytes
    }

    /// What of its progress is known here.
    pub fn measure(&self, progress: &mut Progress) {
        (progress.bytes_sent, progress.segments_sent) = self.segments.acknowledged();
        progress.bytes_total = self.plan.file.total_bytes;
        progress.bytes_per_sec = self.pace.bytes_per_sec();
    }

    /// Something has changed that a session tells.
    pub fn change(&mut self) {
        self.changed = true;
    }

    /// The session as it is now.
    pub fn session(&self, media: &Media, phase: Phase) -> String {
        session::write(media, phase, &self.segments, self.identity())
    }

    /// Whether something has changed since the last save began.
    pub fn is_unsaved(&self) -> bool {
        self.plan.saves && self.changed
    }

    /// Whether all that has changed is saved, where sessions are.
    pub fn is_saved(&self) -> bool {
        !self.is_unsaved() && self.saving.is_none()
    }

    /// Whether a session has to be saved now. Saves never overlap.
    pub fn begin_save(&mut self) -> bool {
        let begin = self.is_unsaved() && self.saving.is_none();
        if begin {
            self.changed = false;
            self.saving = Some(self.segments.known());
        }
        begin
    }

    /// The save that was under way has ended.
    pub fn saved(&mut self) {
        self.saved = self.saving.take().unwrap_or(self.saved);
    }

    fn identity(&self) -> Identity<'_> {
        Identity { api: self.api, file: &self.fingerprint, total_bytes: self.plan.file.total_bytes }
    }
}
