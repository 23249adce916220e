//! Events of the platform: a signal's abort, the network's return, a page that is shown again.

use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

/// Listens until it is dropped.
pub(crate) struct Listener {
    target: EventTarget,
    event: &'static str,
    heard: Closure<dyn Fn()>,
}

impl Listener {
    /// Calls `heard` at each `event` of `target`. `None` where that has no events: some realms have none.
    pub(crate) fn new(target: JsValue, event: &'static str, heard: Box<dyn Fn()>) -> Option<Self> {
        let target: EventTarget = target.unchecked_into();
        let heard = Closure::wrap(heard);
        target.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref()).ok()?;
        Some(Self { target, event, heard })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // A listener that was added can be removed.
        let _ = self.target.remove_event_listener_with_callback(self.event, self.heard.as_ref().unchecked_ref());
    }
}
