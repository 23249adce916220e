//! `Upload`: the handle of one upload. No logic here.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::browser::arguments::{self, Refused};
use crate::browser::client::Client;
use crate::browser::driver::{Driver, Given};
use crate::browser::sessions::Sessions;
use crate::browser::{file, js};
use crate::error::{to_js, to_refusal};
use crate::protocol::{Fields, Job, Progress, read_upload};

/// One upload. See `Upload` in `js/index.d.ts`.
#[wasm_bindgen]
pub struct Upload {
    promise: Promise,
    /// `None` where an argument was not what it must be.
    driver: Option<Rc<Driver>>,
}

impl Upload {
    /// Starts an upload; what is wrong with its arguments makes its promise reject.
    pub(crate) fn start(client: Rc<Client>, file: &JsValue, options: &JsValue) -> Self {
        let upload = match read_arguments(&client, file, options) {
            Ok((job, given)) => {
                let (promise, driver) = Driver::start(client, job, given);
                Self { promise, driver: Some(driver) }
            }
            Err(refusal) => Self { promise: Promise::reject(&to_refusal(&refusal)), driver: None },
        };
        // Nobody may ever ask for it: once it is listened to, its rejection is not an unhandled one.
        js::ignore(Ok(upload.promise.clone().into()));
        upload
    }
}

fn read_arguments(client: &Client, file: &JsValue, options: &JsValue) -> Result<(Box<Job>, Box<Given>), Refused> {
    let file = arguments::blob(file, "file")?;
    let options = &Fields::of(options, "options")?;
    let sessions = Sessions::new(arguments::store(options)?, arguments::function(options, "onSession")?);
    let (plan, goal) = read_upload(options, file::info_of(&file), sessions.saving())?;
    let given = Box::new(Given {
        file: Some(file),
        signal: arguments::signal(options)?,
        on_status: arguments::function(options, "onStatus")?,
        on_progress: arguments::function(options, "onProgress")?,
        sessions: Rc::new(sessions),
    });
    Ok((Job::upload(client.settings.clone(), plan, goal), given))
}

#[wasm_bindgen]
impl Upload {
    /// The same promise at every call.
    pub fn done(&self) -> Promise {
        self.promise.clone()
    }

    /// Lets the requests in flight end, and sends no more.
    pub fn pause(&self) {
        self.driver.iter().for_each(Driver::pause);
    }

    /// Goes on after a pause.
    pub fn resume(&self) {
        self.driver.iter().for_each(Driver::resume);
    }

    /// Makes the promise reject with `reason`.
    pub fn abort(&self, reason: &JsValue) {
        self.driver.iter().for_each(|driver| driver.abort(reason.clone()));
    }

    /// How far it is.
    #[wasm_bindgen(getter)]
    pub fn progress(&self) -> JsValue {
        let progress = self.driver.as_ref().map_or_else(Progress::default, |driver| driver.progress());
        to_js(&progress)
    }

    /// What has to be kept to continue it, from INIT's answer on.
    #[wasm_bindgen(getter)]
    pub fn session(&self) -> JsValue {
        let session = self.driver.as_ref().and_then(|driver| driver.session());
        session.map_or(JsValue::UNDEFINED, |session| to_js(&session))
    }
}
