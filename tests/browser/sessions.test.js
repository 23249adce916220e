/** Sessions: saved before what they tell of happens, and enough for another page to go on with. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { kill } from "../support/chromium.js";
import { openBench } from "../support/bench.js";
import { until } from "../support/until.js";

/**
 * @typedef {import("../support/bench.js").Room} Room
 * @typedef {import("../../src/js/index.js").UploadSession} UploadSession
 */

const bench = openBench();

const TOGETHER = { concurrency: 4 };
const SEGMENT = 65_536;

/** How often X has got each segment. @param {Room} room @param {string} id */
async function timesOf(room, id) {
  const { segments } = await room.media(id);
  return segments.map((/** @type {{ times: number }} */ { times }) => times);
}

/**
 * Begins an upload in a page of its own, and takes its session when the log has got so far.
 * @param {Room} room
 * @param {number} size
 * @param {(there: Room) => boolean} reached
 */
async function interrupted(room, size, reached) {
  const tab = await bench.open();
  const there = room.from(tab);
  const upload = await there.start(
    ({ x, baseUrl, size, segmentSize }) =>
      x.clientOf(baseUrl).upload(x.videoOf(size), { segmentSize, concurrency: 2 }),
    { size, segmentSize: SEGMENT },
  );
  await until(() => reached(there));
  await new Promise((resolve) => setTimeout(resolve, 100)); // for the last answer to reach the page
  const session = await upload.evaluate(({ session }) => session);
  await kill(tab.page);
  return /** @type {UploadSession} */ (session);
}

/** A room where one segment never arrives, at the first time. @param {number} index */
function enterStalling(index) {
  const room = bench.enter();
  room.strike({ command: "APPEND", segment_index: index, fault: { kind: "stall" } });
  return room;
}

describe("saving a session", TOGETHER, () => {
  for (const way of /** @type {const} */ (["onSession", "store"])) {
    test(`by ${way} is waited for, one after the other; a segment leaves when a save that names it has ended`, async () => {
      const room = bench.enter();
      const { events, digest, media } = await room.run(
        async ({ x, baseUrl, segmentSize, way }) => {
          /** @type {{ what: "begins" | "ends" | "leaves", segments: number }[]} */
          const events = [];
          const file = x.videoOf(10 * segmentSize);
          const client = x.clientOf(baseUrl, {
            fetch: (url, init) => {
              const index = init?.body instanceof FormData ? init.body.get("segment_index") : null;
              if (index !== null) events.push({ what: "leaves", segments: Number(index) + 1 });
              return fetch(url, init);
            },
          });
          const save = async (/** @type {UploadSession} */ { segments }) => {
            const { length } = /** @type {number[]} */ (segments);
            events.push({ what: "begins", segments: length });
            await x.sleep(60);
            events.push({ what: "ends", segments: length });
          };
          const store = {
            get: async () => undefined,
            set: (/** @type {string} */ _, /** @type {UploadSession} */ session) => save(session),
            delete: async () => {},
          };
          const media = await client
            .upload(file, { segmentSize, ...(way === "store" ? { store } : { onSession: save }) })
            .done();
          return { events, media, digest: await x.sha256(await file.arrayBuffer()) };
        },
        { segmentSize: SEGMENT, way },
      );
      await room.assertHolds(media, digest);
      const saves = events.filter(({ what }) => what !== "leaves").map(({ what }) => what);
      assert.ok(saves.length >= 6, `${saves}`);
      saves.forEach((what, n) => assert.equal(what, n % 2 === 0 ? "begins" : "ends", `${saves}`));
      let named = 0;
      for (const { what, segments } of events) {
        if (what === "ends") named = segments;
        if (what === "leaves") assert.ok(segments <= named, `segment ${segments - 1} leaves when ${named} are named`);
      }
      assert.equal(events.filter(({ what }) => what === "leaves").length, 10);
    });
  }

  test("overlaps no other where the upload fails meanwhile, and the last one knows what X has", async () => {
    const room = bench.enter();
    room.strike({ command: "APPEND", segment_index: 2, fault: { kind: "status", status: 403 } });
    const { calls, last, error } = await room.run(
      async ({ x, baseUrl, segmentSize }) => {
        /** @type {string[]} */
        const calls = [];
        /** @type {unknown} */
        let last;
        const onSession = async (/** @type {UploadSession} */ session) => {
          calls.push("begins");
          await x.sleep(200);
          last = session.acknowledged;
          calls.push("ends");
        };
        const options = { segmentSize, concurrency: 2, onSession };
        const error = await x.failureOf(x.clientOf(baseUrl).upload(x.videoOf(3 * segmentSize), options).done());
        await x.sleep(1000);
        return { calls, last, error };
      },
      { segmentSize: SEGMENT },
    );
    assert.equal(error.code, "forbidden");
    calls.forEach((what, n) => assert.equal(what, n % 2 === 0 ? "begins" : "ends", `${calls}`));
    assert.ok(calls.length >= 4, `${calls}`);
    assert.deepEqual(last, error.session.acknowledged);
    assert.ok(error.session.acknowledged.includes(0));
  });
});

describe("onSession", TOGETHER, () => {
  test("that is not done keeps every segment back", async () => {
    const room = bench.enter();
    const upload = await room.start(async ({ x, baseUrl }) => {
      /** @type {(value?: unknown) => void} */
      let release = () => {};
      const saved = new Promise((resolve) => (release = resolve));
      let calls = 0;
      const onSession = () => (calls++, saved.then(() => {}));
      const done = x.clientOf(baseUrl).upload(x.videoOf(10), { onSession }).done();
      return { release, done, calls: () => calls };
    });
    await until(() => room.log[0]?.ended_at != null);
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(room.commands, "INIT");
    assert.equal(await upload.evaluate(({ calls }) => calls()), 1);
    await upload.evaluate(({ release, done }) => (release(), done));
    assert.equal(room.commands, "INIT APPEND FINALIZE");
  });

  for (const how of /** @type {const} */ (["throws", "rejects"])) {
    test(`that ${how} is callback_failed with its cause, and no segment leaves`, async () => {
      const room = bench.enter();
      const { error, isCause } = await room.run(
        async ({ x, baseUrl, how }) => {
          const cause = new Error("of the caller's own");
          const onSession = () => {
            if (how === "throws") throw cause;
            return Promise.reject(cause);
          };
          /** @type {any} */
          const thrown = await x
            .clientOf(baseUrl)
            .upload(x.videoOf(10), { onSession })
            .done()
            .catch((error) => error);
          await x.sleep(200);
          return { error: x.plainly(thrown), isCause: thrown.cause === cause };
        },
        { how },
      );
      assert.deepEqual([error.code, isCause, error.retryable], ["callback_failed", true, false]);
      assert.match(error.message, /^Your function onSession failed\. /);
      const id = room.log[0]?.media_id;
      assert.deepEqual([error.media_id_string, error.session.media_id_string], [id, id]);
      assert.equal(room.commands, "INIT");
    });
  }
});

test("a session is plain JSON, known from INIT's answer on, and holds nothing of what the client was let in with", async () => {
  const room = bench.enter();
  const SECRET = "hunter2";
  const told = await room.run(
    async ({ x, baseUrl, SECRET }) => {
      /** @type {unknown[]} */
      const sessions = [];
      const store = {
        get: async () => undefined,
        set: async (/** @type {string} */ key, /** @type {unknown} */ session) => void sessions.push([key, session]),
        delete: async (/** @type {string} */ key) => void sessions.push(key),
      };
      const options = { accessToken: SECRET, headers: { "x-key": SECRET }, credentials: /** @type {const} */ ("include") };
      const upload = x.clientOf(baseUrl, options).upload(x.videoOf(200_000), {
        segmentSize: 65_536,
        store,
        onSession: (session) => void sessions.push(session),
        onProgress: () => sessions.push(upload.session),
      });
      const before = upload.session;
      const { media_id_string } = await upload.done();
      const after = upload.session;
      sessions.push(after);
      const isSame = JSON.stringify(structuredClone(after)) === JSON.stringify(after);
      return { before, after, media_id_string, isSame, all: JSON.stringify(sessions) };
    },
    { SECRET },
  );
  assert.equal(told.before, undefined);
  assert.ok(told.isSame);
  assert.deepEqual([told.after?.version, told.after?.media_id_string], [1, told.media_id_string]);
  assert.ok(Number(told.after?.expiresAt) > Date.now());
  assert.ok(told.all.length > 1000 && !told.all.includes(SECRET), told.all);
});

describe("another page goes on with a session", TOGETHER, () => {
  test("in APPEND: what X has is not sent again, and what it may have keeps its boundaries", async () => {
    const room = enterStalling(1);
    const SIZE = 12 * SEGMENT;
    // Of two in flight, one is stuck; segments 0, 2, 3 go through, and more are named.
    const session = await interrupted(room, SIZE, () => room.logged("APPEND").filter(({ status }) => status).length >= 8);
    const named = /** @type {number[]} */ (session.segments);
    const acknowledged = /** @type {number[]} */ (session.acknowledged);
    assert.ok(named.length >= 8 && !acknowledged.includes(1), JSON.stringify(session));
    const before = room.logged("APPEND").length;
    const { media, digest } = await room.run(
      async ({ x, baseUrl, session, SIZE }) => {
        const file = x.videoOf(SIZE);
        const media = await x.clientOf(baseUrl).upload(file, { segmentSize: 100_000, session }).done();
        return { media, digest: await x.sha256(await file.arrayBuffer()) };
      },
      { session, SIZE },
    );
    await room.assertHolds(media, digest);
    assert.equal(room.logged("INIT").length, 1);
    const again = room.logged("APPEND").slice(before);
    assert.ok(again.every(({ segment_index }) => !acknowledged.includes(Number(segment_index))));
    assert.ok(again.some(({ segment_index }) => segment_index === 1));
    const { segments } = await room.media(media.media_id_string);
    const sizes = segments.map((/** @type {{ bytes: number }} */ { bytes }) => bytes);
    assert.deepEqual(sizes.slice(0, named.length), named);
    assert.ok(sizes.slice(named.length, -1).every((/** @type {number} */ bytes) => bytes === 100_000), `${sizes}`);
  });

  test("in processing: it only asks STATUS", async () => {
    const room = bench.enter();
    const pending = { state: "pending", check_after_secs: 1 };
    room.state.processing = { script: [pending, pending, { state: "succeeded" }] };
    const session = await interrupted(room, 2 * SEGMENT, (there) => there.logged("FINALIZE")[0]?.ended_at != null);
    const { commands } = room;
    const media = await room.run(
      ({ x, baseUrl, session }) => x.clientOf(baseUrl).upload(x.videoOf(2 * 65_536), { segmentSize: 1_000_000, session }).done(),
      { session },
    );
    assert.equal(media.media_id_string, session.media_id_string);
    assert.match(commands, /^INIT APPEND APPEND FINALIZE( STATUS)?$/);
    assert.match(room.commands.slice(commands.length), /^( STATUS)+$/);
  });

  test("that a failed upload's error carries", async () => {
    const room = bench.enter();
    room.strike({ command: "APPEND", segment_index: 2, fault: { kind: "status", status: 403 } });
    const { error, media } = await room.run(
      async ({ x, baseUrl, segmentSize }) => {
        const client = x.clientOf(baseUrl);
        const file = x.videoOf(3 * segmentSize);
        const error = await x.failureOf(client.upload(file, { segmentSize, concurrency: 1 }).done());
        return { error, media: await client.upload(file, { segmentSize, session: error.session }).done() };
      },
      { segmentSize: SEGMENT },
    );
    assert.deepEqual([error.code, error.session.media_id_string], ["forbidden", media.media_id_string]);
    assert.deepEqual(await timesOf(room, media.media_id_string), [1, 1, 1]);
    assert.equal(room.commands, "INIT APPEND APPEND APPEND APPEND FINALIZE");
  });
});

test("a session of another file, API or time is refused before any request", async () => {
  const room = bench.enter();
  const { errors, id } = await room.run(async ({ x, baseUrl }) => {
    const client = x.clientOf(baseUrl);
    const file = x.videoOf(1000);
    /** @type {any} */
    let session;
    const upload = client.upload(file, { onSession: (saved) => void (session = saved) });
    const { media_id_string: id } = await upload.done();
    const bytes = new Uint8Array(await file.arrayBuffer());
    bytes[999] = Number(bytes[999]) ^ 1;
    const otherApi = x.clientOf(baseUrl, { api: "1.1" });
    const errors = [
      client.upload(new Blob([bytes], { type: file.type }), { session }), // one bit, at its end
      client.upload(x.videoOf(1001), { session }),
      client.upload(new File([file], "named", { type: file.type }), { session }),
      client.upload(file, { session: { ...session, expiresAt: Date.now() - 1 } }),
      otherApi.upload(file, { session }),
      client.upload(file, { session: { version: 1, media_id_string: id } }),
    ];
    return { id, errors: await Promise.all(errors.map((upload) => x.failureOf(upload.done()))) };
  });
  const [changed, longer, renamed, expired, ...invalid] = errors;
  for (const error of [changed, longer, renamed]) {
    assert.deepEqual([error?.code, error?.media_id_string, error?.session.media_id_string], ["file_changed", id, id]);
  }
  assert.deepEqual([expired?.code, expired?.media_id_string], ["expired", id]);
  for (const { code, message } of invalid) {
    assert.equal(code, "invalid_argument");
    assert.match(message, /^session must be /);
  }
  assert.equal(room.commands, "INIT APPEND FINALIZE");
});

describe("a store", TOGETHER, () => {
  test("has the session while the upload is under way, and none right after done() has resolved", async () => {
    for (const outcome of /** @type {const} */ (["ready", "processing_failed"])) {
      const room = bench.enter();
      const failed = { state: "failed", error: { code: 1, name: "InvalidMedia", message: "no" } };
      if (outcome !== "ready") room.state.processing = { script: [{ state: "pending", check_after_secs: 1 }, failed] };
      const { during, right, code } = await room.run(async ({ x, baseUrl }) => {
        /** @type {Map<string, unknown>} */
        const kept = new Map();
        const store = {
          get: async (/** @type {string} */ key) => /** @type {any} */ (kept.get(key)),
          set: (/** @type {string} */ key, /** @type {unknown} */ session) => x.sleep(150).then(() => void kept.set(key, session)),
          delete: (/** @type {string} */ key) => x.sleep(10).then(() => void kept.delete(key)),
        };
        const during = new Set();
        const onProgress = () => during.add(kept.size);
        const upload = x.clientOf(baseUrl).upload(x.videoOf(200_000), { segmentSize: 65_536, store, onProgress });
        const code = await upload.done().then(() => "ready", (error) => error.code);
        const right = [kept.size];
        await x.sleep(400); // nor does a late save bring it back
        return { during: [...during], right: [...right, kept.size], code };
      });
      assert.equal(code, outcome);
      assert.deepEqual(during, [0, 1]);
      assert.deepEqual(right, [0, 0]);
    }
  });

  test("keeps it after an abort and after a failure that may pass, and the next upload of the file goes on", async () => {
    const room = bench.enter();
    room.strike({ command: "APPEND", segment_index: 1, times: 2, fault: { kind: "stall" } });
    const { error, media, digest } = await room.run(
      async ({ x, baseUrl, segmentSize }) => {
        const client = x.clientOf(baseUrl, { retry: { attempts: 1 }, requestTimeoutMs: 1000 });
        const store = x.stores.indexedDbStore(`kept ${baseUrl}`);
        const file = x.videoOf(3 * segmentSize);
        const upload = () => client.upload(file, { segmentSize, store });
        const aborted = upload();
        await x.sleep(500);
        aborted.abort();
        await aborted.done().catch(() => {});
        const error = await x.failureOf(upload().done());
        return { error, media: await upload().done(), digest: await x.sha256(await file.arrayBuffer()) };
      },
      { segmentSize: SEGMENT },
    );
    assert.equal(error.code, "timeout");
    await room.assertHolds(media, digest);
    assert.deepEqual(await timesOf(room, media.media_id_string), [1, 1, 1]);
    assert.equal(room.logged("INIT").length, 1);
  });

  for (const why of /** @type {const} */ (["X has forgotten", "has expired"])) {
    test(`whose session ${why} makes the upload start over`, async () => {
      const room = enterStalling(1);
      const begin = () =>
        room.run(
          async ({ x, baseUrl, segmentSize }) => {
            const store = x.stores.indexedDbStore(`gone ${baseUrl}`);
            const client = x.clientOf(baseUrl, { retry: { attempts: 1 }, requestTimeoutMs: 1000 });
            return client
              .upload(x.videoOf(3 * segmentSize), { segmentSize, store })
              .done()
              .then(({ media_id_string }) => media_id_string, (error) => error.code);
          },
          { segmentSize: SEGMENT },
        );
      if (why === "has expired") room.state.change({ expiresAfterSecs: 4 });
      assert.equal(await begin(), "timeout");
      const before = room.logged("INIT").map(({ media_id }) => media_id);
      if (why === "X has forgotten") room.state.reset();
      else await new Promise((resolve) => setTimeout(resolve, 4000));
      room.state.change({ expiresAfterSecs: null });
      const id = await begin();
      assert.match(id, /^[0-9]{19}$/);
      assert.ok(!before.includes(id));
      assert.deepEqual(await timesOf(room, id), [1, 1, 1]);
    });
  }

  describe("that fails does not fail the upload", TOGETHER, () => {
    for (const name of /** @type {const} */ (["get", "set", "delete"])) {
      for (const how of /** @type {const} */ (["throws", "rejects"])) {
        test(`${name} ${how}`, async () => {
          const room = bench.enter();
          const { media, digest } = await room.run(
            async ({ x, baseUrl, name, how }) => {
              const fail = () => {
                if (how === "throws") throw new Error("of the store's own");
                return Promise.reject(new Error("of the store's own"));
              };
              const store = { get: async () => undefined, set: async () => {}, delete: async () => {}, [name]: fail };
              const file = x.videoOf(200_000);
              const media = await x.clientOf(baseUrl).upload(file, { segmentSize: 65_536, store }).done();
              return { media, digest: await x.sha256(await file.arrayBuffer()) };
            },
            { name, how },
          );
          await room.assertHolds(media, digest);
        });
      }
    }

    test("what get gives is no session", async () => {
      const room = bench.enter();
      await room.run(async ({ x, baseUrl }) => {
        for (const found of [null, "text", 1, [], {}, { version: 2 }, () => {}, 1n]) {
          const store = { get: async () => /** @type {any} */ (found), set: async () => {}, delete: async () => {} };
          await x.clientOf(baseUrl).upload(x.videoOf(10), { store }).done();
        }
      });
      assert.equal(room.logged("FINALIZE").length, 8);
    });

    test("none of its functions ever settles: half a minute is lost, and no more", async () => {
      const context = await bench.browser.newContext();
      await context.clock.install();
      const { page, toolkit } = await bench.open(context);
      const room = bench.enter().from({ page, toolkit });
      const upload = await room.start(({ x, baseUrl }) => {
        const never = () => new Promise(() => {});
        const store = /** @type {any} */ ({ get: never, set: never, delete: never });
        const progress = { ended: "" };
        const file = x.videoOf(30 * 65_536);
        x.clientOf(baseUrl)
          .upload(file, { segmentSize: 65_536, store })
          .done()
          .then(() => (progress.ended = "ready"), (error) => (progress.ended = String(error)));
        return progress;
      });
      let secs = 0;
      while ((await upload.evaluate(({ ended }) => ended)) === "" && secs < 600) {
        await context.clock.runFor(1000);
        await new Promise((resolve) => setTimeout(resolve, 20)); // the network is real
        secs++;
      }
      assert.equal(await upload.evaluate(({ ended }) => ended), "ready");
      assert.ok(secs <= 40, `${secs} s`);
      await context.close();
    });
  });
});
