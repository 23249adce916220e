//! How far an upload is.

use super::exchange::WaitReason;
use super::media_id::MediaId;
use super::time::{Millis, UnixTime};
use super::value::{Object, ToValue, Value};

/// What an upload is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the commands' names, and the states after them")]
pub enum Phase {
    #[default]
    Initialize,
    Append,
    Finalize,
    Processing,
    Metadata,
    Ready,
    Paused,
}

impl Phase {
    /// Its name in JavaScript.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Initialize => "initialize",
            Self::Append => "append",
            Self::Finalize => "finalize",
            Self::Processing => "processing",
            Self::Metadata => "metadata",
            Self::Ready => "ready",
            Self::Paused => "paused",
        }
    }

    /// The phase of that name in a session. One that is not known there is that in which the segments tell what is left to do.
    pub fn of_session(name: Option<&str>) -> Self {
        match name {
            Some("finalize") => Self::Finalize,
            Some("processing") => Self::Processing,
            Some("metadata") => Self::Metadata,
            _ => Self::Append,
        }
    }
}

/// Why nothing moves just now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Waiting {
    /// What is waited for.
    pub reason: WaitReason,
    /// When it goes on.
    pub until: UnixTime,
}

impl Waiting {
    /// Whether both are the same wait: the two clocks tick apart.
    pub fn is_same(self, other: Self) -> bool {
        let apart = (self.until - other.until).max(other.until - self.until);
        self.reason == other.reason && apart <= Millis(2)
    }
}

/// A snapshot of an upload. It serialises to what `onProgress` gets.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// What it is doing.
    pub phase: Phase,
    /// 0 to 1; never falls.
    pub fraction: f64,
    /// Bytes that X has acknowledged.
    pub bytes_sent: u64,
    /// The file's size.
    pub bytes_total: u64,
    /// How fast they went lately.
    pub bytes_per_sec: Option<u64>,
    /// How long the rest of the bytes takes. Of X's processing nobody knows.
    pub eta_secs: Option<u64>,
    /// Segments that X has acknowledged.
    pub segments_sent: u64,
    /// X's own figure, 0 to 100.
    pub processing_percent: Option<u64>,
    /// Present while nothing is under way.
    pub waiting: Option<Waiting>,
    /// Known from INIT's answer on.
    pub media_id: Option<MediaId>,
}

impl Progress {
    /// Sending is most of the work that can be measured; the rest is X's processing.
    const SENDING: f64 = 0.9;

    /// Brings `fraction` up to what the other fields say.
    pub fn measure(&mut self) {
        let sent = self.bytes_sent as f64 / self.bytes_total as f64;
        let processed = self.processing_percent.unwrap_or(0).min(100) as f64 / 100.0;
        let fraction = match self.phase {
            Phase::Ready => 1.0,
            _ => Self::SENDING * sent + (1.0 - Self::SENDING) * processed,
        };
        self.fraction = self.fraction.max(fraction);
    }

    /// The same with `eta_secs` by what the other fields say: none but while bytes move.
    pub fn with_eta(self) -> Self {
        let rest = self.bytes_total.saturating_sub(self.bytes_sent);
        let speed = self.bytes_per_sec.filter(|speed| *speed > 0 && self.phase == Phase::Append);
        Self { eta_secs: speed.map(|speed| rest.div_ceil(speed)), ..self }
    }
}

impl ToValue for Phase {
    fn to_value(&self) -> Value<'_> {
        Value::Text(self.as_str())
    }
}

impl ToValue for Waiting {
    fn to_value(&self) -> Value<'_> {
        let Waiting { reason, until } = self;
        let mut object = Object::default();
        object.set("for", Value::Text(reason.as_str()));
        object.add("until", until);
        Value::Object(object)
    }
}

/// What `onProgress` gets.
impl ToValue for Progress {
    fn to_value(&self) -> Value<'_> {
        let mut object = Object::default();
        object.add("phase", &self.phase);
        object.add("fraction", &self.fraction);
        object.add("bytesSent", &self.bytes_sent);
        object.add("bytesTotal", &self.bytes_total);
        object.add("bytesPerSec", &self.bytes_per_sec);
        object.add("etaSecs", &self.eta_secs);
        object.add("segmentsSent", &self.segments_sent);
        object.add("processingPercent", &self.processing_percent);
        object.add("waiting", &self.waiting);
        object.add("media_id_string", &self.media_id);
        Value::Object(object)
    }
}
