/** The package in apps made with each tool that the README names. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { App, ENTRIES, OWN, TOOLS } from "../support/apps.js";
import { launchChromium } from "../support/chromium.js";
import { pack } from "../support/install.js";
import { assertAllTold } from "../support/readme.js";

/** @type {import("../support/install.js").Packed} */
let packed;
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {import("../support/readme.js").Seen} */
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

test("the lock files name no registry, so that each takes its own", () => {
  for (const { folder } of TOOLS.filter((tool) => tool.package)) {
    assert.doesNotMatch(readFileSync(join(OWN, folder, "package-lock.json"), "utf8"), /"resolved"/, folder);
  }
});

test("all of this is what the README says", () => assertAllTold(seen));
