/** examples/migrating, of which docs/migrating.md is made: the same upload before and after, and where the two differ. */

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { ClientRequestInterceptor } from "@mswjs/interceptors/ClientRequest";
import { upload as byHandAfter } from "../examples/migrating/by-hand.after.js";
import { upload as byHandBefore } from "../examples/migrating/by-hand.before.js";
import { upload as libraryAfter } from "../examples/migrating/twitter-api-v2.after.js";
import { upload as libraryBefore } from "../examples/migrating/twitter-api-v2.before.js";
import { createEmulator } from "../www/emulator/index.js";
import { fixture } from "./support/bench.js";

const X = "https://api.x.com";
const VIDEO = fixture("video.mp4");
const FILE = new Blob([VIDEO], { type: "video/mp4" });

const emulator = createEmulator();
const { state } = emulator;
const { fetch } = globalThis;
const interceptor = new ClientRequestInterceptor();

before(() => {
  globalThis.fetch = (input, init) => {
    const request = new Request(input, init);
    return request.url.startsWith(X) ? emulator.fetch(request) : fetch(request);
  };
  interceptor.on("request", async ({ request, controller }) => {
    assert.equal(new URL(request.url).origin, X);
    controller.respondWith(await emulator.fetch(request));
  });
  interceptor.apply();
});
after(() => {
  globalThis.fetch = fetch;
  interceptor.dispose();
});
beforeEach(() => {
  state.reset();
  state.processing = { duration_secs: 1 };
});

describe("from twitter-api-v2", () => {
  const ways = { before: () => libraryBefore("token", VIDEO), after: () => libraryAfter("token", VIDEO) };
  for (const [name, upload] of Object.entries(ways)) {
    test(`a video, ${name}`, async () => assert.match(await upload(), /^[0-9]{19}$/));
  }

  test("X does not say when to ask again: before, the id of a video that is not ready", async () => {
    const script = [{ state: "pending" }, { state: "pending" }, { state: "succeeded" }];
    state.processing = /** @type {any} */ ({ script });
    await ways.before();
    assert.equal(statuses(), 1, "and it was pending");

    state.reset();
    state.processing = /** @type {any} */ ({ script });
    await ways.after();
    assert.equal(statuses(), 2);
  });
});

describe("from code of one's own", () => {
  const ways = { before: () => byHandBefore("token", FILE), after: () => byHandAfter("token", FILE) };
  for (const [name, upload] of Object.entries(ways)) {
    test(`a video, ${name}`, async () => assert.match(await upload(), /^[0-9]{19}$/));
  }

  test("X can't use the video: before, its id all the same", async () => {
    const error = { code: 1, name: "InvalidMedia", message: "Unsupported video format" };
    state.processing = { duration_secs: 1, outcome: "failed", error };
    assert.match(await ways.before(), /^[0-9]{19}$/);
    await assert.rejects(ways.after(), { code: "processing_failed" });
  });

  test("a segment is lost: before, nobody notices until X refuses FINALIZE, and then nobody looks", async () => {
    const lost = /** @type {any} */ ([{ command: "APPEND", fault: { kind: "status", status: 503 } }]);
    state.rules.add(lost);
    const id = await ways.before();
    assert.equal(state.store.get(id, Date.now())?.finalizedAt ?? null, null, "it was never finalized");
    state.rules.add(lost);
    await ways.after();
  });
});

function statuses() {
  return state.log.all().filter(({ command }) => command === "STATUS").length;
}
