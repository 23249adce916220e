//! The time, chance, and being woken.

use gloo_timers::callback::Timeout;
use wasm_bindgen::prelude::*;

use crate::protocol::time::{Millis, Moment};

#[wasm_bindgen]
extern "C" {
    /// The `performance` of whatever global object there is.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// This moment.
pub(crate) fn now() -> Moment {
    Moment { at: performance_now() as Millis, epoch: js_sys::Date::now() as Millis, random: js_sys::Math::random() }
}

/// Calls `wake` once the clock has passed `until`, or earlier: who is woken looks at the clock. Dropping it calls it off.
pub(crate) fn wake_at(until: Millis, now: Moment, wake: impl FnOnce() + 'static) -> Timeout {
    // A timer of more than 2^31 ms would fire at once.
    const LONGEST: Millis = 3_600_000;
    let delay = until.saturating_sub(now.at).min(LONGEST);
    Timeout::new(delay as u32, wake)
}
