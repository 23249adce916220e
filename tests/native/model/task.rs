//! A job under way, what its client knows of it, and what it may do; `answers` for what it may make of answers.

mod answers;

use std::collections::{HashMap, VecDeque};

use x_media_upload::protocol::{self, Code, Error, Instant, Job, Phase, Progress, RequestId};

use super::client::PATIENCE;
use super::errand::{Errand, Kind, Manner};
use super::ledger::{Ledger, Pace, Session, Sizes};
use super::tries::{AllTries, Rules};
use super::wire::Request;
use super::x::Media;
use super::{Command, MILLI, Micros, SECOND};

/// A request that was sent, and neither ended nor was taken back.
pub(super) struct Flight {
    pub(super) request: Request,
    pub(super) sent_at: Micros,
    /// How long it may take at the least and at the most before it is given up, in milliseconds.
    pub(super) given_up_after: (u64, u64),
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
    pub(super) sizes: Sizes,
    /// The session that the caller gave.
    pub(super) given: Option<Session>,
    /// Whether that had expired when it was to be taken up.
    pub(super) was_given_over: bool,
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
    /// Another one owns what is stored of the file.
    pub(super) is_unstored: bool,
    /// It goes on from a session that may not tell all that was sent.
    pub(super) is_stale: bool,
    starts: Starts,
    /// When it began, and INIT.
    begun_at: Micros,
    init_since: Micros,
    /// Whether the client's clock, or X's answers, tell X's time.
    pub(super) reads_clock: bool,
    /// FINALIZE is in doubt: STATUS is asked.
    doubt: Option<Doubt>,
    /// It goes on from a session.
    pub(super) is_resumed: bool,
    /// An answer to FINALIZE was lost.
    lost_finalize: bool,
    /// Whether STATUS left a doubt as it was by an answer that names the media, since this was last counted.
    pub(super) note_doubt: Option<bool>,
    /// Of a refusal of FINALIZE that stands: whether X has said it.
    last_refusal: Option<bool>,
    /// When FINALIZE or STATUS last spoke of the media; how often STATUS has said since that there is none; the most that was forgiven.
    pub(super) heard: Option<Micros>,
    unknown: u32,
    pub(super) forgiven: u32,
    /// Whether the last answer to STATUS was of another media.
    is_foreign: bool,
    was_foreign: bool,
    /// Of what it may end now, and of what it must.
    may_end: Vec<Code>,
    must_end: Option<Code>,
    tries: AllTries,
    /// Since when it waits for X, and how much of that it was paused.
    waits_since: Option<Micros>,
    paused_for: Micros,
    paused_since: Option<Micros>,
    /// Until when something other than a pause between two tries held requests back.
    excused_until: Micros,
    /// When the media expires.
    pub(super) expires: Option<Micros>,
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
    /// X has just found a segment of so many bytes too large, where so many are known to be taken; or said that it does not know
    /// the media.
    too_large: Option<(u64, Option<u64>)>,
    unknown: bool,
    /// Whether nobody can say what became of FINALIZE.
    was_lost: bool,
    /// How often it did: with half the size, with one that was taken, with another media.
    halvings: u32,
    proven: u32,
    forgotten: u32,
    lost: u32,
}

/// How a try has failed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    pub(super) code: Code,
    retry_after: Option<Micros>,
    /// Whether it may end the work; where nothing is said, that depends on how many tries are left.
    is_final: Option<bool>,
}

impl Fault {
    /// One in which nothing was answered.
    pub(super) fn unanswered(code: Code) -> Self {
        Self { code, retry_after: None, is_final: (code == Code::FileChanged).then_some(true) }
    }
}

/// FINALIZE was not done, or it was, and STATUS may know.
#[derive(Clone, Copy, Debug)]
struct Doubt {
    /// What FINALIZE has failed with, and whether X has said that.
    code: Code,
    is_refused_by_x: bool,
    /// Whether an answer to it was lost.
    was_lost: bool,
    /// How often STATUS may still be asked.
    left: u32,
}

/// For so long, STATUS may know nothing of what has been spoken of.
const LAG: Micros = 300 * SECOND;

/// For so long INIT waits for a network.
const LONGEST_OFFLINE: Micros = 86_400 * SECOND;

impl Task {
    pub(super) fn new(job: Box<Job>, errand: &Errand, index: usize, life: u32, manner: &Manner, now: Micros) -> Self {
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
            pace: Pace::new(manner.concurrency, manner.sizes().are_auto),
            saves: VecDeque::new(),
            last_save: None,
            is_unstored: false,
            is_stale: false,
            begun_at: now,
            init_since: 0,
            reads_clock: false,
            doubt: None,
            is_resumed: false,
            lost_finalize: false,
            note_doubt: None,
            last_refusal: None,
            heard: None,
            unknown: 0,
            was_given_over: false,
            forgiven: 0,
            is_foreign: false,
            was_foreign: false,
            may_end: Vec::new(),
            must_end: None,
            starts: Starts::default(),
            tries: AllTries::default(),
            waits_since: None,
            paused_for: 0,
            paused_since: None,
            excused_until: 0,
            expires: None,
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
        self.is_stale = before.is_stale;
    }

    pub(super) fn is_paused(&self) -> bool {
        self.paused_since.is_some()
    }

    /// Goes on from a session: of the caller's, or one that was found in the store.
    pub(super) fn resumes(&mut self, session: Session, found: bool, now: Micros, epoch: u64) {
        self.media = Some(session.media.clone());
        self.expires = session.expires_at.map(|moment| now + moment.saturating_sub(epoch) * MILLI);
        self.ledger = Ledger::of(&session);
        self.starts.was_found = found;
        self.is_resumed = true;
        if session.is_finalized() && self.wait {
            self.begins_to_wait(now);
        }
        self.last_save = Some(session);
    }

    pub(super) fn begins_to_wait(&mut self, now: Micros) {
        self.waits_since = Some(now);
        self.paused_for = 0;
    }

    /// Another upload owns what the store has.
    pub(super) fn leaves_store(&mut self, has_callback: bool) {
        self.is_unstored = true;
        self.has_saves = has_callback;
    }

    /// It owns what the store has no more. While bytes are left to be sent, it begins as after a reload.
    pub(super) fn is_disowned(&mut self) {
        let is_whole = self.job.session().is_some_and(|session| session.phase != Phase::Append);
        if self.has_begun && !is_whole {
            self.has_begun = false;
            self.forgets_media();
        }
    }

    /// It starts over with INIT.
    fn starts_over(&mut self, now: Micros) {
        assert!(self.may_start_over(), "it starts over, though nothing was forgotten");
        match self.starts.too_large.take() {
            Some((_, Some(taken))) => {
                self.starts.proven += 1;
                self.sizes.limit(taken);
            }
            Some((bytes, None)) => {
                self.starts.halvings += 1;
                self.sizes.limit(bytes / 2);
            }
            None if std::mem::take(&mut self.starts.was_lost) => self.starts.lost += 1,
            None => self.starts.forgotten += 1,
        }
        assert!(self.starts.halvings <= 2, "it starts over with segments of half the size for the third time");
        // What was taken can only turn out to be too large after a guess, or in the beginning.
        assert!(self.starts.proven <= 1 + self.starts.halvings, "it starts over again and again");
        (self.must_end, self.last_refusal) = (None, None);
        self.may_end.clear();
        self.init_since = now;
        self.forgets_media();
    }

    /// Everything is forgotten that was about the media.
    fn forgets_media(&mut self) {
        // What X knows from now on is no session of a store's.
        (self.starts.unknown, self.starts.was_found) = (false, false);
        (self.doubt, self.lost_finalize, self.heard, self.unknown) = (None, false, None, 0);
        self.media = None;
        self.ledger = Ledger::default();
        self.last_save = None;
        self.tries = AllTries::default();
        self.waits_since = None;
        self.expires = None;
        self.is_described = false;
        (self.polls, self.status_from, self.status_by) = (0, 0, None);
    }

    /// How often it has started over, and why.
    pub(super) fn starts(&self) -> [(&'static str, u32); 4] {
        let Starts { halvings, proven, forgotten, lost, .. } = self.starts;
        [
            ("started over: too large", halvings),
            ("started over: too large, with what was taken", proven),
            ("started over: forgotten", forgotten),
            ("started over: FINALIZE was lost", lost),
        ]
    }

    /// Whether X has just said something after which it may have to start over.
    pub(super) fn may_start_over(&self) -> bool {
        let Starts { was_found, too_large, unknown, was_lost, .. } = self.starts;
        too_large.is_some() || was_lost || (unknown && was_found)
    }

    /// A request is to leave: whether it may. `media` is what X has.
    pub(super) fn may_send(&mut self, request: &Request, media: Option<&Media>, now: Micros, rules: &Rules) {
        let command = request.command;
        assert!(!self.aborted && self.end.is_none(), "{command:?} after the end");
        assert!(!self.is_paused(), "{command:?} while it is paused");
        if command == Command::Init && self.media.is_some() {
            assert!(self.may_start_over(), "a second INIT");
            self.starts_over(now);
        } else if command == Command::Init && self.tries.of(command, 0).counted() == 0 {
            self.init_since = self.init_since.max(now * u64::from(self.init_since == 0));
        } else {
            assert!(self.must_end.is_none(), "{command:?} after {:?}, which stands", self.must_end);
            assert!(!self.starts.was_lost, "nobody knows what became of FINALIZE, and it does not start over");
        }
        self.must_end = None;
        self.may_end.clear();
        assert!(self.expires.is_none_or(|at| now < at + 2 * MILLI), "{command:?} of a media that has expired");
        let most = if command == Command::Append { self.pace.limit() } else { 1 };
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
                assert!(self.is_stale || media.is_some_and(Media::is_whole), "a byte was lost");
            }
            Command::Finalize => {}
            Command::Status if self.doubt.is_some() => {}
            Command::Status => {
                assert!(self.waits_since.is_some(), "STATUS, and it does not wait");
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
        let is_found = command == Command::Metadata && self.starts.was_found;
        let most = if is_found { rules.attempts.max(3) } else { rules.attempts };
        assert!(tried < most, "{command:?} is tried {} times", tried + 1);
    }

    /// A request leaves, neither too early nor too late. How many faults its operation has met.
    pub(super) fn sends(
        &mut self,
        id: RequestId,
        request: &Request,
        now: Micros,
        lateness: Micros,
        may_rest_until: Micros,
        given_up_after: (u64, u64),
    ) -> &mut u64 {
        let command = request.command;
        self.flights.insert(id, Flight { request: request.clone(), sent_at: now, given_up_after });
        let excused = may_rest_until.max(self.excused_until);
        if command == Command::Status
            && let Some(by) = self.status_by.take()
        {
            let by = (by + lateness).max(excused.saturating_add(lateness + MILLI));
            assert!(now <= by, "STATUS leaves {} µs late", now - by);
        }
        self.tries.begins(command, request.index, now, lateness, excused);
        self.faults_of(request)
    }

    /// How many faults the operation of a request has met.
    pub(super) fn faults_of(&mut self, request: &Request) -> &mut u64 {
        &mut self.tries.of(request.command, request.index).faults
    }

    /// Whether it asks STATUS until it is told that the media is ready.
    pub(super) fn is_waiting(&self) -> bool {
        self.doubt.is_none()
    }

    /// A request ends, or is taken back: `None` where it was before.
    pub(super) fn lands(&mut self, id: RequestId, now: Micros) -> Option<Flight> {
        let was_full = self.pace.may_be_full(self.flights.len());
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

    /// A segment is acknowledged, so many milliseconds after it had left.
    pub(super) fn is_acknowledged(&mut self, took: u64) {
        self.pace.acknowledged(took);
    }

    /// A segment has timed out that had left at a moment of the client's clock.
    pub(super) fn times_out(&mut self, request: &Request, sent: u64, now: u64) {
        self.tries.of(request.command, request.index).time_outs += 1;
        self.pace.timed_out(sent, now);
    }

    /// How long a try may take before it is given up, at the least and at the most, in milliseconds: where the caller has not said,
    /// each of a segment twice as long as the one before, and as others of the client may have needed.
    pub(super) fn gives_up_after(&mut self, request: &Request, rules: &Rules, patience: u64) -> (u64, u64) {
        if rules.is_timeout_given || request.command != Command::Append {
            return (rules.timeout / MILLI, rules.timeout / MILLI);
        }
        let time_outs = self.tries.of(request.command, request.index).time_outs;
        let least = PATIENCE.1.min(PATIENCE.0 << time_outs.min(10));
        (least, least.max(patience))
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
        let ends = self.must_end.filter(|_| !self.may_start_over());
        assert!(ends.is_none(), "it goes on after {ends:?}, which stands");
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
    pub(super) fn progresses(&mut self, progress: Progress, now: Micros) {
        if self.reported == Some((progress, self.known())) {
            return;
        }
        if self.may_start_over() && progress.bytes_sent == 0 {
            self.starts_over(now);
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
        let is_described = media.alt_text.as_deref() == self.alt_text;
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
        let is_known = match code {
            // A refresh may fail long after the refusal.
            Code::CallbackFailed | Code::FileChanged | Code::Unauthorized => self.met.contains(&code),
            // A refresh that takes too long is a timeout.
            Code::Timeout if self.met.contains(&Code::Unauthorized) => true,
            _ => self.may_end.contains(&code),
        };
        assert!(is_known, "{code:?}, and it may end in {:?}; it met {:?}", self.may_end, self.met);
        assert!(!self.starts.was_lost, "it could start over");
        let may_halve = self.starts.too_large.is_some() && self.starts.halvings < 2;
        let is_append = error.command == Some(protocol::Command::Append);
        assert!(code != Code::TooLarge || !is_append || !may_halve, "it could start over");
    }

    /// Checks what a failure says of how to go on: the session tells all that a successor has to know, and the stored one is
    /// deleted only where X will never take the media.
    pub(super) fn may_leave(&self, error: &Error, forget: bool) {
        let is_finalize = error.command == Some(protocol::Command::Finalize);
        let refused = match error.code {
            Code::ProcessingFailed => true,
            // What the caller gave says nothing of what the store has.
            Code::Expired => !self.was_given_over,
            // X has refused FINALIZE, and STATUS did not contradict.
            Code::NotFound | Code::Rejected => is_finalize && self.last_refusal == Some(true),
            _ => false,
        };
        assert_eq!(forget, refused, "whether the session is forgotten: {error:?}");
        if self.kind == Kind::Upload && self.has_begun && self.media.is_some() && !self.may_start_over() {
            let Some(session) = &error.session else { panic!("a failure without a session: {error:?}") };
            self.ledger.is_told_by(&Session::of(session));
        }
    }

    /// Checks that it waited as long as it had to, and no longer.
    pub(super) fn was_patient(&self, error: &Error, now: Micros, lateness: Micros) {
        let words = error.to_string();
        // An upload waits for what it has finalized, or its session says that.
        let is_known = self.heard.is_some() || self.kind == Kind::Upload;
        let expected = match self.is_foreign {
            true => "another media",
            false if is_known => "still processing",
            false => "was it finalized",
        };
        let is_excused = self.was_foreign && words.contains("another media");
        assert!(is_excused || words.contains(expected), "{words:?} does not say {expected:?}");
        let Some(since) = self.waits_since else { panic!("it did not wait") };
        let waited = now - since - self.paused_for;
        // The clock of the core counts whole milliseconds, also those of each pause.
        assert!(waited + 10 * MILLI >= self.timeout, "it waited for {waited} µs only");
        let latest =
            (self.timeout + lateness + 10 * MILLI).max(self.excused_until.saturating_sub(since + self.paused_for));
        assert!(waited <= latest, "it waited for {waited} µs");
    }
}
