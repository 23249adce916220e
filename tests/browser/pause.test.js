/** pause() and resume(): what is in flight ends, nothing leaves meanwhile, and then it goes on. And progress, all the while. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openBench } from "../support/bench.js";
import { until } from "../support/until.js";

/**
 * @typedef {import("../support/bench.js").Room} Room
 * @typedef {import("../../src/js/index.js").UploadOptions} UploadOptions
 * @typedef {import("../../src/js/index.js").UploadProgress} UploadProgress
 */

const bench = openBench();

const TOGETHER = { concurrency: 6 };
const SEGMENT = 65_536;
/** Longer than any pause that these tests make a client take of its own accord. */
const PAUSE_MS = 1500;

/**
 * Begins an upload that tells of its progress.
 * @param {Room} room
 * @param {UploadOptions} [options]
 */
function begin(room, options) {
  return room.start(
    ({ x, baseUrl, options, size }) => {
      const client = x.clientOf(baseUrl, { retry: { minDelayMs: 400, maxDelayMs: 500 } });
      /** @type {UploadProgress[]} */
      const told = [];
      const file = x.videoOf(size);
      const upload = client.upload(file, { ...options, onProgress: (progress) => told.push(progress) });
      return {
        upload,
        told,
        end: async () => ({ media: await upload.done(), told, digest: await x.sha256(await file.arrayBuffer()) }),
      };
    },
    { options: { segmentSize: SEGMENT, concurrency: 2, ...options }, size: 6 * SEGMENT },
  );
}

/** @param {UploadProgress[]} told */
function assertNeverFalls(told) {
  told.reduce((before, now) => {
    assert.ok(now.fraction >= before.fraction, `${before.fraction}, then ${now.fraction}`);
    return now;
  });
}

/** @param {Room} room */
const appendsEnded = (room) => room.logged("APPEND").filter(({ ended_at }) => ended_at !== null).length;

describe("pause()", TOGETHER, () => {
  /** @type {[when: string, prepare: (room: Room) => void, reached: (room: Room) => boolean, meanwhile: RegExp][]} */
  const cases = [
    [
      "in APPEND: the two in flight end",
      (room) => room.strike({ command: "APPEND", times: 4, fault: { kind: "delay", ms: 400 } }),
      (room) => room.logged("APPEND").length === 2,
      /^INIT APPEND APPEND$/,
    ],
    [
      "while it waits to try again",
      (room) => room.strike({ command: "APPEND", segment_index: 0, fault: { kind: "status", status: 503 } }),
      (room) => appendsEnded(room) > 0,
      /^INIT( APPEND)+$/,
    ],
    [
      "while X processes the media",
      (room) => (room.state.processing = { script: [{ state: "pending", check_after_secs: 1 }, null] }),
      (room) => room.logged("FINALIZE")[0]?.ended_at != null,
      /^INIT( APPEND){6} FINALIZE$/,
    ],
  ];
  for (const [when, prepare, reached, meanwhile] of cases) {
    test(when, async () => {
      const room = bench.enter();
      prepare(room);
      const work = await begin(room, { timeoutSecs: 1.4 });
      await until(() => reached(room));
      await sleep(50); // for the answer to reach the page
      await work.evaluate(({ upload }) => upload.pause());
      await sleep(600); // for those in flight to end
      const { commands } = room;
      assert.match(commands, meanwhile);
      assert.ok(room.log.every(({ gone, ended_at }) => !gone && ended_at !== null));
      await sleep(PAUSE_MS);
      assert.equal(room.commands, commands, "nothing leaves meanwhile");
      const { progress, told } = await work.evaluate(({ upload, told }) => ({ progress: upload.progress, told }));
      assert.deepEqual([progress.phase, told.at(-1)?.phase, progress.waiting], ["paused", "paused", undefined]);
      assert.equal(progress.segmentsSent, room.logged("APPEND").filter(({ status }) => status === 200).length);

      await work.evaluate(({ upload }) => upload.resume());
      const end = await work.evaluate(({ end }) => end()); // before timeoutSecs, which a pause does not use up
      await room.assertHolds(end.media, end.digest);
      assert.equal(room.logged("INIT").length, 1);
      assertNeverFalls(end.told);
      assert.deepEqual(
        (await room.media(end.media.media_id_string)).segments.map((/** @type {{ times: number }} */ { times }) => times),
        Array(6).fill(1),
      );
    });
  }

  test("in the same turn as upload(): not even INIT leaves", async () => {
    const room = bench.enter();
    const work = await room.start(({ x, baseUrl }) => {
      const upload = x.clientOf(baseUrl).upload(x.videoOf(10));
      upload.pause();
      upload.pause();
      return upload;
    });
    await sleep(500);
    assert.equal(room.commands, "");
    await work.evaluate((upload) => {
      upload.resume();
      upload.resume();
      return upload.done();
    });
    assert.equal(room.commands, "INIT APPEND FINALIZE");
  });

  test("of an upload that is then aborted, or has ended", async () => {
    const room = bench.enter();
    const told = await room.run(async ({ x, baseUrl }) => {
      const client = x.clientOf(baseUrl);
      const aborted = client.upload(x.videoOf(10));
      aborted.pause();
      aborted.abort("enough");
      const reason = await aborted.done().catch((reason) => reason);
      const ended = client.upload(x.videoOf(10));
      await ended.done();
      for (const upload of [aborted, ended]) {
        upload.pause();
        upload.resume();
      }
      return [reason, ended.progress.phase];
    });
    assert.deepEqual(told, ["enough", "ready"]);
    assert.equal(room.commands, "INIT APPEND FINALIZE");
  });
});

test("progress is told at least once a second while bytes move and while X processes the media", async () => {
  const room = bench.enter();
  room.strike({ command: "APPEND", times: 6, fault: { kind: "delay", ms: 2500 } });
  room.state.processing = { script: [{ state: "pending", check_after_secs: 3 }, null] };
  const told = await room.run(async ({ x, baseUrl }) => {
    /** @type {(UploadProgress & { at: number })[]} */
    const told = [];
    const onProgress = (/** @type {UploadProgress} */ progress) => told.push({ ...progress, at: performance.now() });
    await x.clientOf(baseUrl).upload(x.videoOf(10), { onProgress }).done();
    return told;
  });
  for (const phase of ["append", "processing"]) {
    const times = told.filter((progress) => progress.phase === phase).map(({ at }) => at);
    const gaps = times.slice(1).map((at, n) => at - Number(times[n]));
    assert.ok(times.length >= 3, `${times.length} times in ${phase}`);
    assert.ok(Math.max(...gaps) < 1900, `${gaps}`); // a second, and what a busy machine adds
  }
  assertNeverFalls(told);
});
