// The entry of those who keep sessions beyond a page's life. Importing it does nothing: a database is opened at its first use.

/*! Contains idb-keyval. Copyright 2016, Jake Archibald. Licensed under the Apache License, Version 2.0: see LICENSE-APACHE. */

import { createStore, del, get, set } from "idb-keyval";
import { invalid } from "./error.js";

/** @typedef {import("./stores.d.ts").SessionStore} SessionStore */
/** @typedef {import("./index.d.ts").UploadSession} UploadSession */

/** An extension's storage area is one for all of its parts. */
const PREFIX = "x-media-upload:";

/**
 * @param {string} [databaseName]
 * @returns {SessionStore}
 */
export function indexedDbStore(databaseName = "x-media-upload") {
  const sessions = yielding(createStore(databaseName, "sessions"));
  // Async, because where there is no IndexedDB, or it is forbidden, opening throws.
  return {
    name: databaseName,
    get: async (key) => get(key, sessions),
    set: async (key, session) => set(key, session, sessions),
    delete: async (key) => del(key, sessions),
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
 * @returns {SessionStore}
 */
export function extensionStore(area) {
  for (const method of ["get", "set", "remove"]) {
    if (typeof area?.[method] !== "function") throw invalid("area", "a storage area such as chrome.storage.local");
  }
  return {
    name: "extension",
    async get(key) {
      const found = await area.get(PREFIX + key);
      return found[PREFIX + key];
    },
    async set(key, session) {
      await area.set({ [PREFIX + key]: session });
    },
    async delete(key) {
      await area.remove(PREFIX + key);
    },
  };
}
