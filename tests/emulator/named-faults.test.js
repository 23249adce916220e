/** Answers that have a name, and answers that are changed. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { NAMED_FAULTS } from "../../www/emulator/named-faults.js";
import { ABC, START, UNKNOWN, VIDEO, createBench, reply } from "./client.js";

const { beginV1, beginV2, reset, state, x } = createBench();

beforeEach(reset);

const NOW = START / 1000;
const PAGE = /^<!doctype html><title>/;

/** Status, some headers, and what the body is or has. @type {Record<string, [number, Record<string, string>, unknown]>} */
const NOT_DONE = {
  "usage-cap": [429, { "x-rate-limit-remaining": "1870", "x-rate-limit-reset": `${NOW + 900}` }, { title: "UsageCapExceeded", period: "Monthly" }],
  "user-limit-24hour": [
    429,
    { "x-rate-limit-remaining": "1870", "x-user-limit-24hour-remaining": "0", "x-user-limit-24hour-reset": `${NOW + 80_000}` },
    { title: "Too Many Requests" },
  ],
  "app-limit-24hour": [
    429,
    { "x-rate-limit-remaining": "1870", "x-app-limit-24hour-remaining": "0", "x-app-limit-24hour-reset": `${NOW + 80_000}` },
    { title: "Too Many Requests" },
  ],
  "reset-in-milliseconds": [429, { "x-rate-limit-reset": `${START + 3000}` }, { title: "Too Many Requests" }],
  "retry-after-a-year": [429, { "retry-after": "31536000" }, { title: "Too Many Requests" }],
  "sign-in-page": [200, { "content-type": "text/html;charset=utf-8" }, PAGE],
  "proxy-not-found": [404, { "content-type": "text/html;charset=utf-8" }, PAGE],
  "unknown-media": [400, {}, reply("error-4-invalid-request.json")],
  "errors-alone": [200, {}, reply("error-1-with-200.json")],
  "errors-and-empty-data": [200, {}, { data: {} }],
  "already-finalized": [400, {}, { title: "Invalid Request" }],
  "segments-do-not-add-up": [400, {}, { title: "Invalid Request" }],
};

for (const [fault, [status, headers, body]] of Object.entries(NOT_DONE)) {
  test(`${fault}: answered so once, and not done`, async () => {
    const id = await beginV2(VIDEO, ABC);
    await x.control("POST", "rules", { command: "FINALIZE", fault });
    const said = await x.v2Finalize(id);
    assert.equal(said.status, status);
    for (const [name, value] of Object.entries(headers)) assert.equal(said.headers.get(name), value, name);
    if (body instanceof RegExp) assert.match(said.text, body);
    else assert.deepEqual({ ...said.json, .../** @type {object} */ (body) }, said.json);
    assert.equal((await x.control("GET", "log")).at(-1).fault, fault);
    assert.equal(state.store.get(id, START)?.finalizedAt, undefined);
    assert.equal((await x.v2Finalize(id)).status, 200);
  });
}

/** Status, and what is in the body where the answer to STATUS is `succeeded`. @type {Record<string, [number, unknown]>} */
const DONE = {
  "empty-answer": [200, ""],
  "gateway-timeout": [504, PAGE],
  "without-id": [200, { size: 3, expires_after_secs: 86_400, processing_info: { state: "succeeded" } }],
  "another-id": [200, { id: "99" }],
  "without-expiry": [200, { size: 3, processing_info: { state: "succeeded" } }],
};

for (const [fault, [status, body]] of Object.entries(DONE)) {
  test(`${fault}: done, and answered so`, async () => {
    const id = await beginV2(VIDEO, ABC);
    await x.control("POST", "rules", { command: "FINALIZE", fault });
    const said = await x.v2Finalize(id);
    assert.equal(said.status, status);
    assert.equal(state.store.get(id, START)?.finalizedAt, START);
    if (typeof body === "string") return assert.equal(said.text, body);
    if (body instanceof RegExp) return assert.match(said.text, body);
    if (fault === "another-id") return assert.deepEqual(said.json.data.id, "99");
    const { media_key, id: named, ...rest } = said.json.data;
    return assert.deepEqual([named, rest], [fault === "without-id" ? undefined : id, body]);
  });
}

test("all that have a name are tried here", () => {
  assert.deepEqual([...Object.keys(NOT_DONE), ...Object.keys(DONE)].sort(), Object.keys(NAMED_FAULTS).sort());
});

test("in 1.1 they are in its words, with ids of all digits", async () => {
  const id = await beginV1(VIDEO, ABC);
  await x.control("POST", "rules", [
    { command: "STATUS", fault: "unknown-media" },
    { command: "STATUS", occurrence: 2, fault: "user-limit-24hour" },
    { command: "FINALIZE", fault: "another-id" },
    { command: "FINALIZE", occurrence: 2, fault: "without-id" },
    { command: "FINALIZE", occurrence: 3, fault: "without-expiry" },
    { command: "FINALIZE", occurrence: 4, fault: "already-finalized" },
  ]);
  assert.deepEqual((await x.v1Status(UNKNOWN)).json, reply("error-1-page-does-not-exist.json"));
  const limited = await x.v1Status(UNKNOWN);
  assert.deepEqual([limited.status, limited.json], [429, reply("error-1-rate-limit-exceeded.json")]);
  assert.match((await x.v1Finalize(id)).text, /^{"media_id":99,"media_id_string":"99",/);
  assert.match((await x.v1Finalize(id)).text, /^{"size":3,/);
  assert.match((await x.v1Finalize(id)).text, new RegExp(`^{"media_id":${id},"media_id_string":"${id}","media_key":"7_${id}","size":3,"video"`));
  assert.equal((await x.v1Finalize(id)).json.error, "Media is already finalized.");
});

test("a patch changes a good answer and no other, and may name what nobody thought of", async () => {
  const id = await beginV2(VIDEO, ABC);
  const patch = { data: { processing_info: { state: "pending", check_after_secs: "5" }, size: null, new: [1] } };
  await x.control("POST", "rules", { command: "STATUS", times: 2, fault: { kind: "patch", patch } });
  assert.deepEqual((await x.v2Status(UNKNOWN)).json, reply("error-4-invalid-request.json"));
  await x.v2Finalize(id);
  const { data } = (await x.v2Status(id)).json;
  assert.deepEqual(data.processing_info, { state: "pending", progress_percent: 100, check_after_secs: "5" });
  assert.deepEqual([data.size, data.new], [undefined, [1]]);
});
