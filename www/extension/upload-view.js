/** One upload in the list: how far it is, what came of it, and what can be done about it. */

import { copyOnClick } from "../demo/copy.js";
import { element } from "../demo/dom.js";
import { atTime, inBytes } from "../demo/words.js";

/**
 * @typedef {import("./uploads.js").UploadRecord} UploadRecord
 * @typedef {import("x-media-upload").UploadProgress} UploadProgress
 */

/** @type {Record<UploadProgress["phase"], string>} */
const PHASES = {
  initialize: "Asking for a media id",
  append: "Sending",
  finalize: "Finalizing",
  processing: "X is processing it",
  metadata: "Describing it",
  ready: "Ready",
  paused: "Paused",
};

/** @type {Record<NonNullable<UploadProgress["waiting"]>["for"], string>} */
const WAITS = {
  retry: "Waiting to try again",
  rate_limit: "Held back by X's rate limit",
  online: "Waiting for a network",
  processing: PHASES.processing,
};

const STATES = { waiting: "Waiting", ready: "Ready", failed: "Failed" };

export class UploadView {
  #state = element("span", { className: "state" });
  #percent = element("span", { className: "percent" });
  #bar = document.createElement("progress");
  #outcome = element("p");
  #copy = button("Copy media id", "primary");
  #retry = button("Try again", "primary");
  #remove = button("Remove");
  #name;
  #mediaId = "";
  /** @type {UploadRecord["state"] | undefined} */
  #shown;

  /**
   * @param {UploadRecord} upload
   * @param {{ remove: (id: number) => void, retry: (id: number) => void }} actions
   */
  constructor({ id, name, size }, { remove, retry }) {
    this.#name = name;
    this.#state.setAttribute("role", "status");
    this.#bar.setAttribute("aria-label", name);
    this.#remove.addEventListener("click", () => remove(id));
    this.#retry.addEventListener("click", () => retry(id));
    copyOnClick(this.#copy, () => this.#mediaId);
    const title = element("h2", { text: name });
    title.append(" ", element("span", { className: "facts", text: inBytes(size) }));
    const actions = element("div", { className: "actions" }, this.#copy, this.#retry, this.#remove);
    this.element = element(
      "li",
      { className: "card" },
      element("div", { className: "bar" }, title, actions),
      this.#bar,
      element("div", { className: "headline" }, this.#state, this.#percent),
      this.#outcome,
    );
  }

  /** @param {UploadRecord} upload */
  show({ state, file, media_id_string = "", message = "" }) {
    const isOver = state !== "waiting";
    if (state !== this.#shown) {
      this.#shown = state;
      this.#say(STATES[state]);
      this.#measure(state === "ready" ? 1 : 0);
    }
    this.#bar.hidden = this.#percent.hidden = state === "failed";
    this.#bar.classList.toggle("ready", state === "ready");
    this.#mediaId = media_id_string;
    this.#outcome.textContent = media_id_string || message;
    this.#outcome.className = media_id_string ? "media-id" : "message";
    this.#outcome.hidden = !isOver;
    this.#copy.hidden = state !== "ready";
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

/**
 * @param {string} text
 * @param {string} [className]
 */
function button(text, className = "") {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = text;
  return made;
}
