/** An emulator that is made anew with the storage of one that was ended goes on as that would have. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { createEmulator } from "../../www/emulator/index.js";
import { ABC, DEF, START, UNKNOWN, VIDEO, clientOf, fixture } from "./client.js";

/** A database: what it holds is a copy, and it takes its time. */
class Database {
  /** @type {Map<string, unknown>} */
  values = new Map();
  /** How many bytes each write was, by the key's first word. @type {Record<string, number[]>} */
  written = {};

  /** @param {string} key */
  async get(key) {
    await tick();
    return structuredClone(this.values.get(key));
  }

  /** @param {string} key @param {unknown} value */
  async set(key, value) {
    const copy = structuredClone(value);
    await tick();
    this.values.set(key, copy);
    const [kind = ""] = key.split("/");
    (this.written[kind] ??= []).push(bytesIn(copy));
  }

  /** @param {string} key */
  async delete(key) {
    await tick();
    this.values.delete(key);
  }
}

const tick = () => /** @type {Promise<void>} */ (new Promise((resolve) => setTimeout(resolve, 1)));

/** @param {unknown} value @returns {number} */
function bytesIn(value) {
  return value instanceof Uint8Array ? value.buffer.byteLength : JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part)).length;
}

/** Lives that follow each other on one storage. */
function createLives() {
  const storage = new Database();
  const clock = { now: START };
  const live = (options = {}) => {
    const emulator = createEmulator({ storage, now: () => clock.now, ...options });
    return { emulator, x: clientOf(emulator.fetch) };
  };
  return { storage, clock, live };
}

test("segments, processing, metadata, subtitles and the log go on in the next life", async () => {
  const { clock, live } = createLives();
  const first = live();
  await first.emulator.setProcessing({ duration_secs: 10 });
  const { id } = (await first.x.v2Init({ total_bytes: 6, ...VIDEO })).json.data;
  await first.x.v2Append(id, { segment_index: 1, media: DEF });

  const second = live();
  await Promise.all([
    second.x.v2Append(id, { segment_index: 0, media: DEF }),
    second.x.postJson("/2/media/metadata", { id, metadata: { alt_text: { text: "a cat" } } }),
  ]);
  await second.x.v2Append(id, { segment_index: 0, media: ABC });
  await second.x.v2Finalize(id);

  clock.now += 5000;
  const third = live();
  const { processing_info } = (await third.x.v2Status(id)).json.data;
  assert.deepEqual(processing_info, { state: "in_progress", check_after_secs: 1, progress_percent: 50 });
  clock.now += 5000;
  const media = await live().emulator.mediaOf(id);
  assert.deepEqual(
    [media?.state, media?.sha256, media?.metadata],
    ["succeeded", createHash("sha256").update("abcdef").digest("hex"), { alt_text: { text: "a cat" } }],
  );
  assert.deepEqual(media?.segments.map(({ times }) => times), [2, 1]);
  assert.deepEqual((await live().emulator.log()).map(({ n }) => n), [1, 2, 3, 4, 5, 6, 7]);
  // And no id is given twice.
  const { json } = await live().x.v2Init({ total_bytes: 6, ...VIDEO });
  assert.ok(BigInt(json.data.id) > BigInt(id));
});

test("a picture that was sent in one life is looked at in another", async () => {
  const { live } = createLives();
  const { id } = (await live().x.v2Init({ total_bytes: fixture("picture.png").length, media_type: "image/png" })).json.data;
  await live().x.v2Append(id, { segment_index: 0, media: fixture("picture.png") });
  assert.deepEqual((await live().x.v2Finalize(id)).json.data.image, { image_type: "image/png", w: 160, h: 120 });
});

/**
 * The same requests, with an end before each or without any.
 * @param {boolean} ends
 */
async function play(ends) {
  const { clock, live } = createLives();
  const only = live({ seed: 7 });
  const now = () => (ends ? live({ seed: 7 }) : only);
  await now().emulator.changeSettings({ rateLimits: { STATUS: { limit: 3, window_secs: 60 } } });
  await now().emulator.addRules({ command: "STATUS", occurrence: 2, fault: "errors-alone" });
  /** @type {unknown[]} */
  const seen = [];
  for (let count = 0; count < 5; count++) seen.push((await now().x.v2Status(UNKNOWN)).status);
  await now().emulator.setMood("flaky");
  for (let count = 0; count < 40; count++) {
    clock.now += 10;
    seen.push(await now().x.v1({ command: "INIT", total_bytes: 1, media_type: "image/png" }).then(({ status }) => status, String));
  }
  await now().emulator.setMood("rate-limited");
  for (let count = 0; count < 3; count++) seen.push((await now().x.v2Append("7", { segment_index: 0, media: ABC })).status);
  return seen;
}

test("rules, limits and moods go on where they were", async () => {
  const whole = await play(false);
  assert.deepEqual(await play(true), whole);
  assert.deepEqual(whole.slice(0, 5), [400, 200, 400, 400, 429]);
  assert.ok(new Set(whole).size > 5, String(whole));
});

test("a signed request is good once, in all lives together", async () => {
  const { live } = createLives();
  const oauth1 = { consumerKey: "a", consumerSecret: "b", token: "c", tokenSecret: "d" };
  const url = "https://api.x.com/2/media/upload?media_id=1";
  const authorization = await signed(url, oauth1);
  const ask = async () => (await live({ oauth1 }).emulator.fetch(url, { headers: { authorization } })).status;
  assert.deepEqual([await ask(), await ask()], [400, 401]);
});

describe("what is written", () => {
  test("is each segment once and alone, and never again with the rest", async () => {
    const { storage, live } = createLives();
    const { x } = live();
    const { id } = (await x.v2Init({ total_bytes: 800_000, ...VIDEO })).json.data;
    const media = new Uint8Array(100_000);
    await Promise.all([...Array(8).keys()].map((segment_index) => x.v2Append(id, { segment_index, media })));
    assert.deepEqual(storage.written.segment, Array(8).fill(100_000));
    assert.ok(Math.max(...(storage.written.room ?? [])) < 10_000, String(storage.written.room));
    assert.ok((storage.written.room ?? []).length < 9, "requests at the same time share a write");
  });

  test("is there when the request is answered, and gone when a room is reset", async () => {
    const { storage, live } = createLives();
    const { emulator, x } = live();
    const { id } = (await x.v2Init({ total_bytes: 3, ...VIDEO })).json.data;
    await x.v2Append(id, { segment_index: 0, media: ABC });
    assert.deepEqual(storage.values.get(`segment//${id}/0`), ABC);
    await emulator.reset();
    assert.deepEqual([...storage.values.keys()], ["room/"]);
    assert.deepEqual(await live().emulator.media(), []);
  });

  test("is of the latest uploads, where there are more than the budget allows", async () => {
    const { storage, live } = createLives();
    /** @type {string[]} */
    const ids = [];
    for (let count = 0; count < 3; count++) {
      const { x } = live({ budget: 7 });
      const { id } = (await x.v2Init({ total_bytes: 3, ...VIDEO })).json.data;
      await x.v2Append(id, { segment_index: 0, media: ABC });
      await x.v2Finalize(id);
      ids.push(id);
    }
    const digests = await Promise.all(ids.map(async (id) => (await live().emulator.mediaOf(id))?.sha256));
    const digest = createHash("sha256").update("abc").digest("hex");
    assert.deepEqual(digests, [null, digest, digest]);
    assert.equal([...storage.values.keys()].filter((key) => key.startsWith("segment/")).length, 2);
  });
});

test("a storage that fails is told to whoever asks, and asked again", async () => {
  const { storage, live } = createLives();
  await live().x.v2Init({ total_bytes: 3, ...VIDEO });
  const { emulator } = live();
  const { get, set } = storage;
  storage.get = () => Promise.reject(new Error("no disk"));
  await assert.rejects(emulator.media(), /no disk/);
  storage.get = get;
  assert.equal((await emulator.media()).length, 1);
  storage.set = () => Promise.reject(new Error("disk full"));
  await assert.rejects(emulator.setMood("slow"), /disk full/);
  storage.set = set;
  await emulator.setMood("failed");
  assert.equal((await live().emulator.summary()).mood, "failed");
});

/**
 * @param {string} url
 * @param {{ consumerKey: string, consumerSecret: string, token: string, tokenSecret: string }} keys
 */
async function signed(url, { consumerKey, consumerSecret, token, tokenSecret }) {
  const { createHmac } = await import("node:crypto");
  const oauth = {
    oauth_consumer_key: consumerKey,
    oauth_nonce: "once",
    oauth_signature_method: "HMAC-SHA1",
    oauth_timestamp: String(START / 1000),
    oauth_token: token,
    oauth_version: "1.0",
  };
  const { origin, pathname, searchParams } = new URL(url);
  const pairs = [...searchParams, ...Object.entries(oauth)].map((pair) => pair.map(encodeURIComponent).join("=")).sort();
  const base = ["GET", origin + pathname, pairs.join("&")].map(encodeURIComponent).join("&");
  const oauth_signature = createHmac("sha1", `${consumerSecret}&${tokenSecret}`).update(base).digest("base64");
  const given = Object.entries({ ...oauth, oauth_signature }).map(([name, value]) => `${name}="${encodeURIComponent(value)}"`);
  return `OAuth ${given.join(", ")}`;
}
