/** One upload in the list: how far it is, what came of it, and what can be done about it. */

import { copyOnClick } from "../demo/copy.js";
import { element } from "../demo/dom.js";
import { atTime, inBytes } from "../demo/words.js";
import { inShort } from "./failures.js";

/**
 * @typedef {import("./uploads.js").UploadRecord} UploadRecord
 * @typedef {import("x-media-upload").UploadProgress} UploadProgress
 */

/** @type {Record<UploadProgress["phase"], string>} */
const PHASES = {
  initialize: "Starting",
  append: "Sending",
  finalize: "Finishing",
  processing: "X is preparing it",
  metadata: "Describing it",
  ready: "Ready",
  paused: "Paused",
};

/** @type {Record<NonNullable<UploadProgress["waiting"]>["for"], string>} */
const WAITS = {
  retry: "Waiting to try again",
  rate_limit: "X takes no more just now",
  online: "Waiting for the network",
  processing: PHASES.processing,
};

export class UploadView {
  #state = element("span", { className: "state" });
  #percent = element("span", { className: "percent" });
  #bar = document.createElement("progress");
  #ready;
  #mediaId = element("span", { className: "media-id" });
  #deadline = element("p", { className: "facts" });
  #reason = element("p", { className: "facts" });
  #retry = button("Try again");
  #remove = button("Remove");
  #name;
  /** @type {UploadRecord["state"] | undefined} */
  #shown;

  /**
   * @param {UploadRecord} upload
   * @param {{ remove: (id: number) => void, retry: (id: number) => void }} actions
   */
  constructor({ id, name, size }, { remove, retry }) {
    this.#name = name;
    this.#state.setAttribute("role", "status");
    this.#bar.className = "bar";
    this.#bar.setAttribute("aria-label", name);
    this.#remove.addEventListener("click", () => remove(id));
    this.#retry.addEventListener("click", () => retry(id));
    const title = element("h3", { text: name });
    title.id = `upload-${id}`;
    this.#retry.setAttribute("aria-describedby", title.id);
    const copy = button("Copy media ID");
    copy.setAttribute("aria-describedby", title.id);
    copyOnClick(copy, () => this.#mediaId.textContent ?? "");
    const label = element("span", { className: "label", text: "Media ID" });
    this.#ready = element(
      "div",
      { className: "result good" },
      element("div", { className: "id-line" }, element("p", {}, label, this.#mediaId), copy),
      this.#deadline,
    );
    this.element = element(
      "li",
      {},
      element(
        "div",
        { className: "row" },
        element("div", {}, title, element("p", { className: "facts", text: inBytes(size) })),
        element("div", { className: "actions" }, this.#retry, this.#remove),
      ),
      element("p", { className: "row" }, this.#state, this.#percent),
      this.#bar,
      this.#reason,
      this.#ready,
    );
  }

  /** @param {UploadRecord} upload */
  show({ state, file, media_id_string = "", expiresAt, code, message = "" }) {
    if (state !== this.#shown) {
      this.#shown = state;
      this.#say({ waiting: "Waiting", ready: "Ready to post", failed: inShort(code) }[state]);
      this.#measure(0);
    }
    const isOver = state !== "waiting";
    this.element.dataset.stage = state;
    this.#bar.hidden = this.#percent.hidden = isOver;
    this.#ready.hidden = state !== "ready";
    this.#mediaId.textContent = media_id_string;
    this.#deadline.textContent = expiresAt ? `Post it before ${atTime(expiresAt, "day")}` : "";
    this.#reason.textContent = message;
    this.#retry.hidden = state !== "failed" || !file;
    this.#remove.textContent = isOver ? "Remove" : "Cancel";
    this.#remove.setAttribute("aria-label", `${this.#remove.textContent} ${this.#name}`);
  }

  /** @param {UploadProgress} progress */
  progress({ phase, fraction, waiting }) {
    const until = waiting?.until && waiting.for !== "processing" ? `, until ${atTime(waiting.until)}` : "";
    this.#say((waiting ? WAITS[waiting.for] : PHASES[phase]) + until);
    this.#measure(fraction);
  }

  /** The same words again would be read out again. @param {string} words */
  #say(words) {
    if (this.#state.textContent !== words) this.#state.textContent = words;
  }

  /** Rounded down: 100 % is said of what is ready. @param {number} fraction */
  #measure(fraction) {
    this.#bar.value = fraction;
    this.#percent.textContent = `${Math.floor(fraction * 100)} %`;
  }
}

/** @param {string} text */
function button(text) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  return made;
}
