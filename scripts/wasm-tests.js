// The tests of wasm-bindgen, tests/browser_*.rs, each in its realm, in any browser that has a driver.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startDriver } from "./driver.js";
import { withGateway } from "./gateway.js";
import { run } from "./run.js";
import { cargoEnv, TARGET_DIR, WASM } from "./toolchain.js";

/** @typedef {import("./driver.js").Browser} Browser */

/** Where the emulator listens while they run. They learn it when compiled: a fixed port saves compiling anew. */
const TEST_PORT = 8917;
const TEST_SERVER = `http://127.0.0.1:${TEST_PORT}`;

/** What the runner is to ask a driver for. */
const CAPABILITIES = join(TARGET_DIR, "webdriver.json");

/** By the names of the tests' files, what makes the runner use them. */
const REALMS = { page: "BROWSER", worker: "DEDICATED_WORKER", service_worker: "SERVICE_WORKER" };

/**
 * Compiles them, and runs them in each realm of each browser.
 * @param {Browser[]} browsers
 * @param {(name: string, work: () => Promise<void>) => Promise<void>} timed
 */
export async function wasmTests(browsers, timed) {
  await timed("wasm tests: compiling", () => wasmTest("browser_*", { args: ["--no-run"] }));
  await withEmulator(async () => {
    for (const browser of browsers) {
      writeCapabilities(browser);
      const driver = await startDriver(browser);
      try {
        await withGateway(driver.url, async (gateway) => {
          for (const [realm, scope] of Object.entries(REALMS)) {
            const env = { [`${browser.kind}_REMOTE`]: gateway, [`WASM_BINDGEN_USE_${scope}`]: "1" };
            const name = `wasm tests: ${browser.name}, ${realm.replace("_", " ")}`;
            await timed(name, () => wasmTest(`browser_${realm}`, { env }));
          }
        });
      } finally {
        await driver.stop();
      }
    }
  });
}

/**
 * @param {string} test
 * @param {{ args?: string[], env?: NodeJS.ProcessEnv }} options
 */
function wasmTest(test, { args = [], env }) {
  return run("cargo", ["test", ...WASM, "--test", test, ...args], {
    ...cargoEnv(),
    WASM_BINDGEN_TEST_WEBDRIVER_JSON: CAPABILITIES,
    WASM_BINDGEN_TEST_TIMEOUT: "120",
    X_MEDIA_UPLOAD_TEST_SERVER: TEST_SERVER,
    ...env,
  });
}

/** @param {Browser} browser */
function writeCapabilities({ capabilities }) {
  mkdirSync(TARGET_DIR, { recursive: true });
  writeFileSync(CAPABILITIES, JSON.stringify(capabilities));
}

/**
 * Runs `work` while the emulator listens.
 * @param {() => Promise<void>} work
 */
async function withEmulator(work) {
  const { startServer } = await import("../www/server.js"); // here, as set-up may only just have installed what it imports
  const server = await startServer({ port: TEST_PORT, allowedOrigins: ["loopback"] });
  try {
    await work();
  } finally {
    await server.close();
  }
}
