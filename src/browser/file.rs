//! A file: what is looked at of it, what is sent of it, and whether it is still what it was.

use std::ops::Range;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use super::js::{call, field, pause, settled};
use crate::protocol::{FileInfo, Millis, Segment};

/// When what can't be read is looked at again.
const LOOK_AGAIN: Millis = Millis(500);

/// What the platform says of a file.
pub(crate) fn info_of(file: &Blob) -> FileInfo {
    FileInfo {
        total_bytes: size_of(file) as u64,
        blob_type: field(file, "type").as_string().unwrap_or_default(),
        name: field(file, "name").as_string(),
        last_modified: field(file, "lastModified").as_f64().map(|moment| moment as u64),
    }
}

/// A promise of these ranges, one behind the other, as an ArrayBuffer. It rejects where they can't be read.
pub(crate) fn sample(file: &Blob, ranges: &[Range<u64>]) -> Result<JsValue, JsValue> {
    let blocks = Array::new();
    for range in ranges {
        blocks.push(range_of(file, range)?.as_ref());
    }
    call(Blob::new_with_blob_sequence(&blocks)?.as_ref(), "arrayBuffer")
}

/// A Blob of these parts, one after the other.
pub(crate) fn blob_of<T: AsRef<JsValue>, const N: usize>(parts: [T; N]) -> Result<Blob, JsValue> {
    let list = Array::new();
    for part in &parts {
        list.push(part.as_ref());
    }
    Blob::new_with_blob_sequence(&list)
}

fn size_of(file: &Blob) -> f64 {
    field(file, "size").as_f64().unwrap_or_default()
}

/// The bytes of a segment.
pub(crate) fn slice(file: &Blob, segment: Segment) -> Result<Blob, JsValue> {
    range_of(file, &(segment.start..segment.end))
}

fn range_of(file: &Blob, range: &Range<u64>) -> Result<Blob, JsValue> {
    file.slice_with_f64_and_f64(range.start as f64, range.end as f64)
}

/// Fails where a file is no longer what it was, also a moment later: of a page that is being left WebKit reads nothing, and may
/// show it again.
pub(crate) async fn is_there(file: &Blob) -> Result<(), JsValue> {
    if look(file).await.is_ok() {
        return Ok(());
    }
    pause(LOOK_AGAIN).await;
    look(file).await
}

/// Looks at the last byte. Of a file that has changed Chromium and WebKit do not read it, Firefox reads what there is.
async fn look(file: &Blob) -> Result<(), JsValue> {
    let size = size_of(file);
    let last_byte = call(file.slice_with_f64_and_f64(size - 1.0, size)?.as_ref(), "arrayBuffer");
    match Uint8Array::new(&settled(last_byte).await?).length() {
        0 => Err(js_sys::Error::new("The file is shorter than it was").into()),
        _ => Ok(()),
    }
}
