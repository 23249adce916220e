//! Which bytes of a file go into which segment.

/// X's limit: `segment_index` is 0 to 999.
pub const MAX_SEGMENTS: u64 = 1000;
/// The smallest segment a caller may ask for.
pub const MIN_SEGMENT_BYTES: u64 = 65_536;
/// X documents 5 MB a segment.
pub const MAX_SEGMENT_BYTES: u64 = 5_000_000;
/// "Server maximum is 8 MB", for files that 1000 segments of 5 MB can't hold.
pub const SERVER_MAX_SEGMENT_BYTES: u64 = 8_000_000;
/// One MiB is what most clients send: X is known to take it.
pub const DEFAULT_SEGMENT_BYTES: u64 = 1 << 20;

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

/// A file cut into segments: which are still to be sent, and what X has acknowledged.
#[derive(Debug)]
pub struct Segments {
    total: u64,
    size: u64,
    next: u64,
    acknowledged_bytes: u64,
    acknowledged: u64,
}

impl Segments {
    /// Cuts `total` bytes into pieces of `size`, or larger ones where [`MAX_SEGMENTS`] of that size don't hold the file.
    pub fn cut(total: u64, size: u64) -> Self {
        let size = size.max(total.div_ceil(MAX_SEGMENTS));
        Self { total, size, next: 0, acknowledged_bytes: 0, acknowledged: 0 }
    }

    /// The next segment that was not yet taken.
    pub fn take(&mut self) -> Option<Segment> {
        let start = self.next * self.size;
        let index = u16::try_from(self.next).ok()?;
        (start < self.total).then(|| {
            self.next += 1;
            Segment { index, start, end: self.total.min(start + self.size) }
        })
    }

    /// X has `segment`.
    pub fn acknowledge(&mut self, segment: &Segment) {
        self.acknowledged_bytes += segment.bytes();
        self.acknowledged += 1;
    }

    /// Whether X has every byte.
    pub fn complete(&self) -> bool {
        self.acknowledged_bytes == self.total
    }

    /// Bytes that X has.
    pub fn acknowledged_bytes(&self) -> u64 {
        self.acknowledged_bytes
    }

    /// Segments that X has.
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged
    }
}
