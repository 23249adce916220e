/** The sessions of unfinished uploads, in the extension's storage. */

import { extensionStore } from "x-media-upload/stores";

const sessions = extensionStore(chrome.storage.local);

/**
 * The store of one upload: the same file may be there twice, and with an upload goes its session.
 * @param {number} id
 * @returns {import("x-media-upload").SessionStore}
 */
export function storeOf(id) {
  const key = String(id);
  return {
    name: `upload ${key}`,
    get: () => sessions.get(key),
    set: (_, session) => sessions.set(key, session),
    delete: () => sessions.delete(key),
  };
}

/** @param {number} id */
export const forgetSession = (id) => sessions.delete(String(id));

export const forgetSessions = () => sessions.clear();
