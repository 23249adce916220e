//! The caller's `AbortSignal`.

use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

/// Listens to a signal for as long as it lives.
pub(crate) struct AbortListener {
    signal: AbortSignal,
    listener: Closure<dyn Fn()>,
}

impl AbortListener {
    /// Calls `on_abort` with the reason when the signal is aborted. It may be so already: look first.
    pub(crate) fn new(signal: AbortSignal, on_abort: impl Fn(JsValue) + 'static) -> Self {
        let source = signal.clone();
        let listener = Closure::<dyn Fn()>::new(move || on_abort(source.reason()));
        // Adding a listener to an EventTarget has no way to fail.
        let _ = signal.add_event_listener_with_callback("abort", listener.as_ref().unchecked_ref());
        Self { signal, listener }
    }
}

impl Drop for AbortListener {
    fn drop(&mut self) {
        let _ = self.signal.remove_event_listener_with_callback("abort", self.listener.as_ref().unchecked_ref());
    }
}
