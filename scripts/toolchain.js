// A Rust compiler that can make WebAssembly: the one in PATH where it has the target, else Debian's with a standard library built here.

import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { aptInstall } from "./debian.js";
import { Failure, read, root, run } from "./run.js";

export const TARGET = "wasm32-unknown-unknown";

/** Fixed, whatever the person's own cargo settings say: the build looks for its results here. */
export const TARGET_DIR = join(root, "target");

/** wasm-bindgen's command, made by set-up. */
export const WASM_BINDGEN = join(TARGET_DIR, "debug/wasm-bindgen-cli");

/** Paths of this machine, and what panic messages are to call them. */
export const MACHINE_PATHS = {
  [process.env.CARGO_HOME ?? join(homedir(), ".cargo")]: "/cargo",
  [root]: "/x-media-upload",
};

/** Debian's compiler, the source of its library, and its tools. The linker is of the compiler's LLVM, which only the compiler tells. */
const DEBIAN_PACKAGES = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "rust-web-clippy"];

/**
 * What cargo is to be started with. Every command is then the one that anybody with rustup's target would run.
 * @returns {NodeJS.ProcessEnv}
 */
export function cargoEnv() {
  const env = hasTarget("rustc") ? {} : debianEnv();
  if (!env) throw new Failure(`No Rust compiler for ${TARGET}. Run: npm run setup`);
  return { ...env, CARGO_TARGET_DIR: TARGET_DIR };
}

/**
 * The environment that gives the compiler these flags, and hides the machine's paths from what it makes.
 * @param {string[]} flags
 */
export function rustFlags(...flags) {
  const hidden = Object.entries(MACHINE_PATHS).map(([path, name]) => `--remap-path-prefix=${path}=${name}`);
  return { CARGO_ENCODED_RUSTFLAGS: [...flags, ...hidden].join("\x1f") };
}

/** Makes sure that `cargoEnv` has an answer. */
export async function setUpToolchain() {
  if (hasTarget("rustc") || debianEnv()) return;
  if (!read("cargo", ["--version"])) throw new Failure("Rust is missing. Install it with rustup, then run this again.");

  console.log(`Rust for ${TARGET}: asking rustup (20 MB)`);
  // A machine without a way out learns it at once.
  read("rustup", ["target", "add", TARGET], { env: { RUSTUP_MAX_RETRIES: "0" }, timeout: 300_000 });
  if (hasTarget("rustc")) return;

  console.log("rustup could not get it");
  if (await installDebianCompiler()) return buildDebianSysroot();
  throw new Failure(
    `The Rust compiler has no standard library for ${TARGET}. Either run\n` +
      `    rustup target add ${TARGET}\n` +
      "where rustup can download, or run this as root on Debian: it then installs\n" +
      `    ${DEBIAN_PACKAGES.join(" ")} lld\nand builds the library from the source in them.`,
  );
}

async function installDebianCompiler() {
  if (!(await aptInstall(...DEBIAN_PACKAGES))) return false;
  const llvm = /^LLVM version: (\d+)/m.exec(compilerVersion())?.[1];
  return aptInstall(`lld-${llvm}`);
}

/** @param {string} rustc */
function hasTarget(rustc) {
  const folder = read(rustc, ["--print", "target-libdir", "--target", TARGET]);
  return folder !== undefined && existsSync(folder) && readdirSync(folder).some((file) => file.startsWith("libcore-"));
}

const compilerVersion = () => read("/usr/bin/rustc", ["-vV"]) ?? "";

/** Where Debian's compiler finds a library for wasm32, or would; keyed by its release, because both must match. */
function debianSysroot() {
  const release = /^release: (\S+)/m.exec(compilerVersion())?.[1];
  return release && join(TARGET_DIR, `debian-rust-${release}`);
}

function debianEnv() {
  const sysroot = debianSysroot();
  if (!sysroot || !existsSync(join(sysroot, "bin/rustc"))) return undefined;
  // clippy's driver is a compiler of its own, and is told by SYSROOT.
  return { PATH: [join(sysroot, "bin"), process.env.PATH].join(delimiter), SYSROOT: sysroot };
}

/** Makes a sysroot of Debian's compiler, with the wasm32 library beside Debian's own, and commands that use it. */
async function buildDebianSysroot() {
  console.log(`Rust's standard library for ${TARGET}: building it once (about a minute)`);
  const sysroot = /** @type {string} */ (debianSysroot());
  const libraries = join(sysroot, "lib/rustlib");
  const dummy = join(sysroot, "build");
  const bin = join(sysroot, "bin");
  rmSync(sysroot, { recursive: true, force: true });
  for (const folder of [join(libraries, TARGET), dummy, bin]) mkdirSync(folder, { recursive: true });

  // Cargo builds std only for a crate that asks for it.
  const manifest = join(dummy, "Cargo.toml");
  writeFileSync(manifest, '[package]\nname = "dummy"\nedition = "2024"\n[lib]\npath = "lib.rs"\n[workspace]\n');
  writeFileSync(join(dummy, "lib.rs"), "#![no_std]\n");
  const what = ["-Z", "build-std=std,panic_abort,test", "--target", TARGET, "--release"];
  await run("/usr/bin/cargo", ["build", "--quiet", ...what, "--manifest-path", manifest], {
    RUSTC: "/usr/bin/rustc",
    RUSTC_BOOTSTRAP: "1", // -Z, in a stable compiler
    CARGO_TARGET_DIR: dummy,
    ...rustFlags("-Cembed-bitcode=yes"), // beside machine code, so that both `lto = true` and `lto = "off"` can link
  });
  const isLibrary = (/** @type {string} */ path) => !/\.(rmeta|d)$|libdummy-/.test(path);
  cpSync(join(dummy, TARGET, "release/deps"), join(libraries, TARGET, "lib"), { recursive: true, filter: isLibrary });
  rmSync(dummy, { recursive: true });

  for (const entry of readdirSync("/usr/lib/rustlib")) {
    symlinkSync(join("/usr/lib/rustlib", entry), join(libraries, entry));
  }
  for (const command of ["cargo", "cargo-clippy"]) symlinkSync(join("/usr/bin", command), join(bin, command));
  // rustc comes last: with it the sysroot counts as whole.
  for (const command of ["rustdoc", "rustc"]) {
    const wrapper = `#!/bin/sh\nexec /usr/bin/${command} --sysroot "\${0%/bin/${command}}" "$@"\n`;
    writeFileSync(join(bin, command), wrapper, { mode: 0o755 });
  }
}
