//! The segments of one media, as a job cuts them, saves their boundaries, sends them and hears of them; and the network's pace.

use std::collections::{BTreeMap, BTreeSet};

use x_media_upload::protocol::{self, Phase};

/// A stretch of the file: its first byte, and one past its last.
type Bytes = (u64, u64);

/// X documents 5 MB a segment. Only a file that 1000 of them can't hold has larger ones.
const MAX_SEGMENT_BYTES: u64 = 5_000_000;

/// What the model reads of a session.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) media: String,
    pub(super) expires_at: Option<u64>,
    pub(super) phase: Phase,
    pub(super) segments: Vec<Bytes>,
    pub(super) acknowledged: Vec<u64>,
    /// All of it, as it is kept.
    pub(super) text: String,
}

impl Session {
    pub(super) fn of(session: &protocol::Session) -> Self {
        let mut end = 0;
        let cut = |bytes: u64| {
            let start = end;
            end += bytes;
            (start, end)
        };
        Self {
            media: session.media.id.to_string(),
            expires_at: session.media.expires_at.map(|moment| moment.0),
            phase: session.phase,
            segments: session.segments.sizes().into_iter().map(cut).collect(),
            acknowledged: session.segments.acknowledged_indexes(),
            text: serde_json::to_string(session).unwrap_or_default(),
        }
    }

    /// Reads one that was kept: it is what it was when it was kept.
    pub(super) fn read(text: &str) -> Self {
        let Some(session) = protocol::Session::read(text) else { panic!("no session any more: {text}") };
        let session = Self::of(&session);
        assert_eq!(session.text, text);
        session
    }

    /// Whether FINALIZE had been answered when it was saved.
    pub(super) fn is_finalized(&self) -> bool {
        matches!(self.phase, Phase::Processing | Phase::Metadata)
    }
}

/// How large segments may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    pub(super) least: u64,
    pub(super) most: u64,
}

impl Sizes {
    /// X finds so many bytes too large: half as many will do.
    pub(super) fn halve(&mut self, bytes: u64) {
        self.most = self.most.min(bytes / 2);
        self.least = self.least.min(self.most);
    }

    fn allow(&self, (start, end): Bytes, total: u64) -> bool {
        let bytes = end - start;
        let needed = total.div_ceil(1000);
        bytes <= self.most.min(MAX_SEGMENT_BYTES).max(needed).max(1) && (bytes >= self.least || end == total)
    }
}

/// See the module's documentation.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Where the last save that has ended says that the file is cut.
    named: Vec<Bytes>,
    /// What may have been sent, by this sender or one before it.
    sent: BTreeMap<u64, Bytes>,
    acknowledged: BTreeSet<u64>,
    acknowledged_bytes: u64,
}

impl Ledger {
    /// What a session tells.
    pub(super) fn of(session: &Session) -> Self {
        let bytes = |index: &u64| session.segments[*index as usize].1 - session.segments[*index as usize].0;
        Self {
            named: session.segments.clone(),
            sent: (0..).zip(session.segments.iter().copied()).collect(),
            acknowledged_bytes: session.acknowledged.iter().map(bytes).sum(),
            acknowledged: session.acknowledged.iter().copied().collect(),
        }
    }

    pub(super) fn acknowledged_bytes(&self) -> u64 {
        self.acknowledged_bytes
    }

    pub(super) fn acknowledged(&self) -> &BTreeSet<u64> {
        &self.acknowledged
    }

    /// A segment leaves. Where sessions are `saved`, only once one names its boundaries.
    pub(super) fn sends(&mut self, index: u64, bytes: Bytes, total: u64, sizes: Sizes, saved: bool) {
        assert!(!self.acknowledged.contains(&index), "segment {index} was acknowledged");
        match self.sent.insert(index, bytes) {
            Some(before) => assert_eq!(before, bytes, "segment {index} is cut anew"),
            None => assert!(sizes.allow(bytes, total), "segment {index} is {bytes:?}, of {sizes:?}"),
        }
        let is_named = self.named.get(index as usize) == Some(&bytes);
        assert!(is_named || !saved, "no saved session names the boundaries of segment {index}");
    }

    pub(super) fn acknowledges(&mut self, index: u64, bytes: Bytes) {
        assert!(self.acknowledged.insert(index), "segment {index} is acknowledged twice");
        self.acknowledged_bytes += bytes.1 - bytes.0;
    }

    /// Checks that `session` tells all that a successor has to know: what may have been sent, and what X has.
    pub(super) fn is_told_by(&self, session: &Session) {
        for (index, bytes) in &self.sent {
            assert_eq!(session.segments.get(*index as usize), Some(bytes), "a session without segment {index}");
        }
        let is_told = self.acknowledged.iter().eq(&session.acknowledged);
        assert!(is_told, "acknowledged are {:?}, the session says {:?}", self.acknowledged, session.acknowledged);
    }

    /// A save of `session` has ended.
    pub(super) fn saved(&mut self, session: &Session) {
        assert!(session.segments.starts_with(&self.named), "a session cuts the file anew");
        self.named.clone_from(&session.segments);
    }
}

/// How many segments may be in flight at once: one that times out halves it, five acknowledgements in a row add one.
#[derive(Debug)]
pub(super) struct Pace {
    pub(super) limit: usize,
    most: usize,
    streak: u32,
}

impl Pace {
    pub(super) fn new(most: usize) -> Self {
        Self { limit: most, most, streak: 0 }
    }

    pub(super) fn timed_out(&mut self) {
        self.limit = (self.limit / 2).max(1);
        self.streak = 0;
    }

    pub(super) fn acknowledged(&mut self) {
        self.streak = (self.streak + 1) % 5;
        if self.streak == 0 {
            self.limit = (self.limit + 1).min(self.most);
        }
    }
}
