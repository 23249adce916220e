//! `MediaClient`: each method reads its arguments, makes a job, and hands it to a driver. No logic here.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::browser::arguments::{self, Refused};
use crate::browser::client::Client;
use crate::browser::clock::now;
use crate::browser::driver::{Driver, Given};
use crate::browser::{file, js};
use crate::error::to_refusal;
use crate::protocol::{
    Fields, Job, Millis, Now, OAuth1Credentials, Operation, Parameters, read_media, read_media_id, read_timeout,
};
use crate::upload::Upload;

/// What uploads media with the options of one account. See `MediaClient` in `js/index.d.ts`.
#[wasm_bindgen]
pub struct MediaClient(Rc<Client>);

#[wasm_bindgen]
impl MediaClient {
    /// Throws where an option is not what it must be.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Result<MediaClient, JsValue> {
        Client::read(options).map(|client| Self(Rc::new(client))).map_err(|refusal| to_refusal(&refusal))
    }

    /// INIT.
    pub fn initialize(&self, params: &JsValue, options: &JsValue) -> Promise {
        self.command(Operation::read_initialize(params), options)
    }

    /// APPEND.
    pub fn append(&self, media_id: &JsValue, segment_index: &JsValue, segment: &JsValue, options: &JsValue) -> Promise {
        self.settle(arguments::blob(segment, "segment").and_then(|file| {
            let bytes = file::info_of(&file).total_bytes;
            let operation = Operation::read_append(media_id, segment_index, bytes)?;
            let mut given = call_options(options)?;
            given.file = Some(file);
            Ok((self.job_of(vec![operation]), given))
        }))
    }

    /// FINALIZE.
    pub fn finalize(&self, media_id: &JsValue, options: &JsValue) -> Promise {
        self.command(read_media_id(media_id).map(|id| Operation::Finalize { id }), options)
    }

    /// STATUS.
    pub fn status(&self, media_id: &JsValue, options: &JsValue) -> Promise {
        self.command(read_media_id(media_id).map(|id| Operation::Status { id }), options)
    }

    /// METADATA.
    #[wasm_bindgen(js_name = setMetadata)]
    pub fn set_metadata(&self, media_id: &JsValue, metadata: &JsValue, options: &JsValue) -> Promise {
        self.command(Operation::read_set_metadata(media_id, metadata), options)
    }

    /// SUBTITLES, to be added.
    #[wasm_bindgen(js_name = addSubtitles)]
    pub fn add_subtitles(
        &self,
        media_id: &JsValue,
        media_category: &JsValue,
        subtitles: &JsValue,
        options: &JsValue,
    ) -> Promise {
        let api = self.0.settings.api;
        self.commands(Operation::read_add_subtitles(api, media_id, media_category, subtitles), options)
    }

    /// SUBTITLES, to be removed.
    #[wasm_bindgen(js_name = removeSubtitles)]
    pub fn remove_subtitles(
        &self,
        media_id: &JsValue,
        media_category: &JsValue,
        language_codes: &JsValue,
        options: &JsValue,
    ) -> Promise {
        let api = self.0.settings.api;
        self.commands(Operation::read_remove_subtitles(api, media_id, media_category, language_codes), options)
    }

    /// Polls STATUS until the media can be used.
    #[wasm_bindgen(js_name = waitUntilReady)]
    pub fn wait_until_ready(&self, media: &JsValue, options: &JsValue) -> Promise {
        self.settle(read_media(media).and_then(|(id, known)| {
            let (timeout, given) = wait_options(options)?;
            Ok((Job::wait(self.0.settings.clone(), id, known, timeout), given))
        }))
    }

    /// FINALIZE, and the wait after it.
    #[wasm_bindgen(js_name = finalizeAndWait)]
    pub fn finalize_and_wait(&self, media_id: &JsValue, options: &JsValue) -> Promise {
        self.settle(read_media_id(media_id).and_then(|id| {
            let (timeout, given) = wait_options(options)?;
            Ok((Job::finalize_and_wait(self.0.settings.clone(), id, timeout), given))
        }))
    }

    /// The whole upload.
    pub fn upload(&self, file: &JsValue, options: &JsValue) -> Upload {
        Upload::start(self.0.clone(), file, options)
    }
}

/// A job, and what it takes along from its caller.
type Work = (Box<Job>, Box<Given>);

impl MediaClient {
    fn job_of(&self, operations: Vec<Operation>) -> Box<Job> {
        Job::command(self.0.settings.clone(), operations)
    }

    fn command(&self, operation: Result<Operation, Refused>, options: &JsValue) -> Promise {
        self.commands(operation.map(|operation| vec![operation]), options)
    }

    fn commands(&self, operations: Result<Vec<Operation>, Refused>, options: &JsValue) -> Promise {
        self.settle(operations.and_then(|operations| Ok((self.job_of(operations), call_options(options)?))))
    }

    /// A promise of what comes of this work; what is wrong with its arguments makes it reject.
    fn settle(&self, work: Result<Work, Refused>) -> Promise {
        match work {
            Ok((job, given)) => Driver::start(self.0.clone(), job, given).0,
            Err(refusal) => Promise::reject(&to_refusal(&refusal)),
        }
    }
}

/// Reads the options of a method that sends a command.
fn call_options(options: &JsValue) -> Result<Box<Given>, Refused> {
    let signal = arguments::signal(&Fields::of(options, "options")?)?;
    Ok(Box::new(Given { signal, ..Given::default() }))
}

/// Reads the options of a method that waits: for how long, and the rest.
fn wait_options(options: &JsValue) -> Result<(Millis, Box<Given>), Refused> {
    let fields = Fields::of(options, "options")?;
    let mut given = call_options(options)?;
    given.on_status = arguments::function(&fields, "onStatus")?;
    Ok((read_timeout(&fields)?, given))
}

/// The value of the header `authorization` by OAuth 1.0a, for the relay: `parameters` are pairs of name and value in query and
/// form. Throws where the credentials are not what they must be.
#[wasm_bindgen]
pub fn sign(credentials: &JsValue, method: &str, url: &str, parameters: &JsValue) -> Result<String, JsValue> {
    let credentials = OAuth1Credentials::read(credentials).map_err(|refusal| to_refusal(&refusal))?;
    let parameters = Parameters(js::items(parameters).unwrap_or_default().iter().filter_map(pair).collect());
    let Now { epoch, random, .. } = now();
    Ok(credentials.sign(method, url, &parameters, epoch, random))
}

fn pair(pair: &JsValue) -> Option<(String, String)> {
    let pair = js::items(pair)?;
    let text = |place: usize| pair.get(place)?.as_string();
    Some((text(0)?, text(1)?))
}
