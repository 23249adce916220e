//! What JavaScript sees of the core: a `Core` for each client, a `Task` for each job, and texts of JSON between them.
//!
//! No method here calls into JavaScript, so that no borrow is ever held across such a call.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::protocol::error::{Cause, Error};
use crate::protocol::exchange::Settings;
use crate::protocol::job::Job;
use crate::protocol::shared::Shared;
use crate::protocol::time::{Millis, Moment};
use crate::protocol::{messages, options};

/// The core of one client.
#[wasm_bindgen(skip_typescript)]
pub struct Core {
    settings: Settings,
    base_url: Rc<str>,
    shared: Rc<RefCell<Shared>>,
    wrong: Option<Box<Error>>,
}

/// One job of a client.
#[wasm_bindgen(skip_typescript)]
pub struct Task {
    job: RefCell<Box<Job>>,
    base_url: Rc<str>,
    shared: Rc<RefCell<Shared>>,
    /// What was thrown in the failure that was told last.
    cause: RefCell<Option<Cause>>,
}

#[wasm_bindgen]
impl Core {
    /// Reads the options of a client, see [`options::client`].
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, can_refresh: bool) -> Self {
        let (settings, base_url, wrong) = options::client(options, can_refresh);
        Self { settings, base_url: base_url.into(), shared: Rc::default(), wrong }
    }

    /// What is wrong with the options, if anything is.
    pub fn wrong(&self) -> Option<String> {
        self.wrong.as_ref().map(|error| error.to_json())
    }

    /// A job for one call of a method, see [`options::job`]. Where its arguments are wrong, that is all it says.
    pub fn task(&self, method: &str, arguments: &str) -> Task {
        let job = options::job(self.settings, method, arguments);
        Task {
            job: RefCell::new(job.unwrap_or_else(|wrong| Job::refused(self.settings, wrong))),
            base_url: self.base_url.clone(),
            shared: self.shared.clone(),
            cause: RefCell::default(),
        }
    }
}

#[wasm_bindgen]
impl Task {
    /// Tells what happened, if anything did, and what was thrown in it; see [`messages::tell`]. The answer is what to do,
    /// see [`messages::to_json`]; call again until that is to sleep.
    /// `at` is in milliseconds of a clock that never goes back, `epoch` since the Unix epoch, `random` from 0 to 1.
    pub fn step(&self, at: f64, epoch: f64, random: f64, event: Option<String>, thrown: JsValue) -> String {
        let now = Moment { at: at as Millis, epoch: epoch as Millis, random };
        let shared = &mut *self.shared.borrow_mut();
        let job = &mut *self.job.borrow_mut();
        if let Some(event) = event {
            messages::tell(job, shared, &event, Rc::new(thrown), now);
        }
        let output = job.poll(now, shared);
        self.cause.replace(output.cause());
        messages::to_json(&output, &self.base_url)
    }

    /// What was thrown in the failure that [`Self::step`] has just answered with.
    pub fn cause(&self) -> JsValue {
        let cause = self.cause.take();
        cause.and_then(|cause| cause.downcast_ref::<JsValue>().cloned()).unwrap_or_default()
    }

    /// How far it is.
    pub fn progress(&self) -> String {
        self.job.borrow().progress().to_json()
    }
}
