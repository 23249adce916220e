// The body of a request: held once, whole, and passed on as what it was found to be.

import { Refusal } from "./answers.js";
import { bytesOf } from "./bytes.js";
import { parametersIn } from "./parameters.js";
import { fits } from "./routes.js";
import { within } from "./time.js";

/** @typedef {import("./routes.js").Asked} Asked */
/** @typedef {import("./routes.js").Parameters} Parameters */

/** Longer than the client's own patience, which makes it send smaller segments. */
const LONGEST_MS = 120_000;

/** Of a body without a segment. */
const MAX_FIELDS_BYTES = 65_536;

/**
 * How long the body may be, of which it is said how long it is.
 * @param {Asked} asked
 * @param {Headers} headers
 * @param {number} maxBodyBytes
 */
export function limitOf({ route }, headers, maxBodyBytes) {
  const limit = route.encoding === "multipart" ? maxBodyBytes : Math.min(maxBodyBytes, MAX_FIELDS_BYTES);
  if (Number(headers.get("content-length")) > limit) throw tooLarge(limit);
  return limit;
}

/**
 * @param {Asked} asked
 * @param {Request} request
 * @param {number} limit
 * @returns {Promise<{ type?: string, body?: BodyInit, signed: Parameters }>} with the parameters in it that OAuth 1.0a signs
 */
export async function readBody({ route: { encoding, shapes }, boundary }, { body, headers, signal }, limit) {
  if (encoding === "query") return { signed: [] };
  const late = new Refusal(408, `The body did not arrive within ${LONGEST_MS / 1000} s.`);
  const expected = Number(headers.get("content-length"));
  const reading = within(LONGEST_MS, signal, late, (signal) => bytesOf(body, limit, signal, expected));
  const bytes = await reading.catch((thrown) => {
    throw thrown === late ? late : new Refusal(400, "The body broke off.");
  });
  if (!bytes) throw tooLarge(limit);
  const parameters = parametersIn(encoding, bytes, boundary);
  if (!parameters || !fits(shapes, parameters)) {
    throw new Refusal(400, "The body is not one that x-media-upload sends here.");
  }
  if (encoding === "form") {
    // Written anew: what was looked through, what is signed and what is sent are then the same.
    const body = String(new URLSearchParams(parameters));
    return { type: "application/x-www-form-urlencoded;charset=UTF-8", body, signed: parameters };
  }
  const type = encoding === "json" ? "application/json" : `multipart/form-data; boundary=${boundary}`;
  return { type, body: /** @type {BodyInit} */ (bytes), signed: [] };
}

/** @param {number} limit */
function tooLarge(limit) {
  return new Refusal(413, `A body has at most ${limit} bytes here.`);
}
