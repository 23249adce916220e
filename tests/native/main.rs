//! The core, natively and in virtual time: whole uploads take no time, whatever happens to them can be told, and happens the
//! same way each time. That the shell does what the core says is for the browsers to prove.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "here a panic is a failed test")]

mod driver;
mod errors;
mod hostile;
mod model;

mod aborts;
mod arbitrary;
mod bodies;
mod clock;
mod codes;
mod deaths;
mod defaults;
mod expiry;
mod finalize;
mod fingerprints;
mod getters;
mod ids;
mod json;
mod line;
mod lines;
mod media_type;
mod metadata;
mod oauth1;
mod offline;
mod options;
mod owners;
mod pages;
mod pause;
mod polling;
mod progress;
mod rate_limits;
mod refusals;
mod replies;
mod requests;
mod retry;
mod segments;
mod serialize;
mod sessions;
mod simulation;
mod stores;
mod subtitles;
mod throughput;
mod tokens;
mod uploads;
mod urls;
mod verdicts;
mod words;
mod wrong_sessions;
