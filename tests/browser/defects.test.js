/** What nobody expects: the platform throws where it never does. No promise is left waiting, and other clients go on. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openBench } from "../support/bench.js";

const bench = openBench();

/** How long a promise may be left waiting. */
const LATENESS_MS = 1000;

const PLATFORM = ["Math.random", "performance.now", "AbortController", "Headers"];
const METHODS = /** @type {const} */ (["finalize", "waitUntilReady", "upload"]);

describe("a part of the platform that throws ends work as internal, with what it threw", () => {
  for (const path of PLATFORM) {
    for (const method of METHODS) {
      test(`${path} in ${method}()`, async () => {
        const room = bench.enter();
        const { error, isCause, ms, again, media } = await room.run(
          async ({ x, baseUrl, path, method }) => {
            const client = x.clientOf(baseUrl);
            const id = await x.sent(client);
            const calls = {
              finalize: () => client.finalize(id),
              waitUntilReady: () => client.waitUntilReady(id),
              upload: () => client.upload(x.videoOf(10)).done(),
            };
            /** Undefined where it is left waiting. @param {Promise<unknown>} promise @returns {Promise<any>} */
            const settled = (promise) =>
              Promise.race([promise.catch((/** @type {unknown} */ thrown) => thrown), x.sleep(5000)]);
            const cause = new Error("nobody expects this");
            const mend = x.breakPlatform(path, cause);
            const start = Date.now();
            const error = await settled(calls[method]());
            const ms = Date.now() - start;
            mend();
            const again = await settled(client.status(id));
            const media = await x.clientOf(baseUrl).upload(x.videoOf(10)).done();
            return { error: error && x.plainly(error), isCause: error?.cause === cause, ms, again: again !== undefined, media };
          },
          { path, method },
        );
        assert.deepEqual([error?.["code"], isCause, error?.["retryable"]], ["internal", true, false]);
        assert.match(error?.["message"], /defect of x-media-upload/);
        assert.ok(ms < LATENESS_MS, `after ${ms} ms`);
        assert.ok(again, "a later call of the same client is left waiting");
        assert.equal((await room.media(media.media_id_string)).size, 10);
      });
    }
  }

  test("Math.random in the middle of an upload", async () => {
    const room = bench.enter();
    room.strike({ fault: { kind: "delay", ms: 200 } });
    const { error, isCause } = await room.run(async ({ x, baseUrl }) => {
      const cause = new Error("nobody expects this");
      const upload = x.clientOf(baseUrl).upload(x.videoOf(10));
      await x.sleep(100);
      const mend = x.breakPlatform("Math.random", cause);
      /** @type {any} */
      const thrown = await upload.done().catch((error) => error);
      mend();
      return { error: x.plainly(thrown), isCause: thrown.cause === cause };
    });
    assert.deepEqual([error["code"], isCause, error["retryable"]], ["internal", true, false]);
  });
});

test("5 000 of these, and the next client uploads", async () => {
  const room = bench.enter();
  const { media, outcomes } = await room.run(async ({ x, baseUrl }) => {
    const cause = new Error("nobody expects this");
    /** @type {Record<string, number>} */
    const outcomes = {};
    const mend = x.breakPlatform("performance.now", cause);
    for (let n = 0; n < 5000; n++) {
      const client = x.clientOf(baseUrl);
      const thrown = await client.finalize("1").catch((error) => error);
      const outcome = thrown.cause === cause ? thrown.code : String(thrown.cause ?? thrown);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      client.free();
    }
    mend();
    return { outcomes, media: await x.clientOf(baseUrl).upload(x.videoOf(200_000), { segmentSize: 65_536 }).done() };
  });
  assert.deepEqual(outcomes, { internal: 5000 });
  assert.equal((await room.media(media.media_id_string)).size, 200_000);
  assert.equal(room.commands, "INIT APPEND APPEND APPEND APPEND FINALIZE");
});
