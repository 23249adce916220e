//! Arbitrary answers to every call. Seeds: the bodies on record, in `tests/fixtures/replies`.
#![no_main]

#[path = "../../tests/hostile/mod.rs"]
mod hostile;
#[path = "../../tests/shell/mod.rs"]
mod shell;

libfuzzer_sys::fuzz_target!(|script: &[u8]| hostile::answers(script));
