// `npm test`: everything that must hold before a change is kept, in the order in which it is quickest to learn of a mistake.
// `npm run test:full`: what is slow by nature, from tests/full/.

import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findBrowser } from "./browser.js";
import { withProxy } from "./proxy.js";
import { Failure, root, run, script, seconds, step } from "./run.js";
import { cargoEnv, TARGET_DIR, WASM } from "./toolchain.js";

/** Where the emulator listens while wasm-bindgen's tests run. They learn it when compiled: a fixed port saves compiling anew. */
const TEST_PORT = "8917";
const TEST_SERVER = `http://127.0.0.1:${TEST_PORT}`;

const WEBDRIVER_JSON = join(TARGET_DIR, "webdriver.json");

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
  await withEmulator(async () => {
    await withProxy(async (proxy) => {
      webdriverJson(proxy);
      await timed("wasm tests: compiling", () => wasmTest("browser_*", ["--no-run"]));
      await timed("wasm tests in a page", () => wasmTest("browser_page", [], "BROWSER"));
      await timed("wasm tests in a worker", () => wasmTest("browser_worker", [], "DEDICATED_WORKER"));
      await timed("wasm tests in a service worker", () => wasmTest("browser_service_worker", [], "SERVICE_WORKER"));
    });
  });
  await timed("node --test", () => nodeTest((file) => !file.startsWith(FULL)));
}

async function testFull() {
  await timed("set-up", () => run(process.execPath, ["scripts/setup.js", "--browser"]));
  await timed("build", () => run(process.execPath, ["scripts/build.js"]));
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
 * Runs the wasm-bindgen tests of one file, in one kind of global scope.
 * @param {string} test
 * @param {string[]} args
 * @param {"BROWSER" | "DEDICATED_WORKER" | "SERVICE_WORKER"} [scope]
 */
function wasmTest(test, args, scope) {
  const { chromedriver } = browser();
  return run("cargo", ["test", ...WASM, "--test", test, ...args], {
    ...cargoEnv(),
    CHROMEDRIVER: chromedriver,
    WASM_BINDGEN_TEST_WEBDRIVER_JSON: WEBDRIVER_JSON,
    WASM_BINDGEN_TEST_TIMEOUT: "120",
    X_MEDIA_UPLOAD_TEST_SERVER: TEST_SERVER,
    ...(scope && { [`WASM_BINDGEN_USE_${scope}`]: "1" }),
  });
}

/**
 * webdriver.json with the browser that was found, as chromedriver knows only one place to look, and with the way to the runner's server.
 * @param {string} proxy
 */
function webdriverJson(proxy) {
  const capabilities = JSON.parse(readFileSync(join(root, "webdriver.json"), "utf8"));
  const chrome = capabilities["goog:chromeOptions"];
  chrome.binary = browser().chrome;
  chrome.args.push(`--proxy-server=${proxy}`, `--proxy-bypass-list=<-loopback>;127.0.0.1:${TEST_PORT}`);
  mkdirSync(TARGET_DIR, { recursive: true });
  writeFileSync(WEBDRIVER_JSON, JSON.stringify(capabilities));
}

function browser() {
  const browser = findBrowser();
  if (!browser) throw new Failure("Chromium is gone since set-up");
  return browser;
}

/**
 * Runs `work` while the emulator listens.
 * @param {() => Promise<void>} work
 */
async function withEmulator(work) {
  const server = spawn(process.execPath, ["www/server.js"], {
    cwd: root,
    env: { ...process.env, PORT: TEST_PORT },
    stdio: ["ignore", "ignore", "inherit"],
  });
  try {
    await listening(server);
    await work();
  } finally {
    server.kill();
  }
}

/** @param {import("node:child_process").ChildProcess} server */
async function listening(server) {
  for (let tries = 0; tries < 200 && server.exitCode === null; tries++) {
    if (await fetch(TEST_SERVER).catch(() => undefined)) return;
    await sleep(50);
  }
  throw new Failure(`www/server.js does not listen at ${TEST_SERVER}`);
}

/**
 * Runs Node's tests: Node 20 takes files, not patterns.
 * @param {(file: string) => boolean} wanted
 */
async function nodeTest(wanted) {
  const files = readdirSync(join(root, "tests"), { recursive: true, encoding: "utf8" })
    .map((file) => join(root, "tests", file))
    .filter((file) => file.endsWith(".test.js") && wanted(file))
    .map((file) => relative(root, file));
  if (files.length === 0) return console.log("No tests.");
  const { chrome, chromedriver } = browser();
  await run(process.execPath, ["--test", ...files], { CHROME: chrome, CHROMEDRIVER: chromedriver });
}
