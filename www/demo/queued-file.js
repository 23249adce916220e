/** One file in the queue: how far it is on its way to X, and what came of it. */

/**
 * @typedef {import("../../src/js/index.js").Media} Media
 * @typedef {import("../../src/js/index.js").Upload} Upload
 * @typedef {import("../../src/js/index.js").UploadProgress} UploadProgress
 * @typedef {Exclude<UploadProgress["phase"], "paused" | "ready">} Step
 *
 * @typedef {{ name: "waiting" }
 *   | { name: "under_way" }
 *   | { name: "ready", media: Media }
 *   | { name: "failed", error: unknown }
 *   | { name: "cancelled" }} Stage
 *
 * @typedef {object} Reports What an upload tells the file that it is of.
 * @property {(progress: UploadProgress) => void} onProgress
 * @property {() => void} onResumed
 */

export class QueuedFile {
  /** @type {Stage} */
  stage = { name: "waiting" };
  altText = "";
  /** Whether this goes on where an earlier upload stopped. */
  isResumed = false;
  /** @type {UploadProgress | undefined} */
  progress;
  /** Which steps it came to, in their order: a picture never comes to the processing. @type {Set<Step>} */
  reached = new Set();
  /** On the clock of performance.now(). */
  startedAt = 0;
  endedAt = 0;
  /** @type {Upload | undefined} */
  #upload;
  #onChange;

  /**
   * @param {File} file
   * @param {(file: QueuedFile) => void} onChange
   */
  constructor(file, onChange) {
    this.file = file;
    this.#onChange = onChange;
  }

  get isPaused() {
    return this.stage.name === "under_way" && this.progress?.phase === "paused";
  }

  /** Where it is, or where it stopped. */
  get step() {
    return [...this.reached].at(-1);
  }

  /**
   * Sends the file, to whatever end; never rejects.
   * @param {(reports: Reports) => Upload} begin
   */
  async send(begin) {
    this.progress = undefined;
    this.reached.clear();
    this.isResumed = false;
    this.startedAt = performance.now();
    this.#enter({ name: "under_way" });
    try {
      this.#upload = begin({
        onProgress: (progress) => this.#moved(progress),
        onResumed: () => {
          this.isResumed = true;
          this.reached.clear(); // what was reported before the session was found
        },
      });
      const media = await this.#upload.done();
      this.#end({ name: "ready", media });
    } catch (error) {
      const isAbort = error instanceof DOMException && error.name === "AbortError";
      this.#end(isAbort ? { name: "cancelled" } : { name: "failed", error });
    }
  }

  pause() {
    this.#upload?.pause();
  }

  resume() {
    this.#upload?.resume();
  }

  cancel() {
    this.#upload?.abort();
  }

  /** Back into the queue. */
  wait() {
    this.#enter({ name: "waiting" });
  }

  /** @param {UploadProgress} progress */
  #moved(progress) {
    if (this.stage.name !== "under_way") return;
    this.progress = progress;
    if (progress.phase !== "paused" && progress.phase !== "ready") this.reached.add(progress.phase);
    this.#onChange(this);
  }

  /** @param {Stage} stage */
  #end(stage) {
    this.#upload?.free();
    this.#upload = undefined;
    this.endedAt = performance.now();
    this.#enter(stage);
  }

  /** @param {Stage} stage */
  #enter(stage) {
    this.stage = stage;
    this.#onChange(this);
  }
}
