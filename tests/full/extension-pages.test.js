/** The extension's pages for those who see them in another way: read out, larger, narrower. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { overflowsOf, violationsOf } from "../support/accessibility.js";
import { pathOf } from "../support/demo.js";
import { openExtension } from "../support/extension.js";

const extension = openExtension();
const VIDEO = pathOf("video.mp4");

test("the uploads, in every state", async (t) => {
  const visit = await extension.visit(t);
  const { page, room } = visit;
  await page.getByRole("alert").waitFor();
  await assertFitsAll(page);

  await visit.setOptions();
  await visit.choose(pathOf("picture.png"));
  await visit.says("Ready");
  room.state.rules.add([{ command: "APPEND", fault: { kind: "status", status: 403 } }]);
  await visit.choose(VIDEO);
  await page.getByRole("button", { name: "Try again" }).waitFor();
  room.state.setMood("failed");
  await visit.choose(VIDEO);
  await visit.says("X can’t use this file");
  room.state.setMood("instant");
  room.state.processing = { script: [{ state: "in_progress", check_after_secs: 300 }] };
  await visit.choose(VIDEO);
  await visit.says("X is processing it");
  await assertFitsAll(page);
});

test("the options", async (t) => {
  const visit = await extension.visit(t);
  await visit.follow("Options");
  await assertFitsAll(visit.page);
});

/** @param {import("playwright-core").Page} page */
async function assertFitsAll(page) {
  assert.deepEqual(await violationsOf(page), []);
  assert.deepEqual(await overflowsOf(page), [0, 0]);
}
