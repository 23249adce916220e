//! The `wasm-bindgen-test-runner` command: what `cargo test` for wasm32 runs its binaries with.

use std::{env, error::Error};

fn main() -> Result<(), Box<dyn Error>> {
    Ok(wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(env::args_os())?)
}
