/** The server: rooms, files, and faults as they are felt at the other end of a connection. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startServer } from "../../www/server.js";
import { until } from "../support/until.js";
import { ABC, UNKNOWN, VIDEO, clientOf } from "./client.js";

/** @type {import("../../www/server.js").RunningServer} */
let server;
/** @type {string} */
let folder;
let rooms = 0;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "x-media-upload-"));
  writeFileSync(join(folder, "empty.wasm"), new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
  server = await startServer({ mounts: { "/mounted": folder } });
});
after(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** A room of its own, over HTTP. */
function enter() {
  const { url, state } = server.room(`test ${++rooms}`);
  const x = clientOf((request) => fetch(new Request(request.url.replace("http://x", url), request)));
  return { url, state, x };
}

/**
 * A room with a rule, and a media to send a segment of.
 * @param {import("../../www/emulator/faults.js").Rule} rule
 */
async function enterWith(rule) {
  const room = enter();
  const { json } = await room.x.v2Init({ total_bytes: 3, ...VIDEO });
  await room.x.control("POST", "rules", rule);
  const id = /** @type {string} */ (json.data.id);
  const append = () => room.x.v2Append(id, { segment_index: 0, media: ABC });
  const times = () => room.state.store.get(id, Date.now())?.segments.get(0)?.times ?? 0;
  return { ...room, id, append, times };
}

/** @param {ReturnType<typeof enter>} room */
const lastLogged = async ({ x }) => (await x.control("GET", "log")).at(-1);

describe("faults", () => {
  test("cut: nothing was done", async () => {
    const room = await enterWith({ command: "APPEND", fault: { kind: "cut" } });
    await assert.rejects(room.append(), TypeError);
    assert.equal(room.times(), 0);
    assert.equal((await room.append()).status, 200);
    assert.equal(room.times(), 1);
  });

  test("lost: done, and no answer", async () => {
    const room = await enterWith({ command: "APPEND", fault: { kind: "lost" } });
    await assert.rejects(room.append(), TypeError);
    assert.equal(room.times(), 1);
    const { status, fault } = await lastLogged(room);
    assert.deepEqual([status, fault], [200, "lost"]);
  });

  test("truncate: a status and half a body", async () => {
    const { url, times, id } = await enterWith({ command: "APPEND", fault: { kind: "truncate" } });
    const form = new FormData();
    form.set("segment_index", "0");
    form.set("media", new Blob([ABC]));
    const headers = { authorization: "Bearer token" };
    const response = await fetch(`${url}/2/media/upload/${id}/append`, { method: "POST", body: form, headers });
    assert.equal(response.status, 200);
    await assert.rejects(response.text(), TypeError);
    assert.equal(times(), 1);
  });

  test("stall: no answer until the client goes away", async () => {
    const room = await enterWith({ command: "STATUS", fault: { kind: "stall" } });
    const { url, id } = room;
    const signal = AbortSignal.timeout(100);
    const headers = { authorization: "Bearer token" };
    await assert.rejects(fetch(`${url}/2/media/upload?media_id=${id}`, { signal, headers }), { name: "TimeoutError" });
    await assert.doesNotReject(until(async () => (await lastLogged(room)).gone));
  });

  test("delay: done at once, answered later", async () => {
    const room = await enterWith({ command: "APPEND", fault: { kind: "delay", ms: 2000 } });
    const start = performance.now();
    let isAnswered = false;
    const answer = room.append().finally(() => (isAnswered = true));
    await until(() => room.times() === 1);
    assert.equal(isAnswered, false);
    assert.equal((await answer).status, 200);
    assert.ok(performance.now() - start >= 1990);
  });

  test("status: with a body and headers, or as X would say it", async () => {
    const room = await enterWith({ command: "STATUS", fault: { kind: "status", status: 429 } });
    await room.x.control("POST", "rules", [
      {
        command: "STATUS",
        occurrence: 2,
        fault: { kind: "status", status: 200, body: "<html>", headers: { "content-type": "text/html" } },
      },
      { command: "STATUS", occurrence: 3, fault: { kind: "status", status: 503 } },
    ]);
    const limited = await room.x.v2Status(UNKNOWN);
    assert.deepEqual([limited.status, limited.json.title], [429, "Too Many Requests"]);
    assert.ok(Number(limited.headers.get("x-rate-limit-reset")) * 1000 > Date.now());
    const page = await room.x.v2Status(UNKNOWN);
    assert.deepEqual([page.status, page.text, page.headers.get("content-type")], [200, "<html>", "text/html"]);
    assert.equal((await room.x.v1Status(UNKNOWN)).json.errors[0].message, "Over capacity");
  });

  test("strike by command, segment and occurrence, and as often as they are told", async () => {
    const { x } = await enterWith({
      command: "APPEND",
      segment_index: 1,
      occurrence: 2,
      times: 2,
      fault: { kind: "status", status: 503 },
    });
    const id = (await x.v1({ command: "INIT", total_bytes: 6, ...VIDEO })).json.media_id_string;
    const statuses = [];
    for (const segment_index of [0, 1, 0, 1, 0, 1, 0, 1]) {
      statuses.push((await x.v1({ command: "APPEND", media_id: id, segment_index, media: ABC })).status);
    }
    assert.deepEqual(statuses, [204, 204, 204, 503, 204, 503, 204, 204]);
    assert.equal((await x.control("GET", "")).rules[0].seen, 4);
  });

  test("in the mood flaky are survived by whoever tries three times", async () => {
    const { x } = enter();
    await x.control("PUT", "mood", { mood: "flaky" });
    const segments = [...Array(20).keys()];
    const { data } = (await persistently(() => x.v2Init({ total_bytes: 60, ...VIDEO }))).json;
    for (const segment_index of segments) {
      await persistently(() => x.v2Append(data.id, { segment_index, media: ABC }));
    }
    const { json } = await persistently(() => x.v2Finalize(data.id));
    assert.equal(json.data.processing_info.state, "pending");
    const faults = (await x.control("GET", "log")).filter(/** @param {any} entry */ ({ fault }) => fault !== null);
    assert.ok(faults.length >= 3, `${faults.length} faults`);
  });
});

test("a client that goes away while it sends is seen to", async () => {
  const room = enter();
  const { json } = await room.x.v2Init({ total_bytes: 3, ...VIDEO });
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  await once(socket, "connect");
  const path = `${new URL(room.url).pathname}/2/media/upload/${json.data.id}/append`;
  socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer token\r\ncontent-length: 1000\r\n\r\nabc`);
  await until(async () => (await lastLogged(room)).n === 2);
  socket.destroy();
  await until(async () => (await lastLogged(room)).gone);
});

describe("control", () => {
  test("refuses what it does not know", async () => {
    const { x, url } = enter();
    /** @type {[method: string, path: string, value: unknown][]} */
    const misuses = [
      ["PUT", "mood", { mood: "grumpy" }],
      ["POST", "rules", { command: "APPEND", segment: 1, fault: { kind: "cut" } }],
      ["POST", "rules", [{ fault: { kind: "explode" } }]],
      ["POST", "rules", { occurrence: 0, fault: { kind: "cut" } }],
      ["POST", "rules", { fault: "bad-weather" }],
      ["POST", "rules", { fault: { kind: "patch" } }],
      ["PUT", "processing", { duration: 3 }],
      ["PUT", "settings", { colour: "blue" }],
    ];
    for (const [method, path, value] of misuses) {
      const response = await fetch(`${url}/_emulator/${path}`, { method, body: JSON.stringify(value) });
      assert.equal(response.status, 400, `${path} ${JSON.stringify(value)}`);
    }
    assert.deepEqual((await x.control("GET", "")).rules, []);
  });

  test("never tells an authorization", async () => {
    const { x } = enter();
    await x.v2Status(UNKNOWN);
    const log = await x.control("GET", "log");
    assert.equal(log[0].headers.authorization, "Bearer");
    assert.ok(!JSON.stringify(log).includes("token"));
  });

  test("keeps rooms apart, and resets one", async () => {
    const [one, other] = [enter(), enter()];
    await one.x.control("PUT", "mood", { mood: "slow" });
    await one.x.v2Init({ total_bytes: 3, ...VIDEO });
    assert.equal((await other.x.control("GET", "")).mood, "instant");
    assert.deepEqual(await other.x.control("GET", "media"), []);
    assert.deepEqual(await other.x.control("GET", "log"), []);
    await one.x.control("POST", "reset");
    assert.equal((await one.x.control("GET", "")).mood, "instant");
    assert.deepEqual(await one.x.control("GET", "media"), []);
  });
});

describe("files", () => {
  test("the demo, under a policy that lets WebAssembly in and scripts of others not", async () => {
    const response = await fetch(`${server.url}/`);
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
    const policy = response.headers.get("content-security-policy") ?? "";
    assert.ok(policy.includes("script-src 'self' 'wasm-unsafe-eval';"), policy);
    assert.ok(!policy.includes("'unsafe-"), policy);
  });

  test("WebAssembly by its own type, and nothing outside", async () => {
    const wasm = await fetch(`${server.url}/mounted/empty.wasm`);
    assert.equal(wasm.headers.get("content-type"), "application/wasm");
    await WebAssembly.compile(await wasm.arrayBuffer());
    assert.equal((await fetch(`${server.url}/mounted/..%2f..%2fpackage.json`)).status, 404);
    assert.equal((await fetch(`${server.url}/server.js`)).status, 404);
  });
});

test("a port that is asked for and taken is an error in words", async () => {
  const { port } = new URL(server.url);
  const main = fileURLToPath(new URL("../../www/server.js", import.meta.url));
  const env = { ...process.env, PORT: port };
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => (said += chunk));
  const [code] = await once(child, "close");
  assert.equal(code, 1);
  assert.match(said, new RegExp(`^Port ${port} is taken`));
});

/** @param {() => Promise<import("./client.js").Said>} send */
async function persistently(send) {
  for (let tries = 1; ; tries++) {
    try {
      const said = await send();
      if (said.status < 500) return said;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    assert.ok(tries < 3, "three tries");
  }
}
