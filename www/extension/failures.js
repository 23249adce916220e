/**
 * What a failure means to who chose the file. The error's own message says more, to who knows X's API.
 *
 * @typedef {import("x-media-upload").ErrorCode} ErrorCode
 */

/** @type {Partial<Record<ErrorCode, string>>} */
const WORDS = {
  invalid_argument: "X takes no such file",
  network: "X could not be reached",
  timeout: "X did not answer in time",
  unauthorized: "X does not accept your sign-in",
  payment_required: "Your app on X has no credits left",
  forbidden: "X does not allow your account or app to upload this",
  not_found: "X no longer knows this upload",
  too_large: "X takes no file of this size",
  rate_limited: "X takes no more uploads for now",
  rejected: "X refused the upload",
  server: "X has a fault of its own",
  invalid_response: "X’s answer makes no sense",
  processing_failed: "X can’t use this file",
  processing_timeout: "X is taking too long to process it",
  expired: "X has deleted it: it took too long",
  file_changed: "The file was changed, moved or deleted",
};

/** @param {ErrorCode} [code] */
export function inShort(code) {
  return (code && WORDS[code]) ?? "It was not uploaded";
}
