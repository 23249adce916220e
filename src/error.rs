//! The core's errors as JavaScript's `MediaUploadError`.

use js_sys::JSON;
use wasm_bindgen::prelude::*;

use crate::protocol::error::Error;

#[wasm_bindgen(module = "/src/js/error.js")]
extern "C" {
    type MediaUploadError;

    #[wasm_bindgen(constructor)]
    fn new(fields: JsValue, cause: JsValue) -> MediaUploadError;
}

impl From<Box<Error>> for JsValue {
    fn from(error: Box<Error>) -> Self {
        let fields = JSON::parse(&error.to_json()).unwrap_or_default();
        let cause = error.cause.as_ref().and_then(|cause| cause.downcast_ref::<JsValue>()).cloned();
        MediaUploadError::new(fields, cause.unwrap_or_default()).into()
    }
}
