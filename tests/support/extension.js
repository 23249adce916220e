/** The extension in Chromium, as shipped but for the permission to reach this machine, which only a person can give. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { assemble } from "../../scripts/extension.js";
import { startServer } from "../../www/server.js";
import { chromiumArgs, complaintsOf, launchProfile } from "./chromium.js";
import { Devtools } from "./devtools.js";

/**
 * @typedef {import("../../www/server.js").Room} Room
 * @typedef {import("playwright-core").BrowserContext} BrowserContext
 * @typedef {import("playwright-core").Page} Page
 */

/** Made before the tests of a file, deleted after them. */
export function openExtension() {
  const folder = mkdtempSync(join(tmpdir(), "x-media-upload-"));
  const extension = join(folder, "extension");
  const args = [`--disable-extensions-except=${extension}`, `--load-extension=${extension}`];
  const newProfile = () => mkdtempSync(join(folder, "profile-"));
  /** @type {import("../../www/server.js").RunningServer} */
  let server;
  let rooms = 0;

  before(async () => {
    server = await startServer();
    const manifest = { host_permissions: ["http://127.0.0.1/*"], optional_host_permissions: [] };
    await assemble("chrome", extension, manifest);
  });
  after(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  return {
    enter: () => server.room(`room ${++rooms}`),
    /**
     * Opens the extension's page in a new browser, with the options filled in.
     * @param {Room} room
     * @param {import("node:test").TestContext} t
     */
    async visit(room, t) {
      const visit = new Visit(newProfile(), args);
      t.after(() => visit.stop());
      await visit.start();
      await visit.setUp(room);
      return visit;
    },
    /** A new browser whose service workers nobody looks at. @param {import("node:test").TestContext} t */
    launchUnwatched(t) {
      const browser = new Devtools([...chromiumArgs, `--user-data-dir=${newProfile()}`, ...args]);
      t.after(() => browser.close());
      return browser;
    },
  };
}

/** What a person sees and does, and what is behind it. */
export class Visit {
  #profile;
  #args;
  #context = /** @type {BrowserContext} */ (/** @type {unknown} */ (undefined));
  #page = /** @type {Page} */ (/** @type {unknown} */ (undefined));
  /** What the pages complained of. @type {string[][]} */
  #complaints = [];

  /**
   * @param {string} profile
   * @param {string[]} args
   */
  constructor(profile, args) {
    this.#profile = profile;
    this.#args = args;
  }

  get page() {
    return this.#page;
  }

  /** Starts the browser, which from now on notes what goes wrong in the extension. */
  async start() {
    this.#context = await launchProfile(this.#profile, this.#args);
    this.#page = await this.#open("chrome://extensions");
    const url = await this.#page.evaluate(async () => {
      const { developerPrivate } = chrome;
      await developerPrivate.updateProfileConfiguration({ inDeveloperMode: true });
      const all = await developerPrivate.getExtensionsInfo();
      const ours = all.find((/** @type {{ location: string }} */ { location }) => location === "UNPACKED");
      if (!ours.errorCollection.isActive) {
        await developerPrivate.updateExtensionConfiguration({ extensionId: ours.id, errorCollection: true });
        await developerPrivate.reload(ours.id); // its service worker ran before that
      }
      return `chrome-extension://${ours.id}/page.html`;
    });
    await this.#page.goto(url);
  }

  async stop() {
    await this.#context?.close();
  }

  /** Fills in the options, by what is written there. @param {Room} room */
  async setUp(room) {
    const opening = this.#context.waitForEvent("page");
    await this.#page.getByRole("button", { name: "Enter a token" }).click();
    const options = await opening;
    this.#complaints.push(complaintsOf(options));
    await options.getByLabel("Access token").fill("token");
    await options.getByLabel("Base URL").fill(room.url);
    await options.getByRole("button", { name: "Save" }).click();
    await options.getByText("Saved").waitFor();
    await options.close();
    await this.#page.getByText("X takes no upload without").waitFor({ state: "hidden" });
  }

  /** @param {{ name: string, mimeType: string, buffer: Buffer }} file */
  choose(file) {
    return this.#page.getByLabel("Choose pictures or videos").setInputFiles(file);
  }

  /** @param {string} name */
  press(name) {
    return this.#page.getByRole("button", { name, exact: true }).click();
  }

  /**
   * Waits until an upload says that.
   * @param {string} words
   * @param {number} [timeout]
   */
  says(words, timeout = 10_000) {
    return this.#page.getByRole("listitem").getByText(words, { exact: true }).waitFor({ timeout });
  }

  badge() {
    return this.#page.evaluate(() => chrome.action.getBadgeText({}));
  }

  notifications() {
    return this.#page.evaluate(async () => Object.keys(await chrome.notifications.getAll()));
  }

  /** The session of the only upload, as it is stored. @returns {Promise<any>} */
  async session() {
    const stored = await this.#page.evaluate(() => chrome.storage.local.get(null));
    return Object.entries(stored).find(([key]) => key.startsWith("x-media-upload:"))?.[1];
  }

  /** What is kept for an upload to go on: nothing once it is ready. */
  async kept() {
    const files = await this.#page.evaluate(async () => {
      const answer = (/** @type {IDBRequest} */ request) =>
        new Promise((resolve) => request.addEventListener("success", () => resolve(request.result)));
      const database = await answer(indexedDB.open("uploads"));
      const uploads = await answer(database.transaction("uploads").objectStore("uploads").getAll());
      database.close();
      return uploads.filter((/** @type {{ file?: File }} */ { file }) => file).length;
    });
    const alarms = await this.#page.evaluate(async () => (await chrome.alarms.getAll()).length);
    return { files, alarms, session: await this.session() };
  }

  /** Ends the service worker, whatever it is at. */
  async killWorker() {
    const devtools = await this.#context.newCDPSession(this.#page);
    const stopped = new Promise((resolve) => {
      devtools.on("ServiceWorker.workerVersionUpdated", ({ versions }) => {
        if (versions.some(({ runningStatus }) => runningStatus === "stopped")) resolve(true);
      });
    });
    await devtools.send("ServiceWorker.enable");
    await devtools.send("ServiceWorker.stopAllWorkers");
    await stopped;
    await devtools.detach();
  }

  /** What pages and browser complain of: the manifest, errors in the service worker, violations of the CSP. */
  async complaints() {
    const page = await this.#open("chrome://extensions");
    const errors = await page.evaluate(async () => {
      const all = await chrome.developerPrivate.getExtensionsInfo();
      const ours = all.find((/** @type {{ location: string }} */ { location }) => location === "UNPACKED");
      if (!ours.errorCollection.isActive) throw new Error("The browser noted nothing");
      return [...ours.manifestErrors, ...ours.installWarnings, ...ours.runtimeErrors, ...ours.runtimeWarnings];
    });
    await page.close();
    return [...this.#complaints.flat(), ...errors];
  }

  /** @param {string} url */
  async #open(url) {
    const page = await this.#context.newPage();
    this.#complaints.push(complaintsOf(page));
    await page.goto(url);
    return page;
  }
}

/**
 * A video as far as anybody looks, of bytes that no other has.
 * @param {number} bytes
 */
export function filmOf(bytes) {
  return { name: "film.mp4", mimeType: "video/mp4", buffer: randomBytes(bytes) };
}

/**
 * @template T
 * @param {() => T | Promise<T>} condition
 * @param {number} timeoutMs
 * @returns {Promise<NonNullable<T>>} what it is when it is something
 */
export async function eventually(condition, timeoutMs) {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(100)) {
    const value = await condition();
    if (value) return value;
    assert.ok(Date.now() < deadline, `in ${timeoutMs} ms: ${condition}`);
  }
}
