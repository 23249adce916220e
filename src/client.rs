//! `MediaClient`, as JavaScript sees it: what it is given becomes a job, and the shell runs the job.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::protocol::error::Error;
use crate::protocol::exchange::Settings;
use crate::protocol::job::Job;
use crate::protocol::media_id::MediaId;
use crate::protocol::options;
use crate::protocol::request::Operation;
use crate::protocol::shared::Shared;
use crate::protocol::time::Millis;
use crate::task::Task;
use crate::upload::Upload;

#[wasm_bindgen(module = "/src/js/error.js")]
extern "C" {
    #[wasm_bindgen(js_name = fromJson)]
    fn error_from_json(json: &str) -> JsValue;
}

#[wasm_bindgen(module = "/src/browser/arguments.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn plain(object: &JsValue, name: &str, fields: &str) -> Result<String, JsValue>;

    #[wasm_bindgen(catch, js_name = blob)]
    fn to_blob(value: JsValue, name: &str) -> Result<Blob, JsValue>;

    type Blob;

    #[wasm_bindgen(method, getter)]
    fn size(this: &Blob) -> f64;

    #[wasm_bindgen(method, getter, js_name = type)]
    fn media_type(this: &Blob) -> String;
}

#[wasm_bindgen(module = "/src/browser/connection.js")]
extern "C" {
    /// The way to X, and what one is let in with.
    type Connection;

    #[wasm_bindgen(constructor, catch)]
    fn new(options: JsValue) -> Result<Connection, JsValue>;

    #[wasm_bindgen(method, getter, js_name = canRefresh)]
    fn can_refresh(this: &Connection) -> bool;
}

#[wasm_bindgen(module = "/src/browser/run.js")]
extern "C" {
    /// A task that the shell carries out.
    pub(crate) type Run;

    /// Where something was `wrong` with what the caller gave, it is aborted with that: there is one way to reject.
    #[wasm_bindgen(constructor)]
    fn new(task: Task, connection: &Connection, file: Option<Blob>, options: JsValue, wrong: JsValue) -> Run;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn promise(this: &Run) -> JsValue;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn progress(this: &Run) -> JsValue;

    #[wasm_bindgen(method)]
    pub(crate) fn hush(this: &Run);

    #[wasm_bindgen(method)]
    pub(crate) fn abort(this: &Run, reason: JsValue);
}

impl From<Box<Error>> for JsValue {
    fn from(error: Box<Error>) -> Self {
        error_from_json(&error.to_json())
    }
}

/// What the tasks of one client have in common.
pub(crate) struct Client {
    settings: Settings,
    pub(crate) base_url: String,
    connection: Connection,
    pub(crate) shared: RefCell<Shared>,
}

/// See the package's type declarations.
#[wasm_bindgen(skip_typescript)]
pub struct MediaClient(Rc<Client>);

#[wasm_bindgen]
impl MediaClient {
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<MediaClient, JsValue> {
        let json = plain(&options, "options", options::CLIENT)?;
        let connection = Connection::new(options)?;
        let (settings, base_url) = options::client(&json, connection.can_refresh())?;
        Ok(Self(Rc::new(Client { settings, base_url, connection, shared: RefCell::default() })))
    }

    pub fn initialize(&self, params: JsValue, options: JsValue) -> JsValue {
        let params = plain(&params, "params", options::INITIALIZE);
        self.command(params.and_then(|json| Ok(options::initialize(&json)?)), None, options)
    }

    pub fn append(&self, id: JsValue, segment_index: JsValue, segment: JsValue, options: JsValue) -> JsValue {
        let segment = to_blob(segment, "segment");
        let operation = segment.as_ref().map_err(JsValue::clone).and_then(|segment| {
            Ok(options::append(id.as_string().as_deref(), segment_index.as_f64(), segment.size())?)
        });
        self.command(operation, segment.ok(), options)
    }

    pub fn finalize(&self, id: JsValue, options: JsValue) -> JsValue {
        self.command(media_id(&id).map(|id| Operation::Finalize { id }), None, options)
    }

    pub fn status(&self, id: JsValue, options: JsValue) -> JsValue {
        self.command(media_id(&id).map(|id| Operation::Status { id }), None, options)
    }

    #[wasm_bindgen(js_name = waitUntilReady)]
    pub fn wait_until_ready(&self, media: JsValue, options: JsValue) -> JsValue {
        let job = timeout(&options).and_then(|timeout| {
            // An id that is a number may have been rounded: only text will do, in a Media too.
            Ok(match media.as_string() {
                Some(id) => Job::wait_for_id(self.0.settings, options::media_id(Some(&id))?, timeout),
                None => {
                    Job::wait_for(self.0.settings, options::media(&plain(&media, "media", options::MEDIA)?)?, timeout)
                }
            })
        });
        self.start(job, None, options).promise()
    }

    #[wasm_bindgen(js_name = finalizeAndWait)]
    pub fn finalize_and_wait(&self, id: JsValue, options: JsValue) -> JsValue {
        let job = timeout(&options).and_then(|timeout| {
            let id = media_id(&id)?;
            Ok(Job::finalize_and_wait(self.0.settings, id, timeout))
        });
        self.start(job, None, options).promise()
    }

    pub fn upload(&self, file: JsValue, options: JsValue) -> Upload {
        let file = to_blob(file, "file");
        let job = file.as_ref().map_err(JsValue::clone).and_then(|file| {
            let json = plain(&options, "options", options::UPLOAD)?;
            let (plan, goal) = options::upload(&json, file.size() as u64, &file.media_type())?;
            Ok(Job::upload(self.0.settings, plan, goal))
        });
        Upload::new(self.start(job, file.ok(), options))
    }

    fn command(&self, operation: Result<Operation, JsValue>, file: Option<Blob>, options: JsValue) -> JsValue {
        let job = operation.map(|operation| Job::command(self.0.settings, operation));
        self.start(job, file, options).promise()
    }

    fn start(&self, job: Result<Box<Job>, JsValue>, file: Option<Blob>, options: JsValue) -> Run {
        let (job, wrong) = match job {
            Ok(job) => (job, JsValue::UNDEFINED),
            Err(wrong) => (Job::nothing(self.0.settings), wrong),
        };
        Run::new(Task::new(self.0.clone(), job), &self.0.connection, file, options, wrong)
    }
}

fn media_id(id: &JsValue) -> Result<MediaId, JsValue> {
    Ok(options::media_id(id.as_string().as_deref())?)
}

fn timeout(options: &JsValue) -> Result<Millis, JsValue> {
    Ok(options::wait(&plain(options, "options", options::WAIT)?)?)
}
