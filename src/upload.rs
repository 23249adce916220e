//! `Upload`, as JavaScript sees it: a handle to a run that goes on without it.

use wasm_bindgen::prelude::*;

use crate::client::Run;

/// See the package's type declarations.
#[wasm_bindgen(skip_typescript)]
pub struct Upload(Run);

impl Upload {
    pub(crate) fn new(run: Run) -> Self {
        run.hush();
        Self(run)
    }
}

#[wasm_bindgen]
impl Upload {
    pub fn done(&self) -> JsValue {
        self.0.promise()
    }

    pub fn abort(&self, reason: JsValue) {
        self.0.abort(reason);
    }

    #[wasm_bindgen(getter)]
    pub fn progress(&self) -> JsValue {
        self.0.progress()
    }
}
