/** The times that a client takes where its options name none. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openBench } from "../support/bench.js";

const bench = openBench();

/** How late a timer may be. */
const LATENESS_MS = 500;

describe("by default", { concurrency: 4 }, () => {
  for (const [command, ms] of /** @type {const} */ ([["INIT", 30_000], ["APPEND", 60_000], ["FINALIZE", 30_000]])) {
    test(`${command} may take ${ms / 1000} s`, async () => {
      const room = bench.enter();
      room.strike({ command, fault: { kind: "stall" } });
      const error = await room.run(({ x, baseUrl }) =>
        x.failureOf(x.clientOf(baseUrl, { retry: { attempts: 1 } }).upload(x.videoOf(10)).done()),
      );
      assert.deepEqual([error.code, error.command], ["timeout", command]);
      const took = Date.now() - Number(room.logged(command)[0]?.at);
      assert.ok(took >= ms - LATENESS_MS && took <= ms + LATENESS_MS, `${took} ms`);
    });
  }

  test("a request is tried eight times, after pauses of 1 s up to 2, 4, 8, 16 and 30 s", async () => {
    const room = bench.enter();
    room.strike({ times: 9, fault: { kind: "status", status: 503 } });
    const error = await room.run(({ x, baseUrl }) =>
      x.failureOf(new x.lib.MediaClient({ api: "2", baseUrl, accessToken: "token" }).finalize("1")),
    );
    assert.deepEqual([error.code, error.attempts], ["server", 8]);
    const pauses = room.log.slice(1).map(({ at }, n) => at - Number(room.log[n]?.ended_at));
    assert.equal(pauses.length, 7);
    for (const [n, pause] of pauses.entries()) {
      const longest = Math.min(1000 * 2 ** (n + 1), 30_000);
      assert.ok(pause >= 1000 && pause <= longest + LATENESS_MS, `${pause} ms before try ${n + 2}`);
    }
  });
});

describe("in the mood flaky", { concurrency: 2 }, () => {
  for (const api of /** @type {const} */ (["1.1", "2"])) {
    test(`ten uploads of many segments at once arrive whole, by ${api}`, async () => {
      const room = bench.enter();
      room.state.setMood("flaky");
      const { uploads, digest } = await room.run(
        async ({ x, baseUrl, api }) => {
          const client = x.clientOf(baseUrl, { api });
          const file = x.videoOf(20 * 65_536 + 1);
          const upload = () => client.upload(file, { segmentSize: 65_536 }).done();
          const uploads = await Promise.all(Array.from({ length: 10 }, upload));
          return { uploads, digest: await x.sha256(await file.arrayBuffer()) };
        },
        { api },
      );
      assert.equal(new Set(uploads.map(({ media_id_string }) => media_id_string)).size, 10);
      for (const media of uploads) await room.assertHolds(media, digest);
      assert.ok(room.log.filter(({ fault }) => fault !== null).length >= 20);
    });
  }
});
