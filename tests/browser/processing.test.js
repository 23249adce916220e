/** From FINALIZE to a media that can be used: when STATUS is asked, and what each answer comes to. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openBench } from "../support/bench.js";

/**
 * @typedef {import("../support/bench.js").Room} Room
 * @typedef {import("../support/bench.js").Fault} Fault
 * @typedef {import("../../www/emulator/processing.js").ProcessingInfo} ProcessingInfo
 * @typedef {import("../../src/js/index.js").Media} Media
 * @typedef {import("../../src/js/index.js").UploadOptions} UploadOptions
 * @typedef {import("../../src/js/index.js").MediaClientOptions} MediaClientOptions
 */

const bench = openBench();

/** What waits, waits side by side. */
const TOGETHER = { concurrency: 8 };

/** @type {ProcessingInfo} */
const PENDING = { state: "pending", check_after_secs: 1 };
/** @type {ProcessingInfo} */
const IN_PROGRESS = { state: "in_progress", check_after_secs: 1 };
/** @type {ProcessingInfo} */
const SUCCEEDED = { state: "succeeded", progress_percent: 100 };
const ERROR = { code: 1, name: "InvalidMedia", message: "Unsupported video format" };

/**
 * A room whose FINALIZE and STATUS will say this.
 * @param {...(ProcessingInfo | null)} script
 */
function enterWith(...script) {
  const room = bench.enter();
  room.state.processing = { script };
  return room;
}

/**
 * A whole upload of a small file.
 * @param {Room} room
 * @param {UploadOptions} [options]
 * @param {Partial<MediaClientOptions>} [clientOptions]
 */
function upload(room, options, clientOptions) {
  return room.run(
    ({ x, baseUrl, options, clientOptions }) => x.clientOf(baseUrl, clientOptions).upload(x.videoOf(10), options).done(),
    { options, clientOptions },
  );
}

/**
 * The same for one that should fail.
 * @param {Room} room
 * @param {UploadOptions} [options]
 * @param {Partial<MediaClientOptions>} [clientOptions]
 */
function failingUpload(room, options, clientOptions) {
  return room.run(
    ({ x, baseUrl, options, clientOptions }) =>
      x.failureOf(x.clientOf(baseUrl, clientOptions).upload(x.videoOf(10), options).done()),
    { options, clientOptions },
  );
}

/**
 * Each STATUS left when it should, counted from the end of the answer before it.
 * @param {Room} room
 * @param {...[earliestMs: number, latestMs: number]} expected
 */
function assertPauses(room, ...expected) {
  const polled = room.log.filter(({ command }) => command === "FINALIZE" || command === "STATUS");
  const pauses = polled.slice(1).map(({ at }, n) => at - Number(polled[n]?.ended_at));
  const asExpected = expected.map(([earliest, latest], n) => Number(pauses[n]) >= earliest && Number(pauses[n]) <= latest);
  assert.ok(pauses.length === expected.length && asExpected.every(Boolean), `${pauses} ms for ${expected.join(" and ")}`);
}

/**
 * A pause that X named, and how late the STATUS after it may arrive on a machine that is busy with other tests. That it leaves
 * within 0.3 s is a matter of the core, whose tests have a clock of their own.
 * @param {number} secs
 * @returns {[number, number]}
 */
const exactly = (secs) => [secs * 1000, secs * 1000 + 1000];

describe("when STATUS is asked", { concurrency: 2 }, () => {
  describe("check_after_secs is kept to the letter, from each answer on", TOGETHER, () => {
    for (const api of /** @type {const} */ (["1.1", "2"])) {
      test(`by upload() in ${api}`, async () => {
        const room = enterWith(PENDING, { state: "in_progress", check_after_secs: 2 }, SUCCEEDED);
        await upload(room, {}, { api });
        assertPauses(room, exactly(1), exactly(2));
      });

      test(`by finalizeAndWait() in ${api}`, async () => {
        const room = enterWith({ state: "pending", check_after_secs: 2 }, IN_PROGRESS, SUCCEEDED);
        const { media, statuses } = await room.run(
          async ({ x, baseUrl, api }) => {
            const client = x.clientOf(baseUrl, { api });
            /** @type {unknown[]} */
            const statuses = [];
            /** @param {Media} media */
            const onStatus = ({ processing_info }) => void statuses.push(processing_info?.state);
            return { media: await client.finalizeAndWait(await x.sent(client), { onStatus }), statuses };
          },
          { api },
        );
        assertPauses(room, exactly(2), exactly(1));
        assert.deepEqual(media.processing_info, SUCCEEDED);
        assert.deepEqual(statuses, ["in_progress", "succeeded"]);
      });
    }

    test("by waitUntilReady(), which asks at once where it is given an id alone", async () => {
      const room = enterWith(PENDING, IN_PROGRESS, SUCCEEDED);
      await room.run(async ({ x, baseUrl }) => {
        const client = x.clientOf(baseUrl);
        const { media_id_string } = await client.finalize(await x.sent(client));
        return client.waitUntilReady(media_id_string);
      });
      assertPauses(room, exactly(0), exactly(1));
    });

    test("by waitUntilReady(), which waits first where it is given what FINALIZE said", async () => {
      const room = enterWith(PENDING, SUCCEEDED);
      await room.run(async ({ x, baseUrl }) => {
        const client = x.clientOf(baseUrl);
        return client.waitUntilReady(await client.finalize(await x.sent(client)));
      });
      assertPauses(room, exactly(1));
    });
  });

  describe("without a time, STATUS is asked after 1 s, then after 2 s, and a tenth more at most", TOGETHER, () => {
    for (const [what, info] of /** @type {[string, ProcessingInfo][]} */ ([
      ["missing", { state: "pending" }],
      ["zero", { state: "pending", check_after_secs: 0 }],
      ["negative", { state: "in_progress", check_after_secs: -5 }],
      ["missing from a state that nobody knows", { state: "uploading" }],
    ])) {
      test(`check_after_secs is ${what}`, async () => {
        const room = enterWith(info, info, SUCCEEDED);
        await upload(room);
        assertPauses(room, [1000, 1400], [2000, 2500]);
      });
    }
  });
});

describe("what the answers come to", { concurrency: 3 }, () => {
  describe("what is ready", TOGETHER, () => {
    /** @type {[what: string, script: (ProcessingInfo | null)[], commands: string][]} */
    const cases = [
      ["FINALIZE without processing_info", [null], "FINALIZE"],
      ["FINALIZE that says succeeded", [{ state: "succeeded" }], "FINALIZE"],
      ["STATUS without processing_info", [PENDING, null], "FINALIZE STATUS"],
      ["STATUS that says succeeded", [PENDING, SUCCEEDED], "FINALIZE STATUS"],
      ["STATUS after a state that nobody knows", [{ ...PENDING, state: "thinking" }, null], "FINALIZE STATUS"],
    ];
    for (const [what, script, commands] of cases) {
      test(what, async () => {
        const room = enterWith(...script);
        const media = await upload(room);
        assert.equal(media.media_id_string, room.log[0]?.media_id);
        assert.deepEqual(media.processing_info ?? null, script.at(-1));
        assert.equal(room.commands, `INIT APPEND ${commands}`);
      });
    }
  });

  describe("what is processing_failed, without one STATUS more", TOGETHER, () => {
    /** @type {[what: string, script: ProcessingInfo[], command: "FINALIZE" | "STATUS"][]} */
    const cases = [
      ["failed with an error", [PENDING, { state: "failed", error: ERROR }], "STATUS"],
      ["failed without an error", [PENDING, { state: "failed", progress_percent: 12 }], "STATUS"],
      ["in_progress with an error", [PENDING, { ...IN_PROGRESS, error: ERROR }], "STATUS"],
      ["succeeded with an error that says nothing", [PENDING, { ...SUCCEEDED, error: {} }], "STATUS"],
      ["FINALIZE with an error", [{ ...PENDING, error: ERROR }], "FINALIZE"],
      ["FINALIZE that says failed", [{ state: "failed" }], "FINALIZE"],
    ];
    for (const [what, script, command] of cases) {
      test(what, async () => {
        const room = enterWith(...script);
        const error = await failingUpload(room);
        const { code, media_id_string, retryable, processing_info } = error;
        assert.deepEqual([code, error.command, retryable], ["processing_failed", command, false]);
        assert.equal(media_id_string, room.log[0]?.media_id);
        assert.deepEqual(processing_info, script.at(-1));
        assert.ok(error.message.includes(processing_info?.error?.message ?? "without a reason"), error.message);
        assert.equal(room.commands.split("FINALIZE")[1], command === "STATUS" ? " STATUS" : "");
      });
    }
  });

  describe("a STATUS that goes wrong is no verdict on the media, and no attempt", TOGETHER, () => {
    /** @type {Fault} */
    const unavailable = { kind: "status", status: 503 };

    /** @type {[what: string, ...faults: Fault[]][]} */
    const cases = [
      ["503", unavailable],
      ["503 more often than a request would be tried", ...Array(12).fill(unavailable)],
      ["500, 408 and 425", ...[500, 408, 425].map((status) => /** @type {Fault} */ ({ kind: "status", status }))],
      ["a cut connection", { kind: "cut" }],
      ["an answer that is cut short", { kind: "truncate" }],
      ["no answer in time", { kind: "stall" }],
      ["200 with a page", { kind: "status", status: 200, body: "<html>", headers: { "content-type": "text/html" } }],
      ["200 with nothing", { kind: "status", status: 200, body: "" }],
      ["200 with JSON of something else", { kind: "status", status: 200, body: { ok: true } }],
      ["429", { kind: "status", status: 429, body: "", headers: { "retry-after": "1" } }],
    ];
    for (const [what, ...faults] of cases) {
      test(what, async () => {
        const room = enterWith(PENDING, SUCCEEDED);
        room.strike(...faults.map((fault, n) => ({ command: /** @type {const} */ ("STATUS"), occurrence: n + 1, fault })));
        const requestTimeoutMs = what === "no answer in time" ? 1000 : undefined;
        const media = await upload(room, {}, { retry: { attempts: 1 }, requestTimeoutMs });
        assert.deepEqual(media.processing_info, SUCCEEDED);
        assert.equal(room.logged("STATUS").length, faults.length + 1);
      });
    }

    for (const status of [401, 402, 403]) {
      test(`but ${status} is final`, async () => {
        const room = enterWith(PENDING, SUCCEEDED);
        room.strike({ command: "STATUS", fault: { kind: "status", status } });
        const error = await failingUpload(room);
        assert.deepEqual([error.command, error.status, error.attempts], ["STATUS", status, 1]);
        assert.equal(room.logged("STATUS").length, 1);
      });
    }
  });

  describe("a media that X has just taken may be unknown to STATUS", TOGETHER, () => {
    for (const [api, status, code] of /** @type {const} */ ([["1.1", 404, "not_found"], ["2", 400, "rejected"]])) {
      test(`three times, in ${api}`, async () => {
        const room = enterWith(PENDING, SUCCEEDED);
        room.strike({ command: "STATUS", times: 3, fault: { kind: "status", status } });
        assert.deepEqual((await upload(room, {}, { api })).processing_info, SUCCEEDED);
        assert.equal(room.logged("STATUS").length, 4);
      });

      test(`also once it was known, in ${api}`, async () => {
        const room = enterWith(PENDING, IN_PROGRESS, SUCCEEDED);
        room.strike({ command: "STATUS", occurrence: 2, fault: { kind: "status", status } });
        assert.deepEqual((await upload(room, {}, { api })).processing_info, SUCCEEDED);
        assert.equal(room.logged("STATUS").length, 3);
      });

      test(`and waitUntilReady() of an id that X never knew fails at once, in ${api}`, async () => {
        const room = bench.enter();
        const error = await room.run(
          ({ x, baseUrl, api }) => x.failureOf(x.clientOf(baseUrl, { api }).waitUntilReady("1234567890123456789")),
          { api },
        );
        assert.deepEqual([error.code, error.media_id_string], [code, "1234567890123456789"]);
        assert.equal(room.commands, "STATUS");
      });
    }
  });

  describe("the wait ends", TOGETHER, () => {
    test("after timeoutSecs, counted from FINALIZE's answer", async () => {
      const room = enterWith(PENDING);
      room.strike({ command: "APPEND", fault: { kind: "delay", ms: 1000 } });
      const error = await failingUpload(room, { timeoutSecs: 1.5 });
      const waitedMs = Date.now() - Number(room.logged("FINALIZE")[0]?.ended_at);
      assert.deepEqual([error.code, error.retryable], ["processing_timeout", true]);
      assert.equal(error.media_id_string, room.log[0]?.media_id);
      assert.ok(waitedMs >= 1500 && waitedMs <= 2000, `${waitedMs} ms`);
      assertPauses(room, exactly(1));
    });

    test("after timeoutSecs, in the middle of a STATUS", async () => {
      const room = enterWith(PENDING);
      room.strike({ command: "STATUS", fault: { kind: "stall" } });
      const error = await failingUpload(room, { timeoutSecs: 1.5 });
      assert.equal(error.code, "processing_timeout");
      assert.equal(room.logged("STATUS").length, 1);
    });

    test("when the media expires", async () => {
      const room = enterWith(PENDING);
      room.state.change({ expiresAfterSecs: 2 });
      const error = await failingUpload(room);
      assert.deepEqual([error.code, error.retryable], ["expired", false]);
      assert.equal(error.media_id_string, room.log[0]?.media_id);
    });
  });

  describe("a FINALIZE without an answer may have been done all the same", TOGETHER, () => {
    /** @type {[what: string, fault: Fault][]} */
    const unheard = [
      ["lost", { kind: "lost" }],
      ["cut short", { kind: "truncate" }],
      ["late", { kind: "delay", ms: 2000 }],
    ];
    for (const [what, fault] of unheard) {
      test(`its answer is ${what}: it is sent again, and the upload goes on`, async () => {
        const room = enterWith(PENDING, IN_PROGRESS, SUCCEEDED);
        room.strike({ command: "FINALIZE", fault });
        const media = await upload(room, {}, { requestTimeoutMs: what === "late" ? 1000 : undefined });
        await room.assertHolds(media, await room.run(async ({ x }) => x.sha256(await x.videoOf(10).arrayBuffer())));
        assert.equal(room.commands, "INIT APPEND FINALIZE FINALIZE STATUS");
      });
    }

    for (const [api, status] of /** @type {const} */ ([["1.1", 404], ["2", 400]])) {
      test(`the second is refused in ${api}: STATUS decides`, async () => {
        const room = enterWith(PENDING, SUCCEEDED);
        room.strike({ command: "FINALIZE", fault: { kind: "lost" } }, refusal(2, status));
        assert.deepEqual((await upload(room, {}, { api })).processing_info, SUCCEEDED);
        assert.equal(room.commands, "INIT APPEND FINALIZE FINALIZE STATUS");
      });

      test(`the only one is refused in ${api}, and STATUS knows nothing: the refusal stands`, async () => {
        const room = enterWith(PENDING, SUCCEEDED);
        room.strike(refusal(1, status));
        const error = await failingUpload(room, {}, { api });
        assert.deepEqual([error.command, error.status], ["FINALIZE", status]);
        assert.equal(room.commands, "INIT APPEND FINALIZE STATUS");
      });
    }

    test("finalize() alone asks STATUS only after a try without an answer", async () => {
      const [refused, unheard] = [enterWith(PENDING), enterWith(PENDING, IN_PROGRESS)];
      refused.strike(refusal(1, 400));
      unheard.strike({ command: "FINALIZE", fault: { kind: "lost" } }, refusal(2, 400));
      const error = await refused.run(async ({ x, baseUrl }) => {
        const client = x.clientOf(baseUrl);
        return x.failureOf(client.finalize(await x.sent(client)));
      });
      const media = await unheard.run(async ({ x, baseUrl }) => {
        const client = x.clientOf(baseUrl);
        return client.finalize(await x.sent(client));
      });
      assert.equal(error.status, 400);
      assert.equal(refused.commands, "INIT APPEND FINALIZE");
      assert.deepEqual(media.processing_info, IN_PROGRESS);
      assert.equal(unheard.commands, "INIT APPEND FINALIZE FINALIZE STATUS");
    });

    /**
     * @param {number} occurrence
     * @param {number} status
     * @returns {import("../support/bench.js").Rule}
     */
    function refusal(occurrence, status) {
      return { command: "FINALIZE", occurrence, fault: { kind: "status", status } };
    }
  });
});

test("a page whose timers are late asks when it becomes visible, but not before it is due", async () => {
  const room = enterWith(PENDING, SUCCEEDED);
  await room.run(async ({ x, baseUrl }) => {
    const { setTimeout } = globalThis;
    // A hidden page's timers fire once a minute.
    globalThis.setTimeout = /** @type {any} */ (
      (/** @type {() => void} */ callback, /** @type {number} */ ms) => setTimeout(callback, ms > 100 ? 60_000 : ms)
    );
    try {
      const done = x.clientOf(baseUrl).upload(x.videoOf(10)).done();
      for (const ms of [600, 700]) {
        await new Promise((resolve) => setTimeout(resolve, ms));
        document.dispatchEvent(new Event("visibilitychange"));
      }
      await done;
    } finally {
      globalThis.setTimeout = setTimeout;
    }
  });
  assertPauses(room, exactly(1));
});
