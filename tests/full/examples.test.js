/** The apps in examples/, of which docs/ is made: each shows progress, can be aborted, and says what X refused. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { findBrowser } from "../../scripts/browser.js";
import { startServer } from "../../www/server.js";
import { mediaRequest } from "../support/apps.js";
import { fixture, sha256 } from "../support/bench.js";
import { complaintsOf, launchChromium, launchProfile } from "../support/chromium.js";
import { pathOf } from "../support/demo.js";
import { install, npm, pack } from "../support/install.js";
import { listen } from "../support/loopback.js";
import { startOwnServer } from "../support/own-server.js";
import { CLIENT_ID, startSignInServer } from "../support/sign-in.js";
import { until } from "../support/until.js";

/**
 * @typedef {import("playwright-core").Page} Page
 * @typedef {import("../../www/emulator/index.js").Room} Emulator
 */

const EXAMPLES = fileURLToPath(new URL("../../examples", import.meta.url));
const TSC = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));

/** However slow the machine is, a test finds it under way. */
const LONG_PROCESSING = { duration_secs: 600, check_after_secs: [1] };
/** Between two requests of an upload that is being processed so, and some. */
const LONGEST_PAUSE_MS = 2000;
/** What had left before has arrived by then. */
const ON_THE_WAY_MS = 500;

/** @type {import("../support/install.js").Packed} */
let packed;
/** @type {import("playwright-core").Browser} */
let browser;

before(async () => {
  // In which React does everything twice, and says with Vue what is a mistake.
  process.env.NODE_ENV = "development";
  packed = await pack();
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await packed?.remove();
});

/**
 * An example as its user has it, checked by TypeScript.
 * @param {string} name
 */
async function make(name) {
  const folder = await install(join(EXAMPLES, name), packed);
  const checking = promisify(execFile)(process.execPath, [TSC, "--project", folder]);
  await checking.catch(({ stdout, stderr }) => assert.fail(stdout + stderr));
  return folder;
}

/**
 * Changes a made app where a test must reach what its user can't.
 * @param {string} file
 * @param {string} from
 * @param {string} to
 */
function edit(file, from, to) {
  const text = readFileSync(file, "utf8");
  assert.ok(text.includes(from), `${file} has ${from}`);
  writeFileSync(file, text.replace(from, to));
}

/**
 * Opens an app in the browser, served by a server of its own.
 * @param {import("node:test").TestContext} t
 * @param {string} folder
 */
async function open(t, folder) {
  const server = await startOwnServer(folder);
  const page = await browser.newPage();
  const complaints = complaintsOf(page);
  t.after(async () => {
    await page.close();
    await server.close();
  });
  await page.goto(server.url);
  return { page, server, complaints };
}

/** @param {Page} page @param {string} name of a fixture */
const choose = (page, name) => page.getByLabel("File").setInputFiles(pathOf(name));

/** @param {Page} page @param {string} name */
const press = (page, name) => page.getByRole("button", { name }).click();

/**
 * Waits until the progress is beyond that.
 * @param {Page} page
 * @param {number} fraction
 */
function progressed(page, fraction) {
  const isBeyond = (/** @type {number} */ fraction) => Number(document.querySelector("progress")?.value) > fraction;
  return page.waitForFunction(isBeyond, fraction);
}

/**
 * Fails where an upload goes on.
 * @param {Page} page
 * @param {Emulator["state"]} state
 */
async function assertQuiet(page, { log }) {
  await page.waitForTimeout(ON_THE_WAY_MS);
  const { length } = log.all();
  await page.waitForTimeout(LONGEST_PAUSE_MS);
  assert.deepEqual(log.all().slice(length).map(({ command }) => command), []);
}

/**
 * What every one of them can.
 * @param {Page} page
 * @param {Emulator} emulator
 */
async function assertWorks(page, { state, fetch }) {
  const id = page.getByRole("status", { name: "media_id_string" });

  await choose(page, "picture.jpg");
  await id.and(page.getByText(/^[0-9]{19}$/)).waitFor();
  const media = await (await fetch(mediaRequest(await id.innerText()))).json();
  assert.equal(media.sha256, sha256(fixture("picture.jpg")));

  state.processing = LONG_PROCESSING;
  await choose(page, "video.mp4");
  await progressed(page, 0.9);
  await press(page, "Abort");
  await page.getByRole("progressbar").waitFor({ state: "hidden" });
  await assertQuiet(page, state);
  assert.equal(await id.filter({ hasText: /./ }).count(), 0, "and nothing shown");

  state.setMood("failed");
  await choose(page, "video.mp4");
  const alert = page.getByRole("alert");
  await alert.filter({ hasText: "X refused" }).waitFor();
  assert.match(await alert.innerText(), /^X refused the media: "Unsupported video format" \(InvalidMedia, code 1\)\. Encode it /);
}

/**
 * What hooks can besides: pausing, and ending with their component.
 * @param {Page} page
 * @param {Emulator} emulator
 */
async function assertIsHook(page, { state }) {
  state.processing = LONG_PROCESSING;
  await choose(page, "video.mp4");
  await progressed(page, 0.9);
  await press(page, "Pause");
  await press(page, "Resume");
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await page.evaluate(() => Reflect.get(globalThis, "root").unmount());
  await assertQuiet(page, state);
}

/** A port that nobody listens at. */
async function freePort() {
  const { port, close } = await listen(createServer());
  await close();
  return String(port);
}

describe("each example is typed, and works", { concurrency: 3 }, () => {
  for (const name of ["react", "vue"]) {
    test(name, async (t) => {
      const folder = await make(name);
      edit(join(folder, name === "react" ? "main.tsx" : "main.ts"), "const root", "const root = globalThis.root");
      await npm(folder, "run", "build");
      const { page, server, complaints } = await open(t, join(folder, "dist"));
      await assertWorks(page, server);
      await assertIsHook(page, server);
      assert.deepEqual(complaints, []);
    });
  }

  test("page", async (t) => {
    const { page, server, complaints } = await open(t, await make("page"));
    await assertWorks(page, server);
    assert.deepEqual(complaints, []);
  });

  test("worker", async (t) => {
    const folder = await make("worker");
    edit(join(folder, "page.js"), "catch (error) {", "catch (error) { globalThis.error = error;");
    await npm(folder, "run", "build");
    const { page, server, complaints } = await open(t, join(folder, "dist"));
    await assertWorks(page, server);
    const { code, processing_info, session } = await page.evaluate(() => ({ ...Reflect.get(globalThis, "error") }));
    assert.deepEqual([code, processing_info.state, session.version], ["processing_failed", "failed", 1]);
    assert.deepEqual(complaints, []);
  });

  test("testing", async () => {
    const folder = await make("testing");
    const [app, emulator] = [await freePort(), await freePort()];
    for (const name of ["vite.config.js", "playwright.config.js", "upload.spec.js"]) {
      const file = join(folder, name);
      writeFileSync(file, readFileSync(file, "utf8").replaceAll("5173", app).replaceAll("8787", emulator));
    }
    // Debian's, which has no sandbox where the tests run as root.
    const launchOptions = JSON.stringify({ executablePath: findBrowser()?.chrome, args: ["--no-sandbox"] });
    edit(join(folder, "playwright.config.js"), "use: {", `use: { launchOptions: ${launchOptions},`);
    await npm(folder, "test");
  });

  test("extension", async (t) => {
    const folder = await make("extension");
    await npm(folder, "run", "build");
    const extension = join(folder, "dist");
    edit(join(extension, "manifest.json"), '"https://api.x.com/*"', '"https://api.x.com/*", "http://127.0.0.1/*"');

    const server = await startServer();
    const room = server.room("extension");
    const x = await startSignInServer();
    for (const script of ["background.js", "page.js"]) {
      edit(join(extension, script), '"of your app at X"', JSON.stringify(CLIENT_ID));
      edit(join(extension, script), "https://api.x.com/2", `${x.url}/2`);
    }
    edit(join(extension, "page.js"), "https://x.com", x.url);
    const args = [`--disable-extensions-except=${extension}`, `--load-extension=${extension}`];
    const context = await launchProfile(mkdtempSync(join(packed.folder, "profile-")), args);
    t.after(async () => {
      await context.close();
      await server.close();
      await x.close();
    });
    const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));
    const client = { accessToken: "token", baseUrl: room.url };
    await worker.evaluate((client) => chrome.storage.local.set({ client }), client);
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(worker.url().replace("background.js", "page.html"));
    await assertWorks(page, room);

    room.state.processing = { duration_secs: 3 };
    await choose(page, "video.mp4");
    await progressed(page, 0.5);
    const url = page.url();
    await page.close(); // and the upload goes on
    const later = await context.newPage();
    await later.goto(url);
    const id = later.getByRole("status", { name: "media_id_string" }).filter({ hasText: /./ });
    await id.waitFor();

    await worker.evaluate((baseUrl) => chrome.storage.local.set({ client: { baseUrl } }), x.url);
    const asking = context.waitForEvent("page");
    await later.getByRole("button", { name: "Sign in to X" }).click();
    await (await asking).getByRole("link", { name: "Allow" }).click();
    await until(() => x.issuer.alive > 0);
    x.issuer.expire();
    await choose(later, "video.mp4");
    await until(() => x.state.log.all().some(({ command }) => command === "FINALIZE"));
    await id.waitFor();
    assert.deepEqual(x.issuer.grants, ["authorization_code", "refresh_token"]);
    assert.deepEqual(complaints, []);
  });
});
