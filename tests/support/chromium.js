/** Chromium, as the tests start it, and what goes wrong in its pages without anybody asking. */

import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { findBrowser } from "../../scripts/browser.js";

/** @typedef {import("playwright-core").Page} Page */

/** The flags that wasm-bindgen's tests run with too. */
const webdriver = JSON.parse(readFileSync(new URL("../../webdriver.json", import.meta.url), "utf8"));
/** @type {string[]} */
export const chromiumArgs = webdriver["goog:chromeOptions"].args;

/** @param {import("playwright-core").LaunchOptions} [options] more of them */
export function launchChromium({ args = [], ...options } = {}) {
  return chromium.launch({ executablePath: chromiumPath(), args: [...chromiumArgs, ...args], ...options });
}

/**
 * The browser of a user who comes back: what it keeps, it keeps in `folder`.
 * @param {string} folder
 * @param {string[]} [args] more flags
 */
export function launchProfile(folder, args = []) {
  return chromium.launchPersistentContext(folder, { executablePath: chromiumPath(), args: [...chromiumArgs, ...args] });
}

/**
 * Ends all processes of a browser at once: it can neither save nor close anything.
 * @param {Page} page of a profile
 */
export async function crash(page) {
  const context = page.context();
  const session = await context.newCDPSession(page);
  const closed = new Promise((resolve) => context.on("close", resolve));
  session.send("Browser.crash").catch(() => {}); // nobody is left to answer
  await closed;
}

export function chromiumPath() {
  const found = findBrowser();
  if (!found) throw new Error("There is no Chromium. Run: node scripts/setup.js --browser");
  return found.chrome;
}

/**
 * Ends the process of a page, as the system does when memory is short: nothing in the page is asked or told.
 * @param {Page} page
 */
export async function kill(page) {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent("crash");
  session.send("Page.crash").catch(() => {}); // nobody is left to answer
  await crashed;
  await page.close();
}

/**
 * Notes what a page complains of: errors and rejections that nobody handled, and the browser's own words on the console.
 * @param {Page} page
 * @returns {string[]} It grows.
 */
export function complaintsOf(page) {
  /** @type {string[]} */
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(`not handled: ${error.stack || error}`));
  page.on("console", (message) => {
    // The browser says so of every request that is cut or answered with 4xx or 5xx, whoever handles it.
    const isExpected = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isExpected) complaints.push(message.text());
  });
  return complaints;
}
