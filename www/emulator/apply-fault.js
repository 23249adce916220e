/** What a fault does to a request. */

import { typical } from "./answers.js";
import { isObject } from "./checks.js";
import { ConnectionCut } from "./connection-cut.js";

/**
 * @typedef {import("./answers.js").Answer} Answer
 * @typedef {import("./exchange.js").Exchange} Exchange
 * @typedef {import("./faults.js").Fault} Fault
 */

/**
 * @param {Fault} fault
 * @param {Exchange} exchange
 * @returns {Promise<Response>}
 */
export async function applyFault(fault, exchange) {
  const { signal } = exchange.request;
  switch (fault.kind) {
    case "status":
      if (fault.done) await exchange.done();
      return exchange.respond(answerOf(fault, exchange));
    case "patch":
      return exchange.done((answer) => patched(answer, fault.patch));
    case "delay": {
      const response = await exchange.done();
      await clientGone(signal, fault.ms);
      return response;
    }
    case "cut":
      throw new ConnectionCut("nothing was done");
    case "lost":
      await exchange.done();
      throw new ConnectionCut("the answer is lost");
    case "truncate":
      throw new ConnectionCut("in the middle of the answer", await firstHalf(await exchange.done()));
    case "stall":
      await clientGone(signal);
      throw new ConnectionCut("the client went away");
  }
}

/**
 * @param {Extract<Fault, { kind: "status" }>} fault
 * @param {Exchange} exchange
 * @returns {Answer}
 */
function answerOf({ status, body, headers = {} }, exchange) {
  if (body === undefined) {
    const usual = typical(exchange.api, status);
    return { ...usual, headers: { ...usual.headers, ...(status === 429 && exchange.limitReached()), ...headers } };
  }
  if (typeof body === "string") return { status, headers, body };
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

/**
 * A good answer in JSON after a merge patch (RFC 7396); any other as it is.
 * @param {Answer} answer
 * @param {object} patch
 * @returns {Answer}
 */
function patched(answer, patch) {
  if (answer.status >= 300 || answer.body === "") return answer;
  // `media_id` is text meanwhile: it has more digits than a number of JavaScript.
  const value = JSON.parse(answer.body.replace(/^\{"media_id":(\d+)/, '{"media_id":"$1"'));
  const body = JSON.stringify(merged(value, patch)).replace(/^\{"media_id":"(\d+)"/, '{"media_id":$1');
  return { ...answer, body };
}

/**
 * @param {unknown} target
 * @param {unknown} patch
 * @returns {unknown}
 */
function merged(target, patch) {
  if (!isObject(patch)) return patch;
  /** @type {Record<string, unknown>} */
  const result = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}

/**
 * @param {Response} response
 * @returns {Promise<{ status: number, headers: Headers, body: Uint8Array } | undefined>} Undefined for
 *   an answer that has no body: without its headers nothing of it can be seen.
 */
async function firstHalf(response) {
  const whole = new Uint8Array(await response.arrayBuffer());
  if (whole.length === 0) return undefined;
  const headers = new Headers(response.headers);
  headers.set("content-length", String(whole.length));
  return { status: response.status, headers, body: whole.subarray(0, whole.length >> 1) };
}

/**
 * Resolves when the client has gone away, or that much later.
 * @param {AbortSignal} signal
 * @param {number} [ms]
 */
function clientGone(signal, ms) {
  return /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const timer = ms === undefined ? undefined : setTimeout(over, ms);
      signal.addEventListener("abort", over);
      function over() {
        clearTimeout(timer);
        signal.removeEventListener("abort", over);
        resolve();
      }
    })
  );
}

