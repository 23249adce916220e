/** The emulator as an app has it that is tested in a browser: in the page, and in a worker that ends. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBench } from "../support/bench.js";

const bench = openBench();

for (const realm of /** @type {const} */ (["Window", "DedicatedWorkerGlobalScope", "ServiceWorkerGlobalScope"])) {
  test(`in a ${realm} it is uploaded to, and another goes on with what it stored`, async () => {
    const told = await bench.enter().run(
      ({ x, baseUrl, realm }) => (realm === "Window" ? x.uploadWithin() : x.askWorker(realm, { baseUrl, emulated: true })),
      { realm },
    );
    assert.equal(told.error, undefined);
    assert.deepEqual([told.media.state, told.media.sha256], ["succeeded", told.digest]);
    assert.deepEqual(told.media.segments.map((/** @type {any} */ { times }) => times), [1, 1, 1, 1]);
  });
}
