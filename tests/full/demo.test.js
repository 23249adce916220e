/** The demo, where it takes its time. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pages } from "../../www/pages.js";
import { assertAccessible, assertNothingLost } from "../support/axe.js";
import { fixture, sha256 } from "../support/bench.js";
import { STATES } from "../support/demo-states.js";
import { openDemo } from "../support/demo.js";

const demo = openDemo();

describe("an upload ends well", () => {
  for (const [mood, waits] of /** @type {const} */ ([
    ["Slow processing", /^Asking X again in \d+\s?s\.$/],
    ["Rate limit", /^X takes no more for now\. Going on in \d+\s?s\.$/],
    ["Lost connections", /^(That did not work|Asking X again)/],
  ])) {
    for (const api of /** @type {const} */ (["1.1", "2"])) {
      test(`with the trouble “${mood}” by ${api}`, async () => {
        const visit = await demo.visit();
        await visit.mood(mood);
        await visit.api(api);
        await visit.choose("video.mp4");
        await visit.press("Upload");
        await visit.file("video.mp4").getByText(waits).waitFor({ timeout: 60_000 });
        await visit.says("Ready to post", 120_000);
        assert.equal((await visit.media("video.mp4")).sha256, sha256(fixture("video.mp4")));
      });
    }
  }
});

test("a picture drawn by the page, in many segments, with the time that is left", async () => {
  const visit = await demo.visit();
  const delays = Array.from({ length: 100 }, (_, n) => ({ occurrence: n + 1, fault: /** @type {const} */ ({ kind: "delay", ms: 500 }) }));
  visit.room.state.rules.add(delays.map((rule) => ({ command: "APPEND", ...rule })));
  await visit.press("Draw a picture");
  await visit.file("drawn.png").waitFor();
  await visit.unfold("Settings");
  await visit.page.getByLabel("Segment size").selectOption("64 KiB");
  await visit.page.getByLabel("Segments at once").selectOption("2");
  await visit.press("Upload");
  await visit.file("drawn.png").getByText(/\d+ segments\s· \d+\skB.s\s· \d+\ss left$/).waitFor();
  await visit.says("Ready to post", 60_000);
  const { size, segments, parameters } = await visit.media("drawn.png");
  assert.deepEqual([parameters.total_bytes, segments.length], [size, Math.ceil(size / 65_536)]);
  assert.ok(segments.length > 8);
  assert.equal((await visit.requests("drawn.png")).length, segments.length + 2);
});

test("trouble that passes is survived, and the second try is shown", async () => {
  const visit = await demo.visit();
  await visit.choose("video.mp4");
  await visit.unfold("Make trouble");
  await visit.page.getByText("Trouble for one request").click();
  await visit.page.getByLabel("What happens").selectOption("It is done, but the answer is lost");
  await visit.press("Add trouble");
  await visit.page.getByText("Added: the 1st APPEND is done, but its answer is lost.").waitFor();
  await visit.press("Upload");
  await visit.says("Ready to post");
  assert.deepEqual(await visit.requests("video.mp4"), ["INIT 200", "APPEND 0 no answer", "APPEND try 2 0 200", "FINALIZE 200"]);
});

describe("axe finds nothing", () => {
  for (const [width, height] of /** @type {const} */ ([[360, 780], [820, 1180], [1440, 900]])) {
    for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
      test(`in any state at ${width} px, ${colorScheme}`, async () => {
        await demo.page.setViewportSize({ width, height });
        await demo.page.emulateMedia({ colorScheme });
        for (const [state, reach] of Object.entries(STATES)) {
          const visit = await demo.visit();
          await reach(visit);
          await assertAccessible(visit.page, state);
          await assertNothingLost(visit.page, state);
        }
        for (const path of pages().keys()) {
          await demo.page.goto(`${demo.url}/${path}`);
          await assertAccessible(demo.page, path);
          await assertNothingLost(demo.page, path);
        }
      });
    }
  }
});
