//! `MediaClient`, as JavaScript sees it: what it is given becomes a job, and the job a task.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortSignal, Blob};

use crate::browser::clock;
use crate::browser::task::{Task, outcome};
use crate::protocol::exchange::Settings;
use crate::protocol::job::Job;
use crate::protocol::media_id::MediaId;
use crate::protocol::options;
use crate::protocol::reply::Outcome;
use crate::protocol::request::Operation;
use crate::protocol::shared::Shared;
use crate::protocol::time::Millis;
use crate::upload::Upload;

#[wasm_bindgen(module = "/src/js/arguments.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn plain(object: &JsValue, name: &str, fields: &str) -> Result<String, JsValue>;

    #[wasm_bindgen(catch)]
    fn blob(value: JsValue, name: &str) -> Result<Blob, JsValue>;

    /// Who waits for a task, and wants to hear of it.
    pub(crate) type Caller;

    #[wasm_bindgen(constructor, catch)]
    fn new(options: JsValue) -> Result<Caller, JsValue>;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn signal(this: &Caller) -> Option<AbortSignal>;

    #[wasm_bindgen(method)]
    pub(crate) fn notify(this: &Caller, name: &str, json: &str);
}

#[wasm_bindgen(module = "/src/js/connection.js")]
extern "C" {
    /// The way to X, and what one is let in with.
    pub(crate) type Connection;

    #[wasm_bindgen(constructor, catch)]
    fn new(options: JsValue) -> Result<Connection, JsValue>;

    #[wasm_bindgen(method, getter, js_name = canRefresh)]
    fn can_refresh(this: &Connection) -> bool;

    #[wasm_bindgen(method)]
    fn refresh(this: &Connection) -> Promise;

    #[wasm_bindgen(method)]
    pub(crate) fn send(
        this: &Connection,
        request: &str,
        refreshed: bool,
        segment: Option<Blob>,
        signal: AbortSignal,
    ) -> Promise;
}

/// What the handles and tasks of one client have in common.
pub(crate) struct Client {
    settings: Settings,
    pub(crate) base_url: String,
    pub(crate) connection: Connection,
    pub(crate) shared: RefCell<Shared>,
    /// Tasks under way: they go on when nobody else holds them any more.
    tasks: RefCell<Vec<Rc<Task>>>,
}

impl Client {
    pub(crate) fn add(&self, task: Rc<Task>) {
        self.tasks.borrow_mut().push(task);
    }

    pub(crate) fn remove(&self, task: &Rc<Task>) {
        self.tasks.borrow_mut().retain(|known| !Rc::ptr_eq(known, task));
    }

    /// Gets a new token for all tasks that wait for one.
    pub(crate) fn refresh(self: &Rc<Self>) {
        let client = self.clone();
        spawn_local(async move {
            let result = match outcome(JsFuture::from(client.connection.refresh()).await) {
                Outcome::Answered(_) => Ok(()),
                Outcome::Failed(error) => Err(error),
            };
            client.shared.borrow_mut().refreshed(result);
            let tasks = client.tasks.borrow().clone();
            tasks.iter().for_each(Task::run);
        });
    }
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
        let (shared, tasks) = (RefCell::default(), RefCell::default());
        Ok(Self(Rc::new(Client { settings, base_url, connection, shared, tasks })))
    }

    pub fn initialize(&self, params: JsValue, options: JsValue) -> Promise {
        let params = plain(&params, "params", options::INITIALIZE);
        let operation = params.and_then(|json| Ok(options::initialize(&json)?));
        self.command(operation, None, options)
    }

    pub fn append(&self, id: JsValue, segment_index: JsValue, segment: JsValue, options: JsValue) -> Promise {
        let id = id.as_string();
        let operation = blob(segment, "segment").and_then(|segment| {
            let operation = options::append(id.as_deref(), segment_index.as_f64(), segment.size())?;
            Ok((operation, segment))
        });
        match operation {
            Ok((operation, segment)) => self.command(Ok(operation), Some(segment), options),
            Err(thrown) => self.command(Err(thrown), None, options),
        }
    }

    pub fn finalize(&self, id: JsValue, options: JsValue) -> Promise {
        self.command(media_id(&id).map(|id| Operation::Finalize { id }), None, options)
    }

    pub fn status(&self, id: JsValue, options: JsValue) -> Promise {
        self.command(media_id(&id).map(|id| Operation::Status { id }), None, options)
    }

    #[wasm_bindgen(js_name = waitUntilReady)]
    pub fn wait_until_ready(&self, media: JsValue, options: JsValue) -> Promise {
        let settings = self.0.settings;
        let job = timeout(&options).and_then(|timeout| {
            let now = clock::now();
            // An id that is a number may have been rounded: only text will do, in a Media too.
            Ok(match media.as_string() {
                Some(id) => Job::wait_for_id(settings, options::media_id(Some(&id))?, timeout, now),
                None => {
                    Job::wait_for(settings, options::media(&plain(&media, "media", options::MEDIA)?)?, timeout, now)
                }
            })
        });
        self.start(job, None, options).promise()
    }

    #[wasm_bindgen(js_name = finalizeAndWait)]
    pub fn finalize_and_wait(&self, id: JsValue, options: JsValue) -> Promise {
        let job = timeout(&options).and_then(|timeout| {
            let id = media_id(&id)?;
            Ok(Job::finalize_and_wait(self.0.settings, id, timeout))
        });
        self.start(job, None, options).promise()
    }

    pub fn upload(&self, file: JsValue, options: JsValue) -> Upload {
        let file = blob(file, "file");
        let job = plain(&options, "options", options::UPLOAD).and_then(|json| {
            let file = file.as_ref().map_err(JsValue::clone)?;
            let (plan, goal) = options::upload(&json, file.size() as u64, &file.type_())?;
            Ok(Job::upload(self.0.settings, plan, goal))
        });
        Upload::new(self.start(job, file.ok(), options))
    }

    fn command(&self, operation: Result<Operation, JsValue>, file: Option<Blob>, options: JsValue) -> Promise {
        let job = operation.map(|operation| Job::command(self.0.settings, operation));
        self.start(job, file, options).promise()
    }

    /// What can't be started becomes a task too, one that is aborted with what is wrong: there is one way to reject.
    fn start(&self, job: Result<Box<Job>, JsValue>, file: Option<Blob>, options: JsValue) -> Rc<Task> {
        match job.and_then(|job| Ok((job, Caller::new(options)?))) {
            Ok((job, caller)) => Task::start(&self.0, job, file, Some(caller)),
            Err(wrong) => {
                let task = Task::start(&self.0, Job::nothing(self.0.settings), None, None);
                task.abort(wrong);
                task
            }
        }
    }
}

fn media_id(id: &JsValue) -> Result<MediaId, JsValue> {
    Ok(options::media_id(id.as_string().as_deref())?)
}

fn timeout(options: &JsValue) -> Result<Millis, JsValue> {
    Ok(options::wait(&plain(options, "options", options::WAIT)?)?)
}
