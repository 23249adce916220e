/**
 * The requests of one file, each drawn where it lies in time. Made for a thousand rows: a row is built once, rows are
 * added once a frame, and only what changed is touched.
 */

import { byClass, fromTemplate } from "./dom.js";
import { RequestRow } from "./request-row.js";

/** @typedef {import("./observer.js").ObservedRequest} ObservedRequest */

/** The ends the time axis may have, in seconds: few, because a new one moves every bar. */
const AXIS_SECONDS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 86400];

export class RequestTable {
  element = fromTemplate("request-table");
  #body = byClass(this.element, "request-rows", HTMLTableSectionElement);
  #axisEnd = byClass(this.element, "axis-end", HTMLElement);
  #origin = performance.now();
  #axisMs = 0;
  /** @type {Map<ObservedRequest, RequestRow>} */
  #rows = new Map();
  /** @type {Set<ObservedRequest>} */
  #changed = new Set();
  /** @type {Set<ObservedRequest>} */
  #inFlight = new Set();

  /** @param {string} fileName */
  constructor(fileName) {
    byClass(this.element, "request-file", HTMLElement).textContent = fileName;
  }

  /** @param {ObservedRequest} request that has left or has ended */
  changed(request) {
    if (request.outcome.kind === "in_flight") this.#inFlight.add(request);
    else this.#inFlight.delete(request);
    this.#changed.add(request);
  }

  /** @returns {boolean} whether something is in flight and has to be drawn again */
  draw() {
    const now = performance.now();
    if (this.#inFlight.size > 0 || this.#changed.size > 0) this.#stretchAxis(now - this.#origin);
    for (const request of this.#inFlight) this.#rows.get(request)?.drawLength(now);
    for (const request of this.#changed) this.#rowOf(request).draw(now);
    this.#changed.clear();
    return this.#inFlight.size > 0;
  }

  /** @param {ObservedRequest} request */
  #rowOf(request) {
    const known = this.#rows.get(request);
    if (known) return known;
    const row = new RequestRow(request, this.#origin);
    this.#rows.set(request, row);
    this.#body.append(row.element);
    return row;
  }

  /** @param {number} elapsedMs */
  #stretchAxis(elapsedMs) {
    if (elapsedMs <= this.#axisMs) return;
    const seconds = AXIS_SECONDS.find((end) => end * 1000 >= elapsedMs) ?? elapsedMs / 1000;
    this.#axisMs = seconds * 1000;
    this.#body.style.setProperty("--axis", String(this.#axisMs));
    this.#axisEnd.textContent = seconds < 60 ? `${seconds} s` : `${seconds / 60} min`;
  }
}
