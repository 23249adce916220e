/**
 * The live list of requests, each drawn where it lies in time. Made for a thousand rows: a row is
 * built once, rows are added once a frame, and only what changed is touched.
 */

import { byId, element } from "./dom.js";
import { endedWell } from "./observer.js";
import { counted, inTime } from "./words.js";

/** @typedef {import("./observer.js").ObservedRequest} ObservedRequest */

/** The ends the time axis may have, in seconds: few, because a new one moves every bar. */
const AXIS_SECONDS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 86400];

/**
 * What one row is made of.
 * @typedef {{ row: HTMLTableRowElement, status: Element, time: Element, course: HTMLElement, answer?: HTMLTableRowElement }} Row
 */

export class RequestList {
  #scroller = byId("requests", HTMLElement);
  #columns = [...this.#scroller.querySelectorAll("thead th")];
  #body = byId("request-rows", HTMLTableSectionElement);
  #template = byId("request-row", HTMLTemplateElement);
  #summary = byId("requests-summary", HTMLElement);
  #nothing = byId("no-requests", HTMLElement);
  #axisEnd = byId("axis-end", HTMLElement);

  /** @type {Map<ObservedRequest, Row>} */
  #rows = new Map();
  /** @type {Set<ObservedRequest>} */
  #changed = new Set();
  /** @type {Set<ObservedRequest>} */
  #inFlight = new Set();
  #total = 0;
  #retried = 0;
  #origin = 0;
  #axisMs = 0;
  #frame = 0;

  clear() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#rows.clear();
    this.#changed.clear();
    this.#inFlight.clear();
    this.#total = 0;
    this.#retried = 0;
    this.#axisMs = 0;
    this.#origin = performance.now();
    this.#body.replaceChildren();
    this.#summary.textContent = "none yet";
    this.#nothing.hidden = false;
  }

  /** Called when a request leaves and when it ends. @param {ObservedRequest} request */
  changed(request) {
    if (request.outcome.kind === "in_flight") {
      this.#inFlight.add(request);
      this.#total += 1;
      if (request.tries > 1) this.#retried += 1;
    } else {
      this.#inFlight.delete(request);
    }
    this.#changed.add(request);
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#frame = 0;
    const now = performance.now();
    this.#stretchAxis(now - this.#origin);
    for (const request of this.#inFlight) this.#drawLength(request, now);
    if (this.#changed.size > 0) this.#drawChanged(now);
    if (this.#inFlight.size > 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  /** @param {number} now */
  #drawChanged(now) {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroller;
    // Whoever scrolled back to read is not pulled away.
    const atEnd = scrollHeight - scrollTop - clientHeight < 24;
    for (const request of this.#changed) this.#drawRow(request, now);
    this.#changed.clear();
    this.#nothing.hidden = true;
    this.#summary.textContent =
      counted(this.#total, "request") + (this.#retried ? `, ${this.#retried} of them again` : "");
    if (atEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /** @param {number} elapsedMs */
  #stretchAxis(elapsedMs) {
    if (elapsedMs <= this.#axisMs) return;
    const seconds = AXIS_SECONDS.find((end) => end * 1000 >= elapsedMs) ?? elapsedMs / 1000;
    this.#axisMs = seconds * 1000;
    this.#body.style.setProperty("--axis", String(this.#axisMs));
    this.#axisEnd.textContent = seconds < 60 ? `${seconds} s` : `${seconds / 60} min`;
  }

  /**
   * @param {ObservedRequest} request
   * @param {number} now
   */
  #drawRow(request, now) {
    let row = this.#rows.get(request);
    if (!row) {
      row = this.#newRow(request);
      this.#rows.set(request, row);
      this.#body.append(row.row);
    }
    row.row.className = look(request);
    row.status.textContent = statusWords(request);
    if (request.endedAt !== undefined) {
      row.time.textContent = inTime(request.endedAt - request.startedAt);
    }
    this.#drawLength(request, now);
  }

  /**
   * @param {ObservedRequest} request
   * @param {number} now
   */
  #drawLength(request, now) {
    const ms = (request.endedAt ?? now) - request.startedAt;
    this.#rows.get(request)?.course.style.setProperty("--length", ms.toFixed(0));
  }

  /** @param {ObservedRequest} request @returns {Row} */
  #newRow(request) {
    const row = /** @type {HTMLTableRowElement} */ (
      this.#template.content.firstElementChild?.cloneNode(true)
    );
    const [ordinal, command, segment, waited, status, time, track] = row.cells;
    const course = track?.firstElementChild;
    const button = command?.firstElementChild;
    if (!(ordinal && button && segment && waited && status && time && course instanceof HTMLElement)) {
      throw new Error("#request-row lacks a cell");
    }
    ordinal.textContent = String(request.number);
    button.textContent = request.command;
    segment.textContent = request.segment ?? "";
    if (request.tries > 1) {
      command.append(" ", element("span", { className: "again", text: `try ${request.tries}` }));
    }
    course.style.setProperty("--start", (request.startedAt - this.#origin).toFixed(0));
    if (request.waitedSince !== undefined) {
      const waitedMs = request.startedAt - request.waitedSince;
      waited.textContent = `${(waitedMs / 1000).toFixed(2)} s`;
      course.style.setProperty("--waited", waitedMs.toFixed(0));
    }
    button.addEventListener("click", () => this.#toggleAnswer(request, button));
    return { row, status, time, course };
  }

  /**
   * @param {ObservedRequest} request
   * @param {Element} button
   */
  #toggleAnswer(request, button) {
    const row = this.#rows.get(request);
    if (!row) return;
    if (row.answer) {
      row.answer.remove();
      delete row.answer;
    } else {
      const { pathname, search } = new URL(request.url);
      const text = `${request.method} ${pathname}${search}\n${request.answer || "(no answer yet)"}`;
      const cell = document.createElement("td");
      // A narrow page hides columns, and a cell that spans hidden ones would bring in empty ones.
      cell.colSpan = this.#columns.filter((column) => column.getClientRects().length > 0).length;
      cell.append(element("pre", { text }));
      row.answer = document.createElement("tr");
      row.answer.className = "answer";
      row.answer.append(cell);
      row.row.after(row.answer);
      row.answer.scrollIntoView({ block: "nearest" });
    }
    button.setAttribute("aria-expanded", String(row.answer !== undefined));
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
