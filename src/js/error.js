// The one error of this package, and what it says to a person. Rust decides what went wrong; no WebAssembly is needed here.

/** Shared by all copies of the package and all realms of a page: what tells an error of ours where `instanceof` can't. */
const BRAND = Symbol.for("x-media-upload.error");

/** @typedef {import("./index.d.ts").MediaUploadError} Public */
/** @typedef {Pick<Public, "code" | "command" | "status" | "apiErrors" | "processing_info" | "attempts" | "retryable">} Fields */

export class MediaUploadError extends Error {
  /**
   * @param {Fields & { detail?: string | undefined }} fields with the `detail` that a message of invalid_argument consists of
   * @param {unknown} [cause]
   */
  constructor({ detail, ...fields }, cause) {
    super(detail ?? messageOf(fields), cause === undefined ? undefined : { cause });
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
    return { ...this, name, message, ...(cause === undefined ? {} : { cause: said(cause) }) };
  }
}

/** @param {unknown} thrown of the caller's, so anything */
function said(thrown) {
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
 * A failure of which no more than its kind is known.
 * @param {import("./index.d.ts").ErrorCode} code
 * @param {unknown} [cause]
 * @param {string} [detail]
 */
export function failed(code, cause, detail) {
  return new MediaUploadError({ code, detail, apiErrors: [], attempts: 0, retryable: false }, cause);
}

/**
 * `field` is not what it `must` be. Neither names the value: it may be a secret.
 * @param {string} field
 * @param {string} must
 * @param {unknown} [cause]
 */
export function invalid(field, must, cause) {
  return failed("invalid_argument", cause, `${field} must be ${must}`);
}

/** @param {Fields} error */
function messageOf({ code, command = /** @type {any} */ ("the request"), status, apiErrors, processing_info }) {
  switch (code) {
    case "network":
      return `No answer to ${command}. Check the connection; X answers no cross-origin page, only an extension or a relay on your own origin.`;
    case "timeout":
      return `${command} was not answered in time. Try again, or raise requestTimeoutMs.`;
    case "invalid_response":
      return Number(status) >= 200 && Number(status) < 300
        ? `The answer to ${command} is not one of X's. Check baseUrl.`
        : `The server redirected ${command}, which is not followed. Check baseUrl.`;
    case "processing_failed":
      return `X refused the media: ${processingFailure(processing_info?.error)}`;
    case "processing_timeout":
      return "X is still processing the media after timeoutSecs. Wait for the same id again.";
    case "expired":
      return "The media has expired at X. Upload it again.";
    case "file_changed":
      return "The file has changed, or is not the session's. Pick it again.";
    case "callback_failed":
      return "A function of yours threw. See cause.";
    case "internal":
      return "A defect of x-media-upload. See cause.";
    default:
      return `X refused ${command}: ${apiErrors[0]?.message ?? HINTS[code] ?? "it did not say why"}${status === undefined ? "" : ` (HTTP ${status})`}`;
  }
}

/** What X's silence means. @type {Partial<Record<string, string>>} */
const HINTS = {
  unauthorized: "the credentials are not accepted",
  payment_required: "the developer account has no credits",
  forbidden: "the credentials don't allow it; v2 needs the scope media.write, v1.1 OAuth 1.0a",
  not_found: "it knows no such media",
  too_large: "the segment is too large",
  rate_limited: "too many requests, see rateLimit.resetsAt",
  server: "it has trouble of its own, try again later",
};

/** @param {NonNullable<Public["processing_info"]>["error"]} error */
function processingFailure(error) {
  const { code, name, message } = error ?? {};
  const which = [name, code !== undefined && `code ${code}`].filter(Boolean).join(", ");
  return `${message ?? "it did not say why; check the format, or encode it anew"}${which && ` (${which})`}`;
}
