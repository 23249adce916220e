/** One request: what was asked, how it ended, and its course in time; its answer, where that is opened. */

import { byClass, element, fromTemplate } from "./dom.js";
import { endedWell } from "./observer.js";
import { inTime } from "./words.js";

/** @typedef {import("./observer.js").ObservedRequest} ObservedRequest */

export class RequestRow {
  element = fromTemplate("request-row");
  #request;
  #status = byClass(this.element, "status", HTMLElement);
  #time = byClass(this.element, "time", HTMLElement);
  #track = byClass(this.element, "track", HTMLElement);
  #button = byClass(this.element, "disclosure", HTMLButtonElement);
  /** @type {HTMLElement | undefined} */
  #answer;

  /**
   * @param {ObservedRequest} request
   * @param {number} origin of the time axis, on the clock of performance.now()
   */
  constructor(request, origin) {
    this.#request = request;
    byClass(this.element, "ordinal", HTMLElement).textContent = String(request.number);
    byClass(this.element, "segment", HTMLElement).textContent = request.segment ?? "";
    this.#button.textContent = request.command;
    if (request.tries > 1) this.#button.after(" ", element("span", { className: "again", text: `try ${request.tries}` }));
    this.#track.style.setProperty("--start", (request.startedAt - origin).toFixed(0));
    if (request.waitedSince !== undefined) {
      const waitedMs = request.startedAt - request.waitedSince;
      byClass(this.element, "waited", HTMLElement).textContent = `${(waitedMs / 1000).toFixed(2)} s`;
      this.#track.style.setProperty("--waited", waitedMs.toFixed(0));
    }
    this.#button.addEventListener("click", () => this.#toggleAnswer());
  }

  /** @param {number} now */
  draw(now) {
    const { startedAt, endedAt } = this.#request;
    this.element.className = look(this.#request);
    this.#status.textContent = statusWords(this.#request);
    if (endedAt !== undefined) this.#time.textContent = inTime(endedAt - startedAt);
    this.drawLength(now);
  }

  /** @param {number} now */
  drawLength(now) {
    const { startedAt, endedAt } = this.#request;
    this.#track.style.setProperty("--length", ((endedAt ?? now) - startedAt).toFixed(0));
  }

  #toggleAnswer() {
    if (this.#answer) {
      this.#answer.remove();
      this.#answer = undefined;
    } else {
      this.#answer = this.#newAnswer();
      this.element.after(this.#answer);
      this.#answer.scrollIntoView({ block: "nearest" });
    }
    this.#button.setAttribute("aria-expanded", String(this.#answer !== undefined));
  }

  #newAnswer() {
    const { method, url, answer } = this.#request;
    const { pathname, search } = new URL(url);
    const cell = document.createElement("td");
    // A narrow page hides columns, and a cell that spans hidden ones would bring in empty ones.
    cell.colSpan = [...this.element.children].filter((column) => column.getClientRects().length > 0).length;
    cell.append(element("pre", { text: `${method} ${pathname}${search}\n${answer || "(no answer yet)"}` }));
    return element("tr", { className: "answer" }, cell);
  }
}

/** @param {ObservedRequest} request */
function look(request) {
  switch (request.outcome.kind) {
    case "in_flight":
      return "in-flight";
    case "cancelled":
      return "cancelled";
    default:
      return endedWell(request) ? "well" : "ill";
  }
}

/** @param {ObservedRequest} request */
function statusWords({ outcome }) {
  switch (outcome.kind) {
    case "in_flight":
      return "in flight";
    case "answered":
      return String(outcome.status);
    case "cut_short":
      return `${outcome.status}, cut`;
    case "redirected":
      return "redirect";
    case "cancelled":
      return "cancelled";
    case "no_answer":
      return "no answer";
  }
}
