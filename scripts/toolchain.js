// A Rust compiler that has the source of its standard library: the one in PATH, else Debian's.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { aptInstall } from "./debian.js";
import { Failure, read, root } from "./run.js";

export const TARGET = "wasm32-unknown-unknown";

/**
 * What makes a cargo command one for WebAssembly. The standard library is compiled from source, which makes it smaller; for
 * tests too, which need no other then. Each profile takes half a minute for it, once.
 */
export const WASM = [
  ...["--target", TARGET],
  ...["-Z", "build-std=std,panic_abort"],
];

/** Fixed, whatever the person's own cargo settings say: the build looks for its results here. */
export const TARGET_DIR = join(root, "target");

/** wasm-bindgen's command, made by set-up. */
export const WASM_BINDGEN = join(TARGET_DIR, "debug/wasm-bindgen-cli");

/** Debian's compiler, the source of its library, and its tools. The linker is of the compiler's LLVM, which only the compiler tells. */
const DEBIAN_PACKAGES = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "rust-web-clippy"];

/**
 * What cargo is to be started with.
 * @returns {NodeJS.ProcessEnv}
 */
export function cargoEnv() {
  const env = hasLibrarySource("rustc") ? {} : debianEnv();
  if (!env) throw new Failure("No Rust compiler with the source of its standard library. Run: npm run setup");
  return {
    ...env,
    CARGO_TARGET_DIR: TARGET_DIR,
    // -Z, in a stable compiler. Every command gets it: some dependencies are compiled anew where it changes.
    RUSTC_BOOTSTRAP: "1",
  };
}

/** Makes sure that `cargoEnv` has an answer. */
export async function setUpToolchain() {
  if (hasLibrarySource("rustc") || debianEnv()) return;
  if (!read("cargo", ["--version"])) throw new Failure("Rust is missing. Install it with rustup, then run this again.");

  console.log("The source of Rust's standard library: asking rustup (4 MB)");
  // A machine without a way out learns it at once.
  read("rustup", ["component", "add", "rust-src"], { env: { RUSTUP_MAX_RETRIES: "0" }, timeout: 300_000 });
  if (hasLibrarySource("rustc")) return;

  console.log("rustup could not get it");
  await installDebianCompiler();
  if (debianEnv()) return;
  throw new Failure(
    "The Rust compiler has no source of its standard library, which is compiled for WebAssembly. Either run\n" +
      "    rustup component add rust-src\n" +
      "where rustup can download, or run this as root on Debian: it then installs\n" +
      `    ${DEBIAN_PACKAGES.join(" ")} lld`,
  );
}

/** @param {string} rustc */
function hasLibrarySource(rustc) {
  const sysroot = read(rustc, ["--print", "sysroot"]);
  return sysroot !== undefined && existsSync(join(sysroot, "lib/rustlib/src/rust/library/Cargo.lock"));
}

/** Debian's commands before all others, cargo's plug-ins included. */
function debianEnv() {
  // rust-lld is a link to what lld's package brings.
  const isComplete = hasLibrarySource("/usr/bin/rustc") && existsSync("/usr/bin/rust-lld");
  return isComplete ? { PATH: ["/usr/bin", process.env.PATH].join(delimiter) } : undefined;
}

async function installDebianCompiler() {
  if (!(await aptInstall(...DEBIAN_PACKAGES))) return;
  const llvm = /^LLVM version: (\d+)/m.exec(read("/usr/bin/rustc", ["-vV"]) ?? "")?.[1];
  await aptInstall(`lld-${llvm}`);
}
