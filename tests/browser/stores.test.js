/** The stores keep sessions, each in its own place, and outlive what happens to that place. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isMediaUploadError } from "../../dist/index.js";
import { extensionStore } from "../../dist/stores.js";
import { openBench } from "../support/bench.js";
import { until } from "../support/until.js";

/** @typedef {import("../../dist/index.js").UploadSession} UploadSession */

const bench = openBench({ load: false });

const HOUR = 3_600_000;
/** @type {UploadSession} */
const SESSION = {
  version: 1,
  media_id_string: "1912090619981471744",
  expiresAt: Date.now() + 24 * HOUR,
  segments: [{ end: 65_536, sent: true }, { end: 70_000 }],
};
/** @type {UploadSession} */
const LATER = { ...SESSION, segments: [] };

/**
 * Runs a function in the page with what the entry exports, and with two sessions.
 * @template R
 * @param {(given: { stores: typeof import("../../dist/stores.js"), session: UploadSession, later: UploadSession }) => Promise<R>} work
 * @returns {Promise<R>}
 */
async function inPage(work) {
  const stores = await bench.page.evaluateHandle(async (url) => import(url), "/dist/stores.js");
  return bench.page.evaluate(/** @type {any} */ (work), { stores, session: SESSION, later: LATER });
}

describe("indexedDbStore()", () => {
  test("keeps the last session of a key over a reload, until it is deleted", async () => {
    await inPage(async ({ stores, session, later }) => {
      const store = stores.indexedDbStore();
      await store.set("a", later);
      await store.set("a", session);
      await store.set("b", later);
    });
    await bench.page.reload();
    const told = await inPage(async ({ stores }) => {
      const store = stores.indexedDbStore();
      const kept = [await store.get("a"), await store.get("b"), await store.get("unknown")];
      await store.delete("a");
      await store.delete("unknown");
      const names = (await indexedDB.databases()).map(({ name }) => name);
      return { kept, left: [await store.get("a"), await store.get("b")], names };
    });
    assert.deepEqual(told.kept, [SESSION, LATER, undefined]);
    assert.deepEqual(told.left, [undefined, LATER]);
    assert.deepEqual(told.names, ["x-media-upload"]);
  });

  test("of another database knows nothing of it, of the same one all", async () => {
    const told = await inPage(async ({ stores, session }) => {
      await stores.indexedDbStore("one").set("a", session);
      return Promise.all(["one", "two"].map((name) => stores.indexedDbStore(name).get("a")));
    });
    assert.deepEqual(told, [SESSION, undefined]);
  });

  test("keeps nobody from deleting the database, and goes on in a new one", async () => {
    const told = await inPage(async ({ stores, session, later }) => {
      const store = stores.indexedDbStore("deleted");
      await store.set("a", session);
      const deleted = await new Promise((resolve) => {
        const request = indexedDB.deleteDatabase("deleted");
        request.onsuccess = () => resolve("deleted");
        request.onblocked = () => resolve("blocked");
      });
      const before = await store.get("a");
      await store.set("a", later);
      return { deleted, before, after: await store.get("a") };
    });
    assert.deepEqual(told, { deleted: "deleted", before: undefined, after: LATER });
  });

  test("forgets what expired over a day ago when it is first asked, and all when it is cleared", async () => {
    const told = await inPage(async ({ stores, session }) => {
      const HOUR = 3_600_000; // in the page there is no other
      const store = stores.indexedDbStore("expiring");
      await store.set("old", { ...session, expiresAt: Date.now() - 25 * HOUR });
      await store.set("of today", { ...session, expiresAt: Date.now() - 23 * HOUR });
      await store.set("for ever", { ...session, expiresAt: undefined });
      await store.get("of today");
      const left = await Promise.all(["old", "of today", "for ever"].map(async (key) => (await store.get(key)) && key));
      await store.clear();
      const cleared = await Promise.all(["of today", "for ever"].map((key) => store.get(key)));
      await stores.indexedDbStore("another").set("a", session);
      await store.clear();
      return { left, cleared, another: await stores.indexedDbStore("another").get("a") };
    });
    assert.deepEqual(told.left, [undefined, "of today", "for ever"]);
    assert.deepEqual(told.cleared, [undefined, undefined]);
    assert.deepEqual(told.another, SESSION);
  });

  test("rejects while its database can't be opened, and tries again at the next call", async () => {
    const told = await inPage(async ({ stores, session }) => {
      const { open } = IDBFactory.prototype;
      const store = stores.indexedDbStore("closed at first");
      /** @type {string[]} */
      const failures = [];
      /** @type {(typeof open)[]} */
      const refusals = [
        () => {
          throw new DOMException("not here", "SecurityError");
        },
        (name) => {
          const request = open.call(indexedDB, name);
          // After the store's own listener, which makes the database.
          queueMicrotask(() => request.addEventListener("upgradeneeded", () => request.transaction?.abort()));
          return request;
        },
      ];
      for (const refusal of refusals) {
        IDBFactory.prototype.open = refusal;
        failures.push(await store.set("a", session).then(String, ({ name }) => name));
      }
      IDBFactory.prototype.open = open;
      await store.set("a", session);
      return { failures, kept: await store.get("a") };
    });
    assert.deepEqual(told, { failures: ["SecurityError", "AbortError"], kept: SESSION });
  });
});

describe("extensionStore()", () => {
  /** An area as browsers have it: it keeps JSON, and its methods are nothing without it. */
  class Area {
    /** @type {Record<string, string>} */
    texts = {};

    /** @param {string | string[] | null} wanted null: all */
    async get(wanted) {
      const keys = wanted === null ? Object.keys(this.texts) : [wanted].flat().filter((key) => key in this.texts);
      return Object.fromEntries(keys.map((key) => [key, JSON.parse(this.texts[key] ?? "")]));
    }
    /** @param {Record<string, unknown>} items */
    async set(items) {
      for (const [key, value] of Object.entries(items)) this.texts[key] = JSON.stringify(value);
    }
    /** @param {string | string[]} unwanted */
    async remove(unwanted) {
      for (const key of [unwanted].flat()) delete this.texts[key];
    }
  }

  /** The area of a newer browser. */
  class ListingArea extends Area {
    async getKeys() {
      return Object.keys(this.texts);
    }
    /** @param {string | string[] | null} wanted */
    async get(wanted) {
      assert.notEqual(wanted, null, "all that an extension keeps is read, though its keys can be listed");
      return super.get(wanted);
    }
  }

  /** The area of Firefox's `chrome` under Manifest V2. */
  class SilentArea {
    #area = new Area();
    texts = this.#area.texts;

    /** @param {string | string[] | null} wanted @param {(found: object) => void} [told] */
    get(wanted, told) {
      this.#area.get(wanted).then(told);
    }
    /** @param {Record<string, unknown>} items @param {() => void} [told] */
    set(items, told) {
      this.#area.set(items).then(told);
    }
    /** @param {string | string[]} unwanted @param {() => void} [told] */
    remove(unwanted, told) {
      this.#area.remove(unwanted).then(told);
    }
  }

  test("keeps sessions among the keys of others, until they are deleted", async () => {
    const area = new Area();
    await area.set({ a: "not ours" });
    const store = extensionStore(area);
    assert.equal(await store.get("a"), undefined);
    await store.set("a", LATER);
    await store.set("a", SESSION);
    assert.deepEqual(await store.get("a"), SESSION);
    assert.deepEqual(Object.keys(area.texts), ["a", "x-media-upload:a"]);
    await store.delete("a");
    assert.equal(await store.get("a"), undefined);
    assert.deepEqual(await area.get("a"), { a: "not ours" });
  });

  for (const Kind of [Area, ListingArea, SilentArea]) {
    test(`over a ${Kind.name} keeps, forgets what expired over a day ago when it is first asked, and clears`, async () => {
      const area = new Kind();
      const old = { ...SESSION, expiresAt: Date.now() - 25 * HOUR };
      const kept = [
        ["of today", { ...SESSION, expiresAt: Date.now() - 23 * HOUR }],
        ["for ever", { ...SESSION, expiresAt: undefined }],
        ["asked for", old],
      ];
      const before = extensionStore(area);
      for (const [key, session] of [["old", old], ...kept]) await before.set(String(key), /** @type {any} */ (session));
      Object.assign(area.texts, { "not ours": JSON.stringify(old) });

      const store = extensionStore(area);
      assert.deepEqual(await store.get("asked for"), old);
      await until(() => Object.keys(area.texts).length === 4);
      const keys = ["x-media-upload:of today", "x-media-upload:for ever", "x-media-upload:asked for", "not ours"];
      assert.deepEqual(Object.keys(area.texts), keys);
      await store.clear();
      assert.deepEqual(Object.keys(area.texts), ["not ours"]);
      assert.equal(await store.get("of today"), undefined);
    });
  }

  test("over an area that takes callbacks rejects with the error that the browser names meanwhile", async () => {
    const area = new SilentArea();
    const runtime = { lastError: /** @type {{ message: string } | undefined} */ (undefined) };
    area.set = (_, told) => {
      runtime.lastError = { message: "QuotaExceededError" };
      told?.();
      runtime.lastError = undefined;
    };
    Object.assign(globalThis, { chrome: { runtime } });
    await assert.rejects(extensionStore(area).set("a", SESSION), { message: "QuotaExceededError" });
    Reflect.deleteProperty(globalThis, "chrome");
  });

  test("gives what it has though expired sessions can't be listed or removed", async () => {
    const area = new Area();
    await extensionStore(area).set("a", SESSION);
    for (const broken of ["get", "remove"]) {
      const store = extensionStore({
        get: async (/** @type {any} */ wanted) => (wanted === null && broken === "get" ? Promise.reject("no") : area.get(wanted)),
        set: async () => {},
        remove: () => Promise.reject("no"),
      });
      assert.deepEqual(await store.get("a"), SESSION);
    }
  });

  test("rejects with what the area says, also where that throws", async () => {
    const full = new Error("QUOTA_BYTES quota exceeded");
    const gone = new Error("Extension context invalidated.");
    const area = {
      get() {
        throw gone;
      },
      set: () => Promise.reject(full),
      remove: () => Promise.reject(gone),
    };
    const store = extensionStore(area);
    /** @param {unknown} reason */
    const same = (reason) => (/** @type {unknown} */ error) => error === reason;
    await assert.rejects(store.get("a"), same(gone));
    await assert.rejects(store.set("a", SESSION), same(full));
    await assert.rejects(store.delete("a"), same(gone));
  });

  test("refuses what is no area", () => {
    const { get, set } = new Area();
    for (const area of [undefined, null, "local", {}, { get, set }, { get, set, remove: true }, new Map()]) {
      assert.throws(
        () => extensionStore(area),
        (/** @type {unknown} */ error) =>
          isMediaUploadError(error) && error.code === "invalid_argument" && /^area must be /.test(error.message),
      );
    }
  });
});
