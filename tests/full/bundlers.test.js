/** The package in apps made with each tool that docs/compatibility.md names. */

import { after, before, describe, test } from "node:test";
import { App, ENTRIES, TOOLS } from "../support/apps.js";
import { launchChromium } from "../support/chromium.js";
import { pack } from "../support/install.js";
import { assertAllTold } from "../support/compatibility.js";

/** @type {import("../support/install.js").Packed} */
let packed;
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {import("../support/compatibility.js").Seen} */
const seen = new Map();

before(async () => {
  packed = await pack();
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await packed?.remove();
});

for (const tool of TOOLS) {
  describe(tool.title, () => {
    /** @type {App} */
    let app;
    /** @type {Set<import("../support/apps.js").Entry>} */
    const working = new Set();

    before(async () => {
      seen.set(tool, working);
      app = await App.make(tool, packed);
    });
    after(() => app?.remove());

    for (const entry of ENTRIES) {
      test(`uploads with ${entry}`, async () => {
        await app.assertUploads(entry, browser);
        working.add(entry);
      });
    }
  });
}

test("all of this is what docs/compatibility.md says", () => assertAllTold(seen));
