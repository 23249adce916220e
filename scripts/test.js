// `npm test`: everything that must hold before a change is kept, in the order in which it is quickest to learn of a mistake.
// `npm run test:full`: what is slow by nature, from tests/full/.

import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { chromium } from "./browser.js";
import { otherBrowsers } from "./other-browsers.js";
import { root, run, script, seconds, step } from "./run.js";
import { cargoEnv, WASM } from "./toolchain.js";
import { wasmTests } from "./wasm-tests.js";

const FULL = join(root, "tests/full");
const OURS = ["--workspace", "--exclude", "wasm-bindgen-tools"];
const DENY_WARNINGS = ["--", "-D", "warnings"];

/** @type {string[]} */
const summary = [];

await script(async () => {
  const start = performance.now();
  try {
    await (process.argv.includes("full") ? testFull() : test());
  } finally {
    console.log(`\n${summary.join("\n")}\n${"all".padEnd(40)} ${seconds(start)}`);
  }
});

async function test() {
  await timed("set-up", () => run(process.execPath, ["scripts/setup.js", "--browser"]));
  await timed("cargo fmt", () => run("cargo", ["fmt", "--all", "--check"]));
  await timed("clippy", () => cargo("clippy", ...OURS, "--all-targets", ...DENY_WARNINGS));
  await timed("clippy for wasm32", () => cargo("clippy", "--lib", "--test", "browser_*", ...WASM, ...DENY_WARNINGS));
  await timed("cargo doc", () =>
    run("cargo", ["doc", ...OURS, ...WASM, "--no-deps", "--document-private-items"], {
      ...cargoEnv(),
      RUSTDOCFLAGS: "-D warnings",
    }),
  );
  await timed("cargo test", () => cargo("test", ...OURS));
  await timed("build", () => run(process.execPath, ["scripts/build.js"]));
  await timed("tsc", () => run(process.execPath, ["node_modules/typescript/bin/tsc", "--project", root]));
  await wasmTests([chromium()], timed);
  // As many files at a time as there are cores: they wait more than they compute.
  const flags = [`--test-concurrency=${availableParallelism()}`];
  await timed("node --test", () => nodeTest((file) => !file.startsWith(FULL), flags));
}

async function testFull() {
  await timed("set-up", () => run(process.execPath, ["scripts/setup.js", "--browsers"]));
  await timed("build", () => run(process.execPath, ["scripts/build.js"]));
  await wasmTests(otherBrowsers(), timed);
  await timed("node --test, the slow ones", () => nodeTest((file) => file.startsWith(FULL)));
}

/**
 * A step that has a line in the summary.
 * @param {string} name
 * @param {() => Promise<void>} work
 */
async function timed(name, work) {
  const start = performance.now();
  let mark = "✘";
  try {
    await step(name, work);
    mark = "✔";
  } finally {
    summary.push(`${mark} ${name}`.padEnd(40) + ` ${seconds(start)}`);
  }
}

/** @param {string[]} args */
function cargo(...args) {
  return run("cargo", args, cargoEnv());
}

/**
 * Runs Node's tests: Node 20 takes files, not patterns.
 * @param {(file: string) => boolean} wanted
 * @param {string[]} [flags]
 */
async function nodeTest(wanted, flags = []) {
  const files = readdirSync(join(root, "tests"), { recursive: true, encoding: "utf8" })
    .map((file) => join(root, "tests", file))
    .filter((file) => file.endsWith(".test.js") && wanted(file))
    .map((file) => relative(root, file));
  if (files.length === 0) return console.log("No tests.");
  await run(process.execPath, ["--test", ...flags, ...files]);
}
