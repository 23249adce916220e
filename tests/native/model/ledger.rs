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
    /// Whether the caller leaves them to the package.
    pub(super) are_auto: bool,
}

impl Sizes {
    /// No larger ones are sent.
    pub(super) fn limit(&mut self, most: u64) {
        self.most = self.most.min(most);
        self.least = self.least.min(self.most);
    }

    /// A client begins below what it knows to be too large: with what it knows to be taken, or with the half, or the half of that.
    pub(super) fn begin_below(&mut self, scale: Scale) {
        match (scale.too_large, scale.taken) {
            (Some(_), Some(taken)) if self.are_auto => self.limit(taken.max(Scale::LEAST)),
            (Some(too_large), _) => {
                while self.most >= too_large {
                    self.limit(self.most / 2);
                }
            }
            (None, _) => {}
        }
    }

    /// What helps against `too_large` bytes without a guess, in a file of so many: what was taken, if that is less by a quarter.
    pub(super) fn proven(&self, too_large: u64, total: u64, scale: Scale) -> Option<u64> {
        let taken = scale.taken.filter(|_| self.are_auto)?.max(Scale::LEAST).max(total.div_ceil(1000));
        (taken <= too_large / 4 * 3).then_some(taken)
    }

    fn allow(&self, (start, end): Bytes, total: u64) -> bool {
        let bytes = end - start;
        let needed = total.div_ceil(1000);
        bytes <= self.most.min(MAX_SEGMENT_BYTES).max(needed).max(1) && (bytes >= self.least || end == total)
    }
}

/// What a client knows of the sizes that X takes, or what stands before it: what it was told last is true.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scale {
    /// The largest that was taken, and the smallest that was too large, of those that do not contradict later ones.
    taken: Option<u64>,
    too_large: Option<u64>,
}

impl Scale {
    /// The smallest that a segment is made for no better reason than a proxy elsewhere.
    const LEAST: u64 = 65_536;

    pub(super) fn takes(&mut self, bytes: u64) {
        self.taken = Some(self.taken.map_or(bytes, |taken| taken.max(bytes)));
        if self.too_large.is_some_and(|too_large| too_large <= bytes) {
            self.too_large = None;
        }
    }

    pub(super) fn refuses(&mut self, bytes: u64) {
        self.too_large = Some(self.too_large.map_or(bytes, |too_large| too_large.min(bytes)));
        if self.taken.is_some_and(|taken| taken >= bytes) {
            self.taken = None;
        }
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

/// How many segments may be in flight at once: a round of time-outs halves it, five acknowledgements in a row add one, unless
/// that would make each take longer than twenty seconds.
#[derive(Debug)]
pub(super) struct Pace {
    /// As many as may be, or fewer than the network allows.
    limit: usize,
    most: usize,
    /// Whether a slow line may be spared: then there may be fewer at any time, and one until the first acknowledgement.
    spares: bool,
    has_learned: bool,
    streak: u32,
    /// When it was halved last, by the client's clock.
    halved: u64,
}

impl Pace {
    pub(super) fn new(most: usize, spares: bool) -> Self {
        Self { limit: if spares { 1 } else { most }, most, spares, has_learned: !spares, streak: 0, halved: 0 }
    }

    /// The most that there may be.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Whether so many may keep others from leaving.
    pub(super) fn may_be_full(&self, in_flight: usize) -> bool {
        in_flight >= if self.spares { 1 } else { self.limit }
    }

    /// One that had left at a moment of the client's clock has timed out. Those that were under way when the others did tell
    /// nothing new.
    pub(super) fn timed_out(&mut self, sent: u64, now: u64) {
        self.streak = 0;
        if sent >= self.halved {
            self.limit = (self.limit / 2).max(1);
            self.halved = now;
        }
    }

    /// One is acknowledged after so many milliseconds.
    pub(super) fn acknowledged(&mut self, took: u64) {
        if !std::mem::replace(&mut self.has_learned, true) {
            (self.limit, self.streak) = (self.most, 0);
            return;
        }
        self.streak = (self.streak + 1) % 5;
        let lanes = self.limit as u64;
        if self.streak == 0 && took * (lanes + 1) <= 20_000 * lanes {
            self.limit = (self.limit + 1).min(self.most);
        }
    }
}
