/** The demo, where it takes its time. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fixture, sha256 } from "../support/bench.js";
import { openDemo } from "../support/demo.js";

const demo = openDemo();

describe("an upload ends well", () => {
  for (const [mood, waits] of /** @type {const} */ ([
    ["Slow processing", /^Waiting as long as X asked before the next STATUS, until /],
    ["Rate-limited", /^Held back by X's rate limit, until /],
    ["Flaky network", /^Waiting /],
  ])) {
    for (const api of ["1.1", "2"]) {
      test(`in the mood ${mood} by ${api}`, async () => {
        const visit = await demo.visit();
        await visit.mood(mood);
        await visit.page.getByRole("radio", { name: api, exact: true }).check();
        await visit.choose("video.mp4");
        await visit.press("Upload");
        await visit.page.getByTestId("waiting").and(visit.page.getByText(waits)).waitFor({ timeout: 60_000 });
        await visit.says("Ready", 120_000);
        const media = await visit.media();
        assert.equal(media.media_id_string, await visit.mediaId());
        assert.equal(media.sha256, sha256(fixture("video.mp4")));
      });
    }
  }
});

test("a picture drawn by the page, in many segments", async () => {
  const visit = await demo.visit();
  await visit.press("Draw a picture");
  await visit.says("drawn.png is chosen");
  await visit.page.getByLabel("Segment size").selectOption("64 KiB");
  await visit.page.getByLabel("In flight").selectOption("8");
  await visit.press("Upload");
  await visit.says("Ready");
  const { size, segments, parameters } = await visit.media();
  assert.deepEqual([parameters.total_bytes, segments.length], [size, Math.ceil(size / 65_536)]);
  assert.ok(segments.length > 8);
  assert.equal((await visit.requests()).length, segments.length + 2);
});

test("a fault that passes is survived, and the second try is shown", async () => {
  const visit = await demo.visit();
  await visit.choose("video.mp4");
  await visit.page.getByText("A fault for one request").click();
  await visit.page.getByLabel("Fault", { exact: true }).selectOption("Lose the answer");
  await visit.press("Add fault");
  await visit.page.getByText("Fault added").waitFor();
  await visit.press("Upload");
  await visit.says("Ready");
  assert.deepEqual(await visit.requests(), ["INIT 200", "APPEND 0 no answer", "APPEND try 2 0 200", "FINALIZE 200"]);
});
