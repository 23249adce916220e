/**
 * Places to keep the sessions of uploads, for the option `store`: a file that is sent again the same way continues where
 * it stopped, after a reload too. Use one store per account. Nothing is done at import.
 *
 * @packageDocumentation
 */

import type { SessionStore } from "./index.js";

export type { SessionStore, UploadSession } from "./index.js";

/**
 * Keeps sessions in IndexedDB: in pages, workers and service workers. The database is this store's own and opened at its
 * first use; deleting it forgets its sessions, and the store goes on with an empty one.
 *
 * @param databaseName Default "x-media-upload".
 */
export function indexedDbStore(databaseName?: string): SessionStore;

/**
 * Keeps sessions in a storage area of an extension, under keys that begin with `x-media-upload:`.
 *
 * @param area chrome.storage.local, browser.storage.local, or any with get, set and remove that return promises. Without
 * these methods it is invalid_argument, which is thrown.
 */
export function extensionStore(area: unknown): SessionStore;
