//! What keeps an extension's service worker or background page alive while work is under way.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::arguments::Refused;
use super::js::{field, function, global};
use crate::protocol::{Fields, Refusal, must};

/// Browsers end an extension's worker 30 s after the last call of an extension's API.
pub(crate) const KEEP_ALIVE_MS: u32 = 20_000;

/// What is called while work is under way.
pub(crate) enum KeepAlive {
    /// Nothing.
    Nothing,
    /// An extension's API, with the object that it is a method of. Whether it fails is of no interest.
    Extension(JsValue, Function),
    /// The caller's function.
    Function(Function),
}

impl KeepAlive {
    /// Reads the option `keepAlive` of a client.
    pub(crate) fn read(options: &Fields<JsValue>) -> Result<Self, Refused> {
        let Some(given) = options.get("keepAlive")? else { return Ok(Self::auto()) };
        if given == JsValue::FALSE {
            return Ok(Self::Nothing);
        }
        if given.as_string().as_deref() == Some("auto") {
            return Ok(Self::auto());
        }
        let function = given.dyn_into().map(Self::Function);
        function.map_err(|_| Refusal::new("keepAlive", must::KEEP_ALIVE))
    }

    /// The extension's API in its service worker (Chromium) or its background page (Firefox), and nothing elsewhere.
    fn auto() -> Self {
        for name in ["browser", "chrome"] {
            let api = global(name);
            let runtime = field(&api, "runtime");
            if let Some(get_platform_info) = function(&runtime, "getPlatformInfo")
                && is_background(&field(&api, "extension"))
            {
                return Self::Extension(runtime, get_platform_info);
            }
        }
        Self::Nothing
    }
}

/// Whether this is where an extension works when no page of it is open.
fn is_background(extension: &JsValue) -> bool {
    let is_page = || {
        let page = function(extension, "getBackgroundPage")?.call0(extension).ok()?;
        Some(page == *js_sys::global())
    };
    !global("ServiceWorkerGlobalScope").is_undefined() || is_page().unwrap_or(false)
}
