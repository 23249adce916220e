//! What an upload keeps track of besides its requests: the file, its segments, the network's throughput, and what was saved of it all.

use std::rc::Rc;

use super::client_state::ClientState;
use super::error::Error;
use super::file::{Description, FileInfo, Fingerprint};
use super::media::Media;
use super::metadata::{AltText, Metadata};
use super::progress::{Phase, Progress};
use super::request::{ApiVersion, Initialize};
use super::segments::{MIN_SEGMENT_BYTES, Segment, Segments, Sizing};
use super::session::Session;
use super::throughput::Throughput;
use super::time::{Millis, Now};

/// What the caller wants uploaded, and how.
#[derive(Debug)]
pub struct Plan {
    /// What is sent.
    pub file: FileInfo,
    /// What the caller says of it.
    pub description: Description,
    /// What is told of the media once it is ready.
    pub alt_text: Option<AltText>,
    /// The size of the segments.
    pub sizing: Sizing,
    /// APPENDs in flight at once.
    pub concurrency: usize,
    /// The session that is to be continued.
    pub session: Option<Box<Session>>,
    /// Where sessions are saved.
    pub saving: Saving,
}

/// Where the sessions of an upload are saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Saving {
    /// In a store, where one may be found.
    pub in_store: bool,
    /// By a function of the caller's.
    pub by_callback: bool,
}

/// A file whose first and last bytes were looked at.
#[derive(Debug)]
pub(super) struct Examined {
    /// What INIT says.
    pub init: Rc<Initialize>,
    /// By what the file is known again.
    pub fingerprint: Fingerprint,
}

/// See the module's documentation.
#[derive(Debug)]
pub(super) struct UploadState {
    plan: Box<Plan>,
    api: ApiVersion,
    /// `None` until the file was looked at.
    examined: Option<Examined>,
    segments: Segments,
    throughput: Throughput,
    /// Whether something has changed since the last save began.
    is_changed: bool,
    /// How many segments the save names that is under way.
    saving: Option<usize>,
    /// How many were named by a save that has ended. No other may leave: X puts together what it was sent, also by a
    /// sender that has died.
    saved: usize,
    /// How often it may still start over with smaller segments.
    halvings: u32,
    /// Whether its session was found in the store: X may have forgotten the media since.
    was_found: bool,
    /// How long INIT took, which takes no bytes along.
    round_trip: Millis,
}

impl UploadState {
    /// An upload of which nothing was done yet.
    pub(super) fn new(plan: Box<Plan>, api: ApiVersion) -> Self {
        Self {
            segments: Segments::whole(plan.file.total_bytes),
            throughput: match plan.sizing.is_auto() {
                true => Throughput::learning(plan.concurrency),
                false => Throughput::new(plan.concurrency),
            },
            plan,
            api,
            examined: None,
            is_changed: false,
            saving: None,
            saved: 0,
            halvings: 2,
            was_found: false,
            round_trip: Millis::ZERO,
        }
    }

    /// Examines the file by what was looked at of it.
    pub(super) fn examine(&mut self, sample: &[u8]) -> Result<&Examined, Box<Error>> {
        let init = Rc::new(self.plan.file.describe(sample, &self.plan.description)?);
        let fingerprint = self.plan.file.fingerprint(sample);
        Ok(self.examined.insert(Examined { init, fingerprint }))
    }

    /// What INIT says, once the file was examined.
    pub(super) fn init(&self) -> Option<Rc<Initialize>> {
        self.examined.as_ref().map(|examined| examined.init.clone())
    }

    /// Whether a store is to be asked for a session.
    pub(super) fn has_store(&self) -> bool {
        self.plan.saving.in_store
    }

    /// Saves no more in the store.
    pub(super) fn leave_store(&mut self) {
        self.plan.saving.in_store = false;
    }

    /// Under what a store has the session of this upload: the request that begins it, which tells size, type, category, owners
    /// and whether it is shared, and the file.
    pub(super) fn key(&self, base_url: &str) -> Option<String> {
        let Examined { init, fingerprint } = self.examined.as_ref()?;
        Some([base_url, " ", self.api.as_str(), " ", &init.to_json(), " ", &fingerprint.to_key()].concat())
    }

    /// What is told of the media once it is ready.
    pub(super) fn metadata(&self) -> Option<Metadata> {
        self.plan.alt_text.as_ref().map(Metadata::from)
    }

    /// Takes up the session to go on with: the caller's, or else the one that was `found` in the store, if it will do.
    pub(super) fn resume(
        &mut self,
        found: Option<Box<Session>>,
        now: Now,
        client: &ClientState,
    ) -> Result<Option<(Box<Media>, Phase)>, Box<Error>> {
        self.learn_sizes(client);
        let Some(Examined { fingerprint, .. }) = &self.examined else { return Ok(None) };
        let check = |session: Box<Session>| session.check(self.api, fingerprint, now.epoch);
        let session = match (self.plan.session.take(), found) {
            (Some(given), _) => check(given).map_err(|mut error| {
                error.is_of_given_session = true;
                error
            })?,
            (None, Some(found)) => match check(found) {
                Ok(session) => {
                    self.was_found = true;
                    session
                }
                Err(_) => return Ok(None),
            },
            (None, None) => return Ok(None),
        };
        let Session { media, phase, segments, .. } = *session;
        self.saved = segments.known();
        self.segments = segments;
        self.throughput.begin(now.at);
        Ok(Some((Box::new(media), phase)))
    }

    /// Forgets what X acknowledged; the upload begins again with INIT.
    pub(super) fn start_over(&mut self) {
        self.segments = Segments::whole(self.plan.file.total_bytes);
        self.saved = 0;
        self.saving = self.saving.map(|_| 0);
    }

    /// Whether its session was found in the store, and X may have forgotten the media since.
    pub(super) fn was_found(&self) -> bool {
        self.was_found
    }

    /// Spends the one time that X's not knowing the media may mean that it has forgotten it since its session was stored. Whether
    /// it was left.
    pub(super) fn spend_forgotten(&mut self) -> bool {
        std::mem::take(&mut self.was_found)
    }

    /// Makes segments smaller than one with `bytes` that was too large: as large as one that was not, or half as large. False
    /// where that can't help, or was done twice.
    pub(super) fn shrink(&mut self, bytes: u64, client: &ClientState) -> bool {
        let (_, taken) = client.too_large().unwrap_or((bytes, None));
        let needed = Segments::whole(self.plan.file.total_bytes).least();
        let proven = taken.map(|taken| taken.max(MIN_SEGMENT_BYTES).max(needed));
        // Only a size that is smaller by a good part: it must not start over again and again.
        if let Some(proven) = proven.filter(|proven| self.plan.sizing.is_auto() && *proven <= bytes / 4 * 3) {
            self.plan.sizing.limit(proven);
            return true;
        }
        self.plan.sizing.limit(bytes / 2);
        let halvings = self.halvings.checked_sub(1);
        self.halvings = halvings.unwrap_or(0);
        halvings.is_some()
    }

    /// Begins below what was too large in other uploads of the client.
    fn learn_sizes(&mut self, client: &ClientState) {
        let Some((too_large, taken)) = client.too_large() else { return };
        match taken.filter(|_| self.plan.sizing.is_auto()) {
            Some(taken) => self.plan.sizing.limit(taken.max(MIN_SEGMENT_BYTES)),
            None => self.plan.sizing.limit_below(too_large),
        }
    }

    /// Begins to send segments, after an INIT that took so long.
    pub(super) fn initialized(&mut self, took: Millis, now: Now) {
        self.round_trip = took;
        self.throughput.begin(now.at);
    }

    /// How fast bytes arrive, and how many requests may be under way.
    pub(super) fn throughput(&mut self) -> &mut Throughput {
        &mut self.throughput
    }

    /// Takes the next segment to be sent, with `under_way` others on their way.
    pub(super) fn take_segment(&mut self, under_way: usize) -> Option<Segment> {
        let free = self.throughput.limit().saturating_sub(under_way);
        if free == 0 {
            return None;
        }
        // Where each has to be saved first, others are cut meanwhile.
        let ahead = if self.saves() { self.throughput.limit() } else { 0 };
        self.is_changed |= self.segments.cut(free + ahead, self.plan.sizing);
        self.segments.take(if self.saves() { self.saved } else { self.segments.known() })
    }

    /// Takes note that X acknowledged `segment`, which took so long.
    pub(super) fn acknowledged(&mut self, segment: &Segment, took: Millis, now: Now) {
        self.segments.acknowledge(segment);
        self.plan.sizing.measure(segment.bytes(), took, self.round_trip);
        self.throughput.acknowledged(segment.bytes(), took, now.at);
    }

    /// Whether X has every byte.
    pub(super) fn is_whole(&self) -> bool {
        self.segments.acknowledged().0 == self.plan.file.total_bytes
    }

    /// Writes into `progress` what is known here.
    pub(super) fn measure(&self, progress: &mut Progress) {
        (progress.bytes_sent, progress.segments_sent) = self.segments.acknowledged();
        progress.bytes_total = self.plan.file.total_bytes;
        progress.bytes_per_sec = self.throughput.bytes_per_sec();
    }

    /// Takes note that something has changed which a session tells.
    pub(super) fn change(&mut self) {
        self.is_changed = true;
    }

    /// The session as it is now; `None` until the file was examined.
    pub(super) fn session(&self, media: &Media, phase: Phase) -> Option<Box<Session>> {
        let file = self.examined.as_ref()?.fingerprint.clone();
        let segments = self.segments.clone();
        Some(Box::new(Session { api: self.api, phase, media: media.clone(), file, segments }))
    }

    /// Whether something has changed since the last save began.
    pub(super) fn is_unsaved(&self) -> bool {
        self.saves() && self.is_changed
    }

    /// Whether all that has changed is saved, where sessions are.
    pub(super) fn is_saved(&self) -> bool {
        !self.is_unsaved() && self.saving.is_none()
    }

    /// Begins a save where one is needed; true where the session has to be saved now. Saves never overlap.
    pub(super) fn begin_save(&mut self) -> bool {
        let begin = self.is_unsaved() && self.saving.is_none();
        if begin {
            self.is_changed = false;
            self.saving = Some(self.segments.known());
        }
        begin
    }

    /// Takes note that the save which was under way has ended.
    pub(super) fn saved(&mut self) {
        self.saved = self.saving.take().unwrap_or(self.saved);
    }

    fn saves(&self) -> bool {
        self.plan.saving != Saving::default()
    }
}
