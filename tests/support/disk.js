/** Uploads of a file from a disk, by pages that may come to an end before them. */

import assert from "node:assert/strict";
import { createHash, randomFillSync } from "node:crypto";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * @typedef {import("./bench.js").Room} Room
 * @typedef {import("./bench.js").Tab} Tab
 * @typedef {import("../../src/js/index.js").UploadOptions} UploadOptions
 * @typedef {import("../../src/js/index.js").MediaClientOptions} MediaClientOptions
 * @typedef {import("../../src/js/index.js").UploadProgress} UploadProgress
 */

/**
 * A file of random bytes; `remove` it.
 * @param {number} size
 */
export function fileOf(size) {
  const folder = mkdtempSync(join(tmpdir(), "x-media-upload-"));
  const path = join(folder, "large.mp4");
  const hash = createHash("sha256");
  const file = openSync(path, "w");
  const bytes = Buffer.alloc(Math.min(size, 1 << 20));
  for (let written = 0; written < size; written += bytes.length) {
    const part = bytes.subarray(0, Math.min(bytes.length, size - written));
    randomFillSync(part);
    hash.update(part);
    writeSync(file, part);
  }
  closeSync(file);
  return { path, folder, size, sha256: hash.digest("hex"), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * Begins to upload it, or to go on with that, in a tab: its session is kept in the tab's IndexedDB.
 * @param {Room} room
 * @param {Tab} tab
 * @param {string} path
 * @param {UploadOptions} [options]
 * @param {Partial<MediaClientOptions>} [clientOptions]
 */
export async function uploadFrom(room, tab, path, options, clientOptions) {
  await tab.page.setInputFiles("input", path);
  return room.from(tab).start(
    ({ x, baseUrl, options, clientOptions }) => {
      const [file = new Blob()] = document.querySelector("input")?.files ?? [];
      const store = x.stores.indexedDbStore();
      const waits = new Set();
      const onProgress = (/** @type {UploadProgress} */ { waiting }) => waits.add(waiting?.for);
      const client = x.clientOf(baseUrl, clientOptions);
      const upload = client.upload(file, { mediaType: "video/mp4", store, onProgress, ...options });
      return { upload, end: async () => ({ media: await upload.done(), waits: [...waits] }) };
    },
    { options, clientOptions },
  );
}

/**
 * Waits until X has that much of the file.
 * @param {Room} room
 * @param {number} bytes
 */
export async function arrived(room, bytes) {
  const sent = () => room.logged("APPEND").reduce((sum, { status, bytes }) => sum + (status ? bytes : 0), 0);
  for (const deadline = Date.now() + 120_000; sent() < bytes; await sleep(2)) assert.ok(Date.now() < deadline, `${sent()} bytes`);
}

/**
 * How often each segment was sent, and how many of them may have been sent twice for one interruption: those that were in
 * flight, and those whose acknowledgement was not yet saved, which are no more.
 * @param {Room} room
 * @param {string} id
 */
export async function repeated(room, id) {
  const { segments, sha256 } = await room.media(id);
  const sent = new Map();
  for (const { segment_index } of room.logged("APPEND")) sent.set(segment_index, (sent.get(segment_index) ?? 0) + 1);
  return {
    sha256,
    segments: segments.length,
    twice: [...sent.values()].filter((times) => times > 1).length,
    most: Math.max(...sent.values()),
  };
}
