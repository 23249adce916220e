//! Upload media to X from the browser, and know when it can be used.
//!
//! | module | what it is |
//! |---|---|
//! | [`protocol`] | the core: X's API and every rule of behaviour, as state machines without I/O; pure Rust, tested natively |
//! | `browser` | the shell: fetch, timers, Blobs and signals; does what the core says |
//! | `client`, `upload` | what JavaScript sees: `MediaClient` and `Upload` |
//! | `error` | the core's errors as JavaScript's `MediaUploadError` |

pub mod protocol;

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
mod client;
#[cfg(target_arch = "wasm32")]
mod error;
#[cfg(target_arch = "wasm32")]
mod upload;

/// Half the size of Rust's own, and no slower where only small things are allocated.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
