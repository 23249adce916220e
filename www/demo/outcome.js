/** What came of an upload: the id that X gave, or the error, what to do here, and where it is explained. */

import { copyOnClick } from "./copy.js";
import { byClass, descriptionList, element, fromTemplate } from "./dom.js";
import { explanationUrl, hint } from "./hints.js";
import { atTime, inBytes } from "./words.js";

/**
 * @typedef {import("../../src/js/index.js").Media} Media
 * @typedef {import("../../src/js/index.js").MediaUploadError} MediaUploadError
 */

/** @param {Media} media */
export function readyOutcome(media) {
  const made = fromTemplate("ready-outcome");
  byClass(made, "media-id", HTMLOutputElement).value = media.media_id_string;
  byClass(made, "facts", HTMLElement).textContent = mediaFacts(media);
  byClass(made, "json", HTMLElement).textContent = JSON.stringify(media, null, 2);
  copyOnClick(byClass(made, "copy-id", HTMLButtonElement), () => media.media_id_string);
  return made;
}

/** @param {MediaUploadError} error */
export function failedOutcome(error) {
  const made = failure(error.message, hint(error));
  const explanation = element("a", { text: `What “${error.code}” means` });
  explanation.setAttribute("href", explanationUrl(error.code));
  byClass(made, "explanation", HTMLElement).append(explanation);
  byClass(made, "failure-details", HTMLElement).append(
    descriptionList([
      ["Code", error.code],
      ["Request", error.command],
      ["HTTP status", error.status?.toString()],
      ["Tries", String(error.attempts)],
      ["Media ID", error.media_id_string],
      ["X said", error.apiErrors.map(apiErrorWords).join("; ") || undefined],
      ["Limit ends", resetTime(error)],
      ["Trying again", error.retryable ? "may succeed" : "ends the same, unless something is changed"],
    ]),
  );
  byClass(made, "json", HTMLElement).textContent = JSON.stringify(error, null, 2);
  return made;
}

/** Of what the package does not throw: a defect of this page or of the browser. @param {unknown} error */
export function brokenOutcome(error) {
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const made = failure(words, "Reload the page: the upload can go on where it stopped.");
  byClass(made, "developers", HTMLElement).remove();
  return made;
}

/**
 * Only the message is an alert: the details would be read out whole.
 * @param {string} message
 * @param {string} whatToDo
 */
function failure(message, whatToDo) {
  const made = fromTemplate("failed-outcome");
  byClass(made, "message", HTMLElement).textContent = message;
  byClass(made, "hint-words", HTMLElement).textContent = whatToDo;
  return made;
}

/** @param {Media} media */
function mediaFacts({ size, image, video, expiresAt }) {
  const facts = [
    expiresAt !== undefined && `Post it before ${atTime(expiresAt, "day")}`,
    size !== undefined && inBytes(size),
    image && `${image.w} × ${image.h}`,
    (image && image.image_type) ?? (video && video.video_type),
  ];
  return facts.filter(Boolean).join("\u00a0· ");
}

/** @param {import("../../src/js/index.js").ApiError} error */
function apiErrorWords({ code, title, message }) {
  const what = title && title !== message ? `${title}: ${message}` : message;
  return code === undefined ? what : `${what} (code ${code})`;
}

/** X tells the limit with every answer; it matters where it was reached. @param {MediaUploadError} error */
function resetTime({ code, rateLimit }) {
  if (code !== "rate_limited" || rateLimit?.resetsAt === undefined) return undefined;
  return atTime(rateLimit.resetsAt, "day");
}
