/** The emulator in place of the network: its `fetch` as a client in the same process has it, rooms, and the controls without HTTP. */

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { createEmulator } from "../../www/emulator/index.js";
import { ABC, UNKNOWN, VIDEO, clientOf } from "./client.js";

const emulator = createEmulator();
const x = clientOf(emulator.fetch);

beforeEach(() => emulator.reset());

const STATUS = `https://api.x.com/2/media/upload?media_id=${UNKNOWN}`;
const INIT = { headers: { authorization: "Bearer token" } };

describe("a fault is felt as by any fetch", () => {
  for (const kind of /** @type {const} */ (["cut", "lost"])) {
    test(`${kind}: a TypeError`, async () => {
      await emulator.addRules({ fault: { kind } });
      await assert.rejects(emulator.fetch(STATUS, INIT), TypeError);
      assert.equal((await emulator.log())[0]?.fault, kind);
    });
  }

  test("truncate: a status, and a body that breaks off", async () => {
    await emulator.addRules({ fault: { kind: "truncate" } });
    const response = await emulator.fetch(STATUS, INIT);
    assert.equal(response.status, 400);
    const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
    const { value } = await reader.read();
    assert.match(new TextDecoder().decode(value), /^\{"errors":/);
    await assert.rejects(reader.read(), TypeError);
  });

  for (const fault of /** @type {const} */ ([{ kind: "stall" }, { kind: "delay", ms: 60_000 }])) {
    test(`${fault.kind}: an abort ends it, with the signal's reason`, async () => {
      await emulator.addRules({ fault });
      const controller = new AbortController();
      const answer = emulator.fetch(STATUS, { ...INIT, signal: controller.signal });
      setTimeout(() => controller.abort("enough"), 20);
      await assert.rejects(answer, (reason) => reason === "enough");
      assert.equal((await emulator.log())[0]?.gone, true);
    });
  }

  test("a request that was aborted before is not sent", async () => {
    await assert.rejects(emulator.fetch(STATUS, { ...INIT, signal: AbortSignal.abort() }), { name: "AbortError" });
    assert.deepEqual(await emulator.log(), []);
  });
});

test("rooms are reached by their path or by their own fetch, and know nothing of each other", async () => {
  const room = emulator.room("my room");
  const { json } = await clientOf(room.fetch).v2Init({ total_bytes: 3, ...VIDEO });
  const answer = await emulator.fetch(`https://any.example/x/my%20room/2/media/upload/${json.data.id}/finalize`, { method: "POST", ...INIT });
  assert.equal(answer.status, 400);
  assert.deepEqual((await room.log()).map(({ path }) => path), ["/2/media/upload/initialize", `/2/media/upload/${json.data.id}/finalize`]);
  assert.deepEqual([await emulator.log(), await emulator.mediaOf(json.data.id)], [[], undefined]);
  assert.equal((await room.mediaOf(json.data.id))?.state, "uploading");
});

test("what it is told is what it then does, and tells", async () => {
  const rule = /** @type {const} */ ({ command: "INIT", fault: "usage-cap" });
  await emulator.setMood("failed");
  await emulator.addRules(rule, rule);
  await emulator.removeRules();
  await emulator.addRules(rule);
  await emulator.changeSettings({ expiresAfterSecs: 7 });
  await emulator.setProcessing({ duration_secs: 1 });
  const limited = await x.v2Init({ total_bytes: 3, ...VIDEO });
  const { json } = await x.v2Init({ total_bytes: 3, ...VIDEO });
  assert.deepEqual([limited.status, json.data.expires_after_secs], [429, 7]);
  const { settings, ...summary } = await emulator.summary();
  assert.deepEqual(summary, { mood: "failed", processing: { duration_secs: 1 }, rules: [{ ...rule, seen: 2 }] });
  assert.equal(settings.expiresAfterSecs, 7);
  assert.equal((await emulator.media()).length, 1);
});

test("a name that is not known is a TypeError, and changes nothing", async () => {
  const any = /** @type {any} */ (emulator);
  assert.throws(() => createEmulator(/** @type {any} */ ({ moods: "slow" })), /^TypeError: moods: not known/);
  assert.throws(() => createEmulator(/** @type {any} */ ({ mood: "grumpy" })), /^TypeError: mood: one of instant/);
  await assert.rejects(any.setMood("grumpy"), TypeError);
  await assert.rejects(any.addRules({ fault: { kind: "cut" } }, { fault: "bad-weather" }), TypeError);
  await assert.rejects(any.changeSettings({ colour: "blue" }), TypeError);
  await assert.rejects(any.setProcessing({ duration: 3 }), TypeError);
  const { mood, rules } = await emulator.summary();
  assert.deepEqual([mood, rules], ["instant", []]);
});

test("a segment that X never got is not in its media", async () => {
  const { json } = await x.v2Init({ total_bytes: 3, ...VIDEO });
  await emulator.addRules({ command: "APPEND", fault: { kind: "cut" } });
  await assert.rejects(x.v2Append(json.data.id, { segment_index: 0, media: ABC }), TypeError);
  assert.equal((await emulator.mediaOf(json.data.id))?.size, 0);
});
