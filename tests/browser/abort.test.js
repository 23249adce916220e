/** An abort, at any moment: it is heard within 100 ms, tells its own reason, and nothing is sent after it. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openBench } from "../support/bench.js";
import { until } from "../support/until.js";

/**
 * @typedef {import("../support/bench.js").Room} Room
 * @typedef {import("../support/bench.js").Toolkit} Toolkit
 * @typedef {import("../../src/js/index.js").MediaClient} MediaClient
 * @typedef {import("../../src/js/index.js").MediaClientOptions} MediaClientOptions
 */

const bench = openBench();

const TOGETHER = { concurrency: 10 };

/** Longer than any pause that these tests make a client take: what would be sent later has been sent by then. */
const AFTERWARDS_MS = 1300;

/**
 * @param {{ how: string, ms: number, listeners: number }} outcome
 */
function assertAborted({ how, ms, listeners }) {
  assert.equal(how, "rejected with the signal's reason");
  assert.ok(ms < 100, `after ${ms} ms`);
  assert.equal(listeners, 0, "listeners left at the signal");
}

/** @param {Room} room */
async function assertSilent(room) {
  const { commands } = room;
  await sleep(AFTERWARDS_MS);
  assert.equal(room.commands, commands, "nothing is sent after an abort");
}

describe("an abort by a signal", { concurrency: 3 }, () => {
  describe("of an upload", TOGETHER, () => {
    /** Tried again soon, but not within 100 ms. */
    const retry = { minDelayMs: 400, maxDelayMs: 500 };

    /** @type {[when: string, prepare: (room: Room) => void, reached: (room: Room) => boolean, commands: string][]} */
    const cases = [
      ["in INIT", (room) => room.strike({ fault: { kind: "stall" } }), (room) => room.commands === "INIT", "INIT"],
      [
        "in APPEND, with two of them in flight",
        (room) => room.strike({ command: "APPEND", times: 2, fault: { kind: "stall" } }),
        (room) => room.commands === "INIT APPEND APPEND",
        "INIT APPEND APPEND",
      ],
      [
        "in FINALIZE",
        (room) => room.strike({ command: "FINALIZE", fault: { kind: "stall" } }),
        (room) => room.commands.endsWith("FINALIZE"),
        "INIT APPEND APPEND APPEND FINALIZE",
      ],
      [
        "in STATUS",
        (room) => room.strike({ command: "STATUS", fault: { kind: "stall" } }),
        (room) => room.commands.endsWith("STATUS"),
        "INIT APPEND APPEND APPEND FINALIZE STATUS",
      ],
      [
        "while it waits for processing",
        () => {},
        (room) => room.logged("FINALIZE")[0]?.ended_at != null,
        "INIT APPEND APPEND APPEND FINALIZE",
      ],
      [
        "while it waits to try again",
        (room) => room.strike({ fault: { kind: "status", status: 503 } }),
        (room) => room.log[0]?.ended_at != null,
        "INIT",
      ],
      [
        "while it waits for a rate limit to reset",
        (room) => room.strike({ fault: { kind: "status", status: 429, body: "", headers: { "retry-after": "1" } } }),
        (room) => room.log[0]?.ended_at != null,
        "INIT",
      ],
      [
        "while it reads an answer that comes slowly",
        (room) => room.strike({ fault: { kind: "delay", ms: 400 } }),
        (room) => room.commands === "INIT",
        "INIT",
      ],
    ];
    for (const [when, prepare, reached, commands] of cases) {
      test(when, async () => {
        const room = bench.enter();
        room.state.processing = { script: [{ state: "pending", check_after_secs: 1 }] };
        prepare(room);
        const work = await room.start(
          ({ x, baseUrl, retry }) => {
            const client = x.clientOf(baseUrl, { retry });
            const options = { segmentSize: 65_536, concurrency: 2 };
            return x.abortable((signal) => client.upload(x.videoOf(3 * 65_536), { ...options, signal }).done());
          },
          { retry },
        );
        await until(() => reached(room));
        await sleep(50); // for the answer to reach the page
        await work.evaluate(({ abort }) => abort());
        assertAborted(await work.evaluate(({ outcome }) => outcome()));
        await assertSilent(room);
        assert.equal(room.commands, commands);
        assert.ok(room.log.every(({ ended_at }) => ended_at !== null), "what was in flight is cancelled");
      });
    }
  });

  describe("within what the client itself calls", TOGETHER, () => {
    /** @typedef {(given: { x: Toolkit, baseUrl: string }) => ReturnType<Toolkit["abortable"]>} Work */
    /** @type {[when: string, work: Work, commands: string][]} */
    const cases = [
      [
        "before it is handed over",
        ({ x, baseUrl }) =>
          x.abortable((signal, abort) => {
            abort();
            return x.clientOf(baseUrl).upload(x.videoOf(10), { signal }).done();
          }),
        "",
      ],
      [
        "in the same turn",
        ({ x, baseUrl }) =>
          x.abortable((signal, abort) => {
            const upload = x.clientOf(baseUrl).upload(x.videoOf(10), { signal });
            abort();
            return upload.done();
          }),
        "",
      ],
      [
        "in accessToken, which then gives a token",
        ({ x, baseUrl }) =>
          x.abortable((signal, abort) => {
            const accessToken = () => (abort(), "token");
            return x.clientOf(baseUrl, { accessToken }).upload(x.videoOf(10), { signal }).done();
          }),
        "",
      ],
      [
        "in accessToken, which never gives a token",
        ({ x, baseUrl }) =>
          x.abortable((signal, abort) => {
            const accessToken = () => (abort(), new Promise(() => {}));
            return x.clientOf(baseUrl, { accessToken }).upload(x.videoOf(10), { signal }).done();
          }),
        "",
      ],
      [
        "in accessToken, when it is asked to refresh",
        ({ x, baseUrl }) =>
          x.abortable((signal, abort) => {
            /** @param {{ refresh: boolean }} ask */
            const accessToken = async ({ refresh }) => {
              if (refresh) abort();
              await x.sleep(refresh ? 200 : 0);
              return "token";
            };
            return x.clientOf(baseUrl, { accessToken }).finalize("401", { signal });
          }),
        "FINALIZE",
      ],
      [
        "in headers",
        ({ x, baseUrl }) =>
          x.abortable((signal, abort) => {
            const headers = () => (abort(), {});
            return x.clientOf(baseUrl, { headers }).upload(x.videoOf(10), { signal }).done();
          }),
        "",
      ],
      [
        "in a fetch of the caller's own, which takes no notice",
        ({ x, baseUrl }) =>
          x.abortable((signal, abort) => {
            /** @type {typeof fetch} */
            const deaf = async () => {
              abort();
              await x.sleep(200);
              return new Response('{"data":{"id":"1"}}');
            };
            return x.clientOf(baseUrl, { fetch: deaf }).upload(x.videoOf(10), { signal }).done();
          }),
        "",
      ],
      [
        "in onProgress, at its first call",
        ({ x, baseUrl }) =>
          x.abortable((signal, abort) => x.clientOf(baseUrl).upload(x.videoOf(10), { signal, onProgress: abort }).done()),
        "",
      ],
      [
        "in onProgress, between two segments",
        ({ x, baseUrl }) =>
          x.abortable((signal, abort) =>
            x
              .clientOf(baseUrl)
              .upload(x.videoOf(3 * 65_536), {
                signal,
                segmentSize: 65_536,
                concurrency: 1,
                onProgress: ({ segmentsSent }) => segmentsSent === 1 && abort(),
              })
              .done(),
          ),
        "INIT APPEND( APPEND)?", // the next one leaves before the report of the one before it
      ],
      [
        "in onStatus",
        ({ x, baseUrl }) =>
          x.abortable((signal, abort) => x.clientOf(baseUrl).upload(x.videoOf(10), { signal, onStatus: abort }).done()),
        "INIT APPEND FINALIZE STATUS",
      ],
    ];
    for (const [when, work, commands] of cases) {
      test(when, async () => {
        const room = bench.enter();
        room.state.processing = { script: [{ state: "pending", check_after_secs: 1 }] };
        if (when.endsWith("refresh")) room.strike({ fault: { kind: "status", status: 401 } });
        const started = await room.start(work);
        assertAborted(await started.evaluate(({ outcome }) => outcome()));
        await assertSilent(room);
        assert.match(room.commands, new RegExp(`^${commands}$`));
      });
    }
  });

  describe("of each method", TOGETHER, () => {
    for (const [name, ...args] of /** @type {const} */ ([
      ["initialize", { total_bytes: 1, media_type: "video/mp4" }],
      ["append", "1", 0, new Uint8Array(1)],
      ["finalize", "1"],
      ["status", "1"],
      ["finalizeAndWait", "1"],
      ["waitUntilReady", { media_id_string: "1", processing_info: { state: "pending", check_after_secs: 1 } }],
      ["waitUntilReady", "1"],
    ])) {
      test(`${name}(${typeof args[0]})`, async () => {
        const room = bench.enter();
        room.strike({ fault: { kind: "stall" } });
        const work = await room.start(
          ({ x, baseUrl, name, args }) =>
            x.abortable((signal) => /** @type {any} */ (x.clientOf(baseUrl))[name](...args, { signal })),
          { name, args },
        );
        const [first] = args;
        if (typeof first === "object" && "processing_info" in first) await sleep(100); // it does nothing but wait
        else await until(() => room.log.length === 1);
        await work.evaluate(({ abort }) => abort());
        assertAborted(await work.evaluate(({ outcome }) => outcome()));
        await assertSilent(room);
      });
    }
  });
});

describe("Upload.abort()", () => {
  test("rejects with an AbortError, or with the reason that it is given; the first one counts", async () => {
    const room = bench.enter();
    const told = await room.run(async ({ x, baseUrl }) => {
      const client = x.clientOf(baseUrl);
      const reason = { why: "the caller's own" };
      const begin = () => client.upload(x.videoOf(10));
      const [plain, undefinedly, reasoned, nullish, twice] = [begin(), begin(), begin(), begin(), begin()];
      plain.abort();
      undefinedly.abort(undefined);
      reasoned.abort(reason);
      nullish.abort(null);
      twice.abort(reason);
      twice.abort("too late");
      const thrownBy = (/** @type {import("../../src/js/index.js").Upload} */ upload) =>
        upload.done().then(() => "resolved", (thrown) => thrown);
      const [aborted, abortedToo] = [await thrownBy(plain), await thrownBy(undefinedly)];
      return {
        errors: [aborted, abortedToo].map((error) => [error instanceof DOMException, error.name]),
        sameReasons: [(await thrownBy(reasoned)) === reason, await thrownBy(nullish), (await thrownBy(twice)) === reason],
        samePromise: plain.done() === plain.done(),
      };
    });
    assert.deepEqual(told.errors, Array(2).fill([true, "AbortError"]));
    assert.deepEqual(told.sameReasons, [true, null, true]);
    assert.ok(told.samePromise);
    assert.equal(room.log.length, 0);
  });

  test("changes nothing once the upload is done, or has failed", async () => {
    const room = bench.enter();
    const told = await room.run(async ({ x, baseUrl }) => {
      const client = x.clientOf(baseUrl);
      const done = client.upload(x.videoOf(10));
      const failed = client.upload(new Blob(["of no type"]));
      await Promise.allSettled([done.done(), failed.done()]);
      done.abort();
      failed.abort();
      return { media: await done.done(), error: await x.failureOf(failed.done()), phase: done.progress.phase };
    });
    assert.equal(told.media.media_id_string, room.log[0]?.media_id);
    assert.equal(told.error.code, "invalid_argument");
    assert.equal(told.phase, "ready");
  });

  test("of one upload leaves the others of its client alone", async () => {
    const room = bench.enter();
    const settled = await room.run(async ({ x, baseUrl }) => {
      const client = x.clientOf(baseUrl);
      const uploads = [1, 2, 3].map((n) => client.upload(x.videoOf(n * 1000)));
      uploads[1]?.abort();
      return (await Promise.allSettled(uploads.map((upload) => upload.done()))).map(({ status }) => status);
    });
    assert.deepEqual(settled, ["fulfilled", "rejected", "fulfilled"]);
  });
});

test("an upload whose end nobody waits for is no unhandled rejection", async () => {
  // Were it one, the page would complain, and this file fail.
  await bench.enter().run(async ({ x, baseUrl }) => {
    const client = x.clientOf(baseUrl);
    client.upload(x.videoOf(10)).abort();
    client.upload(new Blob());
    client.upload(x.videoOf(10), { signal: AbortSignal.abort() });
    client.upload(x.videoOf(10), { segmentSize: 1 });
    x.clientOf("http://127.0.0.1:1", { retry: { attempts: 1 } }).upload(x.videoOf(10));
    await x.sleep(100);
  });
});
