/** Half a gigabyte from a disk, and what may come between: the page's end, the browser's, the network's. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openBench } from "../support/bench.js";
import { crash, kill, launchProfile } from "../support/chromium.js";
import { arrived, fileOf, repeated, uploadFrom } from "../support/disk.js";

const bench = openBench();
const MEBIBYTE = 1 << 20;
const CONCURRENCY = 4;

const file = fileOf(512 * MEBIBYTE);
const smaller = fileOf(100 * MEBIBYTE);
after(file.remove);
after(smaller.remove);

/** Somewhere in the file, but not where it is almost done. @param {number} size */
const byChance = (size) => Math.floor((0.1 + 0.7 * Math.random()) * size);

/** @param {number} since */
const secs = (since) => ((performance.now() - since) / 1000).toFixed(1);

test("a page that is killed three times, at moments of chance: the last one finishes it", async (t) => {
  const room = bench.enter();
  const moments = [byChance(file.size), byChance(file.size), byChance(file.size)].sort((a, b) => a - b);
  const start = performance.now();
  for (const moment of moments) {
    const tab = await bench.open();
    await uploadFrom(room, tab, file.path);
    await arrived(room, moment);
    await kill(tab.page);
    t.diagnostic(`killed after ${moment} bytes, ${room.logged("APPEND").length} APPENDs, ${secs(start)} s`);
  }
  const last = await bench.open();
  const work = await uploadFrom(room, last, file.path);
  const { media } = await work.evaluate(({ end }) => end());
  const { sha256, segments, twice, most } = await repeated(room, media.media_id_string);
  t.diagnostic(`done after ${secs(start)} s; ${segments} segments, ${twice} of them sent again, ${most} times at most`);
  assert.equal(room.logged("INIT").length, 1);
  assert.equal(sha256, file.sha256);
  assert.ok(twice <= moments.length * 2 * CONCURRENCY, `${twice}`);
  await last.page.close();
});

test("a browser that crashes, and is started again with the same profile, goes on", async (t) => {
  const room = bench.enter();
  const folder = `${smaller.folder}/profile`;
  const moment = byChance(smaller.size);
  const tab = await bench.open(await launchProfile(folder));
  await uploadFrom(room, tab, smaller.path);
  await arrived(room, moment);
  await crash(tab.page);

  const context = await launchProfile(folder);
  const work = await uploadFrom(room, await bench.open(context), smaller.path);
  const { media } = await work.evaluate(({ end }) => end());
  const { sha256, segments, twice } = await repeated(room, media.media_id_string);
  t.diagnostic(`crashed after ${moment} bytes; ${segments} segments, ${twice} of them sent again`);
  assert.equal(room.logged("INIT").length, 1);
  assert.equal(sha256, smaller.sha256);
  assert.ok(twice <= 2 * CONCURRENCY, `${twice}`);
  await context.close();
});

test("a network that is gone for longer than all tries would last costs none of them", async (t) => {
  const room = bench.enter();
  const context = await bench.browser.newContext();
  const tab = await bench.open(context);
  const work = await uploadFrom(room, tab, smaller.path, {}, { retry: { attempts: 2 } });
  await arrived(room, byChance(smaller.size));
  await context.setOffline(true);
  await sleep(1000);
  const { length } = room.log;
  // Every 30 s it is tried all the same, as what a machine says of its network may be wrong.
  await sleep(95_000);
  assert.equal(room.log.length, length);
  assert.equal(await work.evaluate(({ upload }) => upload.progress.waiting?.for), "online");
  await context.setOffline(false);
  const start = performance.now();
  const { media, waits } = await work.evaluate(({ end }) => end());
  const { sha256, segments, twice } = await repeated(room, media.media_id_string);
  t.diagnostic(`${secs(start)} s after the network was back; ${segments} segments, ${twice} of them sent again`);
  assert.ok(waits.includes("online"), `${waits}`);
  assert.equal(room.logged("INIT").length, 1);
  assert.equal(sha256, smaller.sha256);
  assert.ok(twice <= CONCURRENCY, `${twice}`);
  await context.close();
});
