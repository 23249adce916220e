//! What JavaScript sees of the core: a `Core` for each client, a `Task` for each job, and texts of JSON between them.
//!
//! Only texts and numbers pass: no method here calls into JavaScript, so that no borrow is ever held across such a call.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::protocol::exchange::Settings;
use crate::protocol::job::Job;
use crate::protocol::json::Json;
use crate::protocol::shared::Shared;
use crate::protocol::time::{Millis, Moment};
use crate::protocol::{messages, oauth1, options};

/// The core of one client.
#[wasm_bindgen]
pub struct Core {
    settings: Settings,
    base_url: Rc<str>,
    shared: Rc<RefCell<Shared>>,
}

/// One job of a client.
#[wasm_bindgen]
pub struct Task {
    job: RefCell<Box<Job>>,
    base_url: Rc<str>,
    shared: Rc<RefCell<Shared>>,
}

#[wasm_bindgen]
impl Core {
    /// Reads the options of a client, see [`options::client`].
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str) -> Self {
        let (settings, base_url) = options::client(options);
        Self { settings, base_url: base_url.into(), shared: Rc::default() }
    }

    /// What a request has to be signed with, see [`oauth1::prepare`].
    pub fn prepare(request: &str, epoch: f64, random: f64) -> String {
        oauth1::prepare(Json::of(request), epoch as Millis, random)
    }

    /// A new token was asked for, and was or wasn't got.
    pub fn refreshed(&self, failed: bool) {
        self.shared.borrow_mut().refreshed(failed);
    }

    /// A job for one call of the `method` that is named in what is given, see [`options::job`].
    pub fn task(&self, given: &str) -> Task {
        let method = Json::of(given).text("method").unwrap_or_default();
        Task {
            job: RefCell::new(options::job(self.settings, method, given)),
            base_url: self.base_url.clone(),
            shared: self.shared.clone(),
        }
    }
}

#[wasm_bindgen]
impl Task {
    /// Tells what happened, if anything did, see [`messages::tell`]. The answer is what to do, see [`messages::to_json`];
    /// call again until that is to sleep.
    /// `at` is in milliseconds of a clock that never goes back, `epoch` since the Unix epoch, `random` from 0 to 1.
    pub fn step(&self, at: f64, epoch: f64, random: f64, online: bool, event: Option<String>) -> String {
        let now = Moment { at: at as Millis, epoch: epoch as Millis, random, online };
        let shared = &mut *self.shared.borrow_mut();
        let job = &mut *self.job.borrow_mut();
        if let Some(event) = event {
            messages::tell(job, shared, &event, now);
        }
        let output = job.poll(now, shared);
        messages::to_json(job, &output, &self.base_url, shared, now)
    }

    /// How far it is.
    pub fn progress(&self) -> String {
        self.job.borrow().progress().to_json()
    }

    /// What has to be kept to continue it.
    pub fn session(&self) -> Option<String> {
        self.job.borrow().session()
    }
}
