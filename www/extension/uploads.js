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
