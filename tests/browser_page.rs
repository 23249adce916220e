//! The tests of `realms`, in a page.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "here a panic is a failed test")]

mod realms;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
