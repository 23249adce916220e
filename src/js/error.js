// The one error of this package, and what keeps WebAssembly sound after one. WebAssembly imports this file, and no other of ours.

/** Shared by all copies of the package and all realms of a page: what tells an error of ours where `instanceof` can't. */
const BRAND = Symbol.for("x-media-upload.error");

/** @typedef {import("./index.d.ts").MediaUploadError} Public */
/** @typedef {Pick<Public, "code" | "apiErrors" | "attempts" | "retryable">} Fields What is known of every error. */

export class MediaUploadError extends Error {
  /** Kept when the code is minified. */
  static name = "MediaUploadError";

  /**
   * @param {string} message
   * @param {Fields} fields and whatever else is known
   * @param {unknown} [cause]
   */
  constructor(message, fields, cause) {
    super(message, cause === undefined ? undefined : { cause });
    Object.assign(this, fields);
  }

  get name() {
    return "MediaUploadError";
  }

  get [BRAND]() {
    return true;
  }

  toJSON() {
    const { name, message, cause } = this;
    return { ...this, name, message, ...(cause === undefined ? {} : { cause: textOf(cause) }) };
  }
}

/** @param {unknown} thrown of the caller's, so anything */
function textOf(thrown) {
  try {
    return String(thrown);
  } catch {
    return typeof thrown;
  }
}

/** @param {any} value */
export function isMediaUploadError(value) {
  return value?.[BRAND] === true;
}

/**
 * The error that says that `field` is not what it `must` be. Neither names the value: it may be a secret.
 * @param {string} field
 * @param {string} must
 * @param {unknown} [cause]
 */
export function invalid(field, must, cause) {
  const fields = { code: /** @type {const} */ ("invalid_argument"), apiErrors: [], attempts: 0, retryable: false };
  return new MediaUploadError(`${field} must be ${must}`, fields, cause);
}

/** WebAssembly's stack pointer, from when it has been loaded. @type {WebAssembly.Global<"i32"> | undefined} */
let stackPointer;

/** @param {WebAssembly.Global<"i32">} global */
export function useStackPointer(global) {
  stackPointer = global;
}

/**
 * What comes of `turn`, which enters WebAssembly. What it throws is thrown on, and WebAssembly's stack is then what it was before: an
 * exception or a trap takes nothing off it, and after a thousand of them it would be full.
 * @template T
 * @param {() => T} turn
 * @returns {T}
 */
export function guard(turn) {
  const before = stackPointer?.value;
  try {
    return turn();
  } catch (thrown) {
    if (stackPointer && before !== undefined) stackPointer.value = before;
    throw thrown;
  }
}
