// Makes dist/, the package: cargo → wasm-bindgen → wasm-opt → esbuild. With --check it only tells whether dist/ is what the sources make.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { Failure, root, run, script, step } from "./run.js";
import { cargoEnv, TARGET, TARGET_DIR, WASM, WASM_BINDGEN } from "./toolchain.js";

const DIST = join(root, "dist");
const MODULE = join(DIST, "x-media-upload.wasm");
/** Where src/js/ imports the glue from. */
const GLUE = join(TARGET_DIR, "wasm-bindgen/x_media_upload.js");
/** Holds the hash of the inputs and outputs of the last build. */
const STAMP = join(TARGET_DIR, "dist.sha256");
const INPUTS = ["Cargo.lock", "Cargo.toml", "package-lock.json", "scripts/build.js", "scripts/toolchain.js", "src", "www/emulator"];

const RUSTFLAGS = [
  // A panic is a trap and nothing else: by lint none is ours, and no hook is there to show what it says.
  ...["-Zunstable-options", "-Cpanic=immediate-abort"],
  "-Clink-arg=--export=__stack_pointer", // src/js/error.js puts it back after a trap
  // With them wasm-bindgen leaks a slot of its table for every exception that Rust catches, and the package is 0.8 KB larger.
  "-Ctarget-feature=-reference-types",
];

/** What wasm-opt is to do. */
const WASM_OPT = [
  "-Oz",
  "--minify-imports-and-exports-and-modules", // names with hashes do not compress; it prints the new ones
  // The features that the module may use are read from its target_features section, and only then is that stripped.
  ...["--strip-debug", "--strip-producers", "--strip-target-features"],
];

/** What wasm-bindgen's glue does, and what it does instead. @type {[found: RegExp, instead: string][]} */
const ADAPTATIONS = [
  // Before it is loaded, the WebAssembly says so.
  [/^let wasmModule, wasmInstance, wasm;$/m, "let wasmModule, wasmInstance, wasm = unloaded;"],
  // Nothing is made at import. A decoder is made anew where one has decoded so many bytes, of which there are as many at first.
  [/^let cachedTextDecoder = new TextDecoder\(.*\);\ncachedTextDecoder\.decode\(\);$/m, "let cachedTextDecoder;"],
  [/^let numBytesDecoded = 0;$/m, "let numBytesDecoded = MAX_SAFARI_DECODE_BYTES;"],
  [/^const cachedTextEncoder = new TextEncoder\(\);$/m, ""],
  [/\bcachedTextEncoder\./g, "new TextEncoder()."],
  // A handle that is freed within a call of its own is released when that returns, as one is that the collector finds.
  [/(?<=\bwasm\.__wbg_\w+_free)\(ptr, 0\)/g, "(ptr, 1)"],
];

/** What it has besides: parts of its loader, which src/js/loader.js puts together in its own way. */
const ADDED = `
import { unloaded } from "../../src/js/unloaded.js";
export { __wbg_get_imports as imports, __wbg_finalize_init as start };
export function stackPointer() {
    return wasm.__stack_pointer;
}
`;

const ADDED_TYPES = `
export function imports(): WebAssembly.Imports;
export function start(instance: WebAssembly.Instance): void;
export function stackPointer(): WebAssembly.Global<"i32">;
`;

/**
 * What the entries share is a file of its own: one instance, whichever of them a program imports. Where esbuild finds out by itself
 * what that is (`splitting`), an entry that shares less, as the relay does, makes it two files: 400 bytes for every page.
 */
const SHARED = "shared";
const ENTRIES = ["index", "inline", "relay", "stores", "emulator"];
/** What `npx x-media-upload` runs: for Node alone. */
const CLI = "cli";

/** Leads the entries to that file, also for the error class, of which there is one. @type {import("esbuild").Plugin} */
const SHARING = {
  name: "sharing",
  setup(build) {
    build.onResolve({ filter: /\/(shared|error)\.js$/ }, () => ({ path: `./${SHARED}.js`, external: true }));
  },
};

/** Leads the command line to the entry that has the emulator. @type {import("esbuild").Plugin} */
const ONE_EMULATOR = {
  name: "one emulator",
  setup(build) {
    build.onResolve({ filter: /\/index\.js$/ }, ({ path, resolveDir }) => {
      return join(resolveDir, path) === join(root, "www/emulator/index.js") ? { path: "./emulator.js", external: true } : undefined;
    });
  },
};

/** Leads the glue to the file that wasm-bindgen has copied from src/js/, for the same reason. @type {import("esbuild").Plugin} */
const ONE_ERROR = {
  name: "one error",
  setup(build) {
    build.onResolve({ filter: /\/snippets\/.+\/src\/js\/error\.js$/ }, () => ({ path: join(root, "src/js/error.js") }));
  },
};

const PLUGINS = new Map([
  [SHARED, ONE_ERROR],
  [CLI, ONE_EMULATOR],
]);

/** All that a page downloads, in bytes after brotli -11. */
const SIZE_LIMIT = 60_000;

await script(async () => {
  if (!isUpToDate()) {
    if (process.argv.includes("--check")) {
      throw new Failure("dist/ is missing or older than its sources. Run: npm run build");
    }
    rmSync(STAMP, { force: true });
    rmSync(DIST, { recursive: true, force: true });
    mkdirSync(DIST, { recursive: true });
    await makeModule();
    await step("bundle", bundle);
    await step("instantiate", instantiate);
    writeFileSync(STAMP, fingerprint());
  }
  reportSize();
});

function isUpToDate() {
  return existsSync(STAMP) && readFileSync(STAMP, "utf8") === fingerprint();
}

/** One hash over what goes in and what came out. */
function fingerprint() {
  const hash = createHash("sha256");
  for (const file of [...INPUTS, "dist"].flatMap((path) => filesUnder(join(root, path)))) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex");
}

/**
 * @param {string} path a file or a folder
 * @returns {string[]}
 */
function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

async function makeModule() {
  await step("cargo rustc --release", () => {
    // Named here, because a crate that is also an rlib gets no link-time optimisation: 3 KB.
    const args = ["rustc", "--release", "--lib", "--crate-type", "cdylib", ...WASM];
    return run("cargo", args, { ...cargoEnv(), CARGO_ENCODED_RUSTFLAGS: RUSTFLAGS.join("\x1f") });
  });
  await step("wasm-bindgen", () => {
    const module = join(TARGET_DIR, TARGET, "release/x_media_upload.wasm");
    const flags = ["--target", "web", "--omit-default-module-path", "--encode-into", "always"];
    return run(WASM_BINDGEN, [module, "--out-dir", dirname(GLUE), ...flags]);
  });
  await step("wasm-opt", () => {
    const input = GLUE.replace(/\.js$/, "_bg.wasm");
    const wasmOpt = join(root, "node_modules/binaryen/bin/wasm-opt");
    const names = execFileSync(process.execPath, [wasmOpt, input, ...WASM_OPT, "--output", MODULE], { encoding: "utf8" });
    writeFileSync(GLUE, adapted(readFileSync(GLUE, "utf8"), JSON.parse(names)));
    appendFileSync(GLUE.replace(/\.js$/, ".d.ts"), ADDED_TYPES);
  });
  const path = /[/\\]\w+\.rs\b/.exec(readFileSync(MODULE, "latin1"));
  if (path) throw new Failure(`${MODULE} names a source file: …${path[0]}`);
}

/**
 * The glue as src/js/ needs it, with the module's new names.
 * @param {string} glue
 * @param {{ imports: [module: string, from: string, to: string][], exports: [from: string, to: string][] }} names
 */
function adapted(glue, { imports, exports }) {
  const imported = new Map(imports.map(([, from, to]) => [from, to]));
  const exported = new Map(exports);
  for (const [found, instead] of ADAPTATIONS) {
    const changed = glue.replace(found, instead);
    if (changed === glue) throw new Failure(`wasm-bindgen's glue is another: ${found} is not in it`);
    glue = changed;
  }
  return (glue + ADDED)
    .replace(/(?<=\bwasm\.)\w+/g, (name) => {
      const short = exported.get(name);
      if (short === undefined) throw new Failure(`The module exports no ${name}`);
      return short;
    })
    .replace(/(?<=^ {8})\w+(?=: )/gm, (name) => imported.get(name) ?? name)
    .replace(`"${imports[0]?.[0]}": `, "a: "); // wasm-opt calls every module so
}

async function bundle() {
  const { build } = await import("esbuild"); // here, so that --check answers in a clone without node_modules
  for (const name of [SHARED, ...ENTRIES, CLI]) {
    const { outputFiles } = await build({
      entryPoints: [join(root, `src/js/${name}.js`)],
      outdir: DIST,
      plugins: [PLUGINS.get(name) ?? SHARING],
      platform: name === CLI ? "node" : "browser",
      loader: { ".wasm": "base64" },
      bundle: true,
      format: "esm",
      target: "es2022",
      supported: { "top-level-await": false }, // it kills an extension's service worker: an error here
      minify: true,
      legalComments: "inline", // a library's notice goes where its code goes
      write: false,
      logLevel: "warning",
    });
    for (const { path, contents, text } of outputFiles) {
      // A page's Content-Security-Policy forbids the former, a service worker the latter.
      const found = /\beval\(|\bnew Function\b|\bimport\(/.exec(text);
      if (found) throw new Failure(`${path} uses ${found[0]}`);
      writeFileSync(path, contents);
    }
  }
  for (const entry of ENTRIES) copyFileSync(join(root, `src/js/${entry}.d.ts`), join(DIST, `${entry}.d.ts`));
}

/** Fails where the module and what is around it do not fit. */
async function instantiate() {
  const { initSync, MediaClient } = await import(pathToFileURL(join(DIST, "index.js")).href);
  initSync(readFileSync(MODULE));
  const upload = new MediaClient({ api: "2" }).upload(new Uint8Array(1), { mediaType: "no type" });
  const refused = await upload.done().catch((/** @type {any} */ error) => error.code);
  if (refused !== "invalid_argument" || upload.progress.fraction !== 0) throw new Failure("The package does not work");
}

/** Prints what a page downloads, and fails where it is too much. */
function reportSize() {
  const rows = ["x-media-upload.wasm", "index.js", `${SHARED}.js`].map((file) => {
    const bytes = readFileSync(join(DIST, file));
    return { file, raw: bytes.length, brotli: brotliCompressSync(bytes).length }; // quality 11 by default
  });
  const total = {
    file: "a page downloads",
    raw: sum(rows.map(({ raw }) => raw)),
    brotli: sum(rows.map(({ brotli }) => brotli)),
  };
  console.log(`\n${"bytes".padEnd(20)}${"raw".padStart(10)}${"brotli -11".padStart(12)}`);
  for (const { file, raw, brotli } of [...rows, total]) {
    console.log(file.padEnd(20) + raw.toLocaleString("en").padStart(10) + brotli.toLocaleString("en").padStart(12));
  }
  if (total.brotli > SIZE_LIMIT) throw new Failure(`That is more than ${SIZE_LIMIT.toLocaleString("en")} bytes.`);
}

/** @param {number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
