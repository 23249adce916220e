// One request of the core, by the browser's fetch.

import { functionOr } from "./arguments.js";
import { failed, invalid, isMediaUploadError } from "../js/error.js";
import { answerOf } from "./answer.js";
import { isToken } from "./checks.js";
import { authorization } from "./oauth1.js";

/** @typedef {{ outcome: string, thrown?: unknown }} Ended What came of something, as JSON for the core to read, and what was thrown in it. */
/**
 * @typedef {object} Request what the core wants sent
 * @property {string} command
 * @property {string} method
 * @property {string} url
 * @property {"query" | "form" | "json" | "multipart"} encoding
 * @property {any} fields an object, or the text that a form is
 * @property {number} [start] the segment's first byte
 * @property {number} [end] one past its last
 */

/** How often it is looked whether a segment that is being sent is still there. */
const WATCH_MS = 1000;

const TOKEN = "a token of visible ASCII characters, or a function that gives one";
/** Chrome ends an extension's service worker 30 s after the last call of an extension's API. */
const KEEP_ALIVE_MS = 20_000;

const HEADERS = "headers of HTTP, without content-type, and without authorization beside accessToken or oauth1";

/** The way to X, and what one is let in with. */
export class Connection {
  /** The runs that go on; this keeps them when nobody else holds them any more. @type {Set<import("./run.js").Run>} */
  runs = new Set();
  /** What the last refresh brought. @type {string | undefined} */
  #refreshed;
  /** @type {unknown} */
  refreshThrew;

  /** @type {ReturnType<typeof setInterval> | undefined} */
  #keepAliveTimer;

  /** @param {Record<string, any>} options of MediaClient */
  constructor({ fetch, credentials = "same-origin", accessToken, oauth1, headers, keepAlive = "auto" }) {
    this.fetch = functionOr(fetch, "fetch");
    this.mode = credentials;
    this.accessToken = accessToken;
    this.oauth1 = oauth1;
    if (oauth1 && accessToken !== undefined) throw invalid("oauth1", "without accessToken beside it");
    if (oauth1 && !crypto.subtle) throw invalid("oauth1", "used in a secure context: on a page of https: or of loopback");
    if (!["same-origin", "include", "omit"].includes(credentials)) {
      throw invalid("credentials", '"omit", "same-origin" or "include"');
    }
    if (accessToken !== undefined && !this.canRefresh) checkedToken(accessToken);
    this.headers = typeof headers === "function" ? headers : this.#checkedHeaders(headers);
    if (keepAlive !== false && keepAlive !== "auto" && typeof keepAlive !== "function") {
      throw invalid("keepAlive", '"auto", false or a function');
    }
    this.keepAlive = keepAlive === "auto" ? callExtension() : keepAlive;
  }

  /** @param {import("./run.js").Run} run */
  begin(run) {
    this.runs.add(run);
    if (this.keepAlive && this.#keepAliveTimer === undefined) {
      this.#keepAliveTimer = setInterval(() => this.#stayAlive(), KEEP_ALIVE_MS);
      this.#stayAlive();
    }
  }

  /** @param {import("./run.js").Run} run */
  end(run) {
    this.runs.delete(run);
    if (this.runs.size > 0) return;
    clearInterval(this.#keepAliveTimer);
    this.#keepAliveTimer = undefined;
  }

  async #stayAlive() {
    await null; // the caller's function is called when the caller's own code has returned
    try {
      await this.keepAlive();
    } catch (thrown) {
      for (const run of this.runs) run.threw(thrown);
    }
  }

  /** What one is let in with, in the core's words. */
  get credential() {
    return this.oauth1 ? "signs" : this.canRefresh ? "refreshes" : "fixed";
  }

  get canRefresh() {
    return typeof this.accessToken === "function";
  }

  /**
   * Asks for a new token, and keeps it for the requests that the old one was refused to.
   * @returns {Promise<boolean>} whether there is one
   */
  async refresh() {
    try {
      this.#refreshed = await this.#token(true);
      return true;
    } catch (error) {
      this.refreshThrew = /** @type {Error} */ (error).cause ?? error;
      return false;
    }
  }

  /**
   * Sends a request and reads its answer. Rejects for no reason that it knows of.
   * @param {Request} request
   * @param {boolean} refreshed whether to use the token of the last refresh
   * @param {number} epoch the time at the server
   * @param {Blob | undefined} file the segment that it sends, or the file that it ends
   * @param {AbortController} controller
   * @returns {Promise<Ended>}
   */
  async send(request, refreshed, epoch, file, controller) {
    let headers;
    try {
      headers = await this.#headersFor(request, refreshed, epoch);
    } catch (error) {
      return failure(error);
    }
    const segment = request.end === undefined ? undefined : file;
    try {
      // To WebKit, what it can't read any more is empty: it says nothing of it, and segments may have been sent so.
      if (!segment) await stillThere(file);
      const answered = this.#fetch(request, headers, segment, controller.signal);
      const { isGood, ...ended } = await (segment ? whileThere(segment, answered) : answered);
      if (!isGood) await stillThere(segment);
      return ended;
    } catch (thrown) {
      controller.abort(); // it may be under way, and wait for what is not there
      return { outcome: '{"failed":"file_changed"}', thrown };
    }
  }

  /**
   * @param {Request} request
   * @param {Headers} headers
   * @param {Blob | undefined} segment
   * @param {AbortSignal} signal
   * @returns {Promise<Ended & { isGood: boolean }>}
   */
  async #fetch(request, headers, segment, signal) {
    if (request.encoding === "json") headers.set("content-type", "application/json");
    try {
      signal.throwIfAborted(); // while others were asked, the request may have been taken back
      const fetch = this.fetch ?? globalThis.fetch;
      const response = await fetch(request.url, {
        method: request.method,
        headers,
        body: bodyOf(request, segment),
        signal,
        credentials: this.mode,
        redirect: "manual", // followed, it would carry the credentials elsewhere; refused, it would look like a network error
        referrerPolicy: "no-referrer",
        cache: "no-store",
      });
      return { isGood: response.ok, outcome: await answerOf(response) };
    } catch (thrown) {
      return { isGood: false, outcome: '{"failed":"network"}', thrown };
    }
  }

  /**
   * @param {Request} request
   * @param {boolean} refreshed
   * @param {number} epoch
   */
  async #headersFor({ command, method, url, encoding, fields }, refreshed, epoch) {
    const given = typeof this.headers === "function" ? await ask(this.headers, { command, method, url }) : this.headers;
    const headers = this.#checkedHeaders(given);
    if (this.accessToken !== undefined) {
      const token = (refreshed && this.#refreshed) || (await this.#token(false));
      headers.set("authorization", `Bearer ${token}`);
    }
    if (this.oauth1) {
      const [address = "", query] = url.split("?");
      const parameters = query ?? (encoding === "form" ? fields : "");
      headers.set("authorization", await authorization(this.oauth1, method, address, parameters, epoch));
    }
    return headers;
  }

  /** @param {boolean} refresh */
  async #token(refresh) {
    return checkedToken(this.canRefresh ? await ask(this.accessToken, { refresh }) : this.accessToken);
  }

  /**
   * A copy, which may be added to.
   * @param {any} given
   */
  #checkedHeaders(given) {
    let headers;
    try {
      headers = new Headers(given);
    } catch {
      throw invalid("headers", HEADERS); // without the cause: it quotes the value
    }
    if (headers.has("content-type") || ((this.accessToken ?? this.oauth1) !== undefined && headers.has("authorization"))) {
      throw invalid("headers", HEADERS);
    }
    return headers;
  }
}

/** What keeps an extension's service worker alive; false where the code runs elsewhere. */
function callExtension() {
  const { chrome } = /** @type {any} */ (globalThis);
  const getPlatformInfo = chrome?.runtime?.getPlatformInfo;
  return "ServiceWorkerGlobalScope" in globalThis && getPlatformInfo ? () => getPlatformInfo().catch(() => {}) : false;
}

/** @param {unknown} token */
function checkedToken(token) {
  if (!isToken(token)) throw invalid("accessToken", TOKEN);
  return token;
}

/**
 * @param {Function} callback of the caller's
 * @param {object} argument
 */
async function ask(callback, argument) {
  try {
    return await callback(argument);
  } catch (thrown) {
    throw failed("callback_failed", thrown);
  }
}

/**
 * @param {any} error a MediaUploadError of ours, or what the platform threw where it should not: it can't sign, say
 * @returns {Ended}
 */
function failure(error) {
  if (!isMediaUploadError(error)) return { outcome: '{"failed":"internal"}', thrown: error };
  const { code, message, cause } = error;
  // What is wrong with what a function gave, the core can't say.
  const detail = code === "invalid_argument" ? message : undefined;
  return { outcome: JSON.stringify({ failed: code, detail }), thrown: cause };
}

/**
 * Rejects where a file is no longer what it was: Chromium and WebKit do not read it then, Firefox reads what there is.
 * @param {Blob | undefined} file
 */
async function stillThere(file) {
  const last = await file?.slice(-1).arrayBuffer();
  if (last?.byteLength === 0) throw new Error("The file is shorter than it was");
}

/**
 * What came of sending a segment. Rejects where that is no longer there while nothing comes: Firefox waits for the bytes.
 * Asked before and after each request, that would cost a seventh of the speed.
 * @template T
 * @param {Blob} segment
 * @param {Promise<T>} answered
 * @returns {Promise<T>}
 */
function whileThere(segment, answered) {
  return new Promise((resolve, reject) => {
    const watch = setInterval(() => stillThere(segment).catch(reject), WATCH_MS);
    answered.then(resolve).finally(() => clearInterval(watch));
  });
}

/**
 * @param {Request} request
 * @param {Blob | undefined} segment
 */
function bodyOf({ encoding, fields }, segment) {
  if (encoding === "query") return undefined;
  if (encoding === "json") return JSON.stringify(fields);
  if (encoding === "form") return new URLSearchParams(fields);
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value));
  if (segment) form.append("media", segment);
  return form;
}
