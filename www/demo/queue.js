/** The files to send, one after the other: each has the whole line while it is under way. */

import { QueuedFile } from "./queued-file.js";

/**
 * @typedef {import("./queued-file.js").Reports} Reports
 * @typedef {import("../../src/js/index.js").Upload} Upload
 *
 * @typedef {object} QueueOptions
 * @property {(file: QueuedFile, reports: Reports) => Upload} begin Starts the upload of one file.
 * @property {(file: QueuedFile) => void} onFile Called when anything of that file has changed.
 * @property {() => void} onQueue Called when the queue was started, has ended, or has other files.
 */

export class Queue {
  /** @type {QueuedFile[]} */
  files = [];
  isRunning = false;
  #options;

  /** @param {QueueOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /** The one that is being sent, or is paused. */
  get current() {
    return this.files.find(({ stage }) => stage.name === "under_way");
  }

  get waiting() {
    return this.files.filter(({ stage }) => stage.name === "waiting");
  }

  /** How many have an end, of whatever kind. */
  get ended() {
    return this.files.length - this.waiting.length - (this.current ? 1 : 0);
  }

  /** @param {File[]} files */
  add(files) {
    const added = files.map((file) => new QueuedFile(file, this.#options.onFile));
    this.files.push(...added);
    this.#options.onQueue();
    return added;
  }

  /** @param {QueuedFile} file that is not under way */
  remove(file) {
    this.files = this.files.filter((each) => each !== file);
    this.#options.onQueue();
  }

  /** Sends again what did not end well. @param {QueuedFile} file */
  retry(file) {
    file.wait();
    void this.start();
  }

  /** Sends what waits, and what is added before that is done. */
  async start() {
    if (this.isRunning) return;
    this.isRunning = true;
    this.#options.onQueue();
    for (let next = this.waiting[0]; next; next = this.waiting[0]) {
      const file = next;
      await file.send((reports) => this.#options.begin(file, reports));
    }
    this.isRunning = false;
    this.#options.onQueue();
  }
}
