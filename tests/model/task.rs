//! A job under way, what its client knows of it, and what it may do.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;
use x_media_upload::protocol::job::Job;

use super::x::{Answer, Media, Request, Said};
use super::{Command, MILLI, Micros, SECOND};

/// The client's settings.
pub(super) struct Rules {
    pub(super) attempts: u64,
    pub(super) min_delay: Micros,
    pub(super) max_delay: Micros,
    pub(super) timeout: Micros,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Upload,
    FinalizeAndWait,
    WaitForId,
}

/// The tries of one operation: a segment's, or those until STATUS tells something.
#[derive(Default)]
struct Tries {
    count: u64,
    refreshes: u64,
    faults: u64,
    not_before: Micros,
    not_after: Option<Micros>,
}

/// A request that was sent, and neither ended nor was taken back.
pub(super) struct Flight {
    pub(super) request: Request,
    pub(super) sent_at: Micros,
}

pub(super) struct Task {
    pub(super) job: Box<Job>,
    pub(super) kind: Kind,
    /// Of an upload: the file's size, the segments in flight at once, and whether it waits for processing.
    pub(super) total: u64,
    pub(super) concurrency: usize,
    pub(super) wait: bool,
    /// How long it waits.
    pub(super) timeout: Micros,
    pub(super) flights: HashMap<u64, Flight>,
    /// The number of the timer that counts: earlier ones were cleared.
    pub(super) timer: u64,
    pub(super) media: Option<String>,
    pub(super) waits_since: Option<Micros>,
    /// When the media expires, by the client's clock.
    pub(super) expires_at: Option<u64>,
    /// The codes of the faults that it met.
    pub(super) met: BTreeSet<&'static str>,
    pub(super) started: bool,
    pub(super) aborted: bool,
    pub(super) end: Option<String>,
    acknowledged: BTreeSet<u64>,
    acknowledged_bytes: u64,
    /// Something other than X has acknowledged a segment.
    was_lied_to: bool,
    tries: HashMap<(Command, u64), Tries>,
    /// STATUS requests that told something, and when the next one is due.
    polls: usize,
    status_from: Micros,
    status_by: Option<Micros>,
    fraction: f64,
}

impl Task {
    pub(super) fn new(job: Box<Job>, kind: Kind, timeout: Micros) -> Self {
        Self {
            job,
            kind,
            total: 0,
            concurrency: 1,
            wait: true,
            timeout,
            flights: HashMap::new(),
            timer: 0,
            media: None,
            waits_since: None,
            expires_at: None,
            met: BTreeSet::new(),
            started: false,
            aborted: false,
            end: None,
            acknowledged: BTreeSet::new(),
            acknowledged_bytes: 0,
            was_lied_to: false,
            tries: HashMap::new(),
            polls: 0,
            status_from: 0,
            status_by: None,
            fraction: 0.0,
        }
    }

    /// Whether it can go on only when the file's first bytes were read.
    pub(super) fn waits_for_head(&self) -> bool {
        self.kind == Kind::Upload && self.tries.is_empty() && self.media.is_none()
    }

    /// Checks that a request may leave. `media` is what X has.
    pub(super) fn may_send(&self, request: &Request, media: Option<&Media>, now: Micros, rules: &Rules) {
        let command = request.command;
        assert!(!self.aborted && self.end.is_none(), "{command:?} after the end");
        let most = if command == Command::Append { self.concurrency } else { 1 };
        assert!(self.flights.len() < most, "{command:?} beside {} others", self.flights.len());
        assert_eq!(request.id, if command == Command::Init { None } else { self.media.clone() });
        match command {
            Command::Init => {
                assert!(self.media.is_none(), "a second INIT");
                assert_eq!(request.total, self.total);
            }
            Command::Append => {
                assert!(!self.acknowledged.contains(&request.index), "segment {} was acknowledged", request.index);
                let is_under_way = self.flights.values().any(|flight| flight.request.index == request.index);
                assert!(!is_under_way, "segment {} is under way already", request.index);
            }
            Command::Finalize if self.kind == Kind::Upload => {
                assert_eq!(self.acknowledged_bytes, self.total, "FINALIZE before every byte was acknowledged");
                assert!(self.was_lied_to || media.is_some_and(Media::is_whole), "a byte was lost");
            }
            Command::Finalize => {}
            Command::Status => {
                let from = self.status_from;
                assert!(now >= from, "STATUS leaves {} µs before X wants to be asked", from - now);
                // It is asked until the deadline.
                return;
            }
        }
        let tries = self.tries.get(&(command, request.index));
        let tried = tries.map_or(0, |tries| tries.count - tries.refreshes);
        assert!(tried < rules.attempts, "{command:?} is tried {} times", tried + 1);
    }

    /// A request leaves, neither too early nor too late. How many faults its operation has met.
    pub(super) fn sends(
        &mut self,
        id: u64,
        request: &Request,
        now: Micros,
        lateness: Micros,
        may_rest_until: Micros,
    ) -> &mut u64 {
        let command = request.command;
        self.flights.insert(id, Flight { request: request.clone(), sent_at: now });
        if command == Command::Status
            && let Some(by) = self.status_by.take()
        {
            let by = (by + lateness).max(may_rest_until);
            assert!(now <= by, "STATUS leaves {} µs late", now - by);
        }
        let tries = self.tries.entry((command, request.index)).or_default();
        tries.count += 1;
        assert!(now >= tries.not_before, "{command:?} is tried again {} µs early", tries.not_before - now);
        if let Some(latest) = tries.not_after.take() {
            let latest = (latest + lateness).max(may_rest_until);
            assert!(now <= latest, "{command:?} is tried again {} µs late", now - latest);
        }
        &mut tries.faults
    }

    /// A try has failed in a way that may pass: when the next one may leave, and has to.
    pub(super) fn fails(&mut self, request: &Request, code: &'static str, now: Micros, rules: &Rules) {
        self.met.insert(code);
        let tries = self.tries.entry((request.command, request.index)).or_default();
        // The clock of the core counts whole milliseconds.
        tries.not_before = (now + rules.min_delay).saturating_sub(MILLI);
        tries.not_after = Some(now + rules.max_delay.max(rules.min_delay) + 10 * MILLI);
    }

    /// An answer arrives.
    pub(super) fn learns(&mut self, request: &Request, answer: &Answer, now: Micros, epoch: u64, rules: &Rules) {
        let is_page = answer.said == Said::Nothing && answer.status == 200;
        match (answer.status, request.command) {
            (200..300, Command::Append) => {
                self.was_lied_to |= is_page;
                assert!(self.acknowledged.insert(request.index));
                self.acknowledged_bytes += request.bytes.1 - request.bytes.0;
            }
            (200..300, command) if !is_page => {
                self.tries.remove(&(command, request.index));
                self.learns_of_media(command, answer, now, epoch);
            }
            (status, command) => {
                self.fails(request, code_of(status), now, rules);
                let tries = self.tries.entry((command, request.index)).or_default();
                match status {
                    401 => {
                        tries.refreshes += 1;
                        (tries.not_before, tries.not_after) = (0, None);
                    }
                    // What the server names goes before the ordinary pause.
                    429 => (tries.not_before, tries.not_after) = (0, None),
                    _ => {}
                }
            }
        }
    }

    fn learns_of_media(&mut self, command: Command, answer: &Answer, now: Micros, epoch: u64) {
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let body = body.get("data").unwrap_or(&body);
        self.expires_at = body["expires_after_secs"].as_u64().map(|secs| epoch + secs * 1000).or(self.expires_at);
        match command {
            Command::Init => {
                let id = ["media_id_string", "id", "media_id"].iter().find_map(|name| body.get(name));
                self.media = id.map(|id| id.to_string().trim_matches('"').to_owned());
            }
            // The first answer of STATUS begins the wait where FINALIZE gave none.
            Command::Status if self.waits_since.is_some() => self.polls += 1,
            _ => self.waits_since = Some(now),
        }
        if let Said::Later(check_after) = answer.said {
            let rung = [1, 2, 4, 8].get(self.polls).copied().unwrap_or(15) * SECOND;
            let (least, most) = match check_after {
                Some(secs) => (secs.min(300) * SECOND, secs.min(300) * SECOND),
                None => (rung, rung + rung / 10),
            };
            self.status_from = now + least;
            self.status_by = Some(now + most + 300 * MILLI);
        }
    }

    /// A report of progress.
    pub(super) fn progresses(&mut self, said: &Value) {
        let (before, fraction) = (self.fraction, said["fraction"].as_f64().unwrap_or(-1.0));
        assert!(before <= fraction && fraction <= 1.0, "the fraction falls from {before} to {fraction}");
        self.fraction = fraction;
        assert_eq!(said["bytesSent"], self.acknowledged_bytes);
        assert_eq!(said["segmentsSent"], self.acknowledged.len());
        assert_eq!(said["bytesTotal"], self.total);
    }

    /// Checks that it may end so.
    pub(super) fn may_end(&self, code: &str, value: &Value, media: Option<&Media>, now: Micros) {
        assert_eq!(self.aborted, code == "abort");
        match code {
            "abort" => {}
            "resolve" => {
                assert_eq!(value["media_id_string"].as_str(), self.media.as_deref());
                let Some(media) = media else { panic!("X has no such media") };
                assert!(media.is_whole(), "a byte was lost");
                assert!(media.is_finalized(), "it is not finalized");
                assert!(!self.wait || media.is_ready(now), "it is not ready");
                let is_told = self.kind != Kind::Upload || !self.wait || self.fraction >= 1.0;
                assert!(is_told, "it ends at {}", self.fraction);
            }
            "processing_failed" => assert!(media.is_some_and(|media| media.fails), "X did not say so"),
            code => {
                // A refresh that takes too long is a timeout.
                let is_known = self.met.contains(code) || (code == "timeout" && self.met.contains("unauthorized"));
                assert!(is_known, "{code}, and it only met {:?}", self.met);
            }
        }
    }

    /// Checks that it waited as long as it had to, and no longer.
    pub(super) fn was_patient(&self, now: Micros, lateness: Micros) {
        let Some(since) = self.waits_since else { panic!("it did not wait") };
        let waited = now - since;
        assert!(waited + MILLI >= self.timeout, "it waited for {waited} µs only");
        assert!(waited <= self.timeout + lateness + 10 * MILLI, "it waited for {waited} µs");
    }
}

/// What the core calls an HTTP status that is not a success.
fn code_of(status: u16) -> &'static str {
    match status {
        401 => "unauthorized",
        402 => "payment_required",
        403 => "forbidden",
        404 => "not_found",
        413 => "too_large",
        429 => "rate_limited",
        400..500 => "rejected",
        500.. => "server",
        _ => "invalid_response",
    }
}
