/** One upload at a time owns a stored session, whichever pages and workers want to: here in Chromium. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBench } from "../support/bench.js";
import { kill, launchChromium } from "../support/chromium.js";
import { arrived } from "../support/disk.js";
import { until } from "../support/until.js";

/**
 * @typedef {import("../support/bench.js").Room} Room
 * @typedef {import("../support/bench.js").Tab} Tab
 */

const bench = openBench();
const SEGMENT = 65_536;
/** Of the file that the worker of the tests sends, too. */
const SEGMENTS = 20;

/** A room in which that file takes some seconds. */
function enterSlowly() {
  const room = bench.enter();
  room.strike({ command: "APPEND", times: 60, fault: { kind: "delay", ms: 250 } });
  return room;
}

/**
 * Begins to upload it in a tab, with the store that the worker of the tests has too.
 * @param {Room} room
 * @param {Tab} tab
 */
function begin(room, tab) {
  return room.from(tab).start(({ x, baseUrl }) => {
    const store = x.stores.indexedDbStore();
    const upload = x.clientOf(baseUrl).upload(x.videoOf(20 * 65_536), { segmentSize: 65_536, concurrency: 2, store });
    return { upload, end: () => upload.done() };
  });
}

/**
 * The names of what is locked there.
 * @param {{ page: import("playwright-core").Page }} tab
 * @returns {Promise<string[]>}
 */
function lockedIn(tab) {
  return tab.page.evaluate(async () => {
    const { held = [] } = await navigator.locks.query();
    return held.map(({ name = "" }) => name);
  });
}

/** How many segments X was sent of a media. @param {Room} room @param {string} id */
const sentOf = (room, id) => room.logged("APPEND").filter(({ media_id }) => media_id === id).length;

describe("two that upload the same file with the same store", () => {
  for (const other of /** @type {const} */ (["another tab", "a service worker"])) {
    test(`a page and ${other}: each sends all of it to a media of its own`, async () => {
      const room = enterSlowly();
      const [first, second] = [await bench.open(), await bench.open()];
      const owner = await begin(room, first);
      await arrived(room, 2 * SEGMENT);
      const done =
        other === "another tab"
          ? (await begin(room, second)).evaluate(({ end }) => end())
          : room.from(second).run(({ x, baseUrl }) => x.askWorker("ServiceWorkerGlobalScope", { baseUrl, stored: true }));
      const [one, two] = (await Promise.all([owner.evaluate(({ end }) => end()), done])).map(
        ({ media_id_string }) => media_id_string,
      );
      assert.notEqual(one, two);
      assert.deepEqual([sentOf(room, one), sentOf(room, two)], [SEGMENTS, SEGMENTS]);
      assert.deepEqual((await room.media(one)).sha256, (await room.media(two)).sha256);
      await first.page.close();
      await second.page.close();
    });
  }

  test("the second neither changes nor deletes what the first has stored", async () => {
    const room = bench.enter();
    room.strike({ command: "APPEND", segment_index: 1, fault: { kind: "stall" } });
    const told = await room.run(async ({ x, baseUrl }) => {
      const kept = new Map();
      /** @type {string[]} */
      const calls = [];
      const storeOf = (/** @type {string} */ who) => ({
        get: async (/** @type {string} */ key) => (calls.push(`${who} get`), kept.get(key)),
        set: async (/** @type {string} */ key, /** @type {any} */ session) => (calls.push(`${who} set`), void kept.set(key, session)),
        delete: async (/** @type {string} */ key) => (calls.push(`${who} delete`), void kept.delete(key)),
      });
      const begin = (/** @type {string} */ who, /** @type {object} */ options = {}) =>
        x.clientOf(baseUrl).upload(x.videoOf(4 * 65_536), { segmentSize: 65_536, store: storeOf(who), ...options });
      const first = begin("first");
      while (kept.size === 0) await x.sleep(10);
      const before = [...kept.values()][0]?.media_id_string;
      /** @type {any[]} */
      const sessions = [];
      const start = performance.now();
      /** @type {number | undefined} */
      let waited;
      const onSession = (/** @type {any} */ session) => (waited ??= performance.now() - start, void sessions.push(session));
      const { media_id_string } = await begin("second", { onSession }).done();
      const after = [...kept.values()][0]?.media_id_string;
      first.abort();
      await first.done().catch(() => {});
      return { before, after, waited, calls: calls.filter((call) => call.startsWith("second")), media_id_string, sessions };
    });
    assert.equal(told.after, told.before);
    assert.notEqual(told.media_id_string, told.before);
    assert.deepEqual(told.calls, []);
    assert.ok(told.sessions.length > 0 && told.sessions.every((session) => session.media_id_string === told.media_id_string));
    assert.ok(Number(told.waited) >= 1900 && Number(told.waited) < 4000, `${told.waited} ms`);
  });

  test("of stores with other names, each has its own; of stores without names, all are one", async () => {
    const room = bench.enter();
    room.strike({ command: "APPEND", times: 4, fault: { kind: "stall" } });
    const tab = await bench.open();
    const uploads = await room.from(tab).start(({ x, baseUrl }) => {
      const nameless = { get: async () => undefined, set: async () => {}, delete: async () => {} };
      const { indexedDbStore, extensionStore } = x.stores;
      const area = { get: async () => ({}), set: async () => {}, remove: async () => {} };
      const stores = [indexedDbStore("one"), indexedDbStore("two"), extensionStore(area), nameless];
      return stores.map((store) => x.clientOf(baseUrl).upload(x.videoOf(10), { store }));
    });
    await until(async () => (await lockedIn(tab)).length === 4);
    const names = (await lockedIn(tab)).map((name) => name.split("\n")[0]).sort();
    assert.deepEqual(names, ["x-media-upload ", "x-media-upload extension", "x-media-upload one", "x-media-upload two"]);
    await uploads.evaluate((uploads) => uploads.forEach((upload) => upload.abort()));
    await until(async () => (await lockedIn(tab)).length === 0);
    await tab.page.close();
  });
});

describe("an upload owns its session until it ends", () => {
  for (const how of /** @type {const} */ (["resolves", "rejects", "is aborted", "is aborted while onSession never ends"])) {
    test(`and no longer: it ${how}`, async () => {
      const room = bench.enter();
      if (how === "rejects") room.strike({ command: "APPEND", fault: { kind: "status", status: 403 } });
      if (how !== "resolves") room.strike({ command: "APPEND", fault: { kind: "delay", ms: 300 } });
      const context = await bench.browser.newContext();
      await context.clock.install();
      const tab = await bench.open(context);
      const upload = await room.from(tab).start(
        ({ x, baseUrl, how }) => {
          const onSession = how.includes("onSession") ? () => new Promise(() => {}) : undefined;
          const options = { store: x.stores.indexedDbStore(), onSession: /** @type {any} */ (onSession) };
          const upload = x.clientOf(baseUrl).upload(x.videoOf(10), options);
          const ended = upload.done().then(() => "resolves", () => "rejects");
          return { upload, ended };
        },
        { how },
      );
      await until(async () => (await lockedIn(tab)).length === 1);
      if (how.startsWith("is aborted")) {
        await until(() => room.log.some(({ command, ended_at }) => command === "INIT" && ended_at));
        await upload.evaluate(({ upload }) => upload.abort());
      }
      assert.equal(await upload.evaluate(({ ended }) => ended), how === "resolves" ? how : "rejects");
      if (how.includes("onSession")) await context.clock.runFor(11_000);
      await until(async () => (await lockedIn(tab)).length === 0);
      await context.close();
    });
  }

  test("while it is paused, and after its handle was freed", async () => {
    const room = enterSlowly();
    const tab = await bench.open();
    const work = await begin(room, tab);
    await arrived(room, SEGMENT);
    await work.evaluate(async ({ upload }) => {
      upload.pause();
      await new Promise((resolve) => setTimeout(resolve, 1000));
    });
    assert.equal((await lockedIn(tab)).length, 1);
    await work.evaluate(({ upload }) => (upload.resume(), upload.free()));
    assert.equal((await lockedIn(tab)).length, 1);
    await work.evaluate(({ end }) => end());
    await until(async () => (await lockedIn(tab)).length === 0);
    await tab.page.close();
  });

  test("a page that is reloaded goes on with it", async () => {
    const room = enterSlowly();
    const tab = await bench.open();
    await begin(room, tab);
    await arrived(room, 4 * SEGMENT);
    await tab.page.reload();
    await tab.page.close();
    const next = await bench.open();
    const { media_id_string } = await (await begin(room, next)).evaluate(({ end }) => end());
    assert.equal(room.logged("INIT").length, 1);
    assert.ok(sentOf(room, media_id_string) <= SEGMENTS + 4);
    await next.page.close();
  });

  test("the next tab after one that has died goes on with it, at once", async () => {
    const room = enterSlowly();
    const [tab, next] = [await bench.open(), await bench.open()];
    await begin(room, tab);
    await arrived(room, 2 * SEGMENT);
    await kill(tab.page);
    const at = performance.now();
    const sent = room.logged("APPEND").length;
    const work = await begin(room, next);
    await until(() => room.logged("APPEND").length > sent);
    assert.ok(performance.now() - at < 1500);
    await work.evaluate(({ end }) => end());
    assert.equal(room.logged("INIT").length, 1);
    await next.page.close();
  });
});

describe("where locks", () => {
  /** How locks may fail. @type {Record<string, (locks: any) => unknown>} */
  const failures = {
    "are not there": () => Object.defineProperty(Navigator.prototype, "locks", { value: undefined }),
    "throw when they are looked at": () =>
      Object.defineProperty(Navigator.prototype, "locks", {
        get() {
          throw new DOMException("an opaque origin", "SecurityError");
        },
      }),
    "throw when they are asked for": (locks) =>
      (locks.request = () => {
        throw new DOMException("no", "NotSupportedError");
      }),
    reject: (locks) => (locks.request = () => Promise.reject(new DOMException("no", "SecurityError"))),
    "don't answer": (locks) => (locks.request = () => new Promise(() => {})),
  };
  for (const [how, fail] of Object.entries(failures)) {
    test(`${how}, a session is kept and taken up without`, async () => {
      const room = bench.enter();
      room.strike({ command: "APPEND", segment_index: 1, fault: { kind: "stall" } });
      const tab = await bench.open();
      await room.from(tab).run(({ fail }) => void fail(navigator.locks), { fail });
      const work = await begin(room, tab);
      await arrived(room, SEGMENT);
      await work.evaluate(async ({ upload }) => {
        upload.abort();
        await upload.done().catch(() => {});
      });
      await (await begin(room, tab)).evaluate(({ end }) => end());
      assert.equal(room.logged("INIT").length, 1);
      await tab.page.close();
    });
  }
});

describe("where the platform takes the lock away", () => {
  /** As WebKit does from a page that it keeps for the way back: tests/full has that itself. @param {Tab} tab @param {boolean} keep */
  const steal = (tab, keep) =>
    tab.page.evaluate(async (keep) => {
      const { held = [] } = await navigator.locks.query();
      const stolen = new Promise((resolve) => {
        navigator.locks.request(held[0]?.name ?? "", { steal: true }, () => (resolve(null), keep ? new Promise(() => {}) : null));
      });
      await stolen;
    }, keep);

  test("an upload goes on as after a reload, if nobody else has it", async () => {
    const room = enterSlowly();
    const tab = await bench.open();
    const work = await begin(room, tab);
    await arrived(room, 4 * SEGMENT);
    await steal(tab, false);
    await until(async () => (await lockedIn(tab)).length === 1);
    const { media_id_string } = await work.evaluate(({ end }) => end());
    assert.equal(room.logged("INIT").length, 1);
    assert.ok(sentOf(room, media_id_string) <= SEGMENTS + 4);
    await tab.page.close();
  });

  test("an upload begins its own, if somebody else has it, and leaves the store alone", async () => {
    const room = enterSlowly();
    const tab = await bench.open();
    const work = await begin(room, tab);
    await arrived(room, 4 * SEGMENT);
    await steal(tab, true);
    const { media_id_string } = await work.evaluate(({ end }) => end());
    const [first, second] = room.logged("INIT").map(({ media_id }) => media_id);
    assert.deepEqual([second, sentOf(room, media_id_string)], [media_id_string, SEGMENTS]);
    const stored = await room.from(tab).run(
      () =>
        new Promise((resolve) => {
          indexedDB.open("x-media-upload").onsuccess = ({ target }) => {
            const { result } = /** @type {IDBOpenDBRequest} */ (target);
            result.transaction("sessions").objectStore("sessions").getAll().onsuccess = ({ target }) =>
              resolve(/** @type {IDBRequest} */ (target).result);
          };
        }),
    );
    assert.deepEqual(/** @type {any[]} */ (stored).map((session) => session.media_id_string).includes(first), true);
    await tab.page.close();
  });
});

describe("a page in the back/forward cache", () => {
  /** @type {import("playwright-core").Browser} */
  let browser;
  before(async () => {
    browser = await launchChromium({ ignoreDefaultArgs: ["--disable-back-forward-cache"] });
  });
  after(() => browser?.close());

  /** A page that has left an upload behind. @param {Room} room */
  async function leave(room) {
    const tab = await bench.open(await browser.newContext());
    const work = await begin(room, tab);
    await work.evaluate(({ end }) => {
      Object.assign(globalThis, { ended: end() });
      addEventListener("pageshow", ({ persisted }) => Object.assign(globalThis, { persisted }));
    });
    await arrived(room, 4 * SEGMENT);
    await tab.page.evaluate(() => void (location.href = "/tests/support/page/index.html?left"));
    await tab.page.waitForURL("**?left");
    return tab;
  }

  test("still owns its session when it is shown again, and goes on", async () => {
    const room = enterSlowly();
    const { page } = await leave(room);
    await page.goBack({ waitUntil: "commit" });
    await until(() => page.evaluate(() => Reflect.get(globalThis, "persisted")));
    assert.equal((await lockedIn({ page })).length, 1);
    await page.evaluate(() => Reflect.get(globalThis, "ended"));
    assert.equal(room.logged("INIT").length, 1);
    await page.context().close();
  });

  test("gives it up to another page that wants it", async () => {
    const room = enterSlowly();
    const { page } = await leave(room);
    const next = await bench.open(page.context());
    await (await begin(room, next)).evaluate(({ end }) => end());
    assert.equal(room.logged("INIT").length, 1);
    await page.context().close();
  });
});
