// Makes a fresh clone ready to build, with --browser to test, and with --browsers to test in all of them. What is there already
// costs nothing.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setUpBrowser } from "./browser.js";
import { setUpOtherBrowsers } from "./other-browsers.js";
import { root, run, script } from "./run.js";
import { cargoEnv, setUpToolchain, WASM_BINDGEN } from "./toolchain.js";

await script(async () => {
  await setUpNodeModules();
  await setUpToolchain();
  await setUpWasmBindgen();
  const all = process.argv.includes("--browsers");
  if (all || process.argv.includes("--browser")) await setUpBrowser();
  if (all) await setUpOtherBrowsers();
});

async function setUpNodeModules() {
  const lock = readFileSync(join(root, "package-lock.json"), "utf8");
  const stamp = join(root, "node_modules/.installed-from");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  console.log("node_modules: npm ci (a few seconds)");
  await run("npm", ["ci", "--no-audit", "--no-fund"]);
  writeFileSync(stamp, lock);
}

/** The command line and the test runner of wasm-bindgen, from tools/; cargo knows what is up to date. */
async function setUpWasmBindgen() {
  if (!existsSync(WASM_BINDGEN)) console.log("wasm-bindgen's command line and test runner: compiling (about a minute)");
  await run("cargo", ["build", "--package", "wasm-bindgen-tools"], cargoEnv());
}
