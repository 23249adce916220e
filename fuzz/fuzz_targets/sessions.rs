//! Arbitrary sessions, from the caller and from a store.
#![no_main]

#[path = "../../tests/hostile/mod.rs"]
mod hostile;
#[path = "../../tests/shell/mod.rs"]
mod shell;

libfuzzer_sys::fuzz_target!(|session: &str| {
    hostile::session(session);
});
