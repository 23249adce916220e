/** Every request as it leaves, a table for each file. */

import { byId } from "./dom.js";
import { RequestTable } from "./request-table.js";
import { counted } from "./words.js";

/** @typedef {import("./observer.js").ObservedRequest} ObservedRequest */

export class RequestList {
  #scroller = byId("requests", HTMLElement);
  #tables = byId("request-tables", HTMLElement);
  #summary = byId("requests-summary", HTMLElement);
  #nothing = byId("no-requests", HTMLElement);
  #total = 0;
  #retried = 0;
  #frame = 0;
  /** The one that requests are added to. @type {RequestTable | undefined} */
  #table;

  clear() {
    this.#total = 0;
    this.#retried = 0;
    this.#table = undefined;
    this.#tables.replaceChildren();
    this.#summarize();
  }

  /**
   * A table for the requests of one file.
   * @param {string} fileName
   * @returns {(request: ObservedRequest) => void} to be called when a request leaves and when it ends
   */
  begin(fileName) {
    const table = new RequestTable(fileName);
    this.#table = table;
    this.#tables.append(table.element);
    return (request) => {
      if (request.outcome.kind === "in_flight") {
        this.#total += 1;
        if (request.tries > 1) this.#retried += 1;
      }
      table.changed(request);
      this.#frame ||= requestAnimationFrame(() => this.#draw());
    };
  }

  /** Once a frame, for as long as something is in flight. */
  #draw() {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroller;
    // Whoever scrolled back to read is not pulled away.
    const isAtEnd = scrollHeight - scrollTop - clientHeight < 24;
    const isMoving = this.#table?.draw() ?? false;
    this.#summarize();
    if (isAtEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#frame = isMoving ? requestAnimationFrame(() => this.#draw()) : 0;
  }

  #summarize() {
    const again = this.#retried ? `, ${this.#retried} of them again` : "";
    const words = this.#total ? counted(this.#total, "request") + again : "none yet";
    if (this.#summary.textContent !== words) this.#summary.textContent = words;
    this.#nothing.hidden = this.#total > 0;
  }
}
