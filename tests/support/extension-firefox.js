/** Visits to the extension in Firefox. */

import { otherBrowsers } from "../../scripts/other-browsers.js";
import { becomes, kept } from "./extension.js";
import { until } from "./until.js";
import { Session } from "./webdriver.js";

/** Scripts with the browser's own rights: WebDriver opens no page of an extension, and reads no log of the browser. */
const ALLOW_PRIVILEGES = "--allow-system-access";
/** How long anything may take. */
const PATIENCE_MS = 60_000;

/** What a person sees and does. */
export class FirefoxVisit {
  #session;
  #id;

  /**
   * @param {Session} session
   * @param {string} id of the extension
   */
  constructor(session, id) {
    this.#session = session;
    this.#id = id;
  }

  /**
   * Starts a new browser, and loads the extension.
   * @param {import("node:test").TestContext} t
   * @param {string} extension
   */
  static async start(t, extension) {
    const [firefox] = otherBrowsers();
    const session = await Session.open({ ...firefox, args: [ALLOW_PRIVILEGES] });
    t.after(() => session.close());
    const id = await session.send("POST", "/moz/addon/install", { path: extension, temporary: true });
    return new FirefoxVisit(session, id);
  }

  /** Opens a page of the extension in a tab, and goes there. @param {"page.html" | "options.html"} name */
  async open(name) {
    await this.#privileged(
      async ({ id, name }) => {
        const { gBrowser, Services, WebExtensionPolicy } = /** @type {any} */ (globalThis);
        const triggeringPrincipal = Services.scriptSecurityManager.getSystemPrincipal();
        const tab = gBrowser.addTab(WebExtensionPolicy.getByID(id).getURL(name), { triggeringPrincipal });
        gBrowser.selectedTab = tab;
        while (tab.linkedBrowser.currentURI.spec === "about:blank" || tab.linkedBrowser.webProgress.isLoadingDocument) {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      },
      { id: this.#id, name },
    );
    await this.#goToLastTab();
  }

  /** Closes the page that is open. */
  async close() {
    await this.#session.send("DELETE", "/window");
    await this.#goToLastTab();
  }

  async #goToLastTab() {
    await this.#goTo(String((await this.#windows()).at(-1)));
  }

  /** By their handles. @returns {Promise<string[]>} */
  #windows() {
    return this.#session.send("GET", "/window/handles");
  }

  /** @param {string} handle */
  #goTo(handle) {
    return this.#session.send("POST", "/window", { handle });
  }

  /**
   * @param {string} baseUrl
   * @param {string} [accessToken]
   */
  async setOptions(baseUrl, accessToken = "") {
    await this.open("options.html");
    await this.#session.click("#advanced summary");
    await soon(() => this.#session.type("#access-token", accessToken));
    await this.#session.type("#base-url", baseUrl);
    await this.#session.click("#form button");
    await until(async () => (await this.#session.textOf("#said")) === "Saved", PATIENCE_MS);
    await this.close();
  }

  /**
   * Signs in from the options, and answers X's question, which has a window of its own.
   * @param {string} clientId
   */
  async signIn(clientId) {
    await this.open("options.html");
    const windows = await this.#windows();
    await soon(() => this.#session.type("#client-id", clientId));
    await this.#session.click("#sign-in .primary");
    const asking = await until(async () => (await this.#windows()).find((each) => !windows.includes(each)), PATIENCE_MS);
    await this.#goTo(asking);
    await soon(() => this.#session.click("#allow"));
    await until(async () => !(await this.#windows()).includes(asking), PATIENCE_MS);
    await this.#goToLastTab();
    await until(async () => (await this.#session.textOf("#account")) === "You are signed in.", PATIENCE_MS);
    await this.close();
  }

  /** @param {string} file its path */
  choose(file) {
    return this.#session.type("#files", file);
  }

  /**
   * Waits until an upload says that.
   * @param {string} words
   */
  says(words) {
    const said = async () => (await this.#session.textOf("#uploads")).split("\n");
    return until(async () => (await said()).includes(words), PATIENCE_MS);
  }

  /**
   * Waits until that is all that is kept for uploads to go on.
   * @param {import("./extension.js").Kept} all
   */
  keeps(all) {
    return becomes(all, () => this.#session.run(kept));
  }

  /** What the browser complains of: the manifest, errors in pages and background, violations of the CSP. */
  async complaints() {
    const messages = await this.#privileged((id) => {
      const { Services, WebExtensionPolicy } = /** @type {any} */ (globalThis);
      const names = [id, WebExtensionPolicy.getByID(id).mozExtensionHostname];
      const texts = /** @type {string[]} */ (Services.console.getMessageArray().map(String));
      return texts.filter((text) => names.some((name) => text.includes(name)));
    }, this.#id);
    // Of a page that is closed Firefox's own scripts say that they can't reach it any more.
    return messages.filter((text) => !/\{file: "(chrome|resource):/.test(text));
  }

  /**
   * @template R
   * @template A
   * @param {(given: A) => R | Promise<R>} work
   * @param {A} given
   */
  async #privileged(work, given) {
    await this.#session.send("POST", "/moz/context", { context: "chrome" });
    const result = await this.#session.run(work, given);
    await this.#session.send("POST", "/moz/context", { context: "content" });
    return result;
  }
}

/**
 * Does what a page may not be ready for.
 * @param {() => Promise<void>} work
 */
function soon(work) {
  return until(() => work().then(() => true, () => false), PATIENCE_MS);
}
