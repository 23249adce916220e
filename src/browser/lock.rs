//! One owner among all pages and workers of an origin: the Web Locks API.

use gloo_timers::callback::Timeout;
use js_sys::{Array, Function, Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

use super::js::{deferred, get, global, in_time, set, then};
use crate::protocol::Millis;

/// Locks that don't even say that a request was aborted don't work.
const GRACE: Millis = Millis::from_secs(1);

/// A lock, held until this is dropped.
pub(crate) struct Lock(Function);

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.call0(&JsValue::UNDEFINED);
    }
}

/// Gives the lock of this name; `None` where another one still holds it after `patience`. Where there are no locks, or they throw
/// or don't answer, nobody else is known of. `lost` is called where the platform takes the lock away: WebKit does so with a page
/// that it keeps for the way back, and tells when the page is shown again.
pub(crate) fn lock(name: &str, patience: Millis, lost: Box<dyn FnOnce()>, got: Box<dyn FnOnce(Option<Lock>)>) {
    let (held, release, _) = deferred();
    let lock = Lock(release);
    let Ok((request, given, controller)) = request(name, held) else { return got(Some(lock)) };
    let signal = controller.signal();
    let timer = Timeout::new(patience.0 as u32, move || controller.abort());
    // Only a request that fails ends before the lock was given.
    let answer = Promise::race(&[&request, &given].into_iter().collect::<Array>());
    let answered = move |answer: Result<JsValue, JsValue>| {
        drop(timer);
        match answer {
            Ok(given) if given.is_object() => {
                then(Ok(request), Box::new(move |ended| drop(ended.map_err(|_| if_page_stays(lost)))));
                got(Some(lock));
            }
            Ok(_) => got(Some(lock)),
            Err(_) if signal.aborted() => got(None),
            Err(_) => if_page_stays(Box::new(move || got(Some(lock)))),
        }
    };
    then(Ok(in_time(&answer, patience + GRACE, Box::new(|| {})).into()), Box::new(answered));
}

/// Goes on after a request has failed, unless the page is being left for good: that fails them all, and ends its timers. What it
/// began at that moment, WebKit would let go on beside the next page.
fn if_page_stays(go_on: Box<dyn FnOnce()>) {
    Timeout::new(0, go_on).forget();
}

/// Requests the lock, to be held until `held` resolves. The request, which rejects where it is aborted and where the lock is lost;
/// what resolves with the lock; and what aborts the request.
fn request(name: &str, held: Promise) -> Result<(JsValue, JsValue, AbortController), JsValue> {
    let locks = get(&global("navigator"), "locks")?;
    let request: Function = get(&locks, "request")?.dyn_into()?;
    let controller = AbortController::new()?;
    let options = Object::new();
    set(&options, "signal", controller.signal());
    let (given, give, _) = deferred();
    let hold = Closure::once_into_js(move |lock: JsValue| {
        let _ = give.call1(&JsValue::UNDEFINED, &lock);
        held
    });
    let request = request.call3(&locks, &name.into(), &options, &hold)?;
    Ok((request, given.into(), controller))
}
