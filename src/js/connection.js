// One request of the core, by the browser's fetch. In JavaScript because a page downloads it: through web-sys it weighs three times as much.

import { field, functionIn } from "./arguments.js";
import { invalid, MediaUploadError } from "./error.js";

/** @typedef {[outcome: string, cause?: unknown]} Outcome What came of something, as JSON for the core, beside what was thrown. */
/** @typedef {{ command: string, method: string, url: string, encoding: string, fields: Record<string, unknown> }} Request */

/** How much of a body is read. X's have less than 2 KiB; what is longer is a page of something else. */
const MAX_BODY_BYTES = 65_536;

const TOKEN = "a token of visible ASCII characters, or a function that gives one";
const HEADERS = "headers of HTTP, without content-type, and without authorization beside accessToken";

/** The way to X, and what one is let in with. */
export class Connection {
  /** What the last refresh brought. @type {string | undefined} */
  #refreshed;

  /** @param {any} options of MediaClient */
  constructor(options) {
    this.fetch = functionIn(options, "fetch");
    this.mode = field(options, "credentials") ?? "same-origin";
    this.accessToken = field(options, "accessToken");
    this.headers = field(options, "headers");
    if (!["same-origin", "include", "omit"].includes(this.mode)) {
      throw invalid("credentials", '"omit", "same-origin" or "include"');
    }
    if (this.accessToken !== undefined && !this.canRefresh) checkedToken(this.accessToken);
    if (typeof this.headers !== "function") this.#checkedHeaders(this.headers);
  }

  get canRefresh() {
    return typeof this.accessToken === "function";
  }

  /**
   * Asks for a new token, and keeps it for the requests that the old one was refused to.
   * @returns {Promise<Outcome>}
   */
  async refresh() {
    try {
      this.#refreshed = await this.#token(true);
      return ["{}"];
    } catch (error) {
      return failure(error);
    }
  }

  /**
   * Sends a request and reads its answer. Rejects for no reason that it knows of.
   * @param {string} json the core's request
   * @param {boolean} refreshed whether to use the token of the last refresh
   * @param {Blob | undefined} segment
   * @param {AbortSignal} signal
   * @returns {Promise<Outcome>}
   */
  async send(json, refreshed, segment, signal) {
    /** @type {Request} */
    const request = JSON.parse(json);
    const { method, url, encoding } = request;
    let headers;
    try {
      headers = await this.#headersFor(request, refreshed);
    } catch (error) {
      return failure(error);
    }
    if (encoding === "json") headers.set("content-type", "application/json");
    try {
      signal.throwIfAborted(); // while the caller's functions were asked, the request may have been taken back
      const fetch = this.fetch ?? globalThis.fetch;
      const response = await fetch(url, {
        method,
        headers,
        body: bodyOf(request, segment),
        signal,
        credentials: this.mode,
        redirect: "manual", // followed, it would carry the credentials elsewhere; refused, it would look like a network error
        referrerPolicy: "no-referrer",
        cache: "no-store",
      });
      return [JSON.stringify(await answerOf(response))];
    } catch (thrown) {
      // A fetch that can't read its body fails with the same TypeError as one that can't reach its server.
      const unreadable = await segment?.slice(0, 1).arrayBuffer().then(() => undefined, (why) => why);
      return unreadable ? ['{"failed":"file_changed"}', unreadable] : ['{"failed":"network"}', thrown];
    }
  }

  /**
   * @param {Request} request
   * @param {boolean} refreshed
   */
  async #headersFor({ command, method, url }, refreshed) {
    const given = typeof this.headers === "function" ? await ask(this.headers, { command, method, url }) : this.headers;
    const headers = this.#checkedHeaders(given);
    if (this.accessToken !== undefined) {
      const token = (refreshed && this.#refreshed) || (await this.#token(false));
      headers.set("authorization", `Bearer ${token}`);
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
    if (headers.has("content-type") || (this.accessToken !== undefined && headers.has("authorization"))) {
      throw invalid("headers", HEADERS);
    }
    return headers;
  }
}

/**
 * As RFC 6750, §2.1 lets a token be written.
 * @param {unknown} token
 */
function checkedToken(token) {
  if (typeof token !== "string" || !/^[!-~]+$/.test(token)) throw invalid("accessToken", TOKEN);
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
    throw new MediaUploadError({ code: "callback_failed", apiErrors: [], attempts: 0, retryable: false }, thrown);
  }
}

/**
 * @param {any} error a MediaUploadError of ours
 * @returns {Outcome}
 */
function failure({ code, message, cause }) {
  return [JSON.stringify({ failed: code, detail: message }), cause];
}

/**
 * @param {Request} request
 * @param {Blob | undefined} segment
 */
function bodyOf({ encoding, fields }, segment) {
  if (encoding === "none") return undefined;
  if (encoding === "json") return JSON.stringify(fields);
  const form = encoding === "form" ? new URLSearchParams() : new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value));
  if (form instanceof FormData && segment) form.append("media", segment);
  return form;
}

/** @param {Response} response */
async function answerOf(response) {
  const { status, headers } = response;
  const header = (/** @type {string} */ name) => headers.get(name) ?? undefined;
  // Cross-origin, all of these are hidden unless the server exposes them.
  return {
    status,
    limit: header("x-rate-limit-limit"),
    remaining: header("x-rate-limit-remaining"),
    reset: header("x-rate-limit-reset"),
    retryAfter: header("retry-after"),
    retryAt: Date.parse(header("retry-after") ?? ""),
    date: Date.parse(header("date") ?? ""),
    body: await textOf(response),
  };
}

/**
 * The text of a body; null where it is longer than any of X's, or no text.
 * @param {Response} response
 */
async function textOf({ body }) {
  const reader = body?.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  for (let bytes = 0; reader; ) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.length;
    try {
      text += decoder.decode(value, { stream: true });
    } catch {
      bytes = Infinity;
    }
    if (bytes > MAX_BODY_BYTES) {
      reader.cancel().catch(() => {}); // the rest may be endless
      return null;
    }
  }
  return text;
}
