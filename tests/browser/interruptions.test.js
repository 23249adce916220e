/** What ends or cuts off an upload in the middle, for real: tests/full has the same with larger files. */

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openBench } from "../support/bench.js";
import { kill } from "../support/chromium.js";
import { arrived, fileOf, repeated, uploadFrom } from "../support/disk.js";
import { until } from "../support/until.js";

const bench = openBench();
const SEGMENT = 65_536;
const CONCURRENCY = 4;
const file = fileOf(4_000_000);
after(file.remove);

test("a page that is killed, at a moment of chance: another goes on with the same file", async (t) => {
  const room = bench.enter();
  room.strike({ command: "APPEND", times: 50, fault: { kind: "delay", ms: 30 } });
  const options = { segmentSize: SEGMENT, concurrency: CONCURRENCY };
  const killedAt = Math.floor((0.1 + 0.5 * Math.random()) * file.size);
  const first = await bench.open();
  await uploadFrom(room, first, file.path, options);
  await arrived(room, killedAt);
  await kill(first.page);
  const before = room.logged("APPEND").length;

  const second = await bench.open();
  const work = await uploadFrom(room, second, file.path, options);
  const { media } = await work.evaluate(({ end }) => end());
  const { sha256, segments, twice, most } = await repeated(room, media.media_id_string);
  t.diagnostic(`killed after ${killedAt} bytes and ${before} requests; of ${segments} segments ${twice} were sent twice`);
  assert.equal(sha256, file.sha256);
  assert.equal(room.logged("INIT").length, 1);
  assert.ok(twice <= 2 * CONCURRENCY && most <= 2, `${twice} segments ${most} times`);
  await second.page.close();
});

test("a service worker that the browser ends: the next one goes on", async () => {
  const tab = await bench.open();
  const room = bench.enter().from(tab);
  room.strike({ command: "APPEND", times: 20, fault: { kind: "delay", ms: 60 } });
  const ask = () =>
    room.run(async ({ baseUrl }) => {
      const options = { type: /** @type {const} */ ("module"), scope: "/tests/support/page/ended/" };
      const { installing, active } = await navigator.serviceWorker.register("/tests/support/page/worker.js", options);
      const { port1, port2 } = new MessageChannel();
      const answer = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
      (active ?? installing)?.postMessage({ baseUrl, stored: true }, [port2]);
      return Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 20_000, "no answer"))]);
    });
  ask().catch(() => {}); // nobody will be left to answer
  await arrived(room, 6 * SEGMENT);
  const session = await tab.page.context().newCDPSession(tab.page);
  await session.send("ServiceWorker.enable");
  await session.send("ServiceWorker.stopAllWorkers");
  await sleep(500);
  const before = room.log.length;
  assert.ok(before < 20, `${room.commands}`);

  const media = await ask();
  const { segments, twice, most } = await repeated(room, media.media_id_string);
  assert.deepEqual([segments, room.logged("INIT").length], [20, 1]);
  assert.ok(twice <= 4 && most <= 2, `${twice} segments ${most} times`);
  await tab.page.close();
});

describe("without a network", () => {
  test("it waits for one, and no try is counted, however often that goes away", async () => {
    const room = bench.enter();
    const OUTAGES = 3;
    room.strike({ command: "APPEND", segment_index: 5, times: OUTAGES, fault: { kind: "stall" } });
    const context = await bench.browser.newContext();
    const tab = await bench.open(context);
    // A request that is under way when the network goes is not cut off: it gets no answer.
    const clientOptions = { retry: { attempts: 2 }, requestTimeoutMs: 700 };
    const work = await uploadFrom(room, tab, file.path, { segmentSize: 500_000, concurrency: 2 }, clientOptions);
    const stalled = () => room.logged("APPEND").filter(({ segment_index }) => segment_index === 5);
    for (let outage = 1; outage <= OUTAGES; outage++) {
      await until(() => stalled().length === outage);
      await context.setOffline(true);
      await until(() => stalled().every(({ gone }) => gone));
      await sleep(300);
      assert.deepEqual(await work.evaluate(({ upload }) => upload.progress.waiting?.for), "online");
      assert.equal(stalled().length, outage);
      await context.setOffline(false);
    }
    const { media, waits } = await work.evaluate(({ end }) => end());
    const { sha256 } = await room.media(media.media_id_string);
    assert.equal(sha256, file.sha256);
    assert.ok(waits.includes("online"), `${waits}`);
    assert.equal(stalled().length, OUTAGES + 1);
    await context.close();
  });

  test("a single command goes on as soon as there is one", async () => {
    const context = await bench.browser.newContext();
    const room = bench.enter().from(await bench.open(context));
    await context.setOffline(true);
    const command = await room.start(({ x, baseUrl }) => {
      const error = x.failureOf(x.clientOf(baseUrl, { retry: { attempts: 2 } }).finalize("1"));
      return { error };
    });
    await sleep(300);
    await context.setOffline(false);
    await until(() => room.commands.startsWith("FINALIZE")); // after 30 s it would be tried all the same
    const { code, attempts } = await command.evaluate(({ error }) => error);
    assert.deepEqual([code, attempts], ["rejected", 2]);
    await context.close();
  });
});

describe("segments that X finds too large", () => {
  for (const segmentSize of /** @type {const} */ ([400_000, "auto"])) {
    test(`make it start over with smaller ones, from ${segmentSize}`, async () => {
      const room = bench.enter();
      // "auto" begins with 64 KiB, goes on with a mebibyte, and then knows a size that was taken.
      const limit = segmentSize === "auto" ? 600_000 : 150_000;
      room.state.change({ maxSegmentBytes: limit });
      const { media, told, digest, saved } = await room.run(
        async ({ x, baseUrl, segmentSize }) => {
          const size = segmentSize === "auto" ? 3 << 20 : 8 * segmentSize; // so that no segment is smaller than its neighbours
          /** @type {import("../../src/js/index.js").UploadProgress[]} */
          const told = [];
          const saved = new Set();
          const video = x.videoOf(size);
          const upload = x.clientOf(baseUrl).upload(video, {
            segmentSize,
            onProgress: (progress) => told.push(progress),
            onSession: ({ media_id_string }) => void saved.add(media_id_string),
          });
          const media = await upload.done();
          return { media, told, saved: [...saved], digest: await x.sha256(await video.arrayBuffer()) };
        },
        { segmentSize },
      );
      await room.assertHolds(media, digest);
      const inits = room.logged("INIT").map(({ media_id }) => media_id);
      assert.equal(inits.length, segmentSize === "auto" ? 2 : 3);
      assert.equal(inits.at(-1), media.media_id_string);
      assert.deepEqual(saved, inits);
      const { segments } = await room.media(media.media_id_string);
      for (const { bytes } of segments) assert.ok(bytes <= limit, `${bytes}`);
      told.reduce((before, now) => {
        assert.ok(now.fraction >= before.fraction, `${before.fraction}, then ${now.fraction}`);
        return now;
      });
    });
  }

  test("still after two halvings fail it, and its session stays", async () => {
    const room = bench.enter();
    room.state.change({ maxSegmentBytes: 90_000 });
    const { error, kept } = await room.run(async ({ x, baseUrl }) => {
      const kept = new Map();
      const store = {
        get: async (/** @type {string} */ key) => kept.get(key),
        set: async (/** @type {string} */ key, /** @type {unknown} */ session) => void kept.set(key, session),
        delete: async (/** @type {string} */ key) => void kept.delete(key),
      };
      const upload = x.clientOf(baseUrl).upload(x.videoOf(1_200_000), { segmentSize: 400_000, store });
      return { error: await x.failureOf(upload.done()), kept: kept.size };
    });
    assert.deepEqual([error.code, error.command, error.status, error.retryable], ["too_large", "APPEND", 413, false]);
    assert.equal(room.logged("INIT").length, 3);
    assert.equal(kept, 1);
  });
});
