/**
 * The uploads, in IndexedDB: the one storage that takes a file, and that the page and the background share.
 *
 * @typedef {object} UploadRecord
 * @property {number} id
 * @property {string} name
 * @property {number} size
 * @property {"waiting" | "ready" | "failed"} state
 * @property {File} [file] Until it is ready, or refused for good.
 * @property {string} [media_id_string] Of one that is ready.
 * @property {number} [expiresAt] Of one that is ready: when X deletes it if no post uses it, in milliseconds since the epoch.
 * @property {import("x-media-upload").ErrorCode} [code] Of one that failed.
 * @property {string} [message] Of one that failed.
 */

import { tellChange } from "./channel.js";

const STORE = "uploads";

/** In the order in which they were added. @returns {Promise<UploadRecord[]>} */
export function allUploads() {
  return use("readonly", (uploads) => uploads.getAll());
}

/** @param {File} file */
export function addUpload(file) {
  const { name, size } = file;
  return write((uploads) => uploads.add({ name, size, state: "waiting", file }));
}

/**
 * Changes an upload, unless it was removed.
 * @param {number} id
 * @param {Partial<UploadRecord>} change
 * @returns {Promise<boolean>} whether it is still there
 */
export async function changeUpload(id, change) {
  const upload = await write((uploads) => {
    const found = uploads.get(id);
    found.addEventListener("success", () => found.result && uploads.put({ ...found.result, ...change }));
    return found;
  });
  return upload !== undefined;
}

/** @param {number} id */
export function removeUpload(id) {
  return write((uploads) => uploads.delete(id));
}

/**
 * Whether nothing more can come of it: it is ready, or X refused it for good.
 * @param {UploadRecord} upload
 */
export function isFinished({ state, file }) {
  return state !== "waiting" && !file;
}

/** @param {(upload: UploadRecord) => boolean} isUnwanted */
export function removeUploads(isUnwanted) {
  return write((uploads) => {
    const found = uploads.getAll();
    found.addEventListener("success", () => {
      for (const upload of found.result) if (isUnwanted(upload)) uploads.delete(upload.id);
    });
    return found;
  });
}

/** @param {(uploads: IDBObjectStore) => IDBRequest} work */
async function write(work) {
  const result = await use("readwrite", work);
  tellChange();
  return result;
}

/**
 * @param {IDBTransactionMode} mode
 * @param {(uploads: IDBObjectStore) => IDBRequest} work
 * @returns {Promise<any>} what was asked for, when it is written
 */
async function use(mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    transaction.addEventListener("complete", () => resolve(request.result));
    transaction.addEventListener("abort", () => reject(transaction.error));
  }).finally(() => database.close());
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("uploads", 1);
    opening.addEventListener("upgradeneeded", () => {
      opening.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
    });
    opening.addEventListener("success", () => resolve(opening.result));
    opening.addEventListener("error", () => reject(opening.error));
  });
}
