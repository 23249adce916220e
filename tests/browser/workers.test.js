/** The package where there is no page: in a dedicated worker, and in a service worker. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openBench } from "../support/bench.js";

const bench = openBench({ load: false });

describe("an upload, an abort and an error", { concurrency: 2 }, () => {
  /** @type {[realm: string, start: (url: string) => Promise<Worker | ServiceWorker>][]} */
  const realms = [
    ["DedicatedWorkerGlobalScope", async (url) => new Worker(url, { type: "module" })],
    [
      "ServiceWorkerGlobalScope",
      async (url) => {
        const { installing } = await navigator.serviceWorker.register(url, {
          type: "module",
          scope: `/tests/support/page/${url.includes("?")}/`, // one of a scope that has one would end that
        });
        if (!installing) throw new Error("no service worker is installing");
        return installing;
      },
    ],
  ];
  const [worker, serviceWorker] = realms;
  for (const [[realm, start], extension] of /** @type {[(typeof realms)[0], boolean][]} */ ([
    [worker, false],
    [serviceWorker, false],
    [worker, true],
    [serviceWorker, true],
  ])) {
    test(`in a ${realm}${extension ? " of an extension" : ""}`, async () => {
      const room = bench.enter();
      room.state.processing = { script: [{ state: "pending", check_after_secs: 1 }, null] };
      const told = await room.run(
        async ({ baseUrl, start, extension }) => {
          const worker = await start(`/tests/support/page/worker.js${extension ? "?extension" : ""}`);
          const { port1, port2 } = new MessageChannel();
          return new Promise((resolve, reject) => {
            worker.addEventListener("error", (event) => reject(new Error(/** @type {ErrorEvent} */ (event).message)));
            port1.onmessage = ({ data }) => resolve(data);
            worker.postMessage({ baseUrl, extension }, [port2]);
          });
        },
        { start, extension },
      );
      assert.equal(told.error, undefined);
      assert.equal(told.realm, `[object ${realm}]`);
      await room.assertHolds(told.media, told.digest);
      assert.deepEqual(told.phases, ["initialize", "append", "finalize", "processing", "ready"]);
      assert.equal(told.reason, "enough");
      assert.deepEqual([told.failure.name, told.failure.code], ["MediaUploadError", "rejected"]);
      assert.deepEqual(told.complaints, []);
      // Chromium ends a service worker of an extension that calls none of the extension's API for 30 s, and no other realm.
      const isKept = extension && realm === "ServiceWorkerGlobalScope";
      assert.equal(told.kept.calls >= 1, isKept);
      if (isKept) assert.deepEqual([new Set(told.kept.everyMs), told.kept.ended], [new Set([20_000]), told.kept.everyMs.length]);
      const { origin } = new URL(bench.url);
      assert.equal(room.log[0]?.headers.origin, origin);
    });
  }
});
