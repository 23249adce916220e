/** The package as npm hands it out: what is in it, and that an app can use it as it is. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { startServer } from "../../www/server.js";
import { fixture, sha256 } from "../support/bench.js";
import { complaintsOf, launchChromium } from "../support/chromium.js";
import { pathOf } from "../support/demo.js";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
const NPM = process.platform === "win32" ? "npm.cmd" : "npm";

const folder = mkdtempSync(join(tmpdir(), "x-media-upload-"));
const app = join(folder, "app");
const installed = join(app, "node_modules/x-media-upload");

before(async () => {
  cpSync(fileURLToPath(new URL("app", import.meta.url)), app, { recursive: true });
  await run(NPM, ["pack", "--pack-destination", folder], { cwd: ROOT });
  const [tarball = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  await run(NPM, ["init", "--yes", "--init-type", "module"], { cwd: app });
  await run(NPM, ["install", "--offline", "--no-audit", "--no-fund", join(folder, tarball)], { cwd: app });
});
after(() => rmSync(folder, { recursive: true }));

/** The files of the installed package. */
const files = () =>
  readdirSync(installed, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(installed, name)).isFile())
    .map((name) => name.split(sep).join("/"));

/** @param {string} name */
const textOf = (name) => readFileSync(join(installed, name), "utf8");

test("holds what is needed, and nothing else", () => {
  assert.deepEqual(files().sort(), [
    "CHANGELOG.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "dist/index.d.ts",
    "dist/index.js",
    "dist/stores.d.ts",
    "dist/stores.js",
    "dist/x-media-upload.wasm",
    "package.json",
  ]);
  assert.deepEqual(readdirSync(join(app, "node_modules")).filter((name) => !name.startsWith(".")), ["x-media-upload"]);
});

test("names only files that are there", () => {
  const { main, module, types, exports } = JSON.parse(textOf("package.json"));
  const paths = [main, module, types, ...leaves(exports)];
  for (const path of paths) assert.ok(existsSync(join(installed, path)), path);
  for (const entry of [".", "./stores"]) {
    assert.deepEqual(Object.keys(exports[entry]), ["types", "default"], `${entry}: types come first`);
  }
});

test("keeps the notice of the library that is in it", () => {
  assert.match(textOf("dist/stores.js"), /idb-keyval.+Copyright 2016, Jake Archibald.+Apache License.+LICENSE-APACHE/);
});

test("has no code that a Content-Security-Policy or a service worker forbids", async () => {
  for (const name of files().filter((name) => name.endsWith(".js"))) {
    const text = textOf(name);
    const forbidden = /\beval\b|\bFunction\s*\(|\bimport\s*\(|\bimportScripts\b|\bXMLHttpRequest\b/;
    assert.equal(forbidden.exec(text)?.[0], undefined, name);
    await transform(text, { format: "esm", supported: { "top-level-await": false } });
  }
});

test("does nothing when it is imported, also where there is no browser", async () => {
  const { default: init, MediaClient } = await import(pathToFileURL(join(installed, "dist/index.js")).href);
  assert.equal(typeof init, "function");
  assert.throws(() => new MediaClient({ api: "2" }), /call init\(\) first/);
});

test("makes stores where there is no browser, and opens nothing before they are used", async () => {
  const script = `
    import assert from "node:assert/strict";
    let asked = 0;
    Object.defineProperty(globalThis, "indexedDB", { get: () => void asked++ });
    const { indexedDbStore, extensionStore } = await import("x-media-upload/stores");
    const { isMediaUploadError } = await import("x-media-upload");
    const store = indexedDbStore();
    assert.equal(asked, 0);
    await assert.rejects(store.get("a"), TypeError);
    assert.equal(asked, 1);
    assert.throws(() => extensionStore(globalThis.chrome?.storage.local), isMediaUploadError);
  `;
  await run(process.execPath, ["--input-type", "module", "--eval", script], { cwd: app });
});

test("uploads from an app without a bundler", async (t) => {
  const server = await startServer({ mounts: { "/app": app } });
  t.after(() => server.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  const page = await browser.newPage();
  const complaints = complaintsOf(page);

  await page.goto(`${server.url}/app/index.html`);
  await page.getByLabel("File").setInputFiles(pathOf("video.mp4"));
  const output = page.getByRole("status", { name: "media_id_string" });
  await output.and(page.getByText(/^[0-9]{19}$/)).waitFor();

  const room = server.room("app");
  const media = await (await room.fetch(new Request(`http://x/_emulator/media/${await output.innerText()}`))).json();
  assert.equal(media.sha256, sha256(fixture("video.mp4")));
  assert.deepEqual(complaints, []);
});

describe("is typed for a strict app", () => {
  for (const [resolution, ...flags] of [
    ["nodenext", "--module", "nodenext"],
    ["bundler", "--module", "esnext", "--moduleResolution", "bundler"],
  ]) {
    test(`with moduleResolution ${resolution}`, async () => {
      const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--noUnusedLocals"];
      const rest = ["--noEmit", "--target", "es2022", "--lib", "es2022,dom,dom.iterable", "--types", ""];
      const checking = run(process.execPath, [TSC, ...strict, ...rest, ...flags, "consumer.ts"], { cwd: app });
      const said = await checking.then(() => "", ({ stdout }) => stdout);
      assert.equal(said, "");
    });
  }
});

/**
 * @param {string | object} value
 * @returns {string[]}
 */
function leaves(value) {
  return typeof value === "string" ? [value] : Object.values(value).flatMap(leaves);
}
