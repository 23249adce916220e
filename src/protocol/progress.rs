//! How far an upload is.

use super::exchange::Because;
use super::json::{Writer, decimal};
use super::media_id::MediaId;
use super::time::Millis;

/// What an upload is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the commands' names, and the two states after them")]
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

    /// The phase of that name, of those that a session can be resumed in. What is not known is resumed by its segments.
    pub fn parse(name: Option<&str>) -> Self {
        [Self::Processing, Self::Metadata]
            .into_iter()
            .find(|phase| Some(phase.as_str()) == name)
            .unwrap_or(Self::Append)
    }
}

/// Why nothing moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Waiting {
    /// The reason.
    pub because: Because,
    /// The moment at which it goes on.
    pub until_epoch: Millis,
}

impl Waiting {
    /// Whether both are the same wait.
    pub fn is_about(self, other: Self) -> bool {
        self.because == other.because && self.until_epoch.abs_diff(other.until_epoch) <= 2
    }
}

/// A snapshot of an upload.
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

    /// As JavaScript gets it.
    pub fn to_json(&self) -> String {
        let mut json = Writer::object();
        json.text("phase", Some(self.phase.as_str()));
        // Without floats: a number of millionths, in JSON's own notation.
        let millionths = decimal((self.fraction * 1e6) as u64);
        json.json("fraction", Some(&[&millionths, "e-6"].concat()));
        json.number("bytesSent", Some(self.bytes_sent));
        json.number("bytesTotal", Some(self.bytes_total));
        json.number("bytesPerSec", self.bytes_per_sec);
        json.number("etaSecs", self.eta_secs());
        json.number("segmentsSent", Some(self.segments_sent));
        json.number("processingPercent", self.processing_percent);
        if let Some(waiting) = &self.waiting {
            let mut inner = Writer::object();
            inner.text("for", Some(waiting.because.as_str()));
            inner.number("until", Some(waiting.until_epoch));
            json.json("waiting", Some(&inner.end()));
        }
        json.text("media_id_string", self.media_id.map(MediaId::to_text).as_deref());
        json.end()
    }

    /// How long the rest of the bytes takes. Of X's processing nobody knows.
    fn eta_secs(&self) -> Option<u64> {
        let rest = self.bytes_total.saturating_sub(self.bytes_sent);
        (self.phase == Phase::Append).then_some(rest.div_ceil(self.bytes_per_sec.filter(|speed| *speed > 0)?))
    }

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
}
