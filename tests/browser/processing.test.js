/** From FINALIZE to a media that can be used: when STATUS is asked, and what each answer comes to. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openBench } from "../support/bench.js";

/**
 * @typedef {import("../support/bench.js").Room} Room
 * @typedef {import("../support/bench.js").Rule} Rule
 * @typedef {import("../support/bench.js").Fault} Fault
 * @typedef {import("../../www/emulator/processing.js").ProcessingInfo} ProcessingInfo
 */

const bench = openBench();

/** Tests that wait do so side by side. */
const TOGETHER = { concurrency: 6 };

/** How late after its moment a STATUS may arrive. */
const LATENESS_MS = 300;

/** @type {ProcessingInfo} */
const PENDING = { state: "pending", check_after_secs: 1 };
/** @type {ProcessingInfo} */
const IN_PROGRESS = { state: "in_progress", check_after_secs: 1 };
/** @type {ProcessingInfo} */
const SUCCEEDED = { state: "succeeded", progress_percent: 100 };
const UNKNOWN_ID = "1234567890123456789";

/**
 * Each STATUS left when it should, counted from the end of the answer before it.
 * @param {Room} room
 * @param {number[]} secs
 */
function assertPauses(room, secs) {
  const polled = room.log.filter(({ command }) => command === "FINALIZE" || command === "STATUS");
  const pauses = polled.slice(1).map(({ at }, n) => at - Number(polled[n]?.ended_at));
  assert.equal(pauses.length, secs.length, room.commands);
  for (const [n, pause] of pauses.entries()) {
    const due = Number(secs[n]) * 1000;
    assert.ok(pause >= due && pause <= due + LATENESS_MS, `${pause} ms for ${due}`);
  }
}

describe("check_after_secs is waited for to the letter, from each answer on", TOGETHER, () => {
  for (const api of /** @type {const} */ (["1.1", "2"])) {
    test(`by upload() in ${api}`, async () => {
      const room = bench.enter();
      room.state.processing = {
        script: [PENDING, { state: "in_progress", check_after_secs: 2, progress_percent: 7 }, IN_PROGRESS, SUCCEEDED],
      };
      await room.run(({ x, baseUrl, api }) => x.clientOf(baseUrl, { api }).upload(x.videoOf(10)).done(), { api });
      assertPauses(room, [1, 2, 1]);
    });

    test(`by finalizeAndWait() in ${api}`, async () => {
      const room = bench.enter();
      room.state.processing = { script: [{ state: "pending", check_after_secs: 2 }, IN_PROGRESS, SUCCEEDED] };
      const { media, statuses } = await room.run(
        async ({ x, baseUrl, api }) => {
          const client = x.clientOf(baseUrl, { api });
          const id = await x.sent(client);
          /** @type {unknown[]} */
          const statuses = [];
          const onStatus = (/** @type {import("../../src/js/index.js").Media} */ media) => {
            statuses.push(media.processing_info?.state);
          };
          return { media: await client.finalizeAndWait(id, { onStatus }), statuses };
        },
        { api },
      );
      assertPauses(room, [2, 1]);
      assert.deepEqual(media.processing_info, SUCCEEDED);
      assert.deepEqual(statuses, ["in_progress", "succeeded"]);
    });
  }

  test("by waitUntilReady(), which asks at once where it knows but the id", async () => {
    const room = bench.enter();
    room.state.processing = { script: [PENDING, IN_PROGRESS, SUCCEEDED] };
    await room.run(async ({ x, baseUrl }) => {
      const client = x.clientOf(baseUrl);
      const { media_id_string } = await client.finalize(await x.sent(client));
      return client.waitUntilReady(media_id_string);
    });
    assertPauses(room, [0, 1]);
  });
});

describe("without a time to wait, STATUS is asked after 1, 2, 4 … s, at most a tenth more", TOGETHER, () => {
  for (const [what, info] of /** @type {[string, ProcessingInfo][]} */ ([
    ["missing check_after_secs", { state: "pending" }],
    ["check_after_secs of 0", { state: "pending", check_after_secs: 0 }],
    ["a negative check_after_secs", { state: "in_progress", check_after_secs: -5 }],
    ["a state that nobody knows", { state: "uploading" }],
  ])) {
    test(what, async () => {
      const room = bench.enter();
      room.state.processing = { script: [info, info, SUCCEEDED] };
      await room.run(({ x, baseUrl }) => x.clientOf(baseUrl).upload(x.videoOf(10)).done());
      const [first, second] = pausesOf(room);
      assert.ok(first >= 1000 && first <= 1100 + LATENESS_MS, `${first} ms`);
      assert.ok(second >= 2000 && second <= 2200 + LATENESS_MS, `${second} ms`);
    });
  }
});

/** @param {Room} room */
function pausesOf(room) {
  const polled = room.log.filter(({ command }) => command === "FINALIZE" || command === "STATUS");
  return /** @type {[number, number]} */ (polled.slice(1).map(({ at }, n) => at - Number(polled[n]?.ended_at)));
}

describe("an answer to FINALIZE or STATUS that settles it", TOGETHER, () => {
  const error = { code: 1, name: "InvalidMedia", message: "Unsupported video format" };

  /** @type {[what: string, script: (ProcessingInfo | null)[], commands: string][]} */
  const ready = [
    ["FINALIZE without processing_info", [null], "FINALIZE"],
    ["FINALIZE that says succeeded", [{ state: "succeeded" }], "FINALIZE"],
    ["STATUS without processing_info", [PENDING, null], "FINALIZE STATUS"],
    ["STATUS that says succeeded", [PENDING, SUCCEEDED], "FINALIZE STATUS"],
  ];
  for (const [what, script, commands] of ready) {
    test(`${what} is ready`, async () => {
      const room = bench.enter();
      room.state.processing = { script };
      const media = await room.run(async ({ x, baseUrl }) => x.clientOf(baseUrl).upload(x.videoOf(10)).done());
      assert.equal(media.media_id_string, room.logged("FINALIZE")[0]?.media_id);
      assert.equal(room.commands, `INIT APPEND ${commands}`);
    });
  }

  /** @type {[what: string, script: ProcessingInfo[], commands: string][]} */
  const failed = [
    ["failed with an error", [PENDING, { state: "failed", error }], "FINALIZE STATUS"],
    ["failed without an error", [PENDING, { state: "failed", progress_percent: 12 }], "FINALIZE STATUS"],
    ["in_progress with an error", [PENDING, { ...IN_PROGRESS, error }], "FINALIZE STATUS"],
    ["an error already in FINALIZE", [{ ...PENDING, error }], "FINALIZE"],
    ["succeeded with an error", [PENDING, { ...SUCCEEDED, error: {} }], "FINALIZE STATUS"],
  ];
  for (const [what, script, commands] of failed) {
    test(`${what} is processing_failed`, async () => {
      const room = bench.enter();
      room.state.processing = { script };
      const thrown = await room.run(async ({ x, baseUrl }) => x.failureOf(x.clientOf(baseUrl).upload(x.videoOf(10)).done()));
      const last = script.at(-1);
      assert.deepEqual(
        [thrown.code, thrown.command, thrown.processing_info, thrown.retryable, thrown.media_id_string],
        ["processing_failed", commands.split(" ").at(-1), last, false, room.logged("FINALIZE")[0]?.media_id],
      );
      const reason = last?.error?.message ?? "it did not say why";
      assert.ok(thrown.message.includes(reason), thrown.message);
      assert.equal(room.commands, `INIT APPEND ${commands}`);
    });
  }
});

describe("a STATUS that fails is no verdict on the media", TOGETHER, () => {
  const page = { body: "<html>Over capacity</html>", headers: { "content-type": "text/html" } };

  /** @type {[what: string, faults: Fault[]][]} */
  const cases = [
    ["503", [{ kind: "status", status: 503 }]],
    ["503 as often as it pleases", Array(12).fill({ kind: "status", status: 503 })],
    ["500, 502, 408 and 425", [500, 502, 408, 425].map((status) => ({ kind: "status", status }))],
    ["a cut connection", [{ kind: "cut" }]],
    ["an answer cut short", [{ kind: "truncate" }]],
    ["no answer in time", [{ kind: "stall" }]],
    ["200 with a page of HTML", [{ kind: "status", status: 200, ...page }]],
    ["200 with nothing", [{ kind: "status", status: 200, body: "" }]],
    ["200 with JSON of something else", [{ kind: "status", status: 200, body: { ok: true } }]],
    ["429 until the limit resets", [{ kind: "status", status: 429, headers: { "retry-after": "1" } }]],
  ];
  for (const [what, faults] of cases) {
    test(what, async () => {
      const room = bench.enter();
      room.state.processing = { script: [PENDING, SUCCEEDED] };
      room.strike(...faults.map((fault, n) => ({ command: /** @type {const} */ ("STATUS"), occurrence: n + 1, fault })));
      const { media, told } = await room.run(async ({ x, baseUrl }) => {
        // Attempts are not counted here.
        const client = x.clientOf(baseUrl, { retry: { attempts: 1 }, requestTimeoutMs: 500 });
        let told = 0;
        const onStatus = () => void told++;
        return { media: await client.upload(x.videoOf(10), { onStatus }).done(), told };
      });
      assert.deepEqual(media.processing_info, SUCCEEDED);
      assert.equal(room.logged("STATUS").length, faults.length + 1);
      assert.equal(told, faults.some(({ kind }) => kind === "truncate") ? 1 : 1);
    });
  }

  for (const status of [401, 403]) {
    test(`but ${status} ends the wait`, async () => {
      const room = bench.enter();
      room.state.processing = { script: [PENDING, SUCCEEDED] };
      room.strike({ command: "STATUS", fault: { kind: "status", status } });
      const error = await room.run(({ x, baseUrl }) => x.failureOf(x.clientOf(baseUrl).upload(x.videoOf(10)).done()));
      assert.deepEqual([error.status, error.command, error.attempts], [status, "STATUS", 1]);
    });
  }
});
