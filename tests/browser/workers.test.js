/** The package where there is no page: in a dedicated worker, and in a service worker. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openBench } from "../support/bench.js";

const bench = openBench({ load: false });

describe("an upload, an abort and an error", { concurrency: 2 }, () => {
  for (const [realm, extension] of /** @type {const} */ ([
    ["DedicatedWorkerGlobalScope", false],
    ["ServiceWorkerGlobalScope", false],
    ["DedicatedWorkerGlobalScope", true],
    ["ServiceWorkerGlobalScope", true],
  ])) {
    test(`in a ${realm}${extension ? " of an extension" : ""}`, async () => {
      const room = bench.enter();
      room.state.processing = { script: [{ state: "pending", check_after_secs: 1 }, null] };
      const told = await room.run(({ x, baseUrl, realm, extension }) => x.askWorker(realm, { baseUrl, extension }), {
        realm,
        extension,
      });
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
      assert.equal(told.kept.everyMs.includes(20_000), isKept);
      assert.equal(told.kept.ended, told.kept.everyMs.length);
      const { origin } = new URL(bench.url);
      assert.equal(room.log[0]?.headers.origin, origin);
    });
  }
});
