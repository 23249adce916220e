//! Arbitrary answers to every call. Seeds: the bodies on record, in `tests/fixtures/replies`.
#![no_main]

#[path = "../../tests/native/driver/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the tests use more of it")]
mod driver;
#[path = "../../tests/native/hostile.rs"]
#[expect(dead_code, reason = "the other target uses the rest")]
mod hostile;

libfuzzer_sys::fuzz_target!(|script: &[u8]| hostile::answers(script));
