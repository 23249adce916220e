// How parameters are read out of a body, and how they are written into the one that is sent.

import { isRecord } from "./checks.js";
import { readMultipart, writeMultipart } from "./multipart.js";

/** @typedef {import("./shapes.js").Parameters} Parameters */
/**
 * @typedef {object} Written
 * @property {BodyInit} [body]
 * @property {string} [type] of the body, where fetch does not know it by itself
 * @property {[name: string, value: string][]} signed The parameters in it that OAuth 1.0a signs.
 */
/**
 * @typedef {object} Encoded
 * @property {(bytes: Uint8Array, boundary: string) => Parameters | undefined} read undefined where the body is not so encoded
 * @property {(parameters: any) => Written} write
 */

/** @type {Record<"form" | "json" | "multipart", Encoded>} */
export const ENCODINGS = {
  form: { read: (bytes) => attempt(() => [...new URLSearchParams(textOf(bytes))]), write: writeForm },
  json: { read: (bytes) => attempt(() => readJson(textOf(bytes))), write: writeJson },
  multipart: { read: readMultipart, write: writeMultipart },
};

/** @param {[string, string][]} parameters */
function writeForm(parameters) {
  return { body: new URLSearchParams(parameters), signed: parameters };
}

/** @param {Parameters} parameters */
function writeJson(parameters) {
  return { body: JSON.stringify(Object.fromEntries(parameters)), type: "application/json", signed: [] };
}

/** A mark of the byte order at its beginning is not part of it. @param {Uint8Array} bytes */
function textOf(bytes) {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/**
 * The fields of an object. Of a name that is there twice the last one stands; a number that JavaScript would round is refused.
 * @param {string} text
 */
function readJson(text) {
  const fields = JSON.parse(text, (_, value) => {
    if (typeof value === "number" && !Number.isSafeInteger(value)) throw new RangeError("not exact");
    return value;
  });
  return isRecord(fields) ? Object.entries(fields) : undefined;
}

/**
 * What `read` gives; undefined where it throws.
 * @template T
 * @param {() => T} read
 */
function attempt(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}
