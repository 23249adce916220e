//! How jobs end, and whether they may end so; how processes die; and what callers do then.

use x_media_upload::protocol::{Code, Command, End, Error};

use super::client::Client;
use super::errand::Kind;
use super::ledger::Session;
use super::store::Mood;
use super::world::{Event, World};
use super::{MILLI, SECOND, name_of};

impl World {
    /// A task has ended, as it has to.
    pub(super) fn end(&mut self, index: usize, end: &End) {
        let now = self.now;
        let task = &mut self.tasks[index];
        let media = task.media.as_ref().and_then(|id| self.x.medias.get(id));
        assert_eq!(task.aborted, matches!(end, End::Aborted), "{end:?}");
        match end {
            End::Resolved(said) => task.may_resolve(said.as_deref(), media, now),
            End::Rejected(error) => match error.code {
                Code::ProcessingTimeout => task.was_patient(error, now, self.weather.lateness),
                Code::Expired => assert!(task.expires.is_some_and(|at| at <= now + 2 * MILLI), "it has not expired"),
                // It may have been another task that met the limit.
                Code::RateLimited if self.client.may_rest_until.iter().any(|until| *until > now) => {}
                _ => task.may_fail(error, media),
            },
            End::Aborted => {}
        }
        match end {
            End::Resolved(_) => assert!(end.forgets_session()),
            End::Rejected(error) => task.may_leave(error, end.forgets_session()),
            End::Aborted => assert!(!end.forgets_session()),
        }
        assert!(task.flights.is_empty(), "it ends with requests in flight");
        if self.weather.fair {
            self.ends_in_fair_weather(index, end);
        }
        let (what, error) = match end {
            End::Resolved(_) => ("resolve".to_owned(), None),
            End::Rejected(error) => (name_of(error.code), Some(error)),
            End::Aborted => ("abort".to_owned(), None),
        };
        if self.tasks[index].forgiven > 1 {
            self.count("a lag forgiven more than once", 1);
        }
        let attempts = error.map_or(0, |error| error.attempts.into());
        let is_append = error.is_some_and(|error| error.command == Some(Command::Append));
        assert!(attempts <= self.rules.attempts || !is_append, "{error:?}");
        let task = &mut self.tasks[index];
        for (what, times) in task.starts() {
            *self.tally.entry(what.to_owned()).or_default() += u64::from(times);
        }
        let name = format!("end: {what}{}", if self.weather.fair { ", in fair weather" } else { "" });
        task.end = Some(what);
        self.note(|_| format!("{index} {name} {end:?}"));
        self.count(&name, 1);
        self.goes_on_after(index, error.map(|error| &**error), end.forgets_session());
    }

    /// Where every fault passes, an upload goes well, unless its caller or X does not want it.
    fn ends_in_fair_weather(&self, index: usize, end: &End) {
        let task = &self.tasks[index];
        let media = task.media.as_ref().and_then(|id| self.x.medias.get(id));
        let fails = media.is_some_and(|media| media.fails);
        let is_expected = match end {
            _ if task.aborted => matches!(end, End::Aborted),
            End::Resolved(_) => true,
            // The store has failed to keep what another sender did.
            End::Rejected(_) if task.is_stale => true,
            // Of no upload, tries count without a network, too, but for FINALIZE.
            End::Rejected(_) if !task.is_waiting() && task.met().contains(&Code::Network) => task.kind != Kind::Upload,
            End::Rejected(error) if fails => error.code == Code::ProcessingFailed,
            // Nobody can say whether the FINALIZE of another sender was done.
            End::Rejected(error) => {
                let is_hard = media.is_some_and(|media| !media.processed && !media.forgives);
                task.is_resumed && is_hard && matches!(error.code, Code::Rejected | Code::NotFound)
            }
            End::Aborted => false,
        };
        assert!(is_expected, "in fair weather: {end:?}, and it met {:?}", task.met());
    }

    /// What the shell and the caller do after the end of a task.
    fn goes_on_after(&mut self, index: usize, error: Option<&Error>, forget: bool) {
        let task = &self.tasks[index];
        let errand = &mut self.errands[task.errand];
        let is_forgotten = |id| self.x.medias.get(id).is_some_and(|media| media.is_forgotten);
        if forget {
            errand.kept = None;
            if let Some(key) = errand.key.as_ref().filter(|_| !task.is_unstored)
                && self.store.mood().0 == Mood::Works
            {
                self.store.sessions.remove(key);
            }
            return;
        }
        // What `session` of an aborted upload gives is as good as that of an error.
        let session = match error.and_then(|error| error.session.as_ref()) {
            Some(session) => Some(Session::of(session)),
            None => task.job.session().map(|session| Session::of(&session)),
        };
        if task.kind != Kind::Upload || errand.retries == 0 {
            return;
        }
        // In fair weather nobody insists on a media that X has forgotten.
        let is_hopeless = self.weather.fair && task.media.as_ref().is_some_and(is_forgotten);
        if let Some(Session { text, .. }) = session.filter(|_| !is_hopeless) {
            errand.fresh.push(text.clone());
            errand.kept = Some(text);
        }
        errand.retries -= 1;
        let after = self.random.u64(0..20 * SECOND);
        let number = task.errand;
        self.count("taken up again", 1);
        self.schedule(after, Event::Start(number));
    }

    /// The process dies, with all that was not saved. What it has sent is still on its way.
    pub(super) fn dies(&mut self) {
        self.note(|_| "the process dies".to_owned());
        self.count("death", 1);
        for index in 0..self.tasks.len() {
            if self.is_alive(index) {
                self.dies_with(index);
            }
        }
        self.client = Client::new(self.client.life + 1, self.now, self.client.settings.clone(), self.client.token);
    }

    fn dies_with(&mut self, index: usize) {
        let task = &mut self.tasks[index];
        let errand = &mut self.errands[task.errand];
        for session in task.saves.drain(..) {
            // Whether it has reached the store, or the caller, nobody knows.
            *self.tally.entry("death during a save".to_owned()).or_default() += 1;
            if errand.has_store && !task.is_unstored && self.random.bool() {
                self.store.sessions.extend(errand.key.clone().map(|key| (key, session.text.clone())));
            }
            if errand.has_callback && self.random.bool() {
                errand.kept = Some(session.text.clone());
            }
            errand.fresh.push(session.text);
        }
        if task.end.is_some() {
            return;
        }
        task.end = Some("death".to_owned());
        for (what, times) in task.starts() {
            *self.tally.entry(what.to_owned()).or_default() += u64::from(times);
        }
        if task.kind != Kind::Upload {
            return;
        }
        // Who goes on by the store starts over then, unless nothing but METADATA is left to be told.
        let by_store = errand.has_store && !errand.has_callback && errand.kept.is_none();
        let may_forget = !self.weather.fair || (by_store && errand.alt_text.is_none());
        if may_forget
            && self.random.u8(0..8) == 0
            && let Some(media) = task.media.as_ref().and_then(|id| self.x.medias.get_mut(id))
        {
            media.is_forgotten = true;
        }
        let number = task.errand;
        let after = MILLI + self.random.u64(0..20 * SECOND);
        self.schedule(after, Event::Start(number));
    }
}
