//! What callers give, as far as it is JavaScript's own: functions, Blobs, signals, URLs. The plain rest the core reads, by
//! [`Given`].

use js_sys::{Array, ArrayBuffer, Function, JSON};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Blob, Url};

use super::file;
use super::js::{field, get, global, items, tag_of};
use crate::protocol::{BaseUrl, Fields, Given, Plain, Refusal, UrlParts, must};

/// What is wrong with an argument.
pub(crate) type Refused = Box<Refusal<JsValue>>;

impl Given for JsValue {
    fn get(&self, name: &str) -> Result<Self, Self> {
        get(self, name)
    }

    fn plain(&self) -> Plain {
        if self.is_undefined() {
            Plain::Undefined
        } else if let Some(value) = self.as_bool() {
            Plain::Bool(value)
        } else if let Some(number) = self.as_f64() {
            Plain::Number(number)
        } else if let Some(text) = self.as_string() {
            Plain::Text(text)
        } else {
            Plain::Other
        }
    }

    fn is_object(&self) -> bool {
        self.is_object() && !Array::is_array(self)
    }

    fn items(&self) -> Option<Vec<Self>> {
        items(self)
    }

    fn to_json(&self) -> Result<Option<String>, Self> {
        Ok(JSON::stringify(self)?.as_string())
    }
}

/// A function in the field `name`, if it is given.
pub(crate) fn function(options: &Fields<JsValue>, name: &str) -> Result<Option<Function>, Refused> {
    let Some(value) = options.get(name)? else { return Ok(None) };
    value.dyn_into().map(Some).map_err(|_| Refusal::new(name, must::FUNCTION))
}

/// The `signal`, if one is given.
pub(crate) fn signal(options: &Fields<JsValue>) -> Result<Option<AbortSignal>, Refused> {
    match options.get("signal")? {
        Some(signal) if tag_of(&signal).as_deref() == Some("AbortSignal") => Ok(Some(signal.unchecked_into())),
        Some(_) => Err(Refusal::new("signal", must::SIGNAL)),
        None => Ok(None),
    }
}

/// The `store`, if one is given.
pub(crate) fn store(options: &Fields<JsValue>) -> Result<Option<JsValue>, Refused> {
    let Some(store) = options.get("store")? else { return Ok(None) };
    let is_store = ["get", "set", "delete"].iter().all(|name| field(&store, name).is_function());
    is_store.then_some(Some(store)).ok_or_else(|| Refusal::new("store", must::STORE))
}

/// The Blob that the caller gave, or one made of the caller's bytes.
pub(crate) fn blob(value: &JsValue, name: &str) -> Result<Blob, Refused> {
    let refused = || Refusal::new(name, must::BYTES);
    let buffer = if ArrayBuffer::is_view(value) { field(value, "buffer") } else { value.clone() };
    // Of bytes that are shared or resizable WebKit makes text, where others throw.
    let is_plain = tag_of(&buffer).as_deref() == Some("ArrayBuffer") && !field(&buffer, "resizable").is_truthy();
    let blob: JsValue = match is_plain {
        true => file::blob_of([value]).map_err(|_| refused())?.into(),
        false => value.clone(),
    };
    let is_blob = matches!(tag_of(&blob).as_deref(), Some("Blob" | "File"));
    is_blob.then(|| blob.unchecked_into()).ok_or_else(refused)
}

/// The `baseUrl`, if one is given, as the platform understands it.
pub(crate) fn base_url(options: &Fields<JsValue>) -> Result<Option<BaseUrl>, Refused> {
    let Some(url) = options.get("baseUrl")? else { return Ok(None) };
    let text = match tag_of(&url).as_deref() {
        Some("URL") => field(&url, "href").as_string(),
        _ => url.as_string().filter(|text| !text.is_empty()),
    };
    let parts = text.and_then(|text| parts_of(&text)).ok_or(BaseUrl::MUST);
    let base_url = parts.and_then(|parts| BaseUrl::new(&parts, own_origin().as_deref()));
    base_url.map(Some).map_err(|must| Refusal::new("baseUrl", must))
}

/// The origin of the page, worker or extension; a server has none.
pub(crate) fn own_origin() -> Option<String> {
    global("origin").as_string()
}

/// The parts of a URL, which may be relative to the page: where there is none, a relative one stands for nothing.
fn parts_of(url: &str) -> Option<UrlParts> {
    let page = field(&global("location"), "href").as_string();
    let url = match page {
        Some(page) => Url::new_with_base(url, &page),
        None => Url::new(url),
    };
    let url = url.ok()?;
    let part = |name| field(&url, name).as_string();
    Some(UrlParts {
        href: part("href")?,
        origin: part("origin")?,
        protocol: part("protocol")?,
        hostname: part("hostname")?,
    })
}
