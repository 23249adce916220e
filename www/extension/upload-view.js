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
  processing: "X is processing it",
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
  #outcome = element("p");
  #deadline = element("span");
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
    const title = element("h3", { text: name });
    title.id = `upload-${id}`;
    for (const each of [this.#copy, this.#retry]) each.setAttribute("aria-describedby", title.id);
    title.append(" ", element("span", { className: "facts", text: inBytes(size) }));
    const actions = element("div", { className: "actions" }, this.#copy, this.#retry, this.#remove);
    this.element = element(
      "li",
      { className: "card" },
      element("div", { className: "bar" }, title, actions),
      this.#bar,
      element("div", { className: "bar facts" }, this.#state, this.#percent, this.#deadline),
      this.#outcome,
    );
  }

  /** @param {UploadRecord} upload */
  show({ state, file, media_id_string = "", expiresAt, code, message = "" }) {
    const isOver = state !== "waiting";
    if (state !== this.#shown) {
      this.#shown = state;
      this.#say({ waiting: "Waiting", ready: "Ready", failed: inShort(code) }[state]);
      this.#measure(state === "ready" ? 1 : 0);
    }
    this.element.className = `card ${state}`;
    this.#bar.hidden = this.#percent.hidden = isOver;
    this.#mediaId = media_id_string;
    this.#outcome.textContent = media_id_string || message;
    this.#outcome.className = media_id_string ? "media-id" : "facts";
    this.#outcome.hidden = !isOver;
    this.#deadline.hidden = !expiresAt;
    this.#deadline.textContent = expiresAt ? `Use it before ${atTime(expiresAt, "day")}` : "";
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
