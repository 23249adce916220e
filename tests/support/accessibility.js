/** What a page does to those who see it in another way: read out, larger, narrower. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const SIZES = [
  { width: 360, height: 800 },
  { width: 820, height: 1000 },
];

/**
 * What axe finds, narrow and wide, light and dark.
 * @param {import("playwright-core").Page} page
 * @returns {Promise<string[]>}
 */
export async function violationsOf(page) {
  await page.evaluate(AXE);
  const found = [];
  for (const size of SIZES) {
    for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      const violations = await page.evaluate(async () => {
        const { violations } = await /** @type {any} */ (globalThis).axe.run();
        return violations.flatMap((/** @type {any} */ { id, nodes }) =>
          nodes.map((/** @type {any} */ { html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
        );
      });
      found.push(...violations.map((/** @type {string} */ text) => `${size.width}, ${colorScheme}: ${text}`));
    }
  }
  return found;
}

/**
 * How far a page goes beyond its window to the side, in CSS pixels: 320 wide, and 820 with all text at twice its size.
 * @param {import("playwright-core").Page} page
 */
export async function overflowsOf(page) {
  const overflows = [];
  for (const [width, fontSize] of /** @type {const} */ ([[320, "100%"], [820, "200%"]])) {
    await page.setViewportSize({ width, height: 800 });
    overflows.push(
      await page.evaluate((fontSize) => {
        document.documentElement.style.fontSize = fontSize;
        return document.documentElement.scrollWidth - document.documentElement.clientWidth;
      }, fontSize),
    );
  }
  return overflows;
}
