// Carries out one task of the core: does what it says, with the browser's own means, and tells it what came of it.
//
// The core has every rule; nothing here decides. Whatever the caller's functions call back ends in `#tell`, which only takes
// note while `#step` is under way.

import { failed, invalid, MediaUploadError } from "../js/error.js";
import { functionOr, tagOf } from "./arguments.js";

/** @typedef {import("./connection.js").Connection} Connection */
/** @typedef {import("../../target/wasm-bindgen/x_media_upload.js").Core} Core */
/** @typedef {import("../../target/wasm-bindgen/x_media_upload.js").Task} Task */

/** A timer of more than 2^31 ms would fire at once. Who is woken early looks at the clock, and sleeps again. */
const LONGEST_SLEEP_MS = 3_600_000;

export class Run {
  #core;
  /** Until the end. @type {Task | undefined} */
  #task;
  /** What was left of it. */
  #lastProgress = "";
  #connection;
  #file;
  /** @type {AbortSignal | undefined} */
  #signal;
  /** @type {Function | undefined} */
  #onStatus;
  /** @type {Function | undefined} */
  #onProgress;
  /** Events that the task was not yet told. @type {object[]} */
  #events = [];
  /** What was thrown, by the id of the request, or "head". @type {Map<number | string, unknown>} */
  #thrown = new Map();
  #stepping = false;
  /** @type {Map<number, AbortController>} */
  #inFlight = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** Why the caller wants no more of it. @type {{ reason: unknown } | undefined} */
  #aborted;
  /** @type {(value: unknown) => void} */
  #resolve = () => {};
  /** @type {(reason: unknown) => void} */
  #reject = () => {};

  /**
   * Starts, but not before the caller's own code has returned: a callback may want to use what it returned.
   * @param {Core} core
   * @param {Task} task
   * @param {Connection} connection
   * @param {Blob | undefined} file
   * @param {{ signal?: any, onStatus?: unknown, onProgress?: unknown }} options
   */
  constructor(core, task, connection, file, { signal, onStatus, onProgress }) {
    if (signal !== undefined && tagOf(signal) !== "AbortSignal") throw invalid("signal", "an AbortSignal");
    this.#core = core;
    this.#task = task;
    this.#connection = connection;
    this.#file = file;
    this.#signal = signal;
    this.#onStatus = functionOr(onStatus, "onStatus");
    this.#onProgress = functionOr(onProgress, "onProgress");
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    connection.runs.add(this);
    if (signal?.aborted) {
      this.#onAbort();
    } else {
      signal?.addEventListener("abort", this.#onAbort);
      // A hidden page's timers are late.
      globalThis.document?.addEventListener("visibilitychange", this.#onVisible);
      queueMicrotask(() => this.step());
    }
  }

  get progress() {
    return JSON.parse(this.#task?.progress() ?? this.#lastProgress);
  }

  /** @param {unknown} [reason] */
  abort(reason = new DOMException("The upload was aborted.", "AbortError")) {
    this.#aborted ??= { reason };
    this.#tell({ abort: true });
  }

  #onAbort = () => this.abort(this.#signal?.reason);
  #onVisible = () => this.step();

  /** @param {object} event */
  #tell(event) {
    this.#events.push(event);
    this.step();
  }

  /** Does what the task says until there is nothing to do for now. */
  step() {
    if (this.#stepping || !this.#task) return;
    this.#stepping = true;
    try {
      while (this.#task && this.#next(this.#task));
    } catch (thrown) {
      this.#end(() => this.#reject(failed("internal", thrown)));
    } finally {
      this.#stepping = false;
    }
  }

  /** @param {Task} task */
  #next(task) {
    const event = this.#events.shift();
    const answer = task.step(performance.now(), Date.now(), Math.random(), event && JSON.stringify(event));
    const { do: what, id, refreshed, value } = JSON.parse(answer);
    switch (what) {
      case "read_head":
        this.#readHead(value);
        break;
      case "send":
        this.#send(id, value, refreshed);
        break;
      case "cancel":
        this.#inFlight.get(id)?.abort();
        break;
      case "refresh":
        this.#refresh();
        break;
      case "status":
        notify(this.#onStatus, value);
        break;
      case "progress":
        notify(this.#onProgress, value);
        break;
      case "sleep":
        this.#sleep(value);
        return this.#events.length > 0;
      case "resolve":
        this.#end(() => this.#resolve(value));
        break;
      case "reject":
        this.#end(() => this.#reject(this.#errorOf(value)));
        break;
      case "abort":
        this.#end(() => this.#reject(this.#aborted?.reason));
        break;
    }
    return true;
  }

  /** @param {number} bytes */
  async #readHead(bytes) {
    try {
      const head = await this.#file?.slice(0, bytes).arrayBuffer();
      this.#tell({ head: [...new Uint8Array(/** @type {ArrayBuffer} */ (head))] });
    } catch (thrown) {
      this.#thrown.set("head", thrown);
      this.#tell({ head: null });
    }
  }

  /** @param {import("../js/error.js").Fields & { cause?: number | string }} error of the core */
  #errorOf({ cause = "", ...fields }) {
    return new MediaUploadError(fields, cause === "refresh" ? this.#connection.refreshThrew : this.#thrown.get(cause));
  }

  /**
   * @param {number} id
   * @param {import("./connection.js").Request} request
   * @param {boolean} refreshed
   */
  async #send(id, request, refreshed) {
    const controller = new AbortController();
    this.#inFlight.set(id, controller);
    const segment = request.end === undefined ? undefined : this.#file?.slice(request.start, request.end);
    const { outcome, thrown } = await this.#connection.send(request, refreshed, segment, controller.signal);
    this.#inFlight.delete(id);
    if (thrown !== undefined) this.#thrown.set(id, thrown);
    this.#tell({ id, outcome });
  }

  /** For all runs of the connection: those whose token was refused too wait for it. */
  async #refresh() {
    this.#core.refreshed(!(await this.#connection.refresh()));
    for (const run of this.#connection.runs) run.step();
  }

  /** @param {number} [until] */
  #sleep(until) {
    clearTimeout(this.#timer);
    if (until === undefined) return;
    const delay = Math.ceil(until - performance.now());
    this.#timer = setTimeout(() => this.step(), Math.min(delay, LONGEST_SLEEP_MS));
  }

  /**
   * Nothing of the run is left behind in the page, nor in WebAssembly's memory.
   * @param {() => void} settle
   */
  #end(settle) {
    settle();
    clearTimeout(this.#timer);
    for (const controller of this.#inFlight.values()) controller.abort();
    this.#connection.runs.delete(this);
    this.#signal?.removeEventListener("abort", this.#onAbort);
    globalThis.document?.removeEventListener("visibilitychange", this.#onVisible);
    const task = this.#task;
    this.#task = undefined;
    try {
      this.#lastProgress = task?.progress() ?? "";
    } finally {
      task?.free();
    }
  }
}

/**
 * Calls back. What the caller's function throws is the caller's: it is told, and changes nothing here.
 * @param {Function | undefined} callback
 * @param {object} value
 */
function notify(callback, value) {
  try {
    callback?.(value);
  } catch (thrown) {
    // Servers' runtimes lack reportError.
    (globalThis.reportError ?? console.error)(thrown);
  }
}
