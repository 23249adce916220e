//! What of JavaScript neither js-sys nor web-sys has in a form that can't trap.

use std::future::Future;
use std::pin::Pin;

use gloo_timers::callback::Timeout;
use js_sys::{Array, Function, Promise, Symbol};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::protocol::Millis;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = get)]
    fn reflect_get(object: &JsValue, name: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = Reflect, js_name = set)]
    fn reflect_set(object: &JsValue, name: &str, value: &JsValue);

    #[wasm_bindgen(catch, js_namespace = Array, js_name = from)]
    fn array_from(items: &JsValue) -> Result<Array, JsValue>;

    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(thrown: &JsValue);
}

/// The field `name` of an object, or what was thrown: by its getter, or because it is no object.
pub(crate) fn get(object: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    reflect_get(object, name)
}

/// The field `name` of an object; undefined where it can't be had.
pub(crate) fn field(object: &JsValue, name: &str) -> JsValue {
    get(object, name).unwrap_or_default()
}

/// Sets the field `name` of an object of ours: nothing can throw.
pub(crate) fn set(object: &JsValue, name: &str, value: impl Into<JsValue>) {
    reflect_set(object, name, &value.into());
}

/// The items of a list, which may be of any realm.
pub(crate) fn items(list: &JsValue) -> Option<Vec<JsValue>> {
    Array::is_array(list).then(|| array_from(list).ok())?.map(|items| items.to_vec())
}

/// What is global under this name, in a page, a worker or elsewhere; undefined where it is not.
pub(crate) fn global(name: &str) -> JsValue {
    field(&js_sys::global(), name)
}

/// The kind of a platform object, whichever realm it comes from: `instanceof` knows those of its own realm only.
pub(crate) fn tag_of(value: &JsValue) -> Option<String> {
    js_sys::Reflect::get(value, &Symbol::to_string_tag()).ok()?.as_string()
}

/// A function in the field `name` of an object; `None` where there is none.
pub(crate) fn function(object: &JsValue, name: &str) -> Option<Function> {
    field(object, name).dyn_into().ok()
}

/// What a method of an object gives, or what is thrown: also where there is no such method.
pub(crate) fn call(object: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    let method: Function = get(object, name)?.dyn_into()?;
    method.call0(object)
}

/// What a value comes to, which may be a promise; or what was thrown or is rejected.
pub(crate) fn settled(value: Result<JsValue, JsValue>) -> JsFuture {
    // A promise of the platform's own, which asks a thenable of the caller's in a job of its own, and rejects where that throws.
    JsFuture::from(Promise::new(&mut |resolve, reject| {
        let _ = match &value {
            Ok(value) => resolve.call1(&JsValue::UNDEFINED, value),
            Err(thrown) => reject.call1(&JsValue::UNDEFINED, thrown),
        };
    }))
}

/// A promise, beside what resolves it and what rejects it.
pub(crate) fn deferred() -> (Promise, Function, Function) {
    let mut settle = None;
    let promise = Promise::new(&mut |resolve, reject| settle = Some((resolve, reject)));
    // The platform calls the function before it returns the promise.
    let Some((resolve, reject)) = settle else { wasm_bindgen::throw_str("a Promise without its functions") };
    (promise, resolve, reject)
}

/// Ends after so long.
pub(crate) async fn pause(length: Millis) {
    let (end, resolve, _) = deferred();
    let _timer = Timeout::new(length.0 as u32, move || drop(resolve.call0(&JsValue::UNDEFINED)));
    let _ = JsFuture::from(end).await;
}

/// What a promise comes to; or undefined after `longest`, when `late` is called.
pub(crate) fn in_time(promise: &JsValue, longest: Millis, late: Box<dyn FnOnce()>) -> Promise {
    let (end, resolve, _) = deferred();
    let timer = Timeout::new(longest.0 as u32, move || {
        late();
        let _ = resolve.call0(&JsValue::UNDEFINED);
    });
    let first = Promise::race(&[promise, &end].into_iter().collect::<Array>());
    then(Ok(first.clone().into()), Box::new(move |_| drop(timer)));
    first
}

/// Calls `ended` with what a value comes to, which may be a promise; or with what was thrown or is rejected.
pub(crate) fn then(value: Result<JsValue, JsValue>, ended: Box<dyn FnOnce(Result<JsValue, JsValue>)>) {
    let settled = settled(value);
    spawn(Box::pin(async move { ended(settled.await) }));
}

/// Lets a promise come to what it likes.
pub(crate) fn ignore(value: Result<JsValue, JsValue>) {
    then(value, Box::new(drop));
}

/// Calls back. What the caller's function throws, or rejects with, is the caller's: it is reported, and changes nothing.
pub(crate) fn notify(callback: &Function, value: &JsValue) {
    match callback.call1(&JsValue::UNDEFINED, value) {
        Ok(given) if !given.is_object() => {}
        given => then(given, Box::new(|given| drop(given.map_err(|thrown| report(&thrown))))),
    }
}

fn report(thrown: &JsValue) {
    match global("reportError").dyn_ref::<Function>() {
        Some(report_error) => drop(report_error.call1(&JsValue::UNDEFINED, thrown)),
        // Servers' runtimes lack it.
        None => console_error(thrown),
    }
}

/// Lets a future run. What can throw in it must be caught, but in [`super::driver::Driver::tell`]: nobody would hear of it.
pub(crate) fn spawn(future: Pin<Box<dyn Future<Output = ()>>>) {
    wasm_bindgen_futures::spawn_local(future);
}
