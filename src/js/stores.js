// The entry of those who keep sessions beyond a page's life. Importing it does nothing: a database is opened at its first use.

/*! Contains idb-keyval. Copyright 2016, Jake Archibald. Licensed under the Apache License, Version 2.0: see LICENSE-APACHE. */

import { clear, createStore, del, get, set } from "idb-keyval";
import { invalid } from "./error.js";

/** @typedef {import("./index.d.ts").ClearableStore} ClearableStore */

/** An extension's storage area is one for all of its parts. */
const PREFIX = "x-media-upload:";

/** Sessions go so long after they have expired: a clock may be wrong. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** @param {any} session */
const isOld = (session) => session?.expiresAt < Date.now() - KEPT_MS;

/**
 * @param {string} [databaseName]
 * @returns {ClearableStore}
 */
export function indexedDbStore(databaseName = "x-media-upload") {
  const sessions = yielding(createStore(databaseName, "sessions"));
  const forgetOld = once(() => sessions("readwrite", deleteOld));
  // Async, because where there is no IndexedDB, or it is forbidden, opening throws.
  return {
    name: databaseName,
    async get(key) {
      const session = await get(key, sessions);
      forgetOld();
      return session;
    },
    set: async (key, session) => set(key, session, sessions),
    delete: async (key) => del(key, sessions),
    clear: async () => clear(sessions),
  };
}

/** In one transaction, so that no session goes that is saved meanwhile. @param {IDBObjectStore} objects */
function deleteOld(objects) {
  const request = objects.openCursor();
  request.onsuccess = () => {
    const cursor = request.result;
    if (isOld(cursor?.value)) cursor?.delete();
    cursor?.continue();
  };
}

/**
 * Does something at the first call, in the background. Where it fails, nobody hears of it.
 * @template {unknown[]} A
 * @param {(...given: A) => Promise<unknown>} work
 * @returns {(...given: A) => void}
 */
function once(work) {
  let isDone = false;
  return (...given) => {
    if (!isDone) work(...given).catch(() => {});
    isDone = true;
  };
}

/**
 * A connection that closes for whoever deletes the database, as an app may when its user signs out: left open, it would
 * keep that and every later opening waiting, and so an upload. To idb-keyval the browser closed it, and it opens anew.
 * @param {import("idb-keyval").UseStore} use
 * @returns {import("idb-keyval").UseStore}
 */
function yielding(use) {
  return (mode, work) =>
    use(mode, (objects) => {
      const { db } = objects.transaction;
      db.onversionchange = () => {
        db.close();
        db.dispatchEvent(new Event("close"));
      };
      return work(objects);
    });
}

/**
 * @param {any} area
 * @returns {ClearableStore}
 */
export function extensionStore(area) {
  for (const method of ["get", "set", "remove"]) {
    if (typeof area?.[method] !== "function") throw invalid("area", "a storage area such as chrome.storage.local");
  }
  const call = promising(area);
  const keys = async () => {
    const all = area.getKeys ? await call("getKeys") : Object.keys(await call("get", null));
    return all.filter((/** @type {string} */ key) => key.startsWith(PREFIX));
  };
  const forgetOld = once(async (/** @type {string} */ used) => {
    const found = await call("get", await keys());
    const old = Object.keys(found).filter((key) => key !== used && isOld(found[key]));
    if (old.length > 0) await call("remove", old);
  });
  return {
    name: "extension",
    async get(key) {
      const found = await call("get", PREFIX + key);
      forgetOld(PREFIX + key);
      return found[PREFIX + key];
    },
    async set(key, session) {
      await call("set", { [PREFIX + key]: session });
    },
    async delete(key) {
      await call("remove", PREFIX + key);
    },
    async clear() {
      await call("remove", await keys());
    },
  };
}

/**
 * What calls a method of a storage area, and gives a promise: Firefox's `chrome.storage.local` takes a callback under Manifest V2, and
 * gives nothing.
 * @param {any} area
 * @returns {(method: string, ...given: unknown[]) => any}
 */
function promising(area) {
  /** @type {boolean | undefined} */
  let takesCallbacks;
  return (method, ...given) => {
    takesCallbacks ??= givesNothing(area);
    if (!takesCallbacks) return area[method](...given);
    return new Promise((resolve, reject) => {
      area[method](...given, (/** @type {unknown} */ found) => {
        const failure = /** @type {any} */ (globalThis).chrome?.runtime?.lastError;
        if (failure) reject(new Error(failure.message));
        else resolve(found);
      });
    });
  };
}

/** Whether `get` gives nothing, not even a promise. @param {any} area */
function givesNothing(area) {
  try {
    const given = area.get(PREFIX);
    Promise.resolve(given).catch(() => {}); // what it says is of no interest
    return given === undefined;
  } catch {
    return false;
  }
}
