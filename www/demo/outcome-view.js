/** What came of it: the media id, or the error in words. */

import { copyOnClick } from "./copy.js";
import { byId, descriptionList, element } from "./dom.js";
import { atTime, inBytes } from "./words.js";

/**
 * @typedef {import("../../src/js/index.js").Media} Media
 * @typedef {import("../../src/js/index.js").MediaUploadError} MediaUploadError
 */

export class OutcomeView {
  #ready = byId("ready", HTMLElement);
  #id = byId("media-id", HTMLOutputElement);
  #facts = byId("media-facts", HTMLElement);
  #json = byId("media-json", HTMLElement);
  #failure = byId("failure", HTMLElement);
  #message = byId("failure-message", HTMLElement);
  #details = byId("failure-details", HTMLElement);

  constructor() {
    copyOnClick(byId("copy-id", HTMLButtonElement), () => this.#id.value);
  }

  clear() {
    this.#ready.hidden = true;
    this.#failure.hidden = true;
    this.#message.textContent = "";
    this.#details.replaceChildren();
  }

  /** @param {Media} media */
  ready(media) {
    this.#id.value = media.media_id_string;
    this.#facts.textContent = mediaFacts(media);
    this.#json.textContent = JSON.stringify(media, null, 2);
    this.#ready.hidden = false;
  }

  /** @param {MediaUploadError} error */
  refused(error) {
    this.#details.replaceChildren(
      descriptionList([
        ["Code", error.code],
        ["Command", error.command],
        ["HTTP status", error.status?.toString()],
        ["Tries", String(error.attempts)],
        ["Media id", error.media_id_string],
        ["X said", error.apiErrors.map(apiErrorWords).join("; ") || undefined],
        ["Limit resets", resetTime(error)],
        ["Try again later", error.retryable ? "may succeed" : "will end the same"],
      ]),
      element(
        "details",
        {},
        element("summary", { text: "As JSON" }),
        element("pre", { className: "json", text: JSON.stringify(error, null, 2) }),
      ),
    );
    this.#show(error.message);
  }

  /** What the package does not throw: a defect of this page or of the browser. @param {unknown} error */
  broken(error) {
    this.#show(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }

  /** Only the message is an alert: the details would be read out whole. @param {string} message */
  #show(message) {
    this.#failure.hidden = false;
    this.#message.textContent = message;
  }
}

/** @param {Media} media */
function mediaFacts({ media_key, size, image, video, expiresAt }) {
  return [
    media_key && `media_key ${media_key}`,
    size !== undefined && inBytes(size),
    image && `${image.image_type}, ${image.w} × ${image.h}`,
    video && video.video_type,
    expiresAt !== undefined && `usable until ${atTime(expiresAt, "day")}`,
  ]
    .filter(Boolean)
    .join(" · ");
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
