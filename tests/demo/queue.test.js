/** Several files in the demo: one after the other, each with its own end, and with what the tab says of them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture, sha256 } from "../support/bench.js";
import { openDemo } from "../support/demo.js";

const demo = openDemo();

test("files are sent one after the other, and one that fails holds up no other", async () => {
  const visit = await demo.visit();
  const { state } = visit.room;
  state.rules.add([{ command: "FINALIZE", fault: { kind: "status", status: 403 } }]);
  await visit.choose("video.mp4", "picture.png", "animated.gif");
  await visit.says("3 files to send, 23.9\u00a0kB");
  await visit.press("Upload 3 files");
  await visit.says("2 ready, 1 failed");
  assert.match(await visit.error("video.mp4"), /^X refused FINALIZE.*Forbidden/);
  for (const name of ["picture.png", "animated.gif"]) {
    assert.equal((await visit.media(name)).sha256, sha256(fixture(name)));
  }
  const ids = state.log.all().map(({ media_id }) => media_id).filter(Boolean);
  assert.equal(ids.filter((id, index) => id !== ids[index - 1]).length, 3, "no two at once");
  assert.equal(await visit.page.title(), "2 ready, 1 failed · x-media-upload");

  await visit.press("Try again video.mp4");
  await visit.says("Ready to post: all 3 files");
  assert.equal((await visit.media("video.mp4")).sha256, sha256(fixture("video.mp4")));
  const appends = state.log.all().filter(({ command }) => command === "APPEND");
  assert.equal(appends.length, 3, "what X had is not sent again");
  await visit.press("Clear list");
  await visit.file("video.mp4").waitFor({ state: "detached" });
});

test("the page says which file is under way, takes more meanwhile, and asks before it is left", async () => {
  const visit = await demo.visit();
  const { state } = visit.room;
  state.setMood("slow");
  await visit.choose("video.mp4");
  await visit.press("Upload");
  await visit.says("video.mp4: X is preparing it");
  await visit.choose("picture.png");
  await visit.says("video.mp4 (1\u00a0of\u00a02): X is preparing it");
  assert.match(await visit.page.title(), /^\d+ % · video\.mp4 \(1\sof\s2\)$/);

  const asked = visit.page.waitForEvent("dialog");
  const leaving = visit.page.evaluate(() => location.reload());
  const dialog = await asked;
  assert.equal(dialog.type(), "beforeunload");
  await dialog.dismiss();
  await leaving.catch(() => {});

  await visit.press("Cancel video.mp4");
  await visit.says("1 ready, 1 cancelled");
  await visit.page.reload(); // and is not asked
  await visit.unfinished("Not finished: video.mp4. Choose the same file again, and it goes on where it stopped.");
});

test("under any path it asks for nothing outside of it", async () => {
  const outside = /** @type {string[]} */ ([]);
  await demo.page.route("**/*", (route) => {
    const url = new URL(route.request().url());
    if (!url.pathname.startsWith("/some/path/")) outside.push(url.pathname);
    return route.continue({ url: url.href.replace("/some/path/", "/") });
  });
  const visit = await demo.visit("/some/path/");
  await visit.choose("video.mp4");
  await visit.press("Upload");
  await visit.says("Ready to post");
  assert.equal((await visit.media("video.mp4")).sha256, sha256(fixture("video.mp4")));
  await visit.mood("Slow processing");
  await demo.page.unroute("**/*");
  assert.deepEqual(outside, []);
});
