/** The extension's pages for those who see them in another way: read out, larger, narrower. */

import { test } from "node:test";
import { assertAccessible, assertNothingLost } from "../support/axe.js";
import { pathOf } from "../support/demo.js";
import { openExtension } from "../support/extension.js";

const extension = openExtension();
const VIDEO = pathOf("video.mp4");

/** @type {Parameters<import("playwright-core").Page["emulateMedia"]>[0][]} */
const LOOKS = [
  { colorScheme: "light", forcedColors: "none" },
  { colorScheme: "dark", forcedColors: "none" },
  { colorScheme: "light", forcedColors: "active" },
];

test("the uploads, in every state", async (t) => {
  const visit = await extension.visit(t);
  const { page, room } = visit;
  await page.getByRole("alert").waitFor();
  await assertForEverybody(page, "nobody is signed in");

  await visit.setOptions();
  await visit.choose(pathOf("picture.png"));
  await visit.says("Ready to post");
  room.state.rules.add([{ command: "APPEND", fault: { kind: "status", status: 403 } }]);
  await visit.choose(VIDEO);
  await page.getByRole("button", { name: "Try again" }).waitFor();
  room.state.setMood("failed");
  await visit.choose(VIDEO);
  await visit.says("X can’t use this file");
  room.state.setMood("instant");
  room.state.processing = { script: [{ state: "in_progress", check_after_secs: 300 }] };
  await visit.choose(VIDEO);
  await visit.says("X is preparing it");
  await assertForEverybody(page, "uploads in every state");
});

test("the options", async (t) => {
  const visit = await extension.visit(t);
  await visit.follow("Options");
  await visit.page.getByText("Advanced").click();
  await assertForEverybody(visit.page, "all unfolded");
});

/**
 * Narrow and wide, light and dark, with forced colours, and with text of twice the size.
 * @param {import("playwright-core").Page} page
 * @param {string} state of the page, for the message
 */
async function assertForEverybody(page, state) {
  for (const width of [360, 820]) {
    await page.setViewportSize({ width, height: 800 });
    for (const look of LOOKS) {
      await page.emulateMedia(look);
      await assertAccessible(page, `${state}, ${width}, ${JSON.stringify(look)}`);
    }
  }
  await page.emulateMedia({ forcedColors: "none" });
  for (const [width, fontSize] of /** @type {const} */ ([[320, "100%"], [320, "200%"], [820, "200%"]])) {
    await page.setViewportSize({ width, height: 800 });
    await page.evaluate((fontSize) => document.documentElement.style.setProperty("font-size", fontSize), fontSize);
    await assertNothingLost(page, `${state}, ${width}, ${fontSize}`);
  }
}
