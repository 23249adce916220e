/** examples/resuming, of which docs/resuming.md is made: a page that is closed in the middle, and what the next one sends. */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createRelay } from "../dist/relay.js";
import { fixture } from "./support/bench.js";
import { at, openNewcomer, says } from "./support/newcomer.js";
import { until } from "./support/until.js";

const newcomer = openNewcomer();

/** A film of a few segments, on the disk: what is chosen again is the same file. */
function film() {
  const path = join(newcomer.folder, "film.mp4");
  writeFileSync(path, Buffer.concat([fixture("video.mp4"), Buffer.alloc(3_000_000)]));
  return path;
}

describe("a page that is reloaded in the middle goes on", () => {
  for (const name of ["by-store", "by-session"]) {
    test(name, async (t) => {
      const file = film();
      const { state, fetch } = newcomer.room(name);
      const relay = createRelay({
        authorize: () => ({ accessToken: "token" }),
        fetch: async (url, init) => fetch(new Request(url, init)),
      });
      const code = readFileSync(at(`examples/resuming/${name}.js`), "utf8");
      const { page, complaints, url } = await newcomer.page(t, code, relay);
      // What the third segment stands still at, the page does not survive.
      state.rules.add(/** @type {any} */ ([{ command: "APPEND", segment_index: 2, times: 9, fault: { kind: "stall" } }]));
      await page.goto(url);
      await page.setInputFiles("input", file);
      const sent = () => state.log.all().filter(({ command, status }) => command === "APPEND" && status === 200).length;
      await until(() => sent() >= 3);
      await page.waitForTimeout(500); // what is on the way arrives
      const before = sent();

      state.rules.clear();
      await page.reload();
      const ready = says(page, /^ready to post: [0-9]{19}$/);
      await page.setInputFiles("input", file);
      await ready;
      const inits = state.log.all().filter(({ command }) => command === "INIT");
      assert.equal(inits.length, 1, "it is the same media");
      const [media] = state.store.all();
      const received = [...(media?.segments.values() ?? [])].map(({ times }) => times);
      assert.ok(before < received.length, `${before} segments of ${received.length} had arrived`);
      assert.deepEqual(received.filter((times) => times > 1), [], "none was sent twice that X had");
      assert.deepEqual(complaints, []);
    });
  }
});
