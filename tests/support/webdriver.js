/** Browsers as people have them, led by WebDriver, the W3C's standard: of such Playwright drives Chromium alone. */

import { startDriver } from "../../scripts/driver.js";

/** By this name an answer of WebDriver is a reference to an element. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

const TIMEOUTS = { script: 120_000, pageLoad: 60_000 };

/** A browser with one window. */
export class Session {
  #url;
  #driver;

  /**
   * @param {string} url
   * @param {{ stop: () => Promise<void> }} driver
   * @param {string} version
   */
  constructor(url, driver, version) {
    this.#url = url;
    this.#driver = driver;
    /** Of the browser. */
    this.version = version;
  }

  /**
   * Starts a browser, and its driver.
   * @param {import("../../scripts/driver.js").Browser} browser
   */
  static async open(browser) {
    const driver = await startDriver(browser);
    try {
      const capabilities = { alwaysMatch: { ...browser.capabilities, timeouts: TIMEOUTS } };
      const made = await ask("POST", `${driver.url}/session`, { capabilities });
      return new Session(`${driver.url}/session/${made.sessionId}`, driver, made.capabilities.browserVersion);
    } catch (error) {
      await driver.stop();
      throw error;
    }
  }

  async close() {
    await this.send("DELETE", "").finally(() => this.#driver.stop());
  }

  /** @param {string} url */
  goTo(url) {
    return this.send("POST", "/url", { url });
  }

  /**
   * Types into a field, or chooses the file of that path.
   * @param {string} selector
   * @param {string} text
   */
  async type(selector, text) {
    await this.send("POST", `${await this.#find(selector)}/value`, { text });
  }

  /** @param {string} selector */
  async click(selector) {
    await this.send("POST", `${await this.#find(selector)}/click`, {});
  }

  /**
   * What a person reads there.
   * @param {string} selector
   * @returns {Promise<string>}
   */
  async textOf(selector) {
    return this.send("GET", `${await this.#find(selector)}/text`);
  }

  /**
   * Runs a function in the page. It is sent there as text, and sees nothing but what it is given.
   * @template R
   * @template A
   * @param {(given: A) => R | Promise<R>} work
   * @param {A} [given]
   * @returns {Promise<R>}
   */
  async run(work, given) {
    const script = `
      const [given, done] = arguments;
      const fail = (error) => done({ error: error + "\\n" + error?.stack });
      Promise.resolve(given).then(${work}).then((value) => done({ value }), fail);`;
    const { value, error } = await this.send("POST", "/execute/async", { script, args: [given ?? null] });
    if (error) throw new Error(error);
    return value;
  }

  /**
   * Any command of this session: by its path, without that of the session.
   * @param {"GET" | "POST" | "DELETE"} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  send(method, path, body) {
    return ask(method, this.#url + path, body);
  }

  /** @param {string} value a CSS selector */
  async #find(value) {
    const element = await this.send("POST", "/element", { using: "css selector", value });
    return `/element/${element[ELEMENT]}`;
  }
}

/**
 * @param {string} method
 * @param {string} url
 * @param {object} [body]
 */
async function ask(method, url, body) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  const { value } = /** @type {any} */ (await response.json());
  if (!response.ok) throw new Error(`${method} ${new URL(url).pathname}: ${value.error}: ${value.message}`);
  return value;
}
