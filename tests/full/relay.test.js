/** The relay on each runtime: a page uploads, large files arrive whole, its memory does not grow with what passes, and no other parser lets more through. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { initSync, MediaClient } from "../../dist/inline.js";
import { startServer } from "../../www/server.js";
import { mediaRequest } from "../support/apps.js";
import { sha256 } from "../support/bench.js";
import { AS_INIT, ATTACKS } from "../support/attacks.js";
import { SESSION, say } from "../support/relay.js";
import { testRelayedPage } from "../support/relayed-page.js";
import { RUNTIMES, serveAsX, startSigningWorker } from "../support/runtimes.js";

const MiB = 2 ** 20;
const SIZE = 64 * MiB;
const TIMES = 6;

/** Of the 16 MB that are under way, the runtime's copies of them and what it has not yet collected: 150 MiB were seen. */
const MOST_ABOVE_IDLE = 224 * MiB;
/** Of what the second half of the files takes beyond the first: 35 MiB were seen. */
const MOST_GROWTH = 96 * MiB;

/** @type {import("../../www/server.js").RunningServer} */
let server;
before(async () => {
  initSync();
  server = await startServer();
});
after(() => server?.close());

describe(`64 MiB, ${TIMES} times, in segments of 4 MB, four at once`, () => {
  const file = randomFillSync(Buffer.alloc(SIZE));

  for (const [name, start] of Object.entries(RUNTIMES)) {
    test(`through ${name}`, async (t) => {
      const room = server.room(name);
      const x = await serveAsX(room);
      t.after(x.close);
      const { url, pid, close } = await start(x.url);
      t.after(close);
      const client = new MediaClient({ api: "2", baseUrl: `${url}/x`, headers: { cookie: SESSION }, retry: { attempts: 1 } });
      const options = { mediaType: "video/mp4", segmentSize: 4_000_000 };
      await client.upload(file.subarray(0, 1000), options).done();

      const idle = await memoryOf(pid);
      const peaks = [];
      for (let n = 0; n < TIMES; n++) {
        const { result, peak } = await withPeakOf(pid, client.upload(file, options).done());
        peaks.push(peak);
        const media = await (await room.fetch(mediaRequest(result.media_id_string))).json();
        assert.equal(media.sha256, sha256(file));
      }
      t.diagnostic(`${name}: idle ${inMiB(idle)}, then ${peaks.map(inMiB).join(", ")} MiB`);
      const [before, later] = [peaks.slice(0, TIMES / 2), peaks.slice(TIMES / 2)].map((half) => Math.max(...half));
      assert.ok(Number(later) - idle < MOST_ABOVE_IDLE, `${inMiB(Number(later) - idle)} MiB above idle`);
      assert.ok(Number(later) - Number(before) < MOST_GROWTH, `${peaks.map(inMiB)} MiB`);
    });
  }
});

testRelayedPage({ Deno: RUNTIMES.Deno, workerd: RUNTIMES.workerd });
testRelayedPage({ "workerd, signing by OAuth 1.0a": startSigningWorker }, "OAuth");

describe("what was tried on Node", () => {
  for (const [name, start] of Object.entries(RUNTIMES)) {
    test(`brings X nothing more through ${name}`, async (t) => {
      const room = server.room(`attacks on ${name}`);
      const x = await serveAsX(room);
      t.after(x.close);
      const { url, close } = await start(x.url);
      t.after(close);
      for (const { kind, name, request, sends } of ATTACKS) {
        room.state.log.clear();
        await say(Number(new URL(url).port), request);
        const heard = room.state.log.all().map(({ method, path }) => `${method} https://api.x.com${path}`);
        // How a first line or a header is read is the parser's affair: what one refuses, another takes for what it looks like.
        const allowed = kind === "path" || kind === "framing" ? [AS_INIT] : [sends];
        assert.ok(heard.length <= 1 && heard.every((one) => allowed.includes(one)), `${name}: ${heard}`);
        if (sends) assert.deepEqual(heard, [sends], name);
      }
    });
  }
});

/** What a process holds. @param {number} pid */
async function memoryOf(pid) {
  if (process.platform === "linux") {
    const [, kilobytes] = /VmRSS:\s+([0-9]+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes) * 1024;
  }
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout) * 1024;
}

/**
 * What comes of `work`, and the most that the process held meanwhile.
 * @template T
 * @param {number} pid
 * @param {Promise<T>} work
 */
async function withPeakOf(pid, work) {
  let peak = 0;
  let isOver = false;
  const watching = (async () => {
    for (; !isOver; await sleep(20)) peak = Math.max(peak, await memoryOf(pid));
  })();
  const result = await work.finally(() => (isOver = true));
  await watching;
  return { result, peak };
}

/** @param {number} bytes */
const inMiB = (bytes) => Math.round(bytes / MiB);
