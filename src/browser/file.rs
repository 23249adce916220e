//! Files stay in JavaScript: only their first bytes are ever copied into WebAssembly.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use crate::protocol::media_type::HEAD_BYTES;
use crate::protocol::segments::Segment;

/// The bytes of a segment, still unread.
pub(crate) fn slice(file: &Blob, segment: Segment) -> Option<Blob> {
    file.slice_with_f64_and_f64(segment.start as f64, segment.end as f64).ok()
}

/// What the type is told from.
pub(crate) async fn read_head(file: &Blob) -> Result<Vec<u8>, JsValue> {
    let head = file.slice_with_f64_and_f64(0.0, f64::from(HEAD_BYTES))?;
    let bytes = JsFuture::from(head.array_buffer()).await?;
    Ok(Uint8Array::new(&bytes).to_vec())
}
