//! Which bytes of a file go into which segment.

use super::json::{Json, integer};
use super::time::Millis;

/// X's limit: `segment_index` is 0 to 999.
pub(super) const MAX_SEGMENTS: u64 = 1000;
/// The smallest segment a caller may ask for.
pub(super) const MIN_SEGMENT_BYTES: u64 = 65_536;
/// X documents 5 MB a segment.
pub(super) const MAX_SEGMENT_BYTES: u64 = 5_000_000;
/// "Server maximum is 8 MB", for files that 1000 segments of 5 MB can't hold.
pub(super) const SERVER_MAX_SEGMENT_BYTES: u64 = 8_000_000;

/// A stretch of the file, and its place in the media.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// 0 to 999.
    pub index: u16,
    /// First byte.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
}

impl Segment {
    /// Bytes.
    pub fn bytes(&self) -> u64 {
        self.end - self.start
    }
}

/// How large the next segment is to be.
#[derive(Clone, Copy, Debug)]
pub struct Sizing {
    least: u64,
    next: u64,
    most: u64,
    line: Line,
}

/// What is known of the line that segments take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    /// Nothing yet: the first segment is there to learn it.
    Unknown,
    /// What was measured.
    Measured,
    /// It does not matter: the caller has said how large segments are.
    Ignored,
}

impl Sizing {
    /// How long a segment is to be under way, besides the round trip: shorter, and the pauses between requests count; longer, and a
    /// fault costs much.
    const AIM: Millis = Millis::from_secs(2);

    /// How long it may be where all of the time that others took was not the round trip, as it seemed, but their bytes'.
    const LONGEST: Millis = Millis::from_secs(10);

    /// What most clients send, so that X is known to take it. It has refused the 5 MB that it documents.
    const USUAL: u64 = 1 << 20;

    /// By the measured speed. Begins with the least, which any line carries in the end.
    pub const AUTO: Self =
        Self { least: MIN_SEGMENT_BYTES, next: MIN_SEGMENT_BYTES, most: 1 << 22, line: Line::Unknown };

    /// All of the same size.
    pub fn fixed(bytes: u64) -> Self {
        Self { least: bytes, next: bytes, most: bytes, line: Line::Ignored }
    }

    /// Whether the measured speed decides.
    pub fn is_auto(&self) -> bool {
        self.line != Line::Ignored
    }

    /// Takes note of how long `bytes` took, of which the round trip was so much. The next size is what would have taken the time
    /// aimed at, at once where that is less, and halfway to it where it is more; after the first segment it is not more than the
    /// usual.
    pub fn measure(&mut self, bytes: u64, took: Millis, round_trip: Millis) {
        let in_time = |aim: Millis, took: u64| (bytes * aim.0).checked_div(took).unwrap_or(self.most);
        let net = took.0.saturating_sub(round_trip.0).max(took.0 / 16);
        let aim = in_time(Self::AIM, net).min(in_time(Self::LONGEST, took.0));
        let next = match self.line {
            Line::Ignored => return,
            Line::Unknown => aim.min(Self::USUAL),
            Line::Measured => aim.min((self.next + aim) / 2),
        };
        self.line = Line::Measured;
        self.next = next.clamp(self.least, self.most);
    }

    /// Allows segments of `bytes` at the most.
    pub fn limit(&mut self, bytes: u64) {
        self.most = self.most.min(bytes);
        self.least = self.least.min(self.most);
        self.next = self.next.min(self.most);
    }

    /// Allows none of `too_large` bytes: halves the largest as often as that takes.
    pub fn limit_below(&mut self, too_large: u64) {
        while self.most >= too_large.max(1) {
            self.limit(self.most / 2);
        }
    }
}

/// A file, cut into segments as far as it was needed yet: which are still to be sent, and which X has acknowledged.
#[derive(Clone, Debug, PartialEq)]
pub struct Segments {
    total: u64,
    /// With whether X has it.
    cut: Vec<(Segment, bool)>,
    /// How many of them were taken, or had been acknowledged before.
    taken: usize,
}

impl Segments {
    /// A file of `total` bytes, not cut yet.
    pub fn whole(total: u64) -> Self {
        Self { total, cut: Vec::new(), taken: 0 }
    }

    /// The segments of a file of `total` bytes as a session tells of them; `None` where it can't be of it.
    pub fn read(total: u64, session: Json) -> Option<Self> {
        let mut segments = Self::whole(total);
        for bytes in session.get("segments")?.items()? {
            let bytes = integer(bytes.as_str()).filter(|bytes| (1..=SERVER_MAX_SEGMENT_BYTES).contains(bytes))?;
            segments.push(bytes)?;
        }
        for index in session.get("acknowledged")?.items()? {
            segments.cut.get_mut(usize::try_from(integer(index.as_str())?).ok()?)?.1 = true;
        }
        (segments.least() <= SERVER_MAX_SEGMENT_BYTES).then_some(segments)
    }

    /// The bytes of each segment, for a session.
    pub fn sizes(&self) -> Vec<u64> {
        self.cut.iter().map(|(segment, _)| segment.bytes()).collect()
    }

    /// The indexes of those that X has acknowledged, for a session.
    pub fn acknowledged_indexes(&self) -> Vec<u64> {
        let acknowledged = self.cut.iter().filter(|(_, acknowledged)| *acknowledged);
        acknowledged.map(|(segment, _)| segment.index.into()).collect()
    }

    /// Cuts on until `wanted` segments wait to be taken, or the file ends. Whether there are new ones.
    pub fn cut(&mut self, wanted: usize, sizing: Sizing) -> bool {
        let known = self.known();
        let waiting = self.cut.iter().skip(self.taken).filter(|(_, acknowledged)| !acknowledged).count();
        let missing = wanted.saturating_sub(waiting) as u64;
        // Of several that leave together each is smaller than the one before. They share the line: were they of one size, they would
        // all arrive at once, and leave it empty until others come.
        for place in 0..missing {
            let bytes = (sizing.next * (missing - place) / missing).max(sizing.least).max(self.least());
            if self.push(bytes.min(self.total - self.end())).is_none() {
                break;
            }
        }
        self.known() > known
    }

    /// How many there are by now.
    pub fn known(&self) -> usize {
        self.cut.len()
    }

    /// The next of the first `known` segments that was neither taken nor acknowledged.
    pub fn take(&mut self, known: usize) -> Option<Segment> {
        let mut untaken = self.cut.iter().take(known).skip(self.taken);
        let segment = untaken.find(|(_, acknowledged)| !acknowledged)?.0;
        self.taken = usize::from(segment.index) + 1;
        Some(segment)
    }

    /// Takes note that X has `segment`.
    pub fn acknowledge(&mut self, segment: &Segment) {
        if let Some((_, acknowledged)) = self.cut.get_mut(usize::from(segment.index)) {
            *acknowledged = true;
        }
    }

    /// How many bytes X has, in how many segments.
    pub fn acknowledged(&self) -> (u64, u64) {
        let acknowledged = self.cut.iter().filter(|(_, acknowledged)| *acknowledged);
        acknowledged.fold((0, 0), |(bytes, segments), (segment, _)| (bytes + segment.bytes(), segments + 1))
    }

    /// Cuts off so many bytes, if there are any.
    fn push(&mut self, bytes: u64) -> Option<()> {
        let (start, index) = (self.end(), u16::try_from(self.known()).ok()?);
        let end = start.checked_add(bytes).filter(|end| start < *end && *end <= self.total)?;
        self.cut.push((Segment { index, start, end }, false));
        Some(())
    }

    /// Up to where the file is cut.
    fn end(&self) -> u64 {
        self.cut.last().map_or(0, |(segment, _)| segment.end)
    }

    /// The smallest size in which the indexes that are left hold the rest of the file.
    pub(super) fn least(&self) -> u64 {
        match (self.total - self.end(), MAX_SEGMENTS.checked_sub(self.known() as u64)) {
            (rest, Some(left @ 1..)) => rest.div_ceil(left),
            (0, Some(_)) => 0,
            _ => u64::MAX,
        }
    }
}
