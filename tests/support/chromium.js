/** Chromium, as the tests start it, and what goes wrong in its pages without anybody asking. */

import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { findBrowser } from "../../scripts/browser.js";

/** @typedef {import("playwright-core").Page} Page */

/** The flags that wasm-bindgen's tests run with too. */
const { args } = JSON.parse(readFileSync(new URL("../../webdriver.json", import.meta.url), "utf8"))["goog:chromeOptions"];

export async function launchChromium() {
  const found = findBrowser();
  if (!found) throw new Error("There is no Chromium. Run: node scripts/setup.js --browser");
  return chromium.launch({ executablePath: found.chrome, args });
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
  page.on("crash", () => complaints.push("the page crashed"));
  page.on("console", (message) => {
    // The browser says so of every request that is cut or answered with 4xx or 5xx, whoever handles it.
    const isExpected = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isExpected) complaints.push(message.text());
  });
  return complaints;
}
