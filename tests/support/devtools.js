/** Chromium by its own protocol, for what Playwright can't show: it looks at every service worker, and one that is looked at is not ended. */

import { spawn } from "node:child_process";
import { chromiumPath } from "./chromium.js";

export class Devtools {
  #browser;
  #said = "";
  #calls = 0;
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void }>} */
  #answers = new Map();

  /** @param {string[]} args */
  constructor(args) {
    // Messages go by the third pipe and come by the fourth, each with a zero at its end.
    this.#browser = spawn(chromiumPath(), ["--remote-debugging-pipe", ...args], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    this.#pipe(4).on("data", (bytes) => this.#hear(String(bytes)));
  }

  async close() {
    const gone = new Promise((resolve) => this.#browser.once("exit", resolve));
    await this.send("Browser.close");
    await gone;
  }

  /**
   * What the browser has open, of that kind.
   * @param {"page" | "service_worker"} kind
   * @param {string} path with which the URL ends
   * @returns {Promise<{ targetId: string, url: string } | undefined>}
   */
  async find(kind, path) {
    const { targetInfos } = await this.send("Target.getTargets");
    return targetInfos.find((/** @type {any} */ { type, url }) => type === kind && url.endsWith(path));
  }

  /**
   * Runs a function in there. It is sent there as text; nobody looks any more when it has run.
   * @template R
   * @template A
   * @param {string} targetId
   * @param {(given: A) => R | Promise<R>} work
   * @param {A} [given]
   * @returns {Promise<R>}
   */
  async run(targetId, work, given) {
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const expression = `(${work})(${JSON.stringify(given)})`;
    const evaluation = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", evaluation, sessionId);
    await this.send("Target.detachFromTarget", { sessionId });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /**
   * @param {string} method
   * @param {object} [params]
   * @param {string} [sessionId]
   * @returns {Promise<any>}
   */
  send(method, params, sessionId) {
    const id = ++this.#calls;
    this.#pipe(3).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => this.#answers.set(id, { resolve, reject }));
  }

  /** @param {3 | 4} number */
  #pipe(number) {
    return /** @type {import("node:net").Socket} */ (this.#browser.stdio[number]);
  }

  /** @param {string} text */
  #hear(text) {
    const messages = (this.#said + text).split("\0");
    this.#said = /** @type {string} */ (messages.pop());
    for (const message of messages) {
      const { id, result, error } = JSON.parse(message);
      if (error) this.#answers.get(id)?.reject(new Error(error.message));
      else this.#answers.get(id)?.resolve(result);
      this.#answers.delete(id);
    }
  }
}
