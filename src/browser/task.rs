//! Carries out one job of the core: every output of it is one thing to do here, every end of that thing one input.
//!
//! No borrow is held across a call into JavaScript. Whatever that calls back ends in [`Task::tell`], which only takes note
//! while the loop of [`Task::run`] is under way.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::{Array, Function, JSON, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, Blob};

use super::signals::AbortListener;
use super::{clock, file};
use crate::client::{Caller, Client};
use crate::protocol::error::{Cause, Code, Error};
use crate::protocol::exchange::RequestId;
use crate::protocol::job::{Input, Job, Output};
use crate::protocol::reply::Outcome;
use crate::protocol::request::Request;
use crate::protocol::time::{Millis, Moment};

/// A job under way.
pub(crate) struct Task {
    client: Rc<Client>,
    file: Option<Blob>,
    caller: Option<Caller>,
    job: RefCell<Box<Job>>,
    /// What happened and was not yet told to the job.
    inbox: RefCell<Vec<Input>>,
    running: Cell<bool>,
    in_flight: RefCell<Vec<(RequestId, AbortController)>>,
    timer: RefCell<Option<Timeout>>,
    abort_listener: RefCell<Option<AbortListener>>,
    /// Why the caller wants no more of it.
    abort_reason: RefCell<JsValue>,
    promise: Promise,
    settle: Option<Settle>,
}

/// The two ends of a promise.
struct Settle {
    resolve: Function,
    reject: Function,
}

impl Task {
    /// Starts, but not before the caller's own code has returned: a callback may want to use what it returned.
    pub(crate) fn start(client: &Rc<Client>, job: Box<Job>, file: Option<Blob>, caller: Option<Caller>) -> Rc<Self> {
        let mut settle = None;
        let promise = Promise::new(&mut |resolve, reject| settle = Some(Settle { resolve, reject }));
        let task = Rc::new(Self {
            client: client.clone(),
            file,
            caller,
            job: RefCell::new(job),
            inbox: RefCell::default(),
            running: Cell::new(false),
            in_flight: RefCell::default(),
            timer: RefCell::default(),
            abort_listener: RefCell::default(),
            abort_reason: RefCell::default(),
            promise,
            settle,
        });
        client.add(task.clone());
        task.listen();
        let started = task.clone();
        spawn_local(async move { started.run() });
        task
    }

    /// Settles with the job.
    pub(crate) fn promise(&self) -> Promise {
        self.promise.clone()
    }

    /// For a promise that nobody may ever ask for: once it is listened to, its rejection is not an unhandled one.
    pub(crate) fn hush(&self) {
        drop(JsFuture::from(self.promise()));
    }

    /// How far it is, as JSON.
    pub(crate) fn progress(&self) -> String {
        self.job.borrow().progress().to_json()
    }

    /// The end, for a reason of the caller's.
    pub(crate) fn abort(self: &Rc<Self>, reason: JsValue) {
        self.abort_reason.replace(reason);
        self.tell(Input::Abort);
    }

    /// Something happened.
    fn tell(self: &Rc<Self>, input: Input) {
        self.inbox.borrow_mut().push(input);
        self.run();
    }

    /// Does what the job says until there is nothing to do for now.
    pub(crate) fn run(self: &Rc<Self>) {
        if self.running.replace(true) {
            return;
        }
        loop {
            let now = clock::now();
            match self.next(now) {
                Output::Sleep(until) => {
                    self.sleep(until, now);
                    if self.inbox.borrow().is_empty() {
                        break;
                    }
                }
                output => self.carry_out(output),
            }
        }
        self.running.set(false);
    }

    fn next(&self, now: Moment) -> Output {
        let mut shared = self.client.shared.borrow_mut();
        let mut job = self.job.borrow_mut();
        for input in self.inbox.take() {
            job.handle(input, now, &mut shared);
        }
        job.poll(now, &mut shared)
    }

    fn carry_out(self: &Rc<Self>, output: Output) {
        match output {
            Output::ReadHead => self.read_head(),
            Output::Send { id, request, refreshed } => self.send(id, &request, refreshed),
            Output::Cancel(id) => {
                if let Some(controller) = self.take_controller(id) {
                    controller.abort();
                }
            }
            Output::Refresh => self.client.refresh(),
            Output::Status(media) => self.notify("onStatus", &media.to_json()),
            Output::Progress(progress) => self.notify("onProgress", &progress.to_json()),
            Output::Sleep(_) => {}
            Output::Done(Ok(media)) => {
                let media = media.and_then(|media| JSON::parse(&media.to_json()).ok());
                self.settle(|settle| &settle.resolve, &media.unwrap_or_default());
            }
            Output::Done(Err(error)) => self.settle(|settle| &settle.reject, &error.into()),
            Output::Aborted => self.settle(|settle| &settle.reject, &self.abort_reason.take()),
        }
    }

    fn notify(&self, name: &str, json: &str) {
        if let Some(caller) = &self.caller {
            caller.notify(name, json);
        }
    }

    fn read_head(self: &Rc<Self>) {
        let task = self.clone();
        spawn_local(async move {
            if let Some(file) = &task.file {
                let head = file::read_head(file).await;
                task.tell(Input::Head(head.map_err(cause)));
            }
        });
    }

    fn send(self: &Rc<Self>, id: RequestId, request: &Request, refreshed: bool) {
        let controller = match AbortController::new() {
            Ok(controller) => controller,
            Err(thrown) => return self.tell(Input::Ended(id, outcome(Err(thrown)))),
        };
        let segment = request.segment.and_then(|segment| file::slice(self.file.as_ref()?, segment));
        let request = request.to_json(&self.client.base_url);
        let sent = self.client.connection.send(&request, refreshed, segment, controller.signal());
        self.in_flight.borrow_mut().push((id, controller));
        let task = self.clone();
        spawn_local(async move {
            let outcome = outcome(JsFuture::from(sent).await);
            task.take_controller(id);
            task.tell(Input::Ended(id, outcome));
        });
    }

    fn take_controller(&self, id: RequestId) -> Option<AbortController> {
        let mut in_flight = self.in_flight.borrow_mut();
        let place = in_flight.iter().position(|(known, _)| *known == id)?;
        Some(in_flight.swap_remove(place).1)
    }

    fn sleep(self: &Rc<Self>, until: Millis, now: Moment) {
        let task = self.clone();
        let timer = (until < Millis::MAX).then(|| clock::wake_at(until, now, move || task.run()));
        drop(self.timer.replace(timer));
    }

    fn listen(self: &Rc<Self>) {
        let Some(signal) = self.caller.as_ref().and_then(Caller::signal) else { return };
        if signal.aborted() {
            return self.abort(signal.reason());
        }
        let task = Rc::downgrade(self);
        let listener = AbortListener::new(signal, move |reason| {
            if let Some(task) = task.upgrade() {
                task.abort(reason);
            }
        });
        self.abort_listener.replace(Some(listener));
    }

    /// The end: whoever waits is told, and nothing of the task is left behind in the page.
    fn settle(self: &Rc<Self>, how: impl FnOnce(&Settle) -> &Function, value: &JsValue) {
        if let Some(settle) = &self.settle {
            // The functions of a promise don't throw.
            let _ = how(settle).call1(&JsValue::UNDEFINED, value);
        }
        drop(self.abort_listener.take());
        drop(self.timer.take());
        self.client.remove(self);
    }
}

/// What the connection told: an outcome as JSON, and what was thrown in it. It throws by a defect only.
pub(crate) fn outcome(told: Result<JsValue, JsValue>) -> Outcome {
    match told {
        Ok(told) => {
            let told: Array = told.unchecked_into();
            let thrown = told.get(1);
            Outcome::read(&told.get(0).as_string().unwrap_or_default(), Some(cause(thrown)))
        }
        Err(thrown) => {
            let mut error = Error::new(Code::Internal);
            error.cause = Some(cause(thrown));
            Outcome::Failed(error)
        }
    }
}

fn cause(thrown: JsValue) -> Cause {
    Rc::new(thrown)
}
