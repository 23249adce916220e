/** Visits to the site, in any browser. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSite } from "../../scripts/site.js";
import { serveFiles } from "./file-server.js";
import { until } from "./until.js";
import { Session } from "./webdriver.js";

/** Makes the site in a folder of its own; `remove` it. */
export async function temporarySite() {
  const folder = mkdtempSync(join(tmpdir(), "x-media-upload-site-"));
  await makeSite(folder);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Makes the site and serves it under a path. */
export async function serveSite() {
  const { folder, remove } = await temporarySite();
  const { url, close } = await serveFiles(folder, "/some/where/");
  const end = async () => {
    await close();
    remove();
  };
  return { url, close: end };
}

/** A browser at the site. */
export class Visitor {
  #browser;
  #url;

  /**
   * @param {import("../../scripts/driver.js").Browser} browser
   * @param {Session} session of it
   * @param {string} url of the site
   */
  constructor(browser, session, url) {
    this.#browser = browser;
    this.#url = url;
    this.session = session;
  }

  /**
   * @param {import("../../scripts/driver.js").Browser} browser
   * @param {string} url
   */
  static async open(browser, url) {
    const args = browser.kind === "GECKODRIVER" ? ["--allow-system-access"] : browser.args; // to end its workers
    return new Visitor(browser, await Session.open({ ...browser, args }), url);
  }

  /** Waits until requests are answered. @param {string} room */
  async enter(room) {
    await this.session.goTo(`${this.#url}?room=${room}`);
    await this.shows("#where", /./);
  }

  /** As by Shift and the reload button. */
  async hardReload() {
    switch (this.#browser.kind) {
      case "CHROMEDRIVER":
        return this.#devTools("Page.reload", { ignoreCache: true });
      case "GECKODRIVER":
        return this.session.send("POST", "/refresh", {}); // Firefox's driver means that
      default:
        throw new Error(`${this.#browser.name} can't be told to`);
    }
  }

  /** Ends the service worker at once, whatever it does, as a browser may. */
  async stopWorker() {
    switch (this.#browser.kind) {
      case "CHROMEDRIVER":
        await this.#devTools("ServiceWorker.enable");
        return this.#devTools("ServiceWorker.stopAllWorkers");
      case "GECKODRIVER":
        return this.#terminateWorker();
      default:
        throw new Error(`${this.#browser.name} can't be told to`);
    }
  }

  /**
   * Chooses a file and uploads it.
   * @param {string} path
   * @param {number | "auto"} [segmentSize]
   */
  async upload(path, segmentSize = "auto") {
    await this.session.run((size) => {
      const select = /** @type {HTMLSelectElement} */ (document.querySelector("#segment-size"));
      select.value = size;
      select.dispatchEvent(new Event("input", { bubbles: true }));
    }, String(segmentSize));
    await this.session.type("#file", path);
    const enabled = '#upload[aria-disabled="false"]';
    await until(() => this.session.run((enabled) => document.querySelector(enabled)?.checkVisibility() ?? false, enabled));
    await this.session.click(enabled);
  }

  /**
   * Waits until a person can read that there.
   * @param {string} selector
   * @param {RegExp} words
   * @param {number} [patienceMs]
   */
  shows(selector, words, patienceMs) {
    const text = () =>
      this.session.run((selector) => document.querySelector(selector)?.textContent ?? "", selector);
    return until(async () => words.test(await text()), patienceMs);
  }

  /**
   * Asks the emulator of the room.
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  async control(method, path, body) {
    return this.session.run(
      async ({ method, path, body }) => {
        const room = new URL(location.href).searchParams.get("room");
        const response = await fetch(`x/${room}/_emulator${path}`, { method, body: body && JSON.stringify(body) });
        return response.json();
      },
      { method, path, body },
    );
  }

  /** How often each segment was sent, and how often that was acknowledged: `[sent, acknowledged]`. */
  async segments() {
    /** @type {Record<number, [sent: number, acknowledged: number]>} */
    const segments = {};
    for (const { command, segment_index, status } of await this.control("GET", "/log")) {
      if (command !== "APPEND") continue;
      const [sent, acknowledged] = segments[segment_index] ?? [0, 0];
      segments[segment_index] = [sent + 1, acknowledged + Number(status !== null && status < 300)];
    }
    return segments;
  }

  /**
   * @param {string} cmd
   * @param {object} [params]
   */
  #devTools(cmd, params = {}) {
    return this.session.send("POST", "/goog/cdp/execute", { cmd, params });
  }

  async #terminateWorker() {
    await this.session.send("POST", "/moz/context", { context: "chrome" });
    await this.session.run(async (url) => {
      const { Cc, Ci, Services } = /** @type {any} */ (globalThis);
      const manager = Cc["@mozilla.org/serviceworkers/manager;1"].getService(Ci.nsIServiceWorkerManager);
      const principal = Services.scriptSecurityManager.createContentPrincipalFromOrigin(new URL(url).origin);
      await manager.getRegistrationByPrincipal(principal, url).activeWorker.terminateWorker();
    }, this.#url);
    await this.session.send("POST", "/moz/context", { context: "content" });
  }
}
