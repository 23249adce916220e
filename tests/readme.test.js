/** The README, as who has the package from npm tries it: each block of code runs as it is printed, and is typed for a strict app. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { startServer } from "../www/server.js";
import { mediaRequest } from "./support/apps.js";
import { fixture, sha256 } from "./support/bench.js";
import { complaintsOf, launchChromium } from "./support/chromium.js";
import { pathOf } from "./support/demo.js";
import { npm, pack } from "./support/install.js";
import { start } from "./support/process.js";
import { serveAsX } from "./support/runtimes.js";

/** @param {string} path from the project's folder */
const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const README = readFileSync(at("README.md"), "utf8");

/** The blocks of JavaScript, in their order. */
const BLOCKS = [...README.matchAll(/^```js\n([^]*?)^```$/gm)].map(([, code = ""]) => code);
const [UPLOAD = "", RELAY = "", FINALIZE = ""] = BLOCKS;

/** What a page needs besides that has no bundler. */
const PAGE = `<!doctype html>
<link rel="icon" href="data:,">
<script type="importmap">{ "imports": { "x-media-upload": "./node_modules/x-media-upload/dist/index.js" } }</script>
<input type="file">
<script type="module" src="main.js"></script>
`;

/** @type {import("./support/install.js").Packed} */
let packed;
/** The folder of an app that has the package, and what the README says to install. @type {string} */
let app;
/** @type {import("../www/server.js").RunningServer} */
let emulators;
/** @type {import("playwright-core").Browser} */
let browser;

before(async () => {
  packed = await pack();
  app = mkdtempSync(join(packed.folder, "app-"));
  writeFileSync(join(app, "package.json"), '{ "private": true, "type": "module" }');
  await npm(app, "install", "--offline", "--no-save", packed.tarball);
  for (const name of ["@hono", "@types", "hono"]) symlinkSync(at(`node_modules/${name}`), join(app, "node_modules", name), "junction");

  emulators = await startServer({ allowedOrigins: ["loopback"] });
  // The port that the README names may be taken on this machine.
  browser = await launchChromium({ args: [`--host-resolver-rules=MAP localhost:8080 ${new URL(emulators.url).host}`] });
});
after(async () => {
  await browser?.close();
  await emulators?.close();
  await packed?.remove();
});

/**
 * Opens a page with a file input and that block of code.
 * @param {import("node:test").TestContext} t
 * @param {string} code
 * @param {(request: Request) => Promise<Response>} [relay] at /x
 */
async function open(t, code, relay) {
  const folder = mkdtempSync(join(app, "page-"));
  writeFileSync(join(folder, "index.html"), PAGE);
  writeFileSync(join(folder, "main.js"), code);
  symlinkSync(join(app, "node_modules"), join(folder, "node_modules"), "junction");
  const server = await startServer({ mounts: { "": folder }, ...(relay && { relay }) });
  const page = await browser.newPage();
  t.after(() => Promise.all([page.close(), server.close()]));
  const complaints = complaintsOf(page);
  /** @type {string[]} */
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  return { page, said, complaints, load: () => page.goto(server.url) };
}

/** @param {import("playwright-core").Page} page @param {RegExp} words */
const says = (page, words) => page.waitForEvent("console", (message) => words.test(message.text()));

test("the first upload runs in a page with a file input", async (t) => {
  const room = emulators.room("first");
  room.state.processing = { duration_secs: 1 };
  const { page, said, complaints, load } = await open(t, UPLOAD);
  await load();
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
  const room = emulators.room("relayed");
  const x = await serveAsX(room);
  t.after(x.close);
  writeFileSync(join(app, "relay.js"), RELAY);
  const relay = await start(process.execPath, ["--import", pathToFileURL(at("tests/support/detour.js")).href, "relay.js"], {
    cwd: app,
    env: { PORT: "0", X: x.url, X_ACCESS_TOKEN: "a-token" },
    port: /http:\/\/127\.0\.0\.1:([0-9]+)\/x/,
  });
  t.after(relay.close);

  const { page, complaints, load } = await open(t, FINALIZE, (request) => handOn(request, relay.url));
  const [, id = ""] = /finalizeAndWait\("([0-9]+)"/.exec(FINALIZE) ?? [];
  room.state.store.nextId = () => id;
  await beginUpload(room);
  const ready = says(page, new RegExp(`^ready to post: ${id}$`));
  await load();
  await ready;
  assert.deepEqual(complaints, []);

  room.state.setMood("failed");
  await beginUpload(room);
  const [, words] = /console\.error\(.+\/\/ (.+)/.exec(FINALIZE) ?? [];
  const refused = page.waitForEvent("console", (message) => message.type() === "error");
  await load();
  assert.equal((await refused).text(), words);
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

test("is typed for a strict app, and no block of it was left out", async () => {
  assert.equal(BLOCKS.length, 3);
  const folder = join(app, "typed");
  mkdirSync(folder);
  for (const [index, code] of BLOCKS.entries()) writeFileSync(join(folder, `${index}.ts`), code);
  const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--noUnusedLocals"];
  const target = ["--noEmit", "--skipLibCheck", "--target", "es2022", "--lib", "es2022,dom,dom.iterable,esnext.disposable"];
  const args = [...strict, ...target, "--module", "nodenext", "--types", "node", ...BLOCKS.keys()].map(String);
  const files = args.map((arg) => (/^\d$/.test(arg) ? join(folder, `${arg}.ts`) : arg));
  const checking = promisify(execFile)(process.execPath, [at("node_modules/typescript/bin/tsc"), ...files], { cwd: app });
  await checking.catch(({ stdout, stderr }) => assert.fail(stdout + stderr));
});
