/** A file in the list: what it is, how far it is, what can be done with it, and what came of it. */

import { byClass, fromTemplate } from "./dom.js";
import { brokenOutcome, failedOutcome, readyOutcome } from "./outcome.js";
import { figureWords, percentWords, stateWords, waitWords } from "./progress-words.js";
import { showSteps } from "./steps.js";
import { showThumbnail } from "./thumbnail.js";
import { inBytes } from "./words.js";

/**
 * @typedef {import("./queued-file.js").QueuedFile} QueuedFile
 * @typedef {import("./queued-file.js").Stage} Stage
 *
 * @typedef {object} Actions
 * @property {(file: QueuedFile) => void} retry
 * @property {(file: QueuedFile) => void} remove
 * @property {() => void} describe The description of a picture was changed.
 * @property {(error: unknown) => error is import("../../src/js/index.js").MediaUploadError} isMediaUploadError
 */

export class FileRow {
  element = fromTemplate("file-row");
  #progress = byClass(this.element, "progress", HTMLElement);
  #bar = byClass(this.element, "bar", HTMLProgressElement);
  #state = byClass(this.element, "state", HTMLElement);
  #figures = byClass(this.element, "figures", HTMLElement);
  #percent = byClass(this.element, "percent", HTMLElement);
  #wait = byClass(this.element, "wait-words", HTMLElement);
  #steps = byClass(this.element, "steps", HTMLElement);
  #outcome = byClass(this.element, "outcome", HTMLElement);
  #description = byClass(this.element, "description", HTMLElement);
  #altText = byClass(this.element, "alt-text", HTMLInputElement);
  #pause = byClass(this.element, "pause", HTMLButtonElement);
  #retry = byClass(this.element, "retry", HTMLButtonElement);
  #cancel = byClass(this.element, "cancel", HTMLButtonElement);
  #remove = byClass(this.element, "remove", HTMLButtonElement);
  #file;
  #actions;
  #release;
  /** @type {Stage | undefined} */
  #shown;

  /**
   * @param {QueuedFile} file
   * @param {Actions} actions
   */
  constructor(file, actions) {
    this.#file = file;
    this.#actions = actions;
    const { name, size, type } = file.file;
    this.element.setAttribute("aria-label", name);
    byClass(this.element, "file-name", HTMLElement).textContent = name;
    byClass(this.element, "file-facts", HTMLElement).textContent = `${inBytes(size)}\u00a0· ${type || "type unknown"}`;
    this.#bar.setAttribute("aria-label", name);
    this.#remove.setAttribute("aria-label", `Remove ${name}`);
    this.#release = showThumbnail(byClass(this.element, "thumbnail", HTMLElement), file.file);
    this.#altText.addEventListener("input", () => {
      file.altText = this.#altText.value.trim();
      actions.describe();
    });
    this.#pause.addEventListener("click", () => (file.isPaused ? file.resume() : file.pause()));
    this.#cancel.addEventListener("click", () => file.cancel());
    this.#retry.addEventListener("click", () => actions.retry(file));
    this.#remove.addEventListener("click", () => actions.remove(file));
  }

  /** @param {boolean} isQueueRunning */
  show(isQueueRunning) {
    const { stage, progress, isPaused } = this.#file;
    if (stage !== this.#shown) this.#enter(stage);
    this.#state.textContent = stateWords(this.#file, isQueueRunning);
    this.#figures.textContent = figureWords(this.#file);
    const fraction = stage.name === "ready" ? 1 : (progress?.fraction ?? 0);
    this.#bar.value = fraction;
    this.#bar.setAttribute("aria-valuetext", `${percentWords(progress)}, ${this.#state.textContent}`);
    this.#percent.textContent = stage.name === "under_way" ? percentWords(progress) : "";
    this.element.classList.toggle("paused", isPaused);
    this.#name(this.#pause, isPaused ? "Resume" : "Pause");
    showSteps(this.#steps, this.#file);
    this.tick();
  }

  /** What changes by itself as time passes. */
  tick() {
    const isUnderWay = this.#file.stage.name === "under_way";
    const words = isUnderWay && !this.#file.isPaused ? waitWords(this.#file.progress) : "";
    this.#wait.textContent = words;
    this.#wait.classList.toggle("as-asked", this.#file.progress?.waiting?.for === "processing");
  }

  /** Releases what it holds of the file. */
  dispose() {
    this.#release();
    this.element.remove();
  }

  /** @param {Stage} stage */
  #enter(stage) {
    this.#shown = stage;
    const { name } = stage;
    const hadFocus = this.element.contains(document.activeElement);
    this.element.dataset.stage = name;
    this.#progress.hidden = name === "waiting";
    this.#description.hidden = !isPicture(this.#file.file) || name === "under_way" || name === "ready";
    this.#pause.hidden = this.#cancel.hidden = name !== "under_way";
    this.#retry.hidden = name !== "failed" && name !== "cancelled";
    this.#remove.hidden = name === "under_way";
    this.#name(this.#cancel, "Cancel");
    this.#name(this.#retry, name === "failed" ? "Try again" : "Send again");
    this.#outcome.replaceChildren(...this.#outcomeOf(stage));
    // A button that is hidden while it has the focus drops it to the body.
    if (hadFocus && !this.element.contains(document.activeElement)) this.element.focus();
  }

  /** @param {Stage} stage */
  #outcomeOf(stage) {
    if (stage.name === "ready") return [readyOutcome(stage.media)];
    if (stage.name !== "failed") return [];
    return [this.#actions.isMediaUploadError(stage.error) ? failedOutcome(stage.error) : brokenOutcome(stage.error)];
  }

  /**
   * A button says what it does, and to those who don't see its place, to what.
   * @param {HTMLButtonElement} button
   * @param {string} words
   */
  #name(button, words) {
    if (button.textContent === words) return;
    button.textContent = words;
    button.setAttribute("aria-label", `${words} ${this.#file.file.name}`);
  }
}

/** Something to see is something to describe; X takes no description of a video. @param {File} file */
function isPicture({ type }) {
  return type.startsWith("image/");
}
