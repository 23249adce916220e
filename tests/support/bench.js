/** A page in Chromium that has loaded the package, and for each test an emulator that no other test meets. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startServer } from "../../www/server.js";
import { complaintsOf, launchChromium } from "./chromium.js";

/**
 * @typedef {import("playwright-core").Page} Page
 * @typedef {typeof import("./page/toolkit.js")} Toolkit
 * @typedef {import("../../www/emulator/log.js").Entry} Entry
 * @typedef {import("../../www/emulator/faults.js").Rule} Rule
 * @typedef {import("../../www/emulator/faults.js").Fault} Fault
 */

const TESTS = fileURLToPath(new URL("..", import.meta.url));
const DIST = fileURLToPath(new URL("../../dist", import.meta.url));

/** @param {string} name */
export const fixture = (name) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));

/** @param {Uint8Array} bytes */
export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** @typedef {{ page: Page, toolkit: import("playwright-core").JSHandle<Toolkit> }} Tab A page, and what tests have at hand in it. */

/**
 * Opened before the tests of a file and closed after them. The file fails where one of its pages had anything to complain
 * of, such as a rejection that nobody handled.
 * @param {{ load?: boolean }} [options] load: whether to load the WebAssembly, which is the default.
 */
export function openBench({ load = true } = {}) {
  /** @type {import("../../www/server.js").RunningServer} */
  let server;
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {import("playwright-core").BrowserContext} */
  let context;
  /** @type {Tab} */
  let tab;
  /** @type {string[][]} */
  const complaints = [];
  let rooms = 0;

  /** Another tab: of the same browser session, or of one that the caller has; of the server's origin, or of one that serves no pages, but /x/. */
  const open = async (of = context, origin = server.url) => {
    const page = await of.newPage();
    complaints.push(complaintsOf(page));
    const isPage = (/** @type {URL} */ url) => url.origin === origin && !url.pathname.startsWith("/x/");
    if (origin !== server.url) {
      await page.route(isPage, async (route) => {
        const { pathname } = new URL(route.request().url());
        await route.fulfill({ response: await route.fetch({ url: server.url + pathname }) });
      });
    }
    await page.goto(`${origin}/tests/support/page/index.html`);
    const url = "/tests/support/page/toolkit.js";
    /** @type {Tab["toolkit"]} */
    const toolkit = /** @type {any} */ (await page.evaluateHandle(async (url) => import(url), url));
    if (load) await page.evaluate(({ lib }) => lib.default(), toolkit);
    return { page, toolkit };
  };

  before(async () => {
    server = await startServer({ mounts: { "/tests": TESTS, "/copies/:name": DIST } });
    browser = await launchChromium();
    context = await browser.newContext();
    tab = await open();
  });

  after(async () => {
    await sleep(100); // for a rejection that comes late
    await browser?.close();
    await server?.close();
    assert.deepEqual(complaints.flat(), []);
  });

  return {
    get browser() {
      return browser;
    },
    get page() {
      return tab.page;
    },
    get url() {
      return server.url;
    },
    open,
    enter: () => new Room(server.room(`room ${++rooms}`), tab),
  };
}

/** An emulator, and the page to upload to it from. */
export class Room {
  #emulator;
  #tab;

  /**
   * @param {import("../../www/server.js").Room} emulator
   * @param {Tab} tab
   */
  constructor(emulator, tab) {
    this.baseUrl = new URL(emulator.url).pathname;
    this.state = emulator.state;
    this.fetch = emulator.fetch;
    this.listener = emulator.listener;
    this.#emulator = emulator;
    this.#tab = tab;
  }

  /** The same emulator, and another page. @param {Tab} tab */
  from(tab) {
    return new Room(this.#emulator, tab);
  }

  /**
   * Runs a function in the page. It is sent there as text, and sees nothing but what it is given; so are functions in that.
   * @template R
   * @template {object} [A={}]
   * @param {(given: { x: Toolkit, baseUrl: string } & A) => R | Promise<R>} work
   * @param {A} [given]
   * @returns {Promise<R>}
   */
  async run(work, given) {
    return this.#tab.page.evaluate(/** @type {any} */ (work), await this.#given(given));
  }

  /**
   * The same, where what comes of it stays in the page.
   * @template R
   * @template {object} [A={}]
   * @param {(given: { x: Toolkit, baseUrl: string } & A) => R | Promise<R>} work
   * @param {A} [given]
   * @returns {Promise<import("playwright-core").JSHandle<R>>}
   */
  async start(work, given) {
    return this.#tab.page.evaluateHandle(/** @type {any} */ (work), await this.#given(given));
  }

  /** @param {object} [given] */
  async #given(given = {}) {
    const entries = Object.entries(given).map(async ([name, value]) => [
      name,
      typeof value === "function" ? await this.#tab.page.evaluateHandle(`(${value})`) : value,
    ]);
    return { x: this.#tab.toolkit, baseUrl: this.baseUrl, ...Object.fromEntries(await Promise.all(entries)) };
  }

  /** @param {...Rule} rules */
  strike(...rules) {
    this.state.rules.add(rules);
  }

  /** Every request, in the order of arrival. */
  get log() {
    return this.state.log.all();
  }

  /** @param {import("../../src/js/index.js").Command} [command] */
  logged(command) {
    return this.log.filter((entry) => entry.command === command);
  }

  /** The log in one line. */
  get commands() {
    return this.log.map(({ command }) => command).join(" ");
  }

  /**
   * What the emulator knows of a media.
   * @param {string} id
   */
  async media(id) {
    const response = await this.fetch(new Request(`http://emulator/_emulator/media/${id}`));
    assert.equal(response.status, 200, `the emulator knows no media ${id}`);
    return response.json();
  }

  /**
   * Fails where the emulator did not get these bytes, or knows them by another id.
   * @param {{ media_id_string: string }} media
   * @param {string} digest
   */
  async assertHolds({ media_id_string }, digest) {
    assert.match(media_id_string, /^[0-9]{19}$/);
    const { sha256 } = await this.media(media_id_string);
    assert.equal(sha256, digest);
  }
}
