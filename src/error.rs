//! The core's errors as JavaScript's `MediaUploadError`. No logic here: what an error says, the core knows.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::protocol::{Code, Error, Refusal, ToValue, Value};

#[wasm_bindgen(module = "/src/js/error.js")]
extern "C" {
    type MediaUploadError;

    #[wasm_bindgen(constructor)]
    fn new(message: &str, fields: &JsValue, cause: &JsValue) -> MediaUploadError;

    /// Calls `turn`. The error is what was thrown in it, or trapped; the stack pointer is then what it was before.
    #[wasm_bindgen(catch)]
    pub(crate) fn guard(turn: &dyn Fn()) -> Result<(), JsValue>;
}

/// An error as JavaScript gets it. `cause` is what was thrown, or undefined.
pub(crate) fn to_error(error: &Error, cause: &JsValue) -> JsValue {
    MediaUploadError::new(&error.message(), &to_js(error), cause).into()
}

/// A failure that is no more than of this kind.
pub(crate) fn failed(code: Code, cause: &JsValue) -> JsValue {
    to_error(&Error::new(code), cause)
}

/// A refusal as JavaScript gets it.
pub(crate) fn to_refusal(Refusal { error, thrown }: &Refusal<JsValue>) -> JsValue {
    to_error(error, thrown.as_ref().unwrap_or(&JsValue::UNDEFINED))
}

/// A value of the core as plain JavaScript. Throws where JavaScript has no exact number for one.
pub(crate) fn to_js(value: &dyn ToValue) -> JsValue {
    plain(&value.to_value())
}

/// A plain value as JavaScript has it.
pub(crate) fn plain(value: &Value) -> JsValue {
    const SERIALIZER: serde_wasm_bindgen::Serializer =
        serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true).serialize_maps_as_objects(true);
    value.serialize(&SERIALIZER).unwrap_or_else(|error| wasm_bindgen::throw_val(error.into()))
}
