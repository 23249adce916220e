//! What a caller wants done, however many processes it takes.

use serde_json::{Value, json};

use super::ledger::Sizes;
use super::{Micros, SECOND};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Upload,
    FinalizeAndWait,
    WaitForId,
}

pub(super) struct Errand {
    pub(super) kind: Kind,
    /// The media that somebody else has sent, where it is no upload.
    pub(super) media: Option<String>,
    /// The file: its size, and its name.
    pub(super) total: u64,
    pub(super) name: String,
    media_type: &'static str,
    pub(super) alt_text: Option<&'static str>,
    pub(super) timeout: Micros,
    /// Whether its sessions are saved: in a store, by a callback.
    pub(super) has_store: bool,
    pub(super) has_callback: bool,
    /// The key under which the store has its session.
    pub(super) key: Option<String>,
    /// The session with which the caller would continue it.
    pub(super) kept: Option<String>,
    /// The sessions that name all that may have been sent: the last one that was saved, and what was being saved at a death.
    pub(super) fresh: Vec<String>,
    /// How often it may still be taken up again after a failure or an abort.
    pub(super) retries: u32,
    /// The task that does it, or has done it last.
    pub(super) task: Option<usize>,
}

/// How it is done this time: a caller may choose otherwise the next time.
pub(super) struct Manner {
    segment_size: Option<u64>,
    pub(super) concurrency: usize,
    pub(super) wait: bool,
    /// The caller's session.
    pub(super) session: Option<String>,
}

impl Errand {
    /// An upload, to an X that takes no larger segments than that.
    pub(super) fn upload(number: usize, fair: bool, max_segment: u64, random: &mut fastrand::Rng) -> Self {
        let saving = random.u8(0..8);
        Self {
            kind: Kind::Upload,
            media: None,
            // In fair weather 1000 segments hold it.
            total: if fair { total(random).min(max_segment.saturating_mul(500)) } else { total(random) },
            name: format!("file {number}"),
            media_type: if random.u8(0..4) > 0 { "video/mp4" } else { "application/x-unknown" },
            alt_text: (random.u8(0..4) == 0).then_some("A cat, asleep"),
            timeout: timeout(fair, random),
            has_store: matches!(saving, 1..5),
            has_callback: matches!(saving, 4..7),
            key: None,
            kept: None,
            fresh: Vec::new(),
            retries: random.u32(0..3),
            task: None,
        }
    }

    /// The same upload, of another tab's.
    pub(super) fn twin(&self) -> Self {
        let name = self.name.clone();
        Self { name, media: None, key: None, kept: None, fresh: Vec::new(), task: None, ..*self }
    }

    /// An errand about a media that somebody else has sent.
    pub(super) fn of_media(kind: Kind, id: String, fair: bool, random: &mut fastrand::Rng) -> Self {
        let upload = Self::upload(0, fair, u64::MAX, random);
        Self { kind, media: Some(id), alt_text: None, has_store: false, has_callback: false, ..upload }
    }

    pub(super) fn saves(&self) -> bool {
        self.has_store || self.has_callback
    }

    /// Whether a session that is about to be used may not know all that was sent.
    pub(super) fn is_stale(&self, session: &str) -> bool {
        !self.fresh.iter().any(|fresh| fresh == session)
    }

    /// `session` is the only one now that is known to tell all.
    pub(super) fn is_told_by(&mut self, session: &str) {
        self.fresh = vec![session.to_owned()];
    }

    pub(super) fn manner(&mut self, random: &mut fastrand::Rng) -> Manner {
        let by_session = !self.has_store || random.bool();
        let session = if by_session { self.kept.clone() } else { None };
        if !self.has_callback {
            // It was of a failure or an abort, and will not be kept up to date.
            self.kept = None;
        }
        Manner {
            segment_size: segment_size(self.total, random),
            concurrency: random.usize(1..=8),
            wait: random.u8(0..8) > 0 || self.kind != Kind::Upload,
            session,
        }
    }

    /// The method to call, and what with.
    pub(super) fn call(&self, manner: &Manner) -> (&'static str, Value) {
        let timeout_secs = self.timeout / SECOND;
        match self.kind {
            Kind::FinalizeAndWait => ("finalizeAndWait", json!({ "mediaId": self.media, "timeoutSecs": timeout_secs })),
            Kind::WaitForId => ("waitUntilReady", json!({ "media": self.media, "timeoutSecs": timeout_secs })),
            Kind::Upload => {
                let mut given = json!({
                    "file": self.total, "type": "", "name": self.name, "lastModified": 1_700_000_000_000_u64,
                    "mediaType": self.media_type, "concurrency": manner.concurrency, "wait": manner.wait,
                    "timeoutSecs": timeout_secs, "hasStore": self.has_store, "saves": self.has_callback,
                    "segmentSize": manner.segment_size.map_or(json!("auto"), Value::from),
                });
                if let Some(text) = self.alt_text {
                    given["altText"] = text.into();
                }
                if let Some(session) = &manner.session {
                    given["session"] = serde_json::from_str(session).unwrap_or_default();
                }
                ("upload", given)
            }
        }
    }
}

impl Manner {
    /// How large its segments may be.
    pub(super) fn sizes(&self) -> Sizes {
        match self.segment_size {
            Some(size) => Sizes { least: size, most: size, are_auto: false },
            None => Sizes { least: 65_536, most: 1 << 22, are_auto: true },
        }
    }
}

fn total(random: &mut fastrand::Rng) -> u64 {
    let (segments, size) = match random.u16(0..5000) {
        0..2000 => (1, 65_536),
        2000..4500 => (random.u64(1..10), 65_536),
        4500..4950 => (random.u64(1..10), 1_500_000),
        4950..4999 => (random.u64(12..200), 65_536),
        _ => (random.u64(1..1600), 5_000_000),
    };
    (segments * size).saturating_sub(random.u64(0..size)).max(1)
}

/// Most files are cut into a few segments: it is enough that some are not.
fn segment_size(total: u64, random: &mut fastrand::Rng) -> Option<u64> {
    let least = if random.u8(0..50) > 0 { (total / 10).clamp(65_536, 5_000_000) } else { 65_536 };
    match random.u8(0..5) {
        0 => None,
        1 => Some(random.u64(least..=5_000_000)),
        _ => Some(least),
    }
}

fn timeout(fair: bool, random: &mut fastrand::Rng) -> Micros {
    if fair { 10_000_000 * SECOND } else { [1, 60, 1800][random.usize(0..3)] * SECOND }
}
