/** What to do after an error, for each of its codes, and where it is explained. */

import { config } from "./config.js";

/** @typedef {import("../../src/js/index.js").ErrorCode} ErrorCode */

/** @type {Record<ErrorCode, string>} */
export const ADVICE = {
  invalid_argument: "Choose another file, or change the setting that the message names.",
  network: "Check your connection, then try again: it goes on where it stopped.",
  timeout: "The line is slow, or the other side overloaded. Try again: what has arrived is not sent again.",
  unauthorized: "Sign in again, or renew the token, then try again.",
  payment_required: "Add credits to the developer account at X, then try again.",
  forbidden: "Check what the app and the account may do at X. An OAuth 2.0 token needs the scope media.write.",
  not_found: "X no longer knows this upload. Try again: the file is sent from the start.",
  too_large: "Something on the way takes no requests of this size. Choose a smaller segment size in the settings.",
  rate_limited: "X takes no more for now. Try again after the time given below.",
  rejected: "X's own words above say what it did not like. Change that, then try again.",
  server: "X has trouble of its own. Try again in a few minutes.",
  invalid_response: "What answered is not X. Check the address that requests go to, and what stands in between.",
  processing_failed: "X can't use this file. Export it anew, a video as MP4 with H.264 and AAC, or choose another one.",
  processing_timeout: "X is still working on it. Try again: that only asks X, and sends nothing anew.",
  expired: "It was left for too long, and X has dropped it. Try again: the file is sent from the start.",
  file_changed: "The file was changed, moved or deleted since it was chosen. Remove it here, and choose it again.",
  callback_failed: "Code of this page failed. Reload the page; the details below say where.",
  internal: "This is a defect of x-media-upload. Reload the page, and report what the details below say.",
};

/** The page that explains a code. @param {ErrorCode} code */
export function explanationUrl(code) {
  return `${config.docsUrl}errors.html#${code}`;
}
