//! How jobs end, and whether they may end so; how processes die; and what callers do then.

use serde_json::Value;

use super::client::Client;
use super::errand::Kind;
use super::store::Mood;
use super::world::{Event, World};
use super::{MILLI, SECOND};

impl World {
    /// A task has ended, as it has to.
    pub(super) fn end(&mut self, index: usize, what: &str, said: &Value) {
        let (now, epoch, fair) = (self.now, self.moment().epoch, self.weather.fair);
        let value = &said["value"];
        let task = &mut self.tasks[index];
        let media = task.media.as_ref().and_then(|id| self.x.medias.get(id));
        let code = value["code"].as_str().unwrap_or(what);
        match code {
            "processing_timeout" => task.was_patient(now, self.weather.lateness),
            "expired" => assert!(task.expires_at.is_some_and(|at| at <= epoch), "it has not expired"),
            // It may have been another task that met the limit.
            "rate_limited" if self.client.may_rest_until.iter().any(|until| *until > now) => {}
            _ => task.may_end(code, value, media, now),
        }
        match what {
            "resolve" => assert_eq!(said["forget"], true),
            "reject" => task.may_leave(code, value, said["forget"] == true),
            _ => assert!(said["forget"].is_null()),
        }
        if fair {
            let fails = media.is_some_and(|media| media.fails) && code != "resolve";
            let expected = match (task.aborted, fails) {
                (true, _) => "abort",
                (false, true) => "processing_failed",
                // The store has failed to keep what another sender did.
                (false, false) if task.is_stale && code == "rejected" => code,
                (false, false) => "resolve",
            };
            assert_eq!(code, expected, "in fair weather: {value}, and it met {:?}", task.met);
        }
        let attempts = value["attempts"].as_u64().unwrap_or(0);
        assert!(attempts <= self.rules.attempts || value["command"] != "APPEND", "{value}");
        assert!(task.flights.is_empty(), "it ends with requests in flight");
        task.end = Some(code.to_owned());
        for (what, times) in task.starts() {
            self.count(what, times.into());
        }
        let end = format!("end: {code}{}", if fair { ", in fair weather" } else { "" });
        self.note(|_| format!("{index} {end} {value}"));
        self.count(&end, 1);
        self.goes_on_after(index, value, said["forget"] == true);
    }

    /// What the shell and the caller do after the end of a task.
    fn goes_on_after(&mut self, index: usize, value: &Value, forget: bool) {
        let task = &self.tasks[index];
        let errand = &mut self.errands[task.errand];
        let is_forgotten = |id| self.x.medias.get(id).is_some_and(|media| media.is_forgotten);
        if forget {
            errand.kept = None;
            if let Some(key) = &errand.key
                && self.store.mood().0 == Mood::Works
            {
                self.store.sessions.remove(key);
            }
            return;
        }
        // What `session` of an aborted upload gives is as good as that of an error.
        let session = match value["session"].is_null() {
            true => task.job.session(),
            false => Some(value["session"].to_string()),
        };
        if task.kind != Kind::Upload || errand.retries == 0 {
            return;
        }
        // In fair weather nobody insists on a media that X has forgotten.
        let is_hopeless = self.weather.fair && task.media.as_ref().is_some_and(is_forgotten);
        if let Some(session) = session.filter(|_| !is_hopeless) {
            errand.fresh.push(session.clone());
            errand.kept = Some(session);
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
        self.client = Client::new(self.client.life + 1, self.now, self.client.settings, self.client.token);
    }

    fn dies_with(&mut self, index: usize) {
        let task = &mut self.tasks[index];
        let errand = &mut self.errands[task.errand];
        for session in task.saves.drain(..) {
            // Whether it has reached the store, or the caller, nobody knows.
            *self.tally.entry("death during a save".to_owned()).or_default() += 1;
            if errand.has_store && self.random.bool() {
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
