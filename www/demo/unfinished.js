/**
 * Sessions in the browser's IndexedDB, so that an upload survives the page; and a note of the file that each is kept
 * for: a page can't open a file again by itself, but can say which one to choose.
 */

import { config } from "./config.js";

/** @typedef {import("../../src/js/stores.js").SessionStore} SessionStore */

const NOTES = `unfinished uploads in ${config.room}`;

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
      else note(key, undefined);
      return session;
    },
    async set(key, session) {
      await store.set(key, session);
      note(key, fileName);
    },
    async delete(key) {
      await store.delete(key);
      note(key, undefined);
    },
  };
}

/** The names of the files whose uploads were not finished. */
export function unfinished() {
  return [...new Set(Object.values(notes()))];
}

/** Forgets all of them: their files would be sent from the start. @param {SessionStore} store */
export async function forget(store) {
  for (const key of Object.keys(notes())) {
    await store.delete(key);
    note(key, undefined);
  }
}

/** @returns {Record<string, string>} Names of files by the keys of their sessions. */
function notes() {
  try {
    return JSON.parse(localStorage.getItem(NOTES) ?? "{}");
  } catch {
    return {}; // by the visitor's own setting
  }
}

/**
 * @param {string} key
 * @param {string | undefined} fileName
 */
function note(key, fileName) {
  const { [key]: _, ...others } = notes();
  try {
    localStorage.setItem(NOTES, JSON.stringify(fileName === undefined ? others : { ...others, [key]: fileName }));
  } catch {
    // The upload goes on all the same, and only the words are missing.
  }
}
