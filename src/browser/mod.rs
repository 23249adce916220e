//! The shell: carries out what the core says, with the browser's own means. It has no rules of its own.
//!
//! What is JavaScript's own on either side of it (the caller's functions and Blobs, a fetch with its headers and forms)
//! stays in JavaScript, in `src/js`: through bindings it would weigh three times as much in every page.

pub(crate) mod clock;
pub(crate) mod file;
pub(crate) mod signals;
pub(crate) mod task;
