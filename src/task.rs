//! One job of the core, as the shell sees it: it is told what happened, and says what to do, in texts of JSON.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::client::Client;
use crate::protocol::error::Cause;
use crate::protocol::job::Job;
use crate::protocol::messages;
use crate::protocol::time::{Millis, Moment};

/// A job under way. No method calls into JavaScript, so that no borrow is ever held across one.
#[wasm_bindgen(skip_typescript)]
pub struct Task {
    client: Rc<Client>,
    job: RefCell<Box<Job>>,
    /// What was thrown in the failure that was told last.
    cause: RefCell<Option<Cause>>,
}

impl Task {
    pub(crate) fn new(client: Rc<Client>, job: Box<Job>) -> Self {
        Self { client, job: RefCell::new(job), cause: RefCell::default() }
    }
}

#[wasm_bindgen]
impl Task {
    /// Tells what happened, if anything did, and what was thrown in it. The answer is what to do; call again until that is to sleep.
    /// `at` is in milliseconds of a clock that never goes back, `epoch` since the Unix epoch, `random` from 0 to 1.
    pub fn step(&self, at: f64, epoch: f64, random: f64, event: Option<String>, thrown: JsValue) -> String {
        let now = Moment { at: at as Millis, epoch: epoch as Millis, random };
        let shared = &mut *self.client.shared.borrow_mut();
        let job = &mut *self.job.borrow_mut();
        if let Some(event) = event {
            messages::tell(job, shared, &event, Rc::new(thrown), now);
        }
        let output = job.poll(now, shared);
        self.cause.replace(output.cause());
        messages::to_json(&output, &self.client.base_url)
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
