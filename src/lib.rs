//! Upload media to X from the browser, and know when it can be used.
//!
//! | where | what it is |
//! |---|---|
//! | [`protocol`] | the core: X's API and every rule of behaviour, as state machines without I/O; pure Rust, tested natively |
//! | `task` | what JavaScript sees of the core: events in, things to do out |
//! | `browser/*.js` | the shell: fetch, timers, Blobs and signals; does what the core says. `MediaClient` and `Upload` |
//! | `js/*.js` | the package's entry, and its error class |

pub mod protocol;

#[cfg(target_arch = "wasm32")]
pub mod task;

/// Half the size of Rust's own, and no slower where only small things are allocated.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
