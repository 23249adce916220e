//! One job under way: every output of the core is one action here, and every end of an action one input.
//!
//! > Whatever is told to a driver is followed by a whole turn, in which its job says what to do until it sleeps. While a turn is
//! > under way, what is told waits in a queue. No borrow is held while JavaScript runs.
//!
//! ```text
//! tell(input): queue it; wake.
//! wake:        if a turn is under way, return: it will see the queue. Else turn, guarded.
//! turn:        loop { next(now) → Sleep: set the timer, stop if the queue is empty; else perform it }
//! next(now):   the only borrow of job and client state: takes one input, polls.
//! perform:     one match, one action an arm; may call JavaScript. What takes time ends in tell(input).
//! ```
//!
//! Everything enters through `wake`, so one guard covers timers, events, ended requests and callbacks: what throws or traps in a
//! turn rejects the promise, and that of everything else the client has under way.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AbortSignal, Blob, DomException};

use super::client::Client;
use super::clock::{now, sleep_until};
use super::credentials::Signing;
use super::events::Listener;
use super::fetch::Failure;
use super::file;
use super::js::{deferred, global, notify, spawn, then};
use super::sessions::Sessions;
use crate::error::{failed, guard, to_error, to_js};
use crate::protocol::{
    Body, Callback, Cause, Code, End, Error, Input, Instant, Job, Millis, Now, Output, Progress, Request, RequestEnd,
    RequestId, Session, ToValue, UnixTime, take_first,
};

/// How often it is looked whether a segment that is being sent is still there. Firefox waits for the bytes that a file has
/// lost; asked before and after each request, that would cost a seventh of the speed.
const WATCH_MS: u32 = 1000;

/// How many thrown values are kept: more than requests may be in flight, so that the last of each is there.
const MOST_THROWN: usize = 16;

/// What a job takes along from its caller.
#[derive(Default)]
pub(crate) struct Given {
    pub(crate) file: Option<Blob>,
    pub(crate) signal: Option<AbortSignal>,
    pub(crate) on_status: Option<Function>,
    pub(crate) on_progress: Option<Function>,
    pub(crate) sessions: Rc<Sessions>,
}

/// See the module's documentation.
pub(crate) struct Driver {
    client: Rc<Client>,
    job: RefCell<Box<Job>>,
    /// What the job was not told yet.
    inputs: RefCell<Vec<Input>>,
    is_turning: Cell<bool>,
    given: Box<Given>,
    flights: RefCell<Vec<Flight>>,
    /// What was thrown, and where.
    thrown: RefCell<Vec<(Cause, JsValue)>>,
    /// Why the caller wants no more of it.
    abort_reason: RefCell<Option<JsValue>>,
    timer: Cell<Option<Timeout>>,
    listeners: Cell<Vec<Listener>>,
    resolve: Function,
    reject: Function,
}

/// A request that is under way.
struct Flight {
    id: RequestId,
    controller: AbortController,
    /// Looks at the segment that it sends.
    watch: Option<Timeout>,
}

impl Driver {
    /// Starts a job, but not before the caller's own code has returned: a callback may want to use what it returned.
    pub(crate) fn start(client: Rc<Client>, job: Box<Job>, given: Box<Given>) -> (Promise, Rc<Self>) {
        let (promise, resolve, reject) = deferred();
        let driver = Rc::new(Self {
            client,
            job: RefCell::new(job),
            inputs: RefCell::default(),
            is_turning: Cell::default(),
            given,
            flights: RefCell::default(),
            thrown: RefCell::default(),
            abort_reason: RefCell::default(),
            timer: Cell::default(),
            listeners: Cell::default(),
            resolve,
            reject,
        });
        match driver.client.trap() {
            Some(thrown) => driver.give_up(&thrown),
            None => driver.clone().begin(),
        }
        (promise, driver)
    }

    fn begin(self: Rc<Self>) {
        self.client.begin(self.clone());
        // A signal that is aborted already sends no event.
        if let Some(signal) = self.given.signal.as_ref().filter(|signal| signal.aborted()) {
            return self.abort(signal.reason());
        }
        self.listen();
        then(Ok(JsValue::UNDEFINED), Box::new(move |_| self.wake()));
    }

    fn listen(self: &Rc<Self>) {
        let mut listeners = Vec::new();
        if let Some(signal) = &self.given.signal {
            let (this, aborted) = (self.clone(), signal.clone());
            listeners.extend(Listener::new(signal.into(), "abort", Box::new(move || this.abort(aborted.reason()))));
        }
        // A hidden page's timers are late, and without a network some wait for longer than they need to.
        for (target, event) in [(global("document"), "visibilitychange"), (js_sys::global().into(), "online")] {
            let this = self.clone();
            listeners.extend(Listener::new(target, event, Box::new(move || this.wake())));
        }
        self.listeners.set(listeners);
    }

    /// Lets nothing be sent for now.
    pub(crate) fn pause(self: &Rc<Self>) {
        self.tell(Input::Pause);
    }

    /// Lets it go on.
    pub(crate) fn resume(self: &Rc<Self>) {
        self.tell(Input::Resume);
    }

    /// Ends it with this reason; the first one counts.
    pub(crate) fn abort(self: &Rc<Self>, reason: JsValue) {
        let reason = if reason.is_undefined() { abort_error() } else { reason };
        self.abort_reason.borrow_mut().get_or_insert(reason);
        self.tell(Input::Abort);
    }

    /// Takes note that this function of the caller's threw.
    pub(crate) fn callback_threw(self: &Rc<Self>, callback: Callback, thrown: JsValue) {
        self.keep_thrown(Cause::Callback(callback), thrown);
        self.tell(Input::CallbackThrew(callback));
    }

    /// How far it is.
    pub(crate) fn progress(&self) -> Progress {
        self.job.try_borrow().map(|job| job.progress()).unwrap_or_default()
    }

    /// What has to be kept of an upload to continue it.
    pub(crate) fn session(&self) -> Option<Box<Session>> {
        self.job.try_borrow().ok()?.session()
    }

    fn tell(self: &Rc<Self>, input: Input) {
        self.inputs.borrow_mut().push(input);
        self.wake();
    }

    /// Does what there is to do.
    pub(crate) fn wake(self: &Rc<Self>) {
        if self.client.trap().is_some() || self.is_turning.replace(true) {
            return;
        }
        let turned = guard(&|| self.turn());
        self.is_turning.set(false);
        if let Err(thrown) = turned {
            self.client.trapped(&thrown);
        }
    }

    fn turn(self: &Rc<Self>) {
        // What is called back may let another job of the client trap.
        while self.client.trap().is_none() {
            let now = now();
            match self.next(now) {
                Output::Sleep(until) => {
                    self.sleep(until);
                    if self.inputs.borrow().is_empty() {
                        return;
                    }
                }
                output => self.perform(output),
            }
        }
    }

    fn next(&self, now: Now) -> Output {
        let input = take_first(&mut self.inputs.borrow_mut());
        let (job, client) = (&mut *self.job.borrow_mut(), &mut *self.client.state.borrow_mut());
        if let Some(input) = input {
            job.handle(input, now, client);
        }
        job.poll(now, client)
    }

    fn perform(self: &Rc<Self>, output: Output) {
        match output {
            Output::ReadFileSample(ranges) => self.read_file_sample(&ranges),
            Output::Load { key, patience } => self.load(key, patience),
            Output::Save(session) => self.save(to_js(&session)),
            Output::Send { id, request, refreshed, server_time } => self.send(id, request, refreshed, server_time),
            Output::Cancel(id) => self.cancel(id),
            Output::Refresh => self.client.clone().refresh(),
            Output::Status(media) => call_back(self.given.on_status.as_ref(), &media),
            Output::Progress(progress) => call_back(self.given.on_progress.as_ref(), &progress),
            Output::Sleep(until) => self.sleep(until),
            Output::End(end) => self.end(end),
        }
    }

    fn read_file_sample(self: &Rc<Self>, ranges: &[Range<u64>]) {
        let this = self.clone();
        let sample = self.given.file.as_ref().map_or(Err(JsValue::UNDEFINED), |file| file::sample(file, ranges));
        let read = move |sample: Result<JsValue, JsValue>| {
            let sample = sample.map(|buffer| Uint8Array::new(&buffer).to_vec());
            let sample = sample.map_err(|thrown| this.keep_thrown(Cause::FileSample, thrown));
            this.tell(Input::FileSample(sample.ok()));
        };
        then(sample, Box::new(read));
    }

    fn load(self: &Rc<Self>, key: String, patience: Millis) {
        let this = self.clone();
        self.given.sessions.clone().load(key, patience, Rc::new(move |input| this.tell(input)));
    }

    fn save(self: &Rc<Self>, session: JsValue) {
        let this = self.clone();
        let saved = move |saved: Result<JsValue, JsValue>| match saved {
            Ok(_) => this.tell(Input::Saved),
            Err(thrown) => this.callback_threw(Callback::OnSession, thrown),
        };
        self.given.sessions.save(session, Box::new(saved));
    }

    fn send(self: &Rc<Self>, id: RequestId, request: Request, refreshed: bool, server_time: UnixTime) {
        let controller = match AbortController::new() {
            Ok(controller) => controller,
            Err(thrown) => return self.request_ended(id, Err(Failure::new(Code::Internal, thrown))),
        };
        let signal = controller.signal();
        let segment = match (&request.body, &self.given.file) {
            (Body::Multipart(_, segment), Some(file)) => file::slice(file, *segment).ok(),
            _ => None,
        };
        let watch = segment.map(|segment| self.watch(id, segment));
        self.flights.borrow_mut().push(Flight { id, controller, watch });
        let signing = Signing { server_time, random: js_sys::Math::random() };
        let this = self.clone();
        spawn(Box::pin(async move {
            let file = this.given.file.as_ref();
            let answer = this.client.send(&request, refreshed, signing, file, &signal).await;
            this.request_ended(id, answer.map(RequestEnd::Answered));
        }));
    }

    /// Looks after a while at the segment that a request sends, again and again, and ends the request where the segment is no
    /// longer there while nothing comes.
    fn watch(self: &Rc<Self>, id: RequestId, segment: Blob) -> Timeout {
        let this = self.clone();
        Timeout::new(WATCH_MS, move || {
            spawn(Box::pin(async move {
                let there = file::is_there(&segment).await;
                match (there, this.take_flight(id)) {
                    (Ok(()), Some(mut flight)) => {
                        flight.watch = Some(this.watch(id, segment));
                        this.flights.borrow_mut().push(flight);
                    }
                    (Err(thrown), Some(flight)) => {
                        this.request_ended(id, Err(Failure::new(Code::FileChanged, thrown)));
                        flight.controller.abort(); // it waits for what is not there
                    }
                    (_, None) => {}
                }
            }));
        })
    }

    fn request_ended(self: &Rc<Self>, id: RequestId, end: Result<RequestEnd, Failure>) {
        drop(self.take_flight(id));
        let end = end.unwrap_or_else(|Failure { error, thrown }| {
            self.keep_thrown(error.cause.unwrap_or(Cause::Request(id)), thrown);
            RequestEnd::Failed(error)
        });
        self.tell(Input::RequestEnded(id, end));
    }

    fn cancel(&self, id: RequestId) {
        if let Some(flight) = self.take_flight(id) {
            flight.controller.abort();
        }
    }

    fn take_flight(&self, id: RequestId) -> Option<Flight> {
        let mut flights = self.flights.borrow_mut();
        let place = flights.iter().position(|flight| flight.id == id)?;
        Some(flights.swap_remove(place))
    }

    fn sleep(self: &Rc<Self>, until: Option<Instant>) {
        let this = self.clone();
        self.timer.set(until.map(|until| Timeout::new(sleep_until(until), move || this.wake())));
    }

    /// Settles the promise. Where the stored session is of no use any more, it is deleted first.
    fn end(self: &Rc<Self>, end: End) {
        let forgets = end.forgets_session() && self.given.sessions.is_storing();
        let (settle, value) = match end {
            End::Resolved(media) => (&self.resolve, media.map_or(JsValue::UNDEFINED, |media| to_js(&media))),
            End::Rejected(error) => (&self.reject, self.to_error(&error)),
            End::Aborted => (&self.reject, self.abort_reason.borrow().clone().unwrap_or_default()),
        };
        self.release();
        let (settle, sessions) = (settle.clone(), self.given.sessions.clone());
        let settle = move |_| {
            sessions.close();
            let _ = settle.call1(&JsValue::UNDEFINED, &value);
        };
        match forgets {
            true => self.given.sessions.forget(Box::new(settle)),
            false => settle(Ok(JsValue::UNDEFINED)),
        }
    }

    /// Ends it because the core of its client has trapped.
    pub(crate) fn give_up(&self, thrown: &JsValue) {
        let _ = self.reject.call1(&JsValue::UNDEFINED, &failed(Code::Internal, thrown));
        self.release();
        self.given.sessions.close();
    }

    /// Lets go of everything: what is in flight, the timer, listeners; and the client of it.
    fn release(&self) {
        for flight in self.flights.take() {
            flight.controller.abort();
        }
        self.timer.take();
        self.listeners.take();
        self.client.end(self);
    }

    fn to_error(&self, error: &Error) -> JsValue {
        let cause = match error.cause {
            Some(Cause::Refresh) => self.client.credentials.refresh_threw(),
            Some(cause) => {
                let thrown = self.thrown.borrow();
                let found = thrown.iter().rev().find(|(known, _)| *known == cause);
                found.map(|(_, thrown)| thrown.clone()).unwrap_or_default()
            }
            None => JsValue::UNDEFINED,
        };
        to_error(error, &cause)
    }

    fn keep_thrown(&self, cause: Cause, thrown: JsValue) {
        let mut all = self.thrown.borrow_mut();
        all.push((cause, thrown));
        if all.len() > MOST_THROWN {
            all.remove(0);
        }
    }
}

fn call_back(callback: Option<&Function>, value: &dyn ToValue) {
    if let Some(callback) = callback {
        notify(callback, &to_js(value));
    }
}

/// The reason of an abort for which none was given.
fn abort_error() -> JsValue {
    let error = DomException::new_with_message_and_name("The upload was aborted.", "AbortError");
    error.map_or_else(|thrown| thrown, JsValue::from)
}
