/** A file of 100 MB from a disk: its bytes stay out of the memory of WebAssembly. */

import assert from "node:assert/strict";
import { createHash, randomFillSync } from "node:crypto";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBench } from "../support/bench.js";

const MEGABYTES = 100;

const bench = openBench({ load: false });
const folder = mkdtempSync(join(tmpdir(), "x-media-upload-"));
const path = join(folder, "large.mp4");
const hash = createHash("sha256");

before(() => {
  const file = openSync(path, "w");
  for (let written = 0; written < MEGABYTES; written++) {
    const bytes = randomFillSync(Buffer.alloc(1_000_000));
    hash.update(bytes);
    writeSync(file, bytes);
  }
  closeSync(file);
});
after(() => rmSync(folder, { recursive: true }));

test("100 MB go through upload() while the memory of WebAssembly stays as it is", async () => {
  const room = bench.enter();
  await bench.page.setInputFiles("input", path);
  const { media, memory } = await room.run(async ({ x, baseUrl }) => {
    /** @type {WebAssembly.Memory[]} */
    const memories = [];
    for (const name of /** @type {const} */ (["instantiate", "instantiateStreaming"])) {
      const original = /** @type {(...args: any[]) => Promise<any>} */ (WebAssembly[name]);
      WebAssembly[name] = async (/** @type {any[]} */ ...args) => {
        const made = await original(...args);
        const exported = Object.values((made.instance ?? made).exports);
        memories.push(...exported.filter((value) => value instanceof WebAssembly.Memory));
        return made;
      };
    }
    await x.lib.default();
    const bytes = () => memories.map(({ buffer }) => buffer.byteLength);

    const client = x.clientOf(baseUrl);
    await client.upload(x.videoOf(10)).done(); // it makes a heap, of one page
    const before = bytes();
    /** @type {Set<string>} */
    const during = new Set();
    const file = /** @type {File} */ (document.querySelector("input")?.files?.[0]);
    const onProgress = () => during.add(String(bytes()));
    const media = await client.upload(file, { mediaType: "video/mp4", onProgress }).done();
    return { media, memory: { before, during: [...during], after: bytes() } };
  });
  await room.assertHolds(media, hash.digest("hex"));
  assert.equal(memory.before.length, 1);
  assert.deepEqual(memory, { before: memory.before, during: [String(memory.before)], after: memory.before });
});
