/** Segments, processing and limits. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { beforeEach, describe, test } from "node:test";
import { ABC, DEF, START, UNKNOWN, VIDEO, createBench, fixture } from "./client.js";

const { beginV1, beginV2, clock, reset, state, x } = createBench();

beforeEach(reset);

describe("segments", () => {
  test("arrive in any order, in parallel and twice; the last of a kind counts", async () => {
    const { json } = await x.v2Init({ total_bytes: 6, ...VIDEO });
    const id = json.data.id;
    await Promise.all([
      x.v2Append(id, { segment_index: 1, media: DEF }),
      x.v2Append(id, { segment_index: 0, media: DEF }),
    ]);
    await x.v2Append(id, { segment_index: 0, media: ABC });
    assert.equal((await x.v2Finalize(id)).status, 200);
    const media = await x.control("GET", `media/${id}`);
    assert.deepEqual(media.segments, [
      { segment_index: 0, bytes: 3, times: 2 },
      { segment_index: 1, bytes: 3, times: 1 },
    ]);
    assert.equal(media.sha256, createHash("sha256").update("abcdef").digest("hex"));
  });

  for (const [what, totalBytes, indexes] of /** @type {const} */ ([
    ["too few bytes", 7, [0, 1]],
    ["too many bytes", 5, [0, 1]],
    ["a gap", 6, [0, 2]],
    ["no segment", 6, []],
  ])) {
    test(`${what}: they do not add up`, async () => {
      const v1 = (await x.v1({ command: "INIT", total_bytes: totalBytes, ...VIDEO })).json.media_id_string;
      const v2 = (await x.v2Init({ total_bytes: totalBytes, ...VIDEO })).json.data.id;
      for (const segment_index of indexes) {
        await x.v1({ command: "APPEND", media_id: v1, segment_index, media: ABC });
        await x.v2Append(v2, { segment_index, media: ABC });
      }
      const said = await x.v1Finalize(v1);
      assert.equal(said.status, 400);
      assert.equal(said.text, fixture("replies/error-2-segments-do-not-add-up.json").toString());
      const saidBy2 = await x.v2Finalize(v2);
      assert.equal(saidBy2.status, 400);
      assert.equal(saidBy2.json.errors[0].message, "Segments do not add up to provided total file size.");
    });
  }

  test("that are too large draw a 413 without a word", async () => {
    state.change({ maxSegmentBytes: 2 });
    const v1 = await beginV1(VIDEO);
    const v2 = await beginV2(VIDEO);
    for (const said of [
      await x.v1({ command: "APPEND", media_id: v1, segment_index: 0, media: ABC }),
      await x.v2Append(v2, { segment_index: 0, media: ABC }),
    ]) {
      assert.deepEqual([said.status, said.text], [413, ""]);
    }
  });

  test("may be 999 and not 1000", async () => {
    const v1 = await beginV1(VIDEO);
    const v2 = await beginV2(VIDEO);
    assert.equal((await x.v1({ command: "APPEND", media_id: v1, segment_index: 999, media: ABC })).status, 204);
    const refused = await x.v1({ command: "APPEND", media_id: v1, segment_index: 1000, media: ABC });
    assert.deepEqual([refused.status, refused.json.error], [400, "SegmentIndex must be between 0 and 999."]);
    assert.equal((await x.v2Append(v2, { segment_index: 999, media: ABC })).status, 200);
    assert.equal((await x.v2Append(v2, { segment_index: 1000, media: ABC })).status, 400);
  });
});

describe("processing", () => {
  test("follows a script word for word, and stays at its end", async () => {
    const error = { code: 1, name: "InvalidMedia", message: "file is invalid" };
    const script = [
      { state: "pending" },
      { state: "uploading", check_after_secs: 0 },
      { state: "in_progress", progress_percent: 100, error },
      null,
    ];
    await x.control("PUT", "processing", { script });
    const id = await beginV1(VIDEO, ABC);
    const answers = [await x.v1Finalize(id)];
    for (let count = 0; count < 4; count++) answers.push(await x.v1Status(id));
    assert.deepEqual(
      answers.map(({ json }) => json.processing_info),
      [...script.slice(0, 3), undefined, undefined],
    );
  });

  test("is of animated GIFs too", async () => {
    state.setMood("slow");
    const { json } = await x.v2Finalize(await beginV2({ media_type: "image/gif" }, fixture("animated.gif")));
    assert.equal(json.data.processing_info.state, "pending");
    assert.equal(json.data.media_key, `16_${json.data.id}`);
  });

  test("in the mood playground goes as in X's own, whose STATUS speaks of what was never finalized", async () => {
    state.setMood("playground");
    const [v1, v2] = [await beginV1(VIDEO, ABC), await beginV2(VIDEO, ABC)];
    assert.deepEqual((await x.v2Status(v2)).json, { data: { id: v2, media_key: `7_${v2}`, expires_after_secs: 86_400 } });
    const early = await x.v1Status(v1);
    assert.deepEqual([early.status, early.text], [200, `{"media_id":${v1},"media_id_string":"${v1}","expires_after_secs":86400,"media_key":"7_${v1}"}`]);

    const said = [await x.v2Finalize(v2)];
    for (let count = 0; count < 3; count++) said.push(await x.v2Status(v2));
    assert.deepEqual(
      said.map(({ json }) => json.data.processing_info?.progress_percent),
      [50, 75, 100, undefined],
    );
  });

  test("FINALIZE again changes nothing", async () => {
    state.setMood("slow");
    const id = await beginV1(VIDEO, ABC);
    await x.v1Finalize(id);
    clock.now += 6000;
    const again = await x.v1Finalize(id);
    assert.equal(again.status, 201);
    assert.equal(again.json.processing_info.progress_percent, 50);
  });
});

describe("rate limits", () => {
  test("are counted for each command, and told in seconds since the epoch", async () => {
    await x.control("PUT", "settings", { rateLimits: { STATUS: { limit: 2, window_secs: 5 } } });
    const said = [await x.v2Status(UNKNOWN), await x.v2Status(UNKNOWN), await x.v2Status(UNKNOWN)];
    assert.deepEqual(said.map(({ status }) => status), [400, 400, 429]);
    assert.deepEqual(said.map(({ headers }) => headers.get("x-rate-limit-remaining")), ["1", "0", "0"]);
    assert.equal(said[2]?.headers.get("x-rate-limit-reset"), String(START / 1000 + 5));
    assert.equal((await x.v2Init({ total_bytes: 1, media_type: "image/png" })).status, 200);
    clock.now += 5000;
    assert.equal((await x.v2Status(UNKNOWN)).status, 400);
  });

  test("in the mood rate-limited strike the first APPEND and the first STATUS of each media", async () => {
    state.setMood("rate-limited");
    const id = await beginV2(VIDEO);
    const limited = await x.v2Append(id, { segment_index: 0, media: ABC });
    assert.equal(limited.status, 429);
    assert.equal(limited.headers.get("x-rate-limit-reset"), String(START / 1000 + 3));
    clock.now += 2999;
    assert.equal((await x.v2Append(id, { segment_index: 0, media: ABC })).status, 429);
    clock.now += 1;
    assert.equal((await x.v2Append(id, { segment_index: 0, media: ABC })).status, 200);
  });
});
