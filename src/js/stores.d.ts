/**
 * Places to keep the sessions of uploads, for the option `store`: a file that is sent again the same way continues where
 * it stopped, after a reload too. Use one store per account. Nothing is done at import. Sessions that expired over a day ago go
 * when a store is first used.
 *
 * @packageDocumentation
 */

import type { ClearableStore } from "./index.js";

export type { ClearableStore, SessionStore, UploadSession } from "./index.js";

/**
 * Keeps sessions in IndexedDB: in pages, workers and service workers. The database is this store's own and opened at its
 * first use; deleting it forgets its sessions, and the store goes on with an empty one.
 *
 * @param databaseName Default "x-media-upload".
 */
export function indexedDbStore(databaseName?: string): ClearableStore;

/**
 * Keeps sessions in a storage area of an extension, under keys that begin with `x-media-upload:`.
 *
 * @param area chrome.storage.local, browser.storage.local, or any with get, set and remove that return promises, or take callbacks
 * as those of `chrome` in Firefox do under Manifest V2. Without these methods it is invalid_argument, which is thrown. Its keys are
 * listed by getKeys(), or else by get(null): where neither gives them, expired sessions stay, and clear() finds none.
 */
export function extensionStore(area: unknown): ClearableStore;
