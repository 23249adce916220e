/** What this page adds to an error's own message: what can be done here, and where the error is explained. */

import { config } from "./config.js";

/**
 * @typedef {import("../../src/js/index.js").ErrorCode} ErrorCode
 * @typedef {import("../../src/js/index.js").MediaUploadError} MediaUploadError
 */

/** What “Try again” does, or what else to press. @param {MediaUploadError} error */
export function hint({ code, retryable }) {
  if (retryable) return "“Try again” goes on where it stopped.";
  switch (code) {
    case "invalid_argument":
    case "processing_failed":
    case "file_changed":
      return "Remove it from the list, and choose another file, or the same one mended.";
    case "not_found":
    case "expired":
      return "“Try again” sends the file from the start.";
    case "too_large":
      return "Choose a smaller segment size in the settings, then “Try again”.";
    default:
      return "Once that is mended, “Try again” goes on where it stopped.";
  }
}

/** The page that explains a code. @param {ErrorCode} code */
export function explanationUrl(code) {
  return `${config.docsUrl}errors.html#${code}`;
}
