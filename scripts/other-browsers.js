// Firefox and WebKitGTK, which the full tests need beside Chromium: the ones that are there, else Debian's. Firefox's driver is
// in no package of Debian's: cargo builds it.

import { join } from "node:path";
import { firstThere } from "./browser.js";
import { aptInstall } from "./debian.js";
import { Failure, run, which } from "./run.js";
import { cargoEnv, TARGET_DIR } from "./toolchain.js";

/** @typedef {import("./driver.js").Browser} Browser */

const { FIREFOX, GECKODRIVER, GECKOWEBDRIVER, WEBKITDRIVER, ProgramFiles } = process.env;

const GECKODRIVER_VERSION = "0.37.1";
const GECKODRIVER_ROOT = join(TARGET_DIR, `geckodriver-${GECKODRIVER_VERSION}`);

const firefoxes = () => [
  FIREFOX,
  which("firefox-esr", "firefox"),
  "/Applications/Firefox.app/Contents/MacOS/firefox",
  ProgramFiles && join(ProgramFiles, "Mozilla Firefox/firefox.exe"),
];

const geckodrivers = () => [
  GECKODRIVER,
  GECKOWEBDRIVER && join(GECKOWEBDRIVER, "geckodriver"),
  which("geckodriver"),
  ...["geckodriver", "geckodriver.exe"].map((name) => join(GECKODRIVER_ROOT, "bin", name)),
];

/** @returns {Browser | undefined} */
function findFirefox() {
  const [binary, driver] = [firstThere(firefoxes()), firstThere(geckodrivers())];
  const capabilities = { "moz:firefoxOptions": { binary, args: ["-headless"] } };
  return binary && driver ? { name: "Firefox", kind: "GECKODRIVER", driver, capabilities } : undefined;
}

/** @returns {Browser | undefined} */
function findWebKit() {
  const [driver, xvfb] = [firstThere([WEBKITDRIVER, which("WebKitWebDriver")]), which("Xvfb")];
  return driver && xvfb ? { name: "WebKitGTK", kind: "SAFARIDRIVER", driver, xvfb, capabilities: {} } : undefined;
}

/**
 * The browsers to test in beside Chromium.
 * @returns {[firefox: Browser, webKit: Browser]}
 */
export function otherBrowsers() {
  const [firefox, webKit] = [findFirefox(), findWebKit()];
  if (!firefox) {
    throw new Failure(
      "The full tests need Firefox. Install it, or name it, and a driver of yours if you have one:\n" +
        "    FIREFOX=/path/to/firefox GECKODRIVER=/path/to/geckodriver npm run test:full",
    );
  }
  if (!webKit) {
    throw new Failure(
      "The full tests need Xvfb, and WebKitGTK with its WebKitWebDriver, which there are for Linux. Install both.\n" +
        "The driver can be named:\n" +
        "    WEBKITDRIVER=/path/to/WebKitWebDriver npm run test:full",
    );
  }
  return [firefox, webKit];
}

/** Makes sure that `otherBrowsers` has an answer. */
export async function setUpOtherBrowsers() {
  const packages = [
    ...(firstThere(firefoxes()) ? [] : ["firefox-esr"]),
    ...(findWebKit() ? [] : ["webkit2gtk-driver", "xvfb"]),
  ];
  if (packages.length > 0) await aptInstall(...packages);
  if (firstThere(firefoxes()) && !firstThere(geckodrivers())) await buildGeckodriver();
  otherBrowsers();
}

/** Optimized, it would take twice the time. */
async function buildGeckodriver() {
  console.log("geckodriver, Firefox's driver: compiling (one to two minutes)");
  const args = ["--locked", "--debug", "--root", GECKODRIVER_ROOT, "--version", GECKODRIVER_VERSION];
  // In a folder of cargo's own, which it deletes: nothing else is made of the same parts.
  const env = { ...cargoEnv(), CARGO_TARGET_DIR: undefined, CARGO_PROFILE_DEV_DEBUG: "false" };
  await run("cargo", ["install", "geckodriver", ...args], env);
}
