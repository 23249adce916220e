// Chromium and its driver, which the tests need: the ones that are there, else Debian's.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { aptInstall } from "./debian.js";
import { Failure, root, which } from "./run.js";

const { CHROME, CHROMEDRIVER, CHROMEWEBDRIVER, ProgramFiles, LOCALAPPDATA } = process.env;

/** Any Chromium: by the environment, in PATH, or where installers put it. */
const chromes = () => [
  CHROME,
  which("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ...[ProgramFiles, LOCALAPPDATA].map((folder) => folder && join(folder, "Google/Chrome/Application/chrome.exe")),
];

const chromedrivers = () => [
  CHROMEDRIVER,
  CHROMEWEBDRIVER && join(CHROMEWEBDRIVER, "chromedriver"),
  which("chromedriver"),
  "/usr/lib/chromium-browser/chromedriver",
];

/** @param {(string | undefined)[]} paths */
export const firstThere = (paths) => paths.find((path) => path && existsSync(path));

/**
 * The browser to test in.
 * @returns {{ chrome: string, chromedriver: string } | undefined}
 */
export function findBrowser() {
  const [chrome, chromedriver] = [firstThere(chromes()), firstThere(chromedrivers())];
  return chrome && chromedriver ? { chrome, chromedriver } : undefined;
}

/**
 * The same, to be led by its driver, which knows only one place to look for it.
 * @returns {import("./driver.js").Browser}
 */
export function chromium() {
  const found = findBrowser();
  if (!found) throw new Failure("Chromium is gone since set-up");
  const capabilities = JSON.parse(readFileSync(join(root, "webdriver.json"), "utf8"));
  capabilities["goog:chromeOptions"].binary = found.chrome;
  return { name: "Chromium", kind: "CHROMEDRIVER", driver: found.chromedriver, capabilities };
}

/** Makes sure that `findBrowser` has an answer. */
export async function setUpBrowser() {
  if (findBrowser()) return;
  console.log("There is no Chromium with its chromedriver");
  await aptInstall("chromium", "chromium-driver");
  if (findBrowser()) return;
  throw new Failure(
    "The tests need Chromium or Chrome, and chromedriver of the same version. Install both, or name them:\n" +
      "    CHROME=/path/to/chrome CHROMEDRIVER=/path/to/chromedriver npm test",
  );
}
