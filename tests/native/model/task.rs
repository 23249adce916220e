//! A job under way, what its client knows of it, and what it may do.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;
use x_media_upload::protocol::{self, Code, Error, Instant, Job, Phase, Progress, RequestId};

use super::errand::{Errand, Kind, Manner};
use super::ledger::{Ledger, Pace, Session, Sizes};
use super::tries::{AllTries, Rules};
use super::wire::{Answer, Request, Said};
use super::x::Media;
use super::{Command, MILLI, Micros, SECOND};

/// A request that was sent, and neither ended nor was taken back.
pub(super) struct Flight {
    pub(super) request: Request,
    pub(super) sent_at: Micros,
}

pub(super) struct Task {
    pub(super) job: Box<Job>,
    /// The errand that it does, in which of the caller's processes.
    pub(super) errand: usize,
    pub(super) life: u32,
    pub(super) kind: Kind,
    total: u64,
    pub(super) wait: bool,
    /// How long it waits.
    timeout: Micros,
    alt_text: Option<&'static str>,
    has_saves: bool,
    sizes: Sizes,
    /// The session that the caller gave.
    pub(super) given: Option<Session>,
    /// It has what it needs from the file and the store.
    pub(super) has_begun: bool,
    pub(super) flights: HashMap<RequestId, Flight>,
    /// The number of the timer that counts: earlier ones were cleared.
    pub(super) timer: u64,
    pub(super) media: Option<String>,
    pub(super) ledger: Ledger,
    pace: Pace,
    /// The saves that are under way, one after the other; and the last that was begun.
    pub(super) saves: VecDeque<Session>,
    last_save: Option<Session>,
    /// It goes on from a session that may not tell all that was sent.
    pub(super) is_stale: bool,
    /// Something other than X has acknowledged a segment.
    was_lied_to: bool,
    starts: Starts,
    tries: AllTries,
    /// Since when it waits for X, and how much of that it was paused.
    waits_since: Option<Micros>,
    paused_for: Micros,
    paused_since: Option<Micros>,
    /// Until when something other than a pause between two tries held requests back.
    excused_until: Micros,
    /// When the media expires, by the client's clock.
    pub(super) expires_at: Option<u64>,
    /// The codes of the faults that it met.
    met: Vec<Code>,
    pub(super) aborted: bool,
    pub(super) end: Option<String>,
    /// METADATA was answered.
    is_described: bool,
    /// STATUS requests that told something, and when the next one is due.
    polls: usize,
    status_from: Micros,
    status_by: Option<Micros>,
    fraction: f64,
    /// The last report of progress that was checked, beside what was known then.
    reported: Option<(Progress, (u64, bool))>,
}

/// Why a job may start over.
#[derive(Default)]
struct Starts {
    /// Its session was found in the store.
    was_found: bool,
    /// X has just found a segment of so many bytes too large; or said that it does not know the media.
    too_large: Option<u64>,
    unknown: bool,
    /// How often it did.
    halvings: u32,
    forgotten: u32,
}

impl Task {
    pub(super) fn new(job: Box<Job>, errand: &Errand, index: usize, life: u32, manner: &Manner) -> Self {
        let given = manner.session.as_deref().map(Session::read);
        Self {
            job,
            errand: index,
            life,
            kind: errand.kind,
            total: errand.total,
            wait: manner.wait,
            timeout: errand.timeout,
            alt_text: errand.alt_text,
            has_saves: errand.saves(),
            sizes: manner.sizes(),
            given,
            has_begun: errand.kind != Kind::Upload,
            flights: HashMap::new(),
            timer: 0,
            media: errand.media.clone(),
            ledger: Ledger::default(),
            pace: Pace::new(manner.concurrency),
            saves: VecDeque::new(),
            last_save: None,
            is_stale: false,
            was_lied_to: false,
            starts: Starts::default(),
            tries: AllTries::default(),
            waits_since: None,
            paused_for: 0,
            paused_since: None,
            excused_until: 0,
            expires_at: None,
            met: Vec::new(),
            aborted: false,
            end: None,
            is_described: false,
            polls: 0,
            status_from: 0,
            status_by: None,
            fraction: 0.0,
            reported: None,
        }
    }

    /// What is odd about the media stays so when another takes it up.
    pub(super) fn succeeds(&mut self, before: &Self) {
        self.was_lied_to = before.was_lied_to;
        self.is_stale = before.is_stale;
    }

    pub(super) fn is_paused(&self) -> bool {
        self.paused_since.is_some()
    }

    /// Goes on from a session: of the caller's, or one that was found in the store.
    pub(super) fn resumes(&mut self, session: Session, found: bool, now: Micros) {
        self.media = Some(session.media.clone());
        self.expires_at = session.expires_at;
        self.ledger = Ledger::of(&session);
        self.starts.was_found = found;
        if session.is_finalized() && self.wait {
            self.begins_to_wait(now);
        }
        self.last_save = Some(session);
    }

    pub(super) fn begins_to_wait(&mut self, now: Micros) {
        self.waits_since = Some(now);
        self.paused_for = 0;
    }

    /// Everything is forgotten that was about the media.
    fn starts_over(&mut self) {
        if let Some(bytes) = self.starts.too_large.take() {
            self.starts.halvings += 1;
            self.sizes.halve(bytes);
        } else {
            self.starts.forgotten += 1;
        }
        self.starts.unknown = false;
        assert!(self.starts.halvings <= 2, "it starts over with smaller segments for the third time");
        assert!(
            self.starts.forgotten <= u32::from(self.starts.was_found),
            "it starts over, though nothing was forgotten"
        );
        self.media = None;
        self.ledger = Ledger::default();
        self.last_save = None;
        self.tries = AllTries::default();
        self.waits_since = None;
        self.expires_at = None;
        self.is_described = false;
        (self.polls, self.status_from, self.status_by) = (0, 0, None);
    }

    /// How often it has started over, and why.
    pub(super) fn starts(&self) -> [(&'static str, u32); 2] {
        [("started over: too large", self.starts.halvings), ("started over: forgotten", self.starts.forgotten)]
    }

    /// Whether X has just said something after which it may have to start over.
    pub(super) fn may_start_over(&self) -> bool {
        let Starts { was_found, too_large, unknown, forgotten, .. } = self.starts;
        too_large.is_some() || (unknown && was_found && forgotten == 0)
    }

    /// A request is to leave: whether it may. `media` is what X has.
    pub(super) fn may_send(&mut self, request: &Request, media: Option<&Media>, now: Micros, rules: &Rules) {
        let command = request.command;
        assert!(!self.aborted && self.end.is_none(), "{command:?} after the end");
        assert!(!self.is_paused(), "{command:?} while it is paused");
        if command == Command::Init && self.media.is_some() {
            assert!(self.may_start_over(), "a second INIT");
            self.starts_over();
        }
        let most = if command == Command::Append { self.pace.limit } else { 1 };
        assert!(self.flights.len() < most, "{command:?} beside {} others", self.flights.len());
        assert_eq!(request.id, if command == Command::Init { None } else { self.media.clone() });
        match command {
            Command::Init => assert_eq!(request.total, self.total),
            Command::Append => {
                let is_under_way = self.flights.values().any(|flight| flight.request.index == request.index);
                assert!(!is_under_way, "segment {} is under way already", request.index);
                self.ledger.sends(request.index, request.bytes, self.total, self.sizes, self.has_saves);
            }
            Command::Finalize if self.kind == Kind::Upload => {
                let sent = self.ledger.acknowledged_bytes();
                assert_eq!(sent, self.total, "FINALIZE before every byte was acknowledged");
                let excused = self.was_lied_to || self.is_stale;
                assert!(excused || media.is_some_and(Media::is_whole), "a byte was lost");
            }
            Command::Finalize => {}
            Command::Status => {
                let from = self.status_from;
                assert!(now >= from, "STATUS leaves {} µs before X wants to be asked", from - now);
                // It is asked until the deadline.
                return;
            }
            Command::Metadata => {
                assert!(!self.is_described, "a second METADATA");
                assert!(media.is_some_and(|media| media.is_finalized()), "METADATA before FINALIZE");
                let is_ready = media.is_some_and(|media| media.is_ready(now));
                assert!(is_ready || !self.wait, "METADATA before the media is ready");
            }
        }
        let tried = self.tries.of(command, request.index).counted();
        assert!(tried < rules.attempts, "{command:?} is tried {} times", tried + 1);
    }

    /// A request leaves, neither too early nor too late. How many faults its operation has met.
    pub(super) fn sends(
        &mut self,
        id: RequestId,
        request: &Request,
        now: Micros,
        lateness: Micros,
        may_rest_until: Micros,
    ) -> &mut u64 {
        let command = request.command;
        self.flights.insert(id, Flight { request: request.clone(), sent_at: now });
        let excused = may_rest_until.max(self.excused_until);
        if command == Command::Status
            && let Some(by) = self.status_by.take()
        {
            let by = (by + lateness).max(excused.saturating_add(lateness + MILLI));
            assert!(now <= by, "STATUS leaves {} µs late", now - by);
        }
        self.tries.begins(command, request.index, now, lateness, excused);
        &mut self.tries.of(command, request.index).faults
    }

    /// A request ends, or is taken back: `None` where it was before.
    pub(super) fn lands(&mut self, id: RequestId, now: Micros) -> Option<Flight> {
        let was_full = self.flights.len() >= self.pace.limit;
        let flight = self.flights.remove(&id)?;
        if was_full {
            self.excused_until = now;
        }
        Some(flight)
    }

    /// It meets a fault, or may have met it by what another task did.
    pub(super) fn meets(&mut self, code: Code) {
        if !self.met.contains(&code) {
            self.met.push(code);
        }
    }

    pub(super) fn met(&self) -> &[Code] {
        &self.met
    }

    /// A try has failed in a way that may pass.
    pub(super) fn fails(&mut self, request: &Request, code: Code, now: Micros, rules: &Rules, online: bool) {
        self.meets(code);
        if code == Code::Timeout && request.command == Command::Append {
            self.pace.timed_out();
        }
        let tries = self.tries.of(request.command, request.index);
        match code {
            Code::Network | Code::Timeout if !online => tries.fails_offline(now),
            _ => tries.fails(now, rules),
        }
    }

    /// An answer arrives.
    pub(super) fn learns(&mut self, request: &Request, answer: &Answer, now: Micros, epoch: u64, rules: &Rules) {
        match (answer.status, request.command) {
            (200..300, Command::Append) => {
                self.was_lied_to |= answer.is_page();
                self.ledger.acknowledges(request.index, request.bytes);
                self.pace.acknowledged();
            }
            (200..300, Command::Metadata) => {
                // Of a page in between it is taken for an answer of X, too.
                self.was_lied_to |= answer.is_page();
                self.is_described = true;
            }
            (200..300, command) if !answer.is_page() => {
                self.tries.is_answered(command, request.index);
                self.learns_of_media(command, answer, now, epoch);
            }
            (_, command) => {
                self.fails(request, answer.code(), now, rules, true);
                let tries = self.tries.of(command, request.index);
                match answer.status {
                    401 => tries.waits(false),
                    // What the server names goes before the ordinary pause.
                    429 => tries.waits(true),
                    413 if command == Command::Append && self.starts.halvings < 2 => {
                        self.starts.too_large = Some(request.weight());
                    }
                    400 | 404 if command != Command::Init => self.starts.unknown = true,
                    _ => {}
                }
            }
        }
    }

    fn learns_of_media(&mut self, command: Command, answer: &Answer, now: Micros, epoch: u64) {
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let body = body.get("data").unwrap_or(&body);
        self.expires_at = body["expires_after_secs"].as_u64().map(|secs| epoch + secs * 1000).or(self.expires_at);
        self.starts.unknown = false;
        match command {
            Command::Init => {
                let id = ["media_id_string", "id", "media_id"].iter().find_map(|name| body.get(name));
                self.media = id.map(|id| id.to_string().trim_matches('"').to_owned());
            }
            // The first answer of STATUS begins the wait where FINALIZE gave none.
            Command::Status if self.waits_since.is_some() => self.polls += 1,
            _ => self.begins_to_wait(now),
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

    /// The caller pauses it, or lets it go on. Being paused is no delay, and does not count as waiting.
    pub(super) fn pauses(&mut self, pause: bool, now: Micros) {
        if pause {
            self.paused_since = self.paused_since.or(Some(now));
        } else if let Some(since) = self.paused_since.take() {
            self.paused_for += now - self.waits_since.map_or(now, |waits_since| since.max(waits_since));
            self.excused_until = now;
        }
    }

    /// There is a network again, or none.
    pub(super) fn goes_online(&mut self, online: bool, now: Micros) {
        self.tries.go_online(online, now);
    }

    /// A session is to be saved: it has to tell all that there is to tell.
    pub(super) fn begins_save(&mut self, session: Session) {
        assert!(self.has_saves, "a save that nobody wants");
        assert_eq!(Some(&session.media), self.media.as_ref());
        self.ledger.is_told_by(&session);
        self.last_save = Some(session.clone());
        self.saves.push_back(session);
    }

    /// The first of the saves that are under way has ended.
    pub(super) fn ends_save(&mut self) -> Option<Session> {
        let session = self.saves.pop_front()?;
        // It may have started over since.
        if self.media.as_ref() == Some(&session.media) {
            self.ledger.saved(&session);
        }
        Some(session)
    }

    /// Checks that it may sleep, at the latest until then.
    pub(super) fn may_sleep(&self, until: Option<Instant>) {
        let waits_for_shell = !self.has_begun || !self.saves.is_empty();
        assert!(until.is_some() || waits_for_shell || self.is_paused(), "it sleeps for ever");
        assert!(self.saves.len() <= 1, "two saves at once");
        if self.has_saves && self.media.is_some() && self.saves.is_empty() && !self.may_start_over() && self.has_begun {
            let Some(saved) = &self.last_save else { panic!("nothing was saved") };
            let (told, known) = (saved.acknowledged.len(), self.ledger.acknowledged().len());
            assert_eq!(told, known, "acknowledgements are not saved");
            assert!(saved.is_finalized() || self.waits_since.is_none(), "that FINALIZE is done is not saved");
        }
    }

    /// A report of progress.
    pub(super) fn progresses(&mut self, progress: Progress) {
        if self.reported == Some((progress, self.known())) {
            return;
        }
        if self.may_start_over() && progress.bytes_sent == 0 {
            self.starts_over();
        }
        let (before, fraction) = (self.fraction, progress.fraction);
        assert!(before <= fraction && fraction <= 1.0, "the fraction falls from {before} to {fraction}");
        self.fraction = fraction;
        assert_eq!(progress.bytes_sent, self.ledger.acknowledged_bytes());
        assert_eq!(progress.segments_sent, self.ledger.acknowledged().len() as u64);
        assert_eq!(progress.bytes_total, self.total);
        assert_eq!(progress.phase == Phase::Paused, self.is_paused());
        assert!(progress.media_id.is_none_or(|id| self.media == Some(id.to_string())), "the progress of another media");
        self.reported = Some((progress, self.known()));
    }

    /// What a report of progress has to agree with.
    fn known(&self) -> (u64, bool) {
        (self.ledger.acknowledged_bytes(), self.is_paused())
    }

    /// Checks that it may end well: with what X has.
    pub(super) fn may_resolve(&self, said: Option<&protocol::Media>, media: Option<&Media>, now: Micros) {
        assert_eq!(said.map(|said| said.id.to_string()), self.media);
        let Some(media) = media else { panic!("X has no such media") };
        assert!(media.is_whole(), "a byte was lost");
        assert!(media.is_finalized(), "it is not finalized");
        assert!(!self.wait || media.is_ready(now), "it is not ready");
        let is_described = self.was_lied_to || media.alt_text.as_deref() == self.alt_text;
        assert!(is_described, "its metadata is {:?}", media.alt_text);
        let is_told = self.kind != Kind::Upload || !self.wait || self.fraction >= 1.0;
        assert!(is_told, "it ends at {}", self.fraction);
    }

    /// Checks that it may fail so: because of a fault that it met.
    pub(super) fn may_fail(&self, error: &Error, media: Option<&Media>) {
        let code = error.code;
        if code == Code::ProcessingFailed {
            assert!(media.is_some_and(|media| media.fails), "X did not say so");
            return;
        }
        // A refresh that takes too long is a timeout.
        let is_known = self.met.contains(&code) || code == Code::Timeout && self.met.contains(&Code::Unauthorized);
        assert!(is_known, "{code:?}, and it only met {:?}", self.met);
        let may_halve = self.starts.too_large.is_some() && self.starts.halvings < 2;
        let is_append = error.command == Some(protocol::Command::Append);
        assert!(code != Code::TooLarge || !is_append || !may_halve, "it could start over");
    }

    /// Checks what a failure says of how to go on: the session tells all that a successor has to know, and the stored one is
    /// deleted only where X will never take the media.
    pub(super) fn may_leave(&self, error: &Error, forget: bool) {
        let refused = match error.code {
            Code::ProcessingFailed | Code::Expired => true,
            Code::NotFound | Code::TooLarge | Code::Rejected => {
                !error.retryable && error.command != Some(protocol::Command::Metadata)
            }
            _ => false,
        };
        assert_eq!(forget, refused, "whether the session is forgotten: {error:?}");
        if self.kind == Kind::Upload && self.has_begun && self.media.is_some() && !self.may_start_over() {
            let Some(session) = &error.session else { panic!("a failure without a session: {error:?}") };
            self.ledger.is_told_by(&Session::of(session));
        }
    }

    /// Checks that it waited as long as it had to, and no longer.
    pub(super) fn was_patient(&self, now: Micros, lateness: Micros) {
        let Some(since) = self.waits_since else { panic!("it did not wait") };
        let waited = now - since - self.paused_for;
        // The clock of the core counts whole milliseconds, also those of each pause.
        assert!(waited + 10 * MILLI >= self.timeout, "it waited for {waited} µs only");
        let latest =
            (self.timeout + lateness + 10 * MILLI).max(self.excused_until.saturating_sub(since + self.paused_for));
        assert!(waited <= latest, "it waited for {waited} µs");
    }
}
