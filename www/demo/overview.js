/** What the page is at, for all files together: in its headline, in the tab's title, and when somebody is about to leave. */

import { byId, setEnabled } from "./dom.js";
import { percentWords, stateWords } from "./progress-words.js";
import { counted, inBytes } from "./words.js";

/** @typedef {import("./queue.js").Queue} Queue */

const TITLE = document.title;

export class Overview {
  #status = byId("status", HTMLElement);
  #upload = byId("upload", HTMLButtonElement);
  #clear = byId("clear", HTMLButtonElement);
  #bar = byId("queue-bar", HTMLElement);

  /**
   * @param {Queue} queue
   * @param {boolean} isLoaded whether the package is there to send with
   */
  show(queue, isLoaded) {
    const { files, waiting, isRunning } = queue;
    this.#say(headline(queue));
    document.title = title(queue);
    this.#bar.classList.toggle("unseen", files.length === 0); // not hidden: what is said there later is read out
    this.#clear.hidden = isRunning || queue.ended === 0;
    this.#upload.hidden = isRunning || waiting.length === 0;
    this.#upload.textContent = waiting.length > 1 ? `Upload ${waiting.length} files` : "Upload";
    setEnabled(this.#upload, isLoaded);
    // Held only as long as it is needed: a page that has this listener is not kept for “Back”.
    if (isRunning) window.addEventListener("beforeunload", askBeforeLeaving);
    else window.removeEventListener("beforeunload", askBeforeLeaving);
  }

  /** The same words again would be read out again. @param {string} words */
  #say(words) {
    if (this.#status.textContent !== words) this.#status.textContent = words;
  }
}

/** @param {Event} event */
function askBeforeLeaving(event) {
  event.preventDefault();
}

/** @param {Queue} queue */
function headline(queue) {
  const { files, waiting, current, isRunning } = queue;
  if (current) return `${current.file.name}${place(queue)}: ${stateWords(current, isRunning)}`;
  if (files.length === 0) return "No file chosen";
  if (waiting.length > 0) {
    const bytes = waiting.reduce((sum, { file }) => sum + file.size, 0);
    return `${counted(waiting.length, "file")} to send, ${inBytes(bytes)}`;
  }
  return endWords(queue);
}

/** @param {Queue} queue */
function title(queue) {
  const { files, current, waiting } = queue;
  if (current) {
    const how = current.isPaused ? "Paused" : percentWords(current.progress);
    return `${how} · ${current.file.name}${place(queue)}`;
  }
  return files.length === 0 || waiting.length > 0 ? TITLE : `${endWords(queue)} · ${TITLE}`;
}

/** @param {Queue} queue */
function place({ files, ended }) {
  return files.length > 1 ? ` (${ended + 1}\u00a0of\u00a0${files.length})` : "";
}

/** @param {Queue} queue */
function endWords({ files }) {
  const numbers = /** @type {const} */ (["ready", "failed", "cancelled"])
    .map((name) => /** @type {const} */ ([name, files.filter(({ stage }) => stage.name === name).length]))
    .filter(([, count]) => count > 0);
  if (numbers.length === 1) {
    const [[name]] = /** @type {[["ready" | "failed" | "cancelled", number]]} */ (numbers);
    const end = { ready: "Ready to post", failed: "Failed", cancelled: "Cancelled" }[name];
    return files.length === 1 ? end : `${end}: all ${files.length} files`;
  }
  return numbers.map(([name, count]) => `${count} ${name}`).join(", ");
}
