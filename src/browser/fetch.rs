//! One request out, one answer in.

use js_sys::{Function, JSON, Object, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{
    AbortSignal, Blob, FormData, Headers, ReferrerPolicy, RequestCache, RequestCredentials, RequestRedirect,
    UrlSearchParams,
};

use super::clock::parse_date;
use super::js::{call, field, get, global, ignore, set, settled, tag_of};
use crate::error::to_error;
use crate::protocol::{Answer, AnswerBody, Body, Code, Error, Headers as AnswerHeaders, Request};

/// How much of a body is read. X's have less than 2 KiB; what is longer is a page of something else.
const MAX_BODY_BYTES: usize = 65_536;

/// Why there is no answer, and what was thrown, or undefined.
pub(crate) struct Failure {
    pub(crate) error: Box<Error>,
    pub(crate) thrown: JsValue,
}

impl Failure {
    pub(crate) fn new(code: Code, thrown: JsValue) -> Self {
        Self { error: Error::new(code), thrown }
    }

    /// What was thrown; or, where it was nobody else's doing, the error itself.
    pub(crate) fn into_cause(self) -> JsValue {
        if self.thrown.is_undefined() { to_error(&self.error, &JsValue::UNDEFINED) } else { self.thrown }
    }
}

/// How requests of a client leave.
pub(crate) struct Fetch {
    /// The caller's; otherwise it is the global one when the request leaves.
    pub(crate) function: Option<Function>,
    /// Whether cookies go along.
    pub(crate) credentials: RequestCredentials,
}

impl Fetch {
    /// Sends a request, and reads its answer.
    pub(crate) async fn send(&self, url: &str, init: &JsValue) -> Result<Answer, JsValue> {
        let response = settled(self.fetch(url, init)).await?;
        let body = get(&response, "body")?;
        if body.is_null() {
            return read_answer(&response, Some(Vec::new()));
        }
        if !field(&body, "getReader").is_function() {
            // A fetch of the caller's may have no streams of the web.
            let text = settled(call(&response, "text")).await?;
            return read_answer(&response, text.as_string().map(String::into_bytes));
        }
        let reader = call(&body, "getReader")?;
        let mut bytes = Vec::new();
        while let Some(chunk) = next_chunk(&settled(call(&reader, "read")).await?)? {
            if bytes.len() + chunk.length() as usize > MAX_BODY_BYTES {
                ignore(call(&reader, "cancel")); // the rest may be endless
                return read_answer(&response, None);
            }
            bytes.extend(chunk.to_vec());
        }
        read_answer(&response, Some(bytes))
    }

    fn fetch(&self, url: &str, init: &JsValue) -> Result<JsValue, JsValue> {
        let fetch = self.function.clone().map_or_else(|| global("fetch"), JsValue::from);
        let fetch: &Function = fetch.dyn_ref().ok_or(&fetch)?;
        fetch.call2(&JsValue::UNDEFINED, &url.into(), init)
    }

    /// What `fetch` is told of a request. A `segment` is sent as the part named `media`.
    pub(crate) fn init_of(
        &self,
        request: &Request,
        headers: &Headers,
        segment: Option<&Blob>,
        signal: &AbortSignal,
    ) -> Result<Object, JsValue> {
        let init = Object::new();
        set(&init, "method", request.method());
        match &request.body {
            Body::None => {}
            Body::Form(parameters) => {
                set(&init, "body", UrlSearchParams::new_with_str(&parameters.to_form())?);
            }
            Body::Json(json) => {
                headers.set("content-type", "application/json")?;
                set(&init, "body", json);
            }
            Body::Multipart(parameters, _) => {
                let form = FormData::new()?;
                for (name, value) in &parameters.0 {
                    form.append_with_str(name, value)?;
                }
                if let Some(segment) = segment {
                    form.append_with_blob("media", segment)?;
                }
                set(&init, "body", form);
            }
        }
        set(&init, "headers", headers);
        set(&init, "signal", signal);
        set(&init, "credentials", self.credentials);
        // Followed, it would carry the credentials elsewhere; refused, it would look like a network error.
        set(&init, "redirect", RequestRedirect::Manual);
        set(&init, "referrerPolicy", ReferrerPolicy::NoReferrer);
        set(&init, "cache", RequestCache::NoStore);
        Ok(init)
    }
}

/// Reads a Response, which may be one of the caller's making. Its body is `None` where that is more than any of X's.
fn read_answer(response: &JsValue, body: Option<Vec<u8>>) -> Result<Answer, JsValue> {
    let status = get(response, "status")?.as_f64().map(|status| status as u16).filter(|status| *status > 0);
    let headers: Headers = get(response, "headers")?.unchecked_into();
    let header = |name: &str| headers.get(name).ok().flatten();
    let body = match body {
        Some(bytes) => {
            // WebKit takes an answer that was cut short for a whole one. The length is that of the compressed answer, and across
            // origins nobody is told that it is compressed.
            let is_plain = header("content-encoding").is_none() && field(response, "type") != "cors";
            let expected =
                header("content-length").filter(|_| is_plain).and_then(|length| length.parse::<usize>().ok());
            let is_short = expected.is_some_and(|expected| bytes.len() < expected);
            let body = body_of(bytes);
            if is_short && !matches!(body, AnswerBody::Json(_)) {
                return Err(js_sys::TypeError::new("The answer was cut short").into());
            }
            body
        }
        None => AnswerBody::Unreadable,
    };
    Ok(Answer { status, headers: AnswerHeaders::read(&header, &parse_date), body })
}

/// The bytes that a reader has read; `None` at the end. Fails where it is none of the platform's, and has read no bytes.
fn next_chunk(read: &JsValue) -> Result<Option<Uint8Array>, JsValue> {
    if get(read, "done")?.is_truthy() {
        return Ok(None);
    }
    let value = get(read, "value")?;
    match tag_of(&value).as_deref() {
        Some("Uint8Array") => Ok(Some(Uint8Array::new(&value))),
        _ => Err(js_sys::TypeError::new("The body of the answer is read in other than bytes").into()),
    }
}

fn body_of(bytes: Vec<u8>) -> AnswerBody {
    let Ok(text) = String::from_utf8(bytes) else { return AnswerBody::Unreadable };
    let text = text.strip_prefix("\u{feff}").map(str::to_owned).unwrap_or(text);
    if JSON::parse(&text).is_ok() { AnswerBody::Json(text) } else { AnswerBody::Text(text) }
}
