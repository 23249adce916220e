//! Now, and chance.

use wasm_bindgen::prelude::*;

use super::js::{field, global};
use crate::protocol::{Instant, Millis, Now, UnixTime};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn monotonic() -> f64;
}

/// A timer of more than 2^31 ms would fire at once. Who is woken early looks at the clock, and sleeps again.
const LONGEST_SLEEP: Millis = Millis(3_600_000);

/// The moment at which the core is asked.
pub(crate) fn now() -> Now {
    Now {
        at: Instant(monotonic() as u64),
        epoch: UnixTime(js_sys::Date::now() as u64),
        random: js_sys::Math::random(),
        online: field(&global("navigator"), "onLine") != JsValue::FALSE,
    }
}

/// A moment as HTTP writes it.
pub(crate) fn parse_date(text: &str) -> Option<UnixTime> {
    let moment = js_sys::Date::parse(text);
    (moment > 0.0).then_some(UnixTime(moment as u64))
}

/// How many milliseconds to sleep to wake at a moment, or somewhat earlier where it is far off.
pub(crate) fn sleep_until(moment: Instant) -> u32 {
    // Rounded up: who wakes too early asks again and again.
    let sleep = (moment.0 as f64 - monotonic()).ceil();
    sleep.clamp(0.0, LONGEST_SLEEP.0 as f64) as u32
}
