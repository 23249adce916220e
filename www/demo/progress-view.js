/** How far the upload is: its phase in words, the bar, the figures, and why it waits. */

import { byId } from "./dom.js";
import { atTime, inBytes, inTime } from "./words.js";

/** @typedef {import("../../src/js/index.js").UploadProgress} UploadProgress */

/** Often enough for a clock with tenths of a second to look alive. */
const TICK_MS = 100;

/** @type {Record<UploadProgress["phase"], string>} */
const PHASES = {
  initialize: "Asking for a media id",
  append: "Sending",
  finalize: "Finalizing",
  processing: "X is processing the media",
  metadata: "Telling X the alternative text",
  ready: "Ready",
  paused: "Paused",
};

/**
 * Why it waits, and what the time is that it waits for.
 * @type {Record<NonNullable<UploadProgress["waiting"]>["for"], [why: string, when: string]>}
 */
const WAITS = {
  retry: ["Waiting to try again", "until"],
  rate_limit: ["Held back by X's rate limit", "until"],
  online: ["Waiting for the network to come back", "trying all the same at"],
  processing: ["Waiting as long as X asked before the next STATUS", "until"],
};

export class ProgressView {
  #phase = byId("phase", HTMLElement);
  #percent = byId("percent", HTMLElement);
  #bar = byId("progress", HTMLProgressElement);
  #steps = byId("steps", HTMLElement);
  #bytes = byId("bytes", HTMLElement);
  #speed = byId("speed", HTMLElement);
  #segments = byId("segments", HTMLElement);
  #processing = byId("processing", HTMLElement);
  #elapsed = byId("elapsed", HTMLElement);
  #waiting = byId("waiting", HTMLElement);

  /** Which commands were reached: a picture never needs STATUS. @type {Set<Element>} */
  #reached = new Set();
  #startedAt = 0;
  #ticking = 0;
  /** @type {UploadProgress["waiting"]} */
  #wait;

  /** Before and between uploads. @param {string} words */
  say(words) {
    // The same words again would be read out again.
    if (this.#phase.textContent !== words) this.#phase.textContent = words;
  }

  /** As before any upload. */
  rest() {
    this.#bar.className = "";
    this.#bar.value = 0;
    this.#bar.removeAttribute("aria-valuetext");
    this.#percent.textContent = "";
    for (const figure of [this.#bytes, this.#speed, this.#segments, this.#processing, this.#elapsed]) {
      figure.textContent = "–";
    }
    this.#reached.clear();
    for (const step of this.#steps.children) {
      step.className = "";
      step.removeAttribute("aria-current");
    }
  }

  start() {
    this.rest();
    this.#waiting.hidden = false;
    this.#startedAt = performance.now();
    this.#ticking = window.setInterval(() => this.#tick(), TICK_MS);
    this.#tick();
  }

  /** @param {UploadProgress} progress */
  show(progress) {
    const { phase, fraction, bytesSent, bytesTotal, segmentsSent, bytesPerSec, processingPercent } = progress;
    this.say(PHASES[phase]);
    // Rounded down: 100 % is said of what is ready.
    const percent = `${Math.floor(fraction * 100)} %`;
    this.#percent.textContent = percent;
    this.#bar.value = fraction;
    this.#bar.setAttribute("aria-valuetext", `${percent}, ${PHASES[phase]}`);
    this.#bar.className = phase === "paused" ? "paused" : "";
    this.#bytes.textContent = `${inBytes(bytesSent)} of ${inBytes(bytesTotal)}`;
    this.#speed.textContent = bytesPerSec === undefined ? "–" : `${inBytes(bytesPerSec)}/s`;
    this.#segments.textContent = `${segmentsSent} sent`;
    if (processingPercent !== undefined) this.#processing.textContent = `${processingPercent} %`;
    // Where it is paused, it is where it was.
    if (phase !== "paused") this.#markStep(phase);
    this.#wait = progress.waiting;
    this.#showWait();
  }

  /**
   * The end, of whatever kind.
   * @param {"ready" | "failed" | "aborted"} end
   */
  stop(end) {
    clearInterval(this.#ticking);
    this.#wait = undefined;
    this.#tick();
    this.#waiting.hidden = true;
    this.#bar.className = end;
    this.say({ ready: "Ready", failed: "Failed", aborted: "Aborted" }[end]);
    for (const step of this.#steps.children) {
      if (step.getAttribute("aria-current") !== "step") continue;
      step.removeAttribute("aria-current");
      step.className = { ready: "passed", failed: "stopped", aborted: "" }[end];
    }
  }

  /** @param {UploadProgress["phase"]} phase */
  #markStep(phase) {
    let behind = true;
    for (const step of this.#steps.children) {
      if (step.getAttribute("data-phase") === phase) {
        behind = false;
        this.#reached.add(step);
        step.className = "";
        step.setAttribute("aria-current", "step");
      } else {
        step.className = behind && this.#reached.has(step) ? "passed" : "";
        step.removeAttribute("aria-current");
      }
    }
  }

  #tick() {
    this.#elapsed.textContent = inTime(performance.now() - this.#startedAt);
    this.#showWait();
  }

  #showWait() {
    this.#waiting.classList.toggle("idle", this.#wait === undefined);
    if (this.#wait === undefined) {
      this.#waiting.textContent = "\u00a0";
      return;
    }
    this.#waiting.classList.toggle("as-asked", this.#wait.for === "processing");
    const { for: reason, until } = this.#wait;
    const secsLeft = until === undefined ? 0 : Math.ceil((until - Date.now()) / 1000);
    const [why, when] = WAITS[reason];
    const end = until === undefined ? "" : `, ${when} ${atTime(until)}`;
    const countdown = secsLeft > 0 ? ` (${secsLeft}\u00a0s)` : "";
    this.#waiting.textContent = `${why}${end}${countdown}.`;
  }
}
