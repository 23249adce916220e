/**
 * The extension, made of the package as npm hands it out, and as shipped but for the permission to reach this machine,
 * which only a person can give; and visits to it in Chromium.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { chromium } from "playwright-core";
import { assemble } from "../../scripts/extension.js";
import { startServer } from "../../www/server.js";
import { App, PLAIN } from "./apps.js";
import { chromiumArgs, chromiumPath, complaintsOf } from "./chromium.js";
import { pack } from "./install.js";
import { until } from "./until.js";

const WWW = fileURLToPath(new URL("../../www", import.meta.url));

/** How long anything may take that takes no time. */
const LATENESS_MS = 20_000;

/**
 * @typedef {Pick<import("../../www/server.js").Room, "url" | "state" | "fetch">} Room
 * @typedef {import("playwright-core").Page} Page
 *
 * @typedef {{ files: number, alarms: number, sessions: number }} Kept For uploads to go on.
 */

/**
 * Makes the extension for a browser.
 * @param {import("./install.js").Packed} packed
 * @param {import("../../scripts/extension.js").Browser} browser
 * @returns {Promise<string>} the folder it is in
 */
export async function assembleFrom(packed, browser) {
  const app = await App.make(PLAIN, packed);
  cpSync(WWW, join(app.folder, "www"), { recursive: true });
  const folder = join(app.folder, "extension");
  await assemble(browser, folder, {
    source: join(app.folder, "www/extension"),
    manifest: { host_permissions: ["http://127.0.0.1/*"], optional_host_permissions: [] },
  });
  return folder;
}

/** Made before the tests of a file, deleted after them. */
export function openExtension() {
  /** @type {Awaited<ReturnType<typeof pack>>} */
  let packed;
  /** @type {string} */
  let extension;
  /** @type {import("../../www/server.js").RunningServer} */
  let server;
  let rooms = 0;

  before(async () => {
    server = await startServer();
    packed = await pack();
    extension = await assembleFrom(packed, "chrome");
  });
  after(async () => {
    await server?.close();
    await packed?.remove();
  });

  return {
    /** Where it is. */
    get folder() {
      return extension;
    },
    /**
     * A new browser with the extension's page open, and an emulator for it alone.
     * @param {import("node:test").TestContext} t
     * @param {Room} [room] another one
     */
    async visit(t, room = server.room(`room ${++rooms}`)) {
      const visit = new Visit(room, extension, mkdtempSync(join(packed.folder, "profile-")));
      t.after(() => visit.stop());
      await visit.start();
      return visit;
    },
  };
}

/** What a person sees and does, and what is behind it. */
export class Visit {
  #extension;
  #profile;
  /** @type {import("node:child_process").ChildProcess | undefined} */
  #process;
  #endpoint = "";
  #connection = /** @type {import("playwright-core").Browser} */ (/** @type {unknown} */ (undefined));
  #page = /** @type {Page} */ (/** @type {unknown} */ (undefined));
  #url = "";
  /** What the pages complained of. @type {string[][]} */
  #complaints = [];

  /**
   * @param {Room} room
   * @param {string} extension
   * @param {string} profile
   */
  constructor(room, extension, profile) {
    this.room = room;
    this.#extension = extension;
    this.#profile = profile;
    mkdirSync(join(profile, "Default"));
    // A developer's browser notes what goes wrong in an extension.
    const preferences = { extensions: { ui: { developer_mode: true } } };
    writeFileSync(join(profile, "Default/Preferences"), JSON.stringify(preferences));
  }

  /** The extension's page. */
  get page() {
    return this.#page;
  }

  /** Starts the browser, loads the extension, and opens its page. */
  async start() {
    const ways = ["--remote-debugging-pipe", "--enable-unsafe-extension-debugging", "--remote-debugging-port=0"];
    // Chromium's new tab page goes on to another address while Playwright connects, which waits for that in vain where it has missed it.
    const page = "about:blank";
    this.#process = spawn(chromiumPath(), [...chromiumArgs, `--user-data-dir=${this.#profile}`, ...ways, page], {
      stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
    });
    this.#endpoint = await endpointOf(this.#pipe(2));
    await this.#connect();
    await this.update();
  }

  /** Loads the extension anew, which ends and closes all that is open of it, and opens its page. */
  async update() {
    // Chrome, unlike Chromium, takes no extension from its command line, and none but by this pipe.
    const load = { id: 1, method: "Extensions.loadUnpacked", params: { path: this.#extension } };
    this.#pipe(3).write(`${JSON.stringify(load)}\0`);
    const [answer] = await once(this.#pipe(4), "data");
    const { result } = JSON.parse(String(answer).replace("\0", ""));
    this.#url = `chrome-extension://${result.id}/page.html`;
    this.#page = await this.open();
  }

  /** Ends the browser. */
  async stop() {
    if (!this.#process || this.#process.exitCode !== null) return;
    const gone = once(this.#process, "exit");
    this.#process.kill();
    await gone;
  }

  /** Closes the page. A browser ends no service worker that somebody looks at by its protocol: now nobody does. */
  async lookAway() {
    await this.#page.close();
    await this.#connection.close();
  }

  /** Opens the page again. */
  async look() {
    await this.#connect();
    this.#page = await this.open();
  }

  async #connect() {
    this.#connection = await chromium.connectOverCDP(this.#endpoint);
  }

  /** @param {2 | 3 | 4} number */
  #pipe(number) {
    return /** @type {import("node:net").Socket} */ (this.#process?.stdio[number]);
  }

  /** Another page: of the extension, where no other is named. */
  async open(url = this.#url) {
    const page = await this.#context.newPage();
    this.#complaints.push(complaintsOf(page));
    await page.goto(url);
    return page;
  }

  get #context() {
    const [context] = this.#connection.contexts();
    assert.ok(context);
    return context;
  }

  /** The extension's service worker, which must be running. */
  get worker() {
    const [worker] = this.#context.serviceWorkers();
    assert.ok(worker);
    return worker;
  }

  /** Goes to the options and back. @param {Record<string, string>} [values] other than usual, by their labels */
  async setOptions(values) {
    await this.follow("Options");
    const all = { "Access token": "token", Server: this.room.url, ...values };
    await this.#page.evaluate(() => document.querySelector("#advanced")?.setAttribute("open", ""));
    for (const [label, value] of Object.entries(all)) await this.#page.getByLabel(label).fill(value);
    await this.press("Save");
    await this.#page.getByText("Saved").waitFor();
    await this.follow("Uploads");
  }

  /**
   * Signs in from the options, and answers X's question.
   * @param {string} clientId
   * @param {"Allow" | "Deny"} [answer]
   */
  async signIn(clientId, answer = "Allow") {
    const question = await this.beginSignIn(clientId);
    await question.getByRole("link", { name: answer }).click();
  }

  /**
   * Up to where X asks.
   * @param {string} clientId
   * @returns {Promise<Page>} X's window
   */
  async beginSignIn(clientId) {
    await this.follow("Options");
    await this.#page.getByLabel("Client ID").fill(clientId);
    const opening = this.#context.waitForEvent("page");
    await this.press("Sign in with X");
    return opening;
  }

  /** @param {"Options" | "Uploads"} name */
  async follow(name) {
    const arriving = this.#page.waitForEvent("domcontentloaded");
    await this.#page.getByRole("link", { name }).click();
    await arriving;
  }

  /** @param {string[]} files their paths: Playwright would send the bytes, which takes half a minute at times */
  async choose(...files) {
    const devtools = await this.#context.newCDPSession(this.#page);
    const { result } = await devtools.send("Runtime.evaluate", { expression: "document.getElementById('files')" });
    await devtools.send("DOM.setFileInputFiles", { files, objectId: String(result.objectId) });
    await devtools.detach();
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
  says(words, timeout = LATENESS_MS) {
    return this.#page.getByRole("listitem").getByText(words, { exact: true }).waitFor({ timeout });
  }

  /** Waits until the extension's badge shows that. @param {string | RegExp} words */
  async shows(words) {
    const pattern = typeof words === "string" ? new RegExp(`^${words}$`) : words;
    await until(async () => pattern.test(await this.#page.evaluate(() => chrome.action.getBadgeText({}))));
  }

  /** Waits until these uploads have a notification. @param {string[]} ids */
  notifies(...ids) {
    return becomes(ids, () => this.#page.evaluate(async () => Object.keys(await chrome.notifications.getAll())));
  }

  /** The session of the only upload, as it is stored. @returns {Promise<any>} */
  async session() {
    const stored = await this.#page.evaluate(() => chrome.storage.local.get(null));
    return Object.entries(stored).find(([key]) => key.startsWith("x-media-upload:"))?.[1];
  }

  /**
   * Waits until that is all that is kept for uploads to go on.
   * @param {Kept} all
   */
  keeps(all) {
    return becomes(all, () => this.#page.evaluate(kept));
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
    const page = await this.open("chrome://extensions");
    const errors = await page.evaluate(async () => {
      const all = await chrome.developerPrivate.getExtensionsInfo();
      const ours = all.find((/** @type {{ location: string }} */ { location }) => location === "UNPACKED");
      if (!ours.errorCollection.isActive) throw new Error("The browser noted nothing");
      return [...ours.manifestErrors, ...ours.installWarnings, ...ours.runtimeErrors, ...ours.runtimeWarnings];
    });
    await page.close();
    return [...this.#complaints.flat(), ...errors];
  }

  /** The requests of that command. @param {import("../../src/js/index.js").Command} command */
  logged(command) {
    return this.room.state.log.all().filter((entry) => entry.command === command);
  }

  /** What the emulator got. @returns {Promise<any[]>} */
  async media() {
    const response = await this.room.fetch(new Request("http://emulator/_emulator/media"));
    return response.json();
  }
}

/**
 * Where a browser that starts listens for whoever wants to look at it.
 * @param {import("node:stream").Readable} said
 */
async function endpointOf(said) {
  const lines = createInterface(said);
  for await (const line of lines) {
    const [, url] = /^DevTools listening on (.+)/.exec(line) ?? [];
    if (!url) continue;
    said.resume(); // whatever else it says, somebody must read it
    return url;
  }
  throw new Error("Chromium has ended");
}

/**
 * Runs in the extension's page.
 * @returns {Promise<Kept>}
 */
export async function kept() {
  const answer = (/** @type {IDBRequest} */ request) =>
    new Promise((resolve) => request.addEventListener("success", () => resolve(request.result)));
  const database = await answer(indexedDB.open("uploads"));
  const uploads = await answer(database.transaction("uploads").objectStore("uploads").getAll());
  database.close();
  const stored = await chrome.storage.local.get(null);
  return {
    files: uploads.filter((/** @type {{ file?: File }} */ { file }) => file).length,
    alarms: (await chrome.alarms.getAll()).length,
    sessions: Object.keys(stored).filter((key) => key.startsWith("x-media-upload:")).length,
  };
}

/**
 * Waits until it is that.
 * @param {unknown} expected
 * @param {() => Promise<unknown>} actual
 */
export async function becomes(expected, actual) {
  for (const deadline = Date.now() + LATENESS_MS; ; await sleep(100)) {
    const value = await actual();
    if (isDeepStrictEqual(value, expected)) return;
    if (Date.now() > deadline) assert.deepEqual(value, expected);
  }
}
