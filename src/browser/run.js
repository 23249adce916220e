// Carries out one task of the core: does what it says, with the browser's own means, and tells it what came of it.
//
// The core has every rule; nothing here decides. Whatever the caller's functions call back ends in `#tell`, which only takes
// note while `#step` is under way.

import { failed, invalid, MediaUploadError } from "../js/error.js";
import { functionOr, tagOf } from "./arguments.js";

/** @typedef {import("./connection.js").Connection} Connection */
/** @typedef {import("../../target/wasm-bindgen/x_media_upload.js").Core} Core */
/** @typedef {import("../../target/wasm-bindgen/x_media_upload.js").Task} Task */

/** A store that takes longer is left alone. */
const LONGEST_STORING_MS = 10_000;

/** A timer of more than 2^31 ms would fire at once. Who is woken early looks at the clock, and sleeps again. */
const LONGEST_SLEEP_MS = 3_600_000;

export class Run {
  #core;
  /** Until the end. @type {Task | undefined} */
  #task;
  /** What was left of it. @type {{ progress: string, session: string | undefined }} */
  #last = { progress: "", session: undefined };
  #connection;
  #file;
  /** @type {AbortSignal | undefined} */
  #signal;
  /** @type {Function | undefined} */
  #onStatus;
  /** @type {Function | undefined} */
  #onProgress;
  /** @type {Function | undefined} */
  #onSession;
  /** @type {any} */
  #store;
  /** Under what the store has the session of this upload. */
  #key = "";
  /** The save that is under way, and what of it is the store's part. @type {Promise<unknown> | undefined} */
  #saving;
  /** @type {Promise<unknown> | undefined} */
  #storing;
  /** Events that the task was not yet told, as JSON. @type {string[]} */
  #events = [];
  /** What was thrown, by the id of the request, or by what was done. @type {Map<number | string, unknown>} */
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
   * @param {{ signal?: any, onStatus?: unknown, onProgress?: unknown, onSession?: unknown, store?: unknown }} options
   */
  constructor(core, task, connection, file, { signal, onStatus, onProgress, onSession, store }) {
    if (signal !== undefined && tagOf(signal) !== "AbortSignal") throw invalid("signal", "an AbortSignal");
    this.#core = core;
    this.#task = task;
    this.#connection = connection;
    this.#file = file;
    this.#signal = signal;
    this.#onStatus = functionOr(onStatus, "onStatus");
    this.#onProgress = functionOr(onProgress, "onProgress");
    this.#onSession = functionOr(onSession, "onSession");
    this.#store = storeOr(store);
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    connection.begin(this);
    if (signal?.aborted) {
      this.#onAbort();
    } else {
      signal?.addEventListener("abort", this.#onAbort);
      // A hidden page's timers are late, and without a network some wait for longer than they need to.
      globalThis.document?.addEventListener("visibilitychange", this.#onWake);
      globalThis.addEventListener?.("online", this.#onWake);
      queueMicrotask(() => this.step());
    }
  }

  get progress() {
    return JSON.parse(this.#task?.progress() ?? this.#last.progress);
  }

  /** @returns {import("../js/index.d.ts").UploadSession | undefined} */
  get session() {
    const session = this.#task ? this.#task.session() : this.#last.session;
    return session === undefined ? undefined : JSON.parse(session);
  }

  /** @param {boolean} pause */
  pause(pause) {
    this.#tell(`{"pause":${pause}}`);
  }

  /** A function of the caller's threw. @param {unknown} thrown */
  threw(thrown) {
    this.#thrown.set("callback", thrown);
    this.#tell('{"threw":true}');
  }

  /** @param {unknown} [reason] */
  abort(reason = new DOMException("The upload was aborted.", "AbortError")) {
    this.#aborted ??= { reason };
    this.#tell('{"abort":true}');
  }

  #onAbort = () => this.abort(this.#signal?.reason);
  #onWake = () => this.step();

  /** @param {string} event */
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
    const online = globalThis.navigator?.onLine !== false;
    const answer = task.step(performance.now(), Date.now(), Math.random(), online, this.#events.shift());
    const { do: what, id, refreshed, epoch, forget, value } = JSON.parse(answer);
    switch (what) {
      case "read_ends":
        this.#readEnds(value);
        break;
      case "load":
        this.#load(JSON.stringify(value));
        break;
      case "save":
        this.#save(value);
        break;
      case "send":
        this.#send(id, value, refreshed, epoch);
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
        this.#end(() => this.#resolve(value), forget);
        break;
      case "reject":
        this.#end(() => this.#reject(this.#errorOf(value)), forget);
        break;
      case "abort":
        this.#end(() => this.#reject(this.#aborted?.reason));
        break;
    }
    return true;
  }

  /** @param {number} bytes */
  async #readEnds(bytes) {
    const file = /** @type {Blob} */ (this.#file);
    try {
      const ends = await new Blob([file.slice(0, bytes), file.slice(-bytes)]).arrayBuffer();
      this.#tell(`{"ends":[${new Uint8Array(ends)}]}`);
    } catch (thrown) {
      this.#thrown.set("ends", thrown);
      this.#tell('{"ends":null}');
    }
  }

  /** @param {string} key */
  async #load(key) {
    this.#key = key;
    const session = await this.#stored(async () => JSON.stringify(await this.#store.get(key)));
    this.#tell(`{"loaded":${session || null}}`);
  }

  /** @param {object} session */
  #save(session) {
    this.#saving = (async (before) => {
      await before;
      this.#storing = this.#stored(() => this.#store.set(this.#key, session));
      await this.#storing;
      try {
        await this.#onSession?.(session);
        this.#tell('{"saved":true}');
      } catch (thrown) {
        this.threw(thrown);
      }
    })(this.#saving);
  }

  async #forget() {
    await this.#storing;
    await this.#stored(() => this.#store.delete(this.#key));
  }

  /**
   * What the store gives. One that fails does not fail the upload, and one that takes too long is not asked again.
   * @param {() => unknown} work
   */
  async #stored(work) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(() => {
        this.#key = "";
        resolve(undefined);
      }, LONGEST_STORING_MS);
    });
    try {
      return await (this.#key && Promise.race([work(), late]));
    } catch {
      return undefined;
    } finally {
      clearTimeout(timer);
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
   * @param {number} epoch
   */
  async #send(id, request, refreshed, epoch) {
    const controller = new AbortController();
    this.#inFlight.set(id, controller);
    const { command, start, end } = request;
    const segment = end === undefined ? undefined : this.#file?.slice(start, end);
    const file = command === "FINALIZE" ? this.#file : segment;
    const { outcome, thrown } = await this.#connection.send(request, refreshed, epoch, file, controller);
    this.#inFlight.delete(id);
    if (thrown !== undefined) this.#thrown.set(id, thrown);
    this.#tell(`{"id":${id},"outcome":${outcome}}`);
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
   * @param {boolean} [forget] whether the stored session is of no use any more
   */
  #end(settle, forget) {
    if (forget && this.#key) this.#forget().then(settle);
    else settle();
    clearTimeout(this.#timer);
    for (const controller of this.#inFlight.values()) controller.abort();
    this.#connection.end(this);
    this.#signal?.removeEventListener("abort", this.#onAbort);
    globalThis.document?.removeEventListener("visibilitychange", this.#onWake);
    globalThis.removeEventListener?.("online", this.#onWake);
    const task = this.#task;
    this.#task = undefined;
    try {
      if (task) this.#last = { progress: task.progress(), session: task.session() };
    } finally {
      task?.free();
    }
  }
}

/**
 * A store, or undefined.
 * @param {any} store
 */
function storeOr(store) {
  const isOne = ["get", "set", "delete"].every((name) => typeof store?.[name] === "function");
  if (store !== undefined && !isOne) throw invalid("store", "an object with the functions get, set and delete");
  return store;
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
