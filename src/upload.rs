//! `Upload`, as JavaScript sees it: a handle to a task that goes on without it.

use std::rc::Rc;

use js_sys::{JSON, Promise};
use wasm_bindgen::prelude::*;
use web_sys::DomException;

use crate::browser::task::Task;

/// See the package's type declarations.
#[wasm_bindgen(skip_typescript)]
pub struct Upload(Rc<Task>);

impl Upload {
    pub(crate) fn new(task: Rc<Task>) -> Self {
        task.hush();
        Self(task)
    }
}

#[wasm_bindgen]
impl Upload {
    pub fn done(&self) -> Promise {
        self.0.promise()
    }

    pub fn abort(&self, reason: JsValue) -> Result<(), JsValue> {
        let reason = match reason.is_undefined() {
            true => DomException::new_with_message_and_name("The upload was aborted.", "AbortError")?.into(),
            false => reason,
        };
        self.0.abort(reason);
        Ok(())
    }

    #[wasm_bindgen(getter)]
    pub fn progress(&self) -> Result<JsValue, JsValue> {
        JSON::parse(&self.0.progress())
    }
}
