/** The demo, for everybody: what axe finds, what fits where it is narrow and large, and what is there without JavaScript. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertAccessible, assertNothingLost } from "../support/axe.js";
import { openDemo } from "../support/demo.js";
import { STATES } from "../support/demo-states.js";

describe("at 320 px, with text of twice the size", () => {
  const demo = openDemo({ viewport: { width: 320, height: 640 } });
  test("nothing is lost, in any state", async () => {
    for (const [state, reach] of Object.entries(STATES)) {
      const visit = await demo.visit();
      await reach(visit);
      await visit.page.evaluate(() => document.documentElement.style.setProperty("font-size", "200%"));
      await assertNothingLost(visit.page, state);
    }
  });
});

describe("on a phone", () => {
  const demo = openDemo({ viewport: { width: 360, height: 780 } });
  test("axe finds nothing, in any state", async () => {
    for (const [state, reach] of Object.entries(STATES)) {
      const visit = await demo.visit();
      await reach(visit);
      await assertAccessible(visit.page, state);
      await assertNothingLost(visit.page, state);
    }
  });
  test("files can be chosen, and then sent, without scrolling", async () => {
    const visit = await demo.visit();
    const isSeen = async (/** @type {import("playwright-core").Locator} */ found) => {
      const box = (await found.boundingBox()) ?? assert.fail();
      return box.y >= 0 && box.y + box.height <= 780;
    };
    assert.ok(await isSeen(visit.page.getByText("Choose files")));
    await visit.choose("video.mp4", "picture.png");
    assert.ok(await isSeen(visit.page.getByRole("button", { name: "Upload 2 files" })));
  });
});

describe("where colours are forced", () => {
  const demo = openDemo({ forcedColors: "active" });
  test("how far a file is, and which step is done, is still to be seen", async () => {
    const visit = await demo.visit();
    visit.room.state.setMood("slow");
    await visit.choose("video.mp4");
    await visit.press("Upload");
    await visit.says("video.mp4: X is preparing it");
    const { bar, done, left } = await visit.file("video.mp4").evaluate((file) => {
      const styleOf = (/** @type {string} */ selector, /** @type {string} */ part) =>
        getComputedStyle(file.querySelector(selector) ?? file, part);
      return {
        bar: [styleOf(".bar", "").borderTopStyle, styleOf(".bar", "").borderTopWidth],
        done: styleOf(".steps .done", "::before").backgroundColor,
        left: styleOf(".steps .not-needed", "::before").backgroundColor,
      };
    });
    assert.deepEqual(bar, ["solid", "1px"]);
    assert.notEqual(done, left);
    await visit.press("Cancel video.mp4");
    await visit.says("Cancelled");
  });
});

describe("without JavaScript", () => {
  const demo = openDemo({ javaScriptEnabled: false, viewport: { width: 320, height: 640 } });
  test("the page says what it is, and leads to the documents", async () => {
    await demo.page.goto(`${demo.url}/`);
    await demo.page.getByRole("heading", { name: "JavaScript is switched off" }).waitFor();
    assert.equal(await demo.page.getByText("Choose files").isVisible(), false);
    await demo.page.getByRole("link", { name: "what the package does" }).click();
    await demo.page.getByRole("heading", { name: "x-media-upload", level: 1 }).waitFor();
  });
});
