/** What leaves by WebAssembly: every request, and the timer that STATUS waits for. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBench } from "../support/bench.js";

const bench = openBench();

/** How Chromium writes a call of WebAssembly into a stack. */
const IN_WASM = /wasm-function\[/;

for (const api of /** @type {const} */ (["1.1", "2"])) {
  test(`the call of every fetch, and of the timer before STATUS, comes from WebAssembly, by ${api}`, async () => {
    const room = bench.enter();
    room.state.processing = { script: [{ state: "pending", check_after_secs: 1 }, null] };
    const tab = await bench.open();
    const calls = await room.from(tab).run(
      async ({ x, baseUrl, api }) => {
        const { fetch, setTimeout } = globalThis;
        /** @type {{ name: string, stack: string }[]} */
        const calls = [];
        Error.stackTraceLimit = 100;
        /** @param {string} name */
        const note = (name) => calls.push({ name, stack: String(new Error().stack) });
        globalThis.fetch = (...given) => {
          note("fetch");
          return fetch(...given);
        };
        globalThis.setTimeout = /** @type {any} */ (
          (/** @type {() => void} */ callback, /** @type {number} */ ms) => {
            note("timer");
            return setTimeout(callback, ms);
          }
        );
        await x.clientOf(baseUrl, { api }).upload(x.videoOf(100_000), { segmentSize: 65_536 }).done();
        return calls;
      },
      { api },
    );
    await tab.page.close();
    assert.equal(room.commands, "INIT APPEND APPEND FINALIZE STATUS");
    assert.equal(calls.filter(({ name }) => name === "fetch").length, 5);
    const status = calls.map(({ name }) => name).lastIndexOf("fetch");
    assert.equal(calls[status - 1]?.name, "timer");
    for (const { name, stack } of calls) assert.match(stack, IN_WASM, name);
  });
}
