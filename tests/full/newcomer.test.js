/** Ten minutes with the package, from the text alone: the README's first upload, and docs/testing.md's test of one's own code. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { complaintsOf, launchChromium } from "../support/chromium.js";
import { pathOf } from "../support/demo.js";
import { install, pack } from "../support/install.js";
import { at, says } from "../support/newcomer.js";
import { start } from "../support/process.js";

/** What a newcomer writes besides. */
const PAGE = '<input type="file">\n<script type="module" src="main.js"></script>\n';

/** @type {import("../support/install.js").Packed} */
let packed;
/** @type {string} */
let folder;
/** When the folder was empty. */
let began = 0;

before(async () => {
  packed = await pack();
  began = performance.now();
  folder = await install(at("tests/full/newcomer"), packed);
});
after(() => packed?.remove());

const seconds = () => `${((performance.now() - began) / 1000).toFixed(0)} s after an empty folder`;
const lines = (/** @type {string} */ code) => `${code.trimEnd().split("\n").length} lines`;

/**
 * What `npx` runs.
 * @param {string} command
 * @param {string[]} args
 */
const npx = (command, ...args) => [join(folder, "node_modules", command), ...args];

test("the README's first upload, made with Vite, against the emulator of the package", async (t) => {
  const [, code = ""] = /```js\n([^]*?)```/.exec(readFileSync(at("README.md"), "utf8")) ?? [];
  const emulator = await start(process.execPath, npx("x-media-upload/dist/cli.js", "emulator", "--port", "0"), {
    cwd: folder,
    port: /http:\/\/127\.0\.0\.1:([0-9]+)/,
  });
  t.after(emulator.close);
  writeFileSync(join(folder, "index.html"), PAGE);
  writeFileSync(join(folder, "main.js"), code);
  const vite = await start(process.execPath, npx("vite/bin/vite.js", "--host", "127.0.0.1"), {
    cwd: folder,
    env: { NO_COLOR: "1" },
    port: /http:\/\/127\.0\.0\.1:([0-9]+)/,
  });
  t.after(vite.close);

  const browser = await launchChromium({ args: [`--host-resolver-rules=MAP 127.0.0.1:8787 ${new URL(emulator.url).host}`] });
  t.after(() => browser.close());
  const page = await browser.newPage();
  const complaints = complaintsOf(page);
  await page.goto(vite.url, { waitUntil: "networkidle" });
  const ready = says(page, /^ready to post: [0-9]{19}$/);
  await page.setInputFiles("input", pathOf("video.mp4"));
  t.diagnostic(`${(await ready).text()}, ${seconds()}, with ${lines(PAGE)} and ${lines(code)} that were pasted`);
  assert.deepEqual(complaints, []);
});

test("the first test of docs/testing.md, by Vitest", async (t) => {
  const [, code = ""] = /```js\n([^]*?)```/.exec(readFileSync(at("docs/testing.md"), "utf8")) ?? [];
  writeFileSync(join(folder, "upload.test.js"), code);
  const running = promisify(execFile)(process.execPath, npx("vitest/vitest.mjs", "run"), { cwd: folder, env: { ...process.env, NO_COLOR: "1" } });
  const { stdout } = await running.catch(({ stdout, stderr }) => assert.fail(stdout + stderr));
  const [, passed] = /Tests +(\d+) passed/.exec(stdout) ?? assert.fail(stdout);
  t.diagnostic(`${passed} tests passed, ${seconds()}, with ${lines(code)} that were pasted`);
});
