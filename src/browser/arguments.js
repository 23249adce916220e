// What callers give, as far as it is JavaScript's own: functions, Blobs, signals. The plain rest goes to Rust as JSON.

import { invalid } from "../js/error.js";

/**
 * A field of a caller's object, whose getter may throw.
 * @param {any} object
 * @param {string} name
 */
function field(object, name) {
  try {
    return object?.[name];
  } catch (thrown) {
    throw invalid(name, "readable: its getter threw", thrown);
  }
}

/**
 * A function, or undefined.
 * @param {unknown} value
 * @param {string} name
 */
export function functionOr(value, name) {
  if (value !== undefined && typeof value !== "function") throw invalid(name, "a function");
  return value;
}

/** @param {unknown} value */
export function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The fields `names` (parted by spaces) of an object of the caller's; absent is the same as empty.
 * @param {unknown} value
 * @param {string} name what the object is called in messages
 * @param {string} names
 */
export function pick(value, name, names) {
  if (value !== undefined && !isRecord(value)) throw invalid(name, "an object");
  return Object.fromEntries(names.split(" ").map((key) => [key, field(value, key)]));
}

/**
 * What the core is given. What JSON can't say becomes null, and is refused by name.
 * @param {object} fields
 */
export function toJson(fields) {
  const plain = Object.entries(fields).map(([name, value]) => {
    try {
      return [name, JSON.stringify(value, (_, item) => (UNSAYABLE.has(typeof item) ? null : item))];
    } catch (thrown) {
      throw invalid(name, "what JSON can say", thrown);
    }
  });
  return `{${plain.filter(([, json]) => json !== undefined).map(([name, json]) => `"${name}":${json}`)}}`;
}

const UNSAYABLE = new Set(["function", "symbol", "bigint"]);

/**
 * What kind of platform object it is, whichever realm it comes from: `instanceof` knows those of its own only.
 * @param {any} value
 */
export function tagOf(value) {
  return value?.[Symbol.toStringTag];
}

/**
 * The Blob that the caller gave, or one made of the caller's bytes.
 * @param {any} value
 * @param {string} name
 * @returns {Blob}
 */
export function blob(value, name) {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  // Of bytes that are shared or resizable WebKit makes text, where others throw.
  const isPlain = tagOf(buffer) === "ArrayBuffer" && !(/** @type {any} */ (buffer).resizable);
  const blob = isPlain ? new Blob([value]) : value;
  if (!["Blob", "File"].includes(tagOf(blob)) || blob.size === 0) {
    throw invalid(name, "a Blob, an ArrayBuffer or a view of one, and not empty");
  }
  return blob;
}
