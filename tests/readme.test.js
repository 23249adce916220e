/** The README, as who has the package from npm tries it: each block of code runs as it is printed, and is typed for a strict app. */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { mediaRequest } from "./support/apps.js";
import { fixture, sha256 } from "./support/bench.js";
import { pathOf } from "./support/demo.js";
import { at, openNewcomer, says } from "./support/newcomer.js";
import { start } from "./support/process.js";
import { serveAsX } from "./support/runtimes.js";

const README = readFileSync(at("README.md"), "utf8");

/** The blocks of JavaScript, in their order. */
const BLOCKS = [...README.matchAll(/^```js\n([^]*?)^```$/gm)].map(([, code = ""]) => code);
const [UPLOAD = "", RELAY = "", FINALIZE = ""] = BLOCKS;

const newcomer = openNewcomer();

test("the first upload runs in a page with a file input", async (t) => {
  const room = newcomer.room();
  room.state.processing = { duration_secs: 1 };
  const { page, said, complaints, url } = await newcomer.page(t, UPLOAD);
  await page.goto(url);
  const ready = says(page, /^ready to post/);
  await page.setInputFiles("input", pathOf("video.mp4"));
  const [, id = ""] = /^ready to post: ([0-9]{19})$/.exec((await ready).text()) ?? [];
  const media = await (await room.fetch(mediaRequest(id))).json();
  assert.equal(media.sha256, sha256(fixture("video.mp4")));
  const phases = new Set(said.map((line) => line.split(" ")[0]));
  assert.deepEqual([...phases], ["initialize", "append", "finalize", "processing", "ready"]);
  assert.deepEqual(complaints, []);
});

test("its relay runs on Node, and through it FINALIZE waits, or tells what X refused", async (t) => {
  const room = newcomer.room("relayed");
  const x = await serveAsX(room);
  t.after(x.close);
  writeFileSync(join(newcomer.folder, "relay.js"), RELAY);
  const relay = await start(process.execPath, ["--import", pathToFileURL(at("tests/support/detour.js")).href, "relay.js"], {
    cwd: newcomer.folder,
    env: { PORT: "0", X: x.url, X_ACCESS_TOKEN: "a-token" },
    port: /http:\/\/127\.0\.0\.1:([0-9]+)\/x/,
  });
  t.after(relay.close);

  const { page, complaints, url } = await newcomer.page(t, FINALIZE, (request) => handOn(request, relay.url));
  const [, id = ""] = /finalizeAndWait\("([0-9]+)"/.exec(FINALIZE) ?? [];
  room.state.store.nextId = () => id;
  await beginUpload(room);
  const ready = says(page, new RegExp(`^ready to post: ${id}$`));
  await page.goto(url);
  await ready;
  assert.deepEqual(complaints, []);

  room.state.setMood("failed");
  await beginUpload(room);
  const [, words = ""] = /console\.error\(.+\/\/ (.+)…/.exec(FINALIZE) ?? [];
  const refused = page.waitForEvent("console", (message) => message.type() === "error");
  await page.reload();
  const message = (await refused).text();
  assert.ok(words !== "" && message.startsWith(words) && message.includes("Unsupported video format"), message);
  assert.ok(room.state.log.all().every(({ headers }) => headers.origin === null), "X hears the relay alone");
});

/** INIT and APPEND, by something else. @param {import("../www/server.js").Room} room */
async function beginUpload(room) {
  const headers = { authorization: "Bearer a-token" };
  const post = async (/** @type {string} */ path, /** @type {RequestInit} */ init) => {
    const url = `https://api.x.com/2/media/upload/${path}`;
    const response = await room.fetch(new Request(url, { method: "POST", ...init }));
    assert.equal(response.status, 200);
    return response.json();
  };
  const video = fixture("video.mp4");
  const { data } = await post("initialize", {
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ total_bytes: video.length, media_type: "video/mp4", media_category: "tweet_video" }),
  });
  const body = new FormData();
  body.set("segment_index", "0");
  body.set("media", new Blob([video]));
  await post(`${data.id}/append`, { headers, body });
}

/**
 * As an app's server or a bundler's passes /x on.
 * @param {Request} request
 * @param {string} url
 */
async function handOn(request, url) {
  const { pathname, search } = new URL(request.url);
  const { method, headers } = request;
  const body = method === "GET" ? null : await request.arrayBuffer();
  const names = ["content-type", "origin", "sec-fetch-site"].filter((name) => headers.has(name));
  const passed = names.map((name) => [name, headers.get(name) ?? ""]);
  return fetch(url + pathname + search, { method, headers: Object.fromEntries(passed), body });
}

test("it is typed for a strict app, and none of its blocks was left out", async () => {
  assert.equal(BLOCKS.length, 3);
  await newcomer.assertTyped(BLOCKS);
});
