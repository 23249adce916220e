//! The core: what is asked of X, what its answers mean, and what to do next. It does no I/O, knows no browser,
//! reads no clock and does not panic.
//!
//! In the order of the data: a [`job`] keeps one or several [`exchange`]s under way, each sends [`request`]s and reads
//! [`reply`]s by the rules of [`retry`]; [`processing`] says whether the [`media`] is ready.

pub mod error;
pub mod exchange;
pub mod file;
pub mod job;
pub mod json;
pub mod media;
pub mod media_id;
pub mod media_type;
pub mod messages;
pub mod oauth1;
pub mod options;
pub mod pace;
pub mod processing;
pub mod progress;
pub mod reply;
pub mod request;
pub mod retry;
pub mod segments;
pub mod session;
pub mod shared;
pub mod time;
pub mod upload;
