//! Upload media to X from the browser, and know when it can be used.
//!
//! | where | what it is |
//! |---|---|
//! | [`protocol`] | the core: X's API and every rule of behaviour, as state machines without I/O; pure Rust, tested natively |
//! | `browser` | the shell: does what the core says, with the browser's fetch, timers, Blobs and signals; decides nothing |
//! | `client`, `upload` | what JavaScript calls: `MediaClient` and `Upload` |
//! | `js/*.js` | the package's entries, its error class, the stores, and the relay of servers |

pub mod protocol;

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
mod client;
#[cfg(target_arch = "wasm32")]
mod error;
#[cfg(target_arch = "wasm32")]
mod upload;

#[cfg(target_arch = "wasm32")]
pub use client::{MediaClient, sign};
#[cfg(target_arch = "wasm32")]
pub use upload::Upload;

/// Half the size of Rust's own, and no slower where only small things are allocated.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
