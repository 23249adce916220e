// The body of a request: read whole, looked through, and written anew. Whatever another parser could have seen in it, it does not see.

import { Refusal } from "./answers.js";
import { bytesOf } from "./bytes.js";
import { ENCODINGS } from "./encodings.js";
import { fits } from "./shapes.js";
import { within } from "./time.js";

/** @typedef {import("./routes.js").Asked} Asked */

/** Between bytes: a line may be as slow as it likes, as long as something arrives. */
const LONGEST_PAUSE_MS = 30_000;

/** As long as the client waits for a segment on the slowest line. */
const LONGEST_MS = 3_600_000;

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
 * @returns {Promise<import("./encodings.js").Written>}
 */
export async function readBody({ route: { encoding, shapes }, boundary }, request, limit) {
  if (encoding === "query") return { signed: [] };
  const bytes = await arrived(request, limit);
  if (!bytes) throw tooLarge(limit);
  const { read, write } = ENCODINGS[encoding];
  const parameters = read(bytes, boundary);
  if (!parameters || !fits(shapes, parameters)) {
    throw new Refusal(400, "The body is not one that x-media-upload sends here.");
  }
  return write(parameters);
}

/**
 * @param {Request} request
 * @param {number} limit
 */
async function arrived({ body, headers, signal }, limit) {
  const expected = Number(headers.get("content-length"));
  const still = new Refusal(408, `Nothing of the body arrived for ${LONGEST_PAUSE_MS / 1000} s.`);
  const late = new Refusal(408, `The body did not arrive within ${LONGEST_MS / 60_000} minutes.`);
  const reading = within(LONGEST_MS, signal, late, (signal) =>
    within(LONGEST_PAUSE_MS, signal, still, (signal, arrived) => bytesOf(body, limit, signal, { expected, arrived })),
  );
  return reading.catch((thrown) => {
    throw thrown instanceof Refusal ? thrown : new Refusal(400, "The body broke off.");
  });
}

/** @param {number} limit */
function tooLarge(limit) {
  return new Refusal(413, `A body has at most ${limit} bytes here.`);
}
