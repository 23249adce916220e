/** The package where there is no page: in a dedicated worker, and in a service worker. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openBench } from "../support/bench.js";

const bench = openBench({ load: false });

/** @type {[realm: "DedicatedWorkerGlobalScope" | "ServiceWorkerGlobalScope", extension?: "chrome" | "browser", background?: boolean][]} */
const REALMS = [
  ["DedicatedWorkerGlobalScope"],
  ["ServiceWorkerGlobalScope"],
  ["DedicatedWorkerGlobalScope", "chrome"],
  ["ServiceWorkerGlobalScope", "chrome"],
  ["DedicatedWorkerGlobalScope", "browser", true],
  ["DedicatedWorkerGlobalScope", "chrome", true],
];

describe("an upload, an abort and an error", { concurrency: 2 }, () => {
  for (const [realm, extension, background] of REALMS) {
    const as = extension ? ` that has ${extension}.runtime${background ? ", as a background page" : ""}` : "";
    test(`in a ${realm}${as}`, async () => {
      const room = bench.enter();
      room.state.processing = { script: [{ state: "pending", check_after_secs: 1 }, null] };
      const told = await room.run(
        ({ x, baseUrl, realm, extension, background }) => x.askWorker(realm, { baseUrl, extension, background }),
        { realm, extension, background },
      );
      assert.equal(told.error, undefined);
      assert.equal(told.realm, `[object ${realm}]`);
      await room.assertHolds(told.media, told.digest);
      assert.deepEqual(told.phases, ["initialize", "append", "finalize", "processing", "ready"]);
      assert.equal(told.reason, "enough");
      assert.deepEqual([told.failure.name, told.failure.code], ["MediaUploadError", "rejected"]);
      assert.deepEqual(told.complaints, []);
      // Browsers end a service worker and a background page that call none of the extension's API for 30 s, and no other realm.
      const isKept = extension !== undefined && (realm === "ServiceWorkerGlobalScope" || background === true);
      assert.equal(told.kept.calls >= 1, isKept);
      assert.equal(told.kept.afterMs.includes(20_000), isKept);
      const { origin } = new URL(bench.url);
      assert.equal(room.log[0]?.headers.origin, origin);
    });
  }
});
