/**
 * Sessions in the browser's IndexedDB, so that an upload survives the page; and a note of the file that one is kept for:
 * a page can't open a file again by itself, but can say which one to choose.
 */

import { config } from "./config.js";

/** @typedef {import("../../src/js/stores.js").SessionStore} SessionStore */

const NOTE = `unfinished upload in ${config.room}`;

/**
 * @param {SessionStore} store
 * @param {string} fileName
 * @param {() => void} onFound Called where the upload goes on with an earlier one.
 * @returns {SessionStore}
 */
export function noting(store, fileName, onFound) {
  return {
    async get(key) {
      const session = await store.get(key);
      if (session) onFound();
      return session;
    },
    async set(key, session) {
      await store.set(key, session);
      note(fileName);
    },
    async delete(key) {
      await store.delete(key);
      note(undefined);
    },
  };
}

/** The name of the file whose upload was not finished. */
export function unfinished() {
  try {
    return localStorage.getItem(NOTE) ?? undefined;
  } catch {
    return undefined; // by the visitor's own setting
  }
}

/** @param {string | undefined} fileName */
function note(fileName) {
  try {
    if (fileName === undefined) localStorage.removeItem(NOTE);
    else localStorage.setItem(NOTE, fileName);
  } catch {
    // The upload goes on all the same, and only the words are missing.
  }
}
