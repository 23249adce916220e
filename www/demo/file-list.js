/** The list of files: a row for each, in the order in which they are sent. */

import { byId } from "./dom.js";
import { FileRow } from "./file-row.js";

/**
 * @typedef {import("./queue.js").Queue} Queue
 * @typedef {import("./queued-file.js").QueuedFile} QueuedFile
 */

const TICK_MS = 250;

export class FileList {
  #list = byId("files", HTMLElement);
  #input = byId("file", HTMLInputElement);
  #actions;
  /** @type {Map<QueuedFile, FileRow>} */
  #rows = new Map();

  /** @param {import("./file-row.js").Actions} actions */
  constructor(actions) {
    this.#actions = actions;
    // A countdown goes on where nothing else changes.
    window.setInterval(() => this.#rows.forEach((row) => row.tick()), TICK_MS);
  }

  /** @param {Queue} queue */
  show({ files, isRunning }) {
    this.#list.hidden = files.length === 0;
    for (const [file, row] of this.#rows) {
      if (!files.includes(file)) this.#drop(file, row);
    }
    for (const file of files) {
      if (!this.#rows.has(file)) this.#add(file);
      this.#rows.get(file)?.show(isRunning);
    }
  }

  /**
   * @param {QueuedFile} file
   * @param {Queue} queue
   */
  showFile(file, { isRunning }) {
    this.#rows.get(file)?.show(isRunning);
  }

  /** @param {QueuedFile | undefined} file */
  focusOn(file) {
    if (file) this.#rows.get(file)?.element.focus();
  }

  /** @param {QueuedFile} file */
  #add(file) {
    const row = new FileRow(file, this.#actions);
    this.#rows.set(file, row);
    this.#list.append(row.element);
  }

  /**
   * @param {QueuedFile} file
   * @param {FileRow} row
   */
  #drop(file, row) {
    const hadFocus = row.element.contains(document.activeElement);
    const next = row.element.nextElementSibling ?? row.element.previousElementSibling;
    row.dispose();
    this.#rows.delete(file);
    if (hadFocus) (next instanceof HTMLElement ? next : this.#input).focus();
  }
}
