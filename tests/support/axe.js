/** What axe finds wrong in a page, and what does not fit into it. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** @typedef {import("playwright-core").Page} Page */

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Fails where axe finds anything, by all of its rules.
 * @param {Page} page
 * @param {string} state of the page, for the message
 */
export async function assertAccessible(page, state) {
  await page.evaluate(AXE); // not a script of the page, which its Content-Security-Policy would refuse
  const found = await page.evaluate(async () => {
    const { axe } = /** @type {{ axe: typeof import("axe-core") }} */ (/** @type {unknown} */ (window));
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => ({ id, html, failureSummary })));
  });
  assert.deepEqual(found, [], state);
}

/**
 * Fails where the page scrolls sideways, or where text is outside of what can be seen or scrolled to.
 * @param {Page} page
 * @param {string} state of the page, for the message
 */
export async function assertNothingLost(page, state) {
  const lost = await page.evaluate(() => {
    /** @param {Element} element */
    const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
    /** @param {Element | null} element @returns {boolean} */
    const isInside = (element) => element !== null && (scrolls(element) || isInside(element.parentElement));
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = document.documentElement.scrollWidth > innerWidth ? ["the page scrolls sideways"] : [];
    while (texts.nextNode()) {
      const text = texts.currentNode;
      const range = document.createRange();
      range.selectNodeContents(text);
      const { left, right, width } = range.getBoundingClientRect();
      const isUnseen = text.parentElement?.closest(".unseen, script, noscript") ?? false;
      if (width === 0 || isUnseen || !text.parentElement?.checkVisibility() || isInside(text.parentElement)) continue;
      if (left < 0 || right > innerWidth) found.push(`${text.textContent?.trim()} from ${left} to ${right}`);
      const clip = text.parentElement;
      if (clip && getComputedStyle(clip).overflowX === "hidden" && clip.scrollWidth > clip.clientWidth) {
        found.push(`${text.textContent?.trim()} is cut off`);
      }
    }
    return found;
  });
  assert.deepEqual(lost, [], state);
}
