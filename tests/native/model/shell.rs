//! The shell: does what jobs say, and tells them what came of it.

use x_media_upload::protocol::{self, Callback, Code, Input, Instant, Millis, Output, RequestId};

use super::super::driver::job;
use super::errand::Kind;
use super::ledger::Session;
use super::store::Mood;
use super::task::{Fault, Task};
use super::weather::{Fate, Spare};
use super::wire::{Answer, Request};
use super::world::{Ended, Event, World};
use super::x::Media;
use super::{Command, MILLI, SECOND, name_of};

impl World {
    /// An errand is begun, or taken up again.
    pub(super) fn start(&mut self, number: usize) {
        let errand = &mut self.errands[number];
        let before = errand.task;
        // The last save of the one before it is still under way.
        if before.is_some_and(|before| !self.tasks[before].saves.is_empty()) {
            return self.schedule(SECOND, Event::Start(number));
        }
        if !self.weather.fair && before.is_some() && self.random.u8(0..50) == 0 {
            errand.name.push('!');
        }
        let manner = errand.manner(&mut self.random);
        let (method, given) = errand.call(&manner);
        let job = job(&self.client.settings, method, &(&given).into());
        let job = job.unwrap_or_else(|refusal| panic!("{}: {given}", refusal.error));
        let mut task = Task::new(job, errand, number, self.client.life, &manner, self.now);
        if errand.kind == Kind::WaitForId {
            task.begins_to_wait(self.now);
        }
        if let Some(before) = before {
            task.succeeds(&self.tasks[before]);
        }
        let index = self.tasks.len();
        errand.task = Some(index);
        self.tasks.push(task);
        self.note(|_| format!("{index} is {method} {given}"));
        self.drive(index);
    }

    /// Whether a task's process is.
    pub(super) fn is_alive(&self, index: usize) -> bool {
        self.tasks[index].life == self.client.life
    }

    pub(super) fn tell(&mut self, index: usize, input: Input) {
        if !self.is_alive(index) {
            return;
        }
        let now = self.moment();
        self.tasks[index].job.handle(input, now, &mut self.client.state);
        self.drive(index);
    }

    /// Does what a job says, until it sleeps.
    pub(super) fn drive(&mut self, index: usize) {
        let mut taken_back = false;
        for step in 0.. {
            assert!(step < 100, "it has endlessly much to do");
            let now = self.moment();
            let task = &mut self.tasks[index];
            let output = task.job.poll(now, &mut self.client.state);
            if task.end.is_some() {
                assert!(matches!(output, Output::Sleep(None)), "after the end: {output:?}");
                return;
            }
            match output {
                Output::ReadFileSample(_) => self.schedule(MILLI, Event::SampleRead(index)),
                Output::Load { key, patience } => self.load(index, key, patience),
                Output::Save(session) => self.save(index, &session),
                Output::Send { id, request, .. } => self.send(index, id, &request),
                Output::Cancel(id) => taken_back |= self.cancel(index, id),
                Output::Refresh => self.refresh(index),
                Output::Status(_) => {}
                Output::Progress(progress) => task.progresses(progress, self.now),
                Output::Sleep(until) => {
                    assert!(!taken_back, "a request is taken back, but the work goes on");
                    return self.sleep(index, until);
                }
                Output::End(end) => return self.end(index, &end),
            }
        }
    }

    fn sleep(&mut self, index: usize, until: Option<Instant>) {
        let task = &mut self.tasks[index];
        task.may_sleep(until);
        task.timer += 1;
        let Some(Instant(until)) = until else { return };
        assert!(until > self.client.at(self.now), "it does not sleep");
        let moment = self.client.born + until * MILLI;
        let wake = moment.saturating_sub(self.now).div_ceil(MILLI) * MILLI;
        let late = self.random.u64(0..=self.weather.lateness);
        // Browsers' timers have been a little early, too.
        let early = if self.random.u8(0..50) == 0 { MILLI } else { 0 };
        let timer = task.timer;
        self.schedule((wake + late).saturating_sub(early), Event::Wake(index, timer));
    }

    /// The file was looked at, or could not be.
    pub(super) fn sample_read(&mut self, index: usize) {
        let is_readable = self.weather.fair || self.random.u8(0..100) > 0;
        let task = &mut self.tasks[index];
        if !is_readable {
            task.meets(Code::FileChanged);
        } else if !self.errands[task.errand].has_store {
            self.begin(index, None);
        }
        let sample = is_readable.then(|| vec![0, 0, 0, 24]);
        self.tell(index, Input::FileSample(sample));
    }

    /// What a job has been waiting for is there: it goes on from the caller's session, one of the store, or none.
    fn begin(&mut self, index: usize, found: Option<Session>) {
        let (now, epoch) = (self.now, self.moment().epoch.0);
        let task = &mut self.tasks[index];
        let number = task.errand;
        task.has_begun = true;
        task.sizes.begin_below(self.client.scale);
        let is_found = task.given.is_none();
        let is_over = |session: &Session| session.expires_at.is_some_and(|moment| moment <= epoch);
        let session = task.given.take().or(found.filter(|session| !is_over(session)));
        let Some(session) = session else { return };
        // Its name is part of the session.
        if !session.text.contains(&format!("{:?}", self.errands[number].name)) {
            task.meets(Code::FileChanged);
            return;
        }
        let is_stale = self.is_stale(number, &session.text);
        let (text, media) = (session.text.clone(), session.media.clone());
        let task = &mut self.tasks[index];
        task.is_stale |= is_stale;
        task.was_given_over = !is_found && is_over(&session);
        let what =
            format!("resumed by {}: {}", if is_found { "the store" } else { "the caller" }, name_of(session.phase));
        let is_finalized = session.is_finalized();
        task.resumes(session, is_found, now, epoch);
        self.is_told_by(number, &text);
        self.meets_other_owners(index, &media, is_found);
        // In fair weather every machine has heard of it by now.
        if let Some(media) = self.x.medias.get_mut(&media).filter(|_| self.weather.fair && is_finalized) {
            media.knows();
        }
        self.count(&what, 1);
        self.note(|_| format!("{index} is {what}"));
    }

    /// Whether a session that was found, or given, may not know all that was sent: nobody who does the same is told by it.
    fn is_stale(&self, number: usize, session: &str) -> bool {
        self.errands.iter().all(|errand| errand.name != self.errands[number].name || errand.is_stale(session))
    }

    /// Of the same file, `session` is the only one now that is known to tell all.
    fn is_told_by(&mut self, number: usize, session: &str) {
        let name = self.errands[number].name.clone();
        self.errands.iter_mut().filter(|errand| errand.name == name).for_each(|errand| errand.fresh.clear());
        self.errands[number].is_told_by(session);
    }

    /// Where others do the same with the same media, neither can know what the other sends. Where there are locks, no store makes
    /// it so.
    fn meets_other_owners(&mut self, index: usize, media: &str, is_found: bool) {
        for other in 0..self.tasks.len() {
            let task = &self.tasks[other];
            let is_owner = other != index && self.is_alive(other) && task.end.is_none();
            if is_owner && task.media.as_deref() == Some(media) {
                // Callers may give to two what no store would.
                assert!(!self.has_locks || !is_found || task.is_unstored, "two own one stored session");
                (self.tasks[index].is_stale, self.tasks[other].is_stale) = (true, true);
                self.count("two owners of one media", 1);
            }
        }
    }

    /// Whether what is stored under a key is another task's, or that of somebody who is not of this world.
    fn is_owned_by_another(&self, key: &str, index: usize) -> bool {
        let is_owner = |owner: &usize| *owner != index && self.is_alive(*owner) && self.tasks[*owner].end.is_none();
        self.has_locks && (self.strangers.contains(key) || self.locks.get(key).is_some_and(is_owner))
    }

    fn load(&mut self, index: usize, key: String, patience: Millis) {
        let errand = &mut self.errands[self.tasks[index].errand];
        assert!(errand.has_store && key.ends_with(&format!("\n{}", errand.name)), "{key}");
        errand.key = Some(key.clone());
        let (mood, after) = self.store.mood();
        self.count(mood.name(), 1);
        let is_owned = self.is_owned_by_another(&key, index);
        self.schedule(if is_owned { patience.0 * MILLI } else { after }, Event::Loaded(index, mood));
    }

    /// The store gives what it has.
    pub(super) fn loaded(&mut self, index: usize, mood: Mood) {
        let key = self.errands[self.tasks[index].errand].key.clone().unwrap_or_default();
        if self.is_owned_by_another(&key, index) {
            self.count("goes unstored", 1);
            let has_callback = self.errands[self.tasks[index].errand].has_callback;
            self.tasks[index].leaves_store(has_callback);
            self.begins(index, None);
            return self.tell(index, Input::Unowned);
        }
        self.locks.insert(key.clone(), index);
        self.tasks[index].is_unstored = false;
        let session = self.store.sessions.get(&key).filter(|_| mood == Mood::Works).cloned();
        self.begins(index, session.as_deref().map(Session::read));
        self.tell(index, Input::Loaded(session.as_deref().and_then(protocol::Session::read)));
    }

    /// What it has been waiting for is there, unless it has ended, or has begun before and has only asked again.
    fn begins(&mut self, index: usize, found: Option<Session>) {
        if self.tasks[index].end.is_none() && !self.tasks[index].has_begun {
            self.begin(index, found);
        }
    }

    /// The platform takes the lock away from the upload that does an errand; sometimes somebody else has it from then on.
    pub(super) fn disowned(&mut self, number: usize) {
        let Some(index) = self.doing(number) else { return };
        let Some(key) = self.errands[number].key.clone() else { return };
        if !self.has_locks || self.locks.get(&key) != Some(&index) {
            return;
        }
        // What is being saved just now reaches the store before that is asked again.
        if !self.tasks[index].saves.is_empty() {
            return self.schedule(20 * MILLI, Event::Disowned(number));
        }
        self.locks.remove(&key);
        self.tasks[index].is_unstored = true;
        let is_strange = self.random.u8(0..3) == 0;
        self.count(if is_strange { "disowned for good" } else { "disowned" }, 1);
        if is_strange {
            self.strangers.insert(key);
        }
        self.note(|_| format!("{index} is disowned"));
        self.tasks[index].is_disowned();
        self.tell(index, Input::Disowned);
    }

    fn save(&mut self, index: usize, session: &protocol::Session) {
        let task = &mut self.tasks[index];
        task.begins_save(Session::of(session));
        if task.saves.len() == 1 {
            self.begin_save(index);
        }
    }

    /// First the store has the session, then the callback.
    fn begin_save(&mut self, index: usize) {
        let task = &self.tasks[index];
        let (mood, after) = match self.errands[task.errand].has_store && !task.is_unstored {
            true => self.store.mood(),
            false => (Mood::Works, 0),
        };
        self.count(mood.name(), 1);
        self.schedule(after, Event::Stored(index, mood));
    }

    pub(super) fn stored(&mut self, index: usize, mood: Mood) {
        let task = &self.tasks[index];
        let errand = &self.errands[task.errand];
        if matches!(mood, Mood::Works | Mood::Hangs { done: true })
            && let (Some(key), Some(session), false) = (&errand.key, task.saves.front(), task.is_unstored)
        {
            self.store.sessions.insert(key.clone(), session.text.clone());
        }
        let after = if errand.has_callback { self.random.u64(0..2 * SECOND) } else { 0 };
        let throws = errand.has_callback && !self.weather.fair && self.random.u8(0..100) == 0;
        self.schedule(after, Event::Saved(index, throws));
    }

    pub(super) fn saved(&mut self, index: usize, throws: bool) {
        let task = &mut self.tasks[index];
        let errand = &mut self.errands[task.errand];
        let Some(session) = task.ends_save() else { return };
        if throws {
            task.meets(Code::CallbackFailed);
            errand.fresh.push(session.text);
        } else {
            let number = task.errand;
            self.is_told_by(number, &session.text);
            let errand = &mut self.errands[number];
            if errand.has_callback {
                errand.kept = Some(session.text);
            }
        }
        if !self.tasks[index].saves.is_empty() {
            self.begin_save(index);
        }
        self.tell(index, if throws { Input::CallbackThrew(Callback::OnSession) } else { Input::Saved });
    }

    fn refresh(&mut self, index: usize) {
        assert!(!self.tasks[index].is_paused(), "a refresh while it is paused");
        self.client.refreshes(self.now, self.rules.timeout);
        let longest = if self.weather.fair { self.rules.timeout / 2 } else { self.rules.timeout * 2 };
        let after = self.random.u64(0..longest);
        self.schedule(after, Event::Refreshed(index));
    }

    pub(super) fn refreshed(&mut self, index: usize) {
        self.client.refreshing_since = None;
        let fails = self.refreshes_fail && self.random.u8(0..3) == 0;
        if fails {
            for task in &mut self.tasks {
                task.meets(Code::CallbackFailed);
            }
        } else {
            self.client.token = self.x.token;
        }
        self.note(|_| format!("refreshed by {index}, failed: {fails}"));
        self.client.state.refreshed(fails);
        self.wake_all();
    }

    pub(super) fn wake_all(&mut self) {
        for index in 0..self.tasks.len() {
            if self.is_alive(index) {
                self.drive(index);
            }
        }
    }

    /// A request leaves.
    fn send(&mut self, index: usize, id: RequestId, request: &protocol::Request) {
        let request = Request::read(request, self.x.v2, self.client.token);
        let (command, now) = (request.command, self.now);
        self.client.may_send(command, now);
        let may_rest_until = self.client.may_rest_until[command as usize];
        let task = &mut self.tasks[index];
        let media = task.media.as_ref().and_then(|id| self.x.medias.get(id));
        task.may_send(&request, media, now, &self.rules);
        let given_up_after = task.gives_up_after(&request, &self.rules, self.client.patience);
        let faults = task.sends(id, &request, now, self.weather.lateness, may_rest_until, given_up_after);
        let fault = *faults + 1;
        let is_first = !self.rules.is_given && matches!(command, Command::Init | Command::Finalize);
        let attempts = if is_first { self.rules.attempts / 2 } else { self.rules.attempts };
        let spare = self.spares(index, &request, fault, attempts);
        let mut fate = self.weather.fate(command, spare, now, self.skewed);
        // In fair weather nobody is asked what nobody knows.
        let is_hard = |media: &Media| !media.forgives && !media.processed;
        if self.weather.fair
            && command == Command::Finalize
            && matches!(fate, Fate::Twice)
            && (self.tasks[index].kind != Kind::Upload || self.media_of(index).is_some_and(is_hard))
        {
            fate = Fate::Well;
        }
        *self.tasks[index].faults_of(&request) += u64::from(fate.is_fault());
        self.count(fate.name(), 1);
        self.note(|_| format!("{id:?} of {index}: {request:?} {fate:?}"));
        self.meets(index, id, request, fate);
    }

    fn media_of(&self, index: usize) -> Option<&Media> {
        self.x.medias.get(self.tasks[index].media.as_ref()?)
    }

    /// What may become of a request in fair weather, of which so many tries have failed or will have.
    fn spares(&self, index: usize, request: &Request, fault: u64, attempts: u64) -> Spare {
        let task = &self.tasks[index];
        let patience = request.command == Command::Status && task.is_waiting();
        let journey = 2 * self.weather.latency + SECOND;
        Spare {
            fault: fault < attempts || patience,
            refusal: match request.command {
                Command::Append => fault < attempts.min(3),
                Command::Status => {
                    patience && task.heard.is_some_and(|heard| self.now + journey < heard + 300 * SECOND)
                }
                _ => false,
            },
            silence: request.command == Command::Finalize && self.media_of(index).is_some_and(|media| media.processed),
            patience,
        }
    }

    /// Lets a request meet its fate.
    fn meets(&mut self, index: usize, id: RequestId, request: Request, fate: Fate) {
        let (there, back) = self.weather.journey(request.weight(), self.now);
        let fails = |code| Box::new(Ended::Failed(code));
        match fate {
            Fate::Silent => {
                let request = Request { is_silent: true, ..request };
                self.schedule(there, Event::Reaches(index, id, request, Some(back)));
            }
            Fate::Well => self.schedule(there, Event::Reaches(index, id, request, Some(back))),
            Fate::Twice => {
                self.schedule(there / 2, Event::Reaches(index, id, request.clone(), None));
                self.schedule(there, Event::Reaches(index, id, request, Some(back)));
            }
            Fate::Lost { done } => {
                if done {
                    self.schedule(there, Event::Reaches(index, id, request, None));
                }
                self.schedule(there + back, Event::Ends(index, id, fails(Code::Network)));
            }
            Fate::Stalled { done } => {
                let after = self.random.u64(0..self.rules.timeout * 3);
                if done {
                    self.schedule(after, Event::Reaches(index, id, request, None));
                }
            }
            Fate::Answered { done, answer } => {
                if done {
                    self.schedule(there, Event::Reaches(index, id, request, None));
                }
                self.schedule(there + back, Event::Ends(index, id, Box::new(Ended::Answered(answer))));
            }
            Fate::Unreadable => self.schedule(there, Event::Ends(index, id, fails(Code::FileChanged))),
            Fate::Offline => self.schedule(MILLI, Event::Ends(index, id, fails(Code::Network))),
        }
    }

    /// X gets a request, maybe one of a sender that has died since.
    pub(super) fn reaches(&mut self, index: usize, id: RequestId, request: &Request, answer_after: Option<u64>) {
        let is_alive = self.is_alive(index);
        if !is_alive {
            if self.random.u8(0..4) == 0 {
                return;
            }
            self.count("a request of the dead", 1);
        }
        let answer = self.x.take(request, self.now);
        self.note(|_| format!("X does {id:?} of {index}: {} {:?}", answer.status, answer.said));
        let is_mixed = request.id.as_ref().and_then(|id| self.x.medias.get(id)).is_some_and(|media| media.is_mixed);
        assert!(!is_mixed || self.was_ever_stale(index), "one index, two stretches of the file");
        if let Some(after) = answer_after.filter(|_| is_alive) {
            self.schedule(after, Event::Ends(index, id, Box::new(Ended::Answered(answer))));
        }
    }

    /// Whether a task that does the same errand went on from a session that did not tell all.
    fn was_ever_stale(&self, index: usize) -> bool {
        let errand = self.tasks[index].errand;
        self.tasks.iter().any(|task| task.errand == errand && task.is_stale)
    }

    /// A request is taken back: whether for another reason than that its time is over.
    fn cancel(&mut self, index: usize, id: RequestId) -> bool {
        // What fetch says then; or, where it is too late, the answer. Neither matters.
        if self.random.bool() {
            self.schedule(MILLI, Event::Ends(index, id, Box::new(Ended::Failed(Code::Network))));
        }
        let (now, online) = (self.now, self.weather.says_online(self.now));
        let task = &mut self.tasks[index];
        let Some(flight) = task.lands(id, now) else { panic!("what is cancelled is not in flight") };
        if !task.has_begun || flight.request.command == Command::Append && task.may_start_over() {
            return false;
        }
        let (sent, at, (least, most)) = (self.client.at(flight.sent_at), self.client.at(now), flight.given_up_after);
        let timed_out = at >= sent + least;
        let latest = sent + most + self.weather.lateness / MILLI + 1;
        assert!(at <= latest, "a request is given up {} ms late", at - latest);
        if timed_out {
            if flight.request.command == Command::Append {
                task.times_out(&flight.request, sent, at);
                self.client.append_times_out(most);
            }
            task.fails(&flight.request, Fault::unanswered(Code::Timeout), now, &self.rules, online);
        }
        !timed_out
    }

    /// A request has ended, or would have, had it not been taken back.
    pub(super) fn ends(&mut self, index: usize, id: RequestId, ended: &Ended) {
        let online = self.weather.says_online(self.now);
        let task = &mut self.tasks[index];
        if let Some(flight) = task.lands(id, self.now) {
            match ended {
                Ended::Failed(code) => {
                    task.fails(&flight.request, Fault::unanswered(*code), self.now, &self.rules, online);
                }
                Ended::Answered(answer) => {
                    task.reads_clock = !self.skewed || answer.headers.iter().any(|(name, _)| *name == "date");
                    let is_append = flight.request.command == Command::Append;
                    if is_append && answer.status == 413 {
                        self.client.scale.refuses(flight.request.weight());
                    }
                    task.learns(&flight.request, answer, self.now, &self.rules, self.client.scale);
                    if is_append && task.ledger.acknowledged().contains(&flight.request.index) {
                        self.client.scale.takes(flight.request.weight());
                        task.is_acknowledged(self.client.at(self.now) - self.client.at(flight.sent_at));
                    }
                    if let Some(is_bare) = task.note_doubt.take() {
                        self.count(if is_bare { "doubt: STATUS is bare" } else { "doubt: STATUS knows nothing" }, 1);
                    }
                    self.heeds(&flight.request, answer);
                }
            }
        }
        self.note(|_| format!("{id:?} of {index} ends: {ended:?}"));
        self.tell(index, Input::RequestEnded(id, ended.to_end()));
    }

    /// An answer may name a rate limit.
    fn heeds(&mut self, request: &Request, answer: &Answer) {
        if answer.status != 429 || answer.is_cap {
            return;
        }
        // What is further off than anybody waits is not kept.
        let longest = self.now + self.rules.longest_limit;
        if self.skewed && !answer.headers.iter().any(|(name, _)| *name == "date") {
            // A moment of a clock that the client can't read.
            self.client.rests(request.command, 0, longest);
        } else {
            let at_most = self.now.saturating_add(answer.longest_rest);
            let until = if at_most > longest { 0 } else { answer.rests_until };
            self.client.rests(request.command, until, at_most.min(longest));
        }
    }
}
