/** What becomes of uploads that the page did not see to their end, and how to go on with them. */

import { byId } from "./dom.js";
import { forget, unfinished } from "./unfinished.js";

/**
 * @typedef {import("./queue.js").Queue} Queue
 * @typedef {import("./load.js").Package} Package
 */

export class Survival {
  #notice = byId("unfinished", HTMLElement);
  #words = byId("unfinished-words", HTMLElement);

  /** @param {() => Package | undefined} loaded */
  constructor(loaded) {
    byId("forget", HTMLButtonElement).addEventListener("click", async () => {
      const stores = loaded();
      if (stores) await forget(stores.indexedDbStore());
      this.#notice.hidden = true;
      byId("file", HTMLInputElement).focus();
    });
  }

  /** @param {Queue} queue */
  show({ files, isRunning }) {
    const names = isRunning ? [] : unfinished();
    this.#notice.hidden = names.length === 0;
    if (names.length > 0) this.#words.textContent = wordsFor(names, files.map(({ file }) => file.name));
  }
}

/**
 * @param {string[]} names of files whose upload is not finished
 * @param {string[]} here those in the list
 */
function wordsFor(names, here) {
  const list = new Intl.ListFormat("en").format(names);
  const isHere = names.every((name) => here.includes(name));
  const how = isHere ? "Upload again" : `Choose the same file${names.length > 1 ? "s" : ""} again`;
  return `Not finished: ${list}. ${how}, and it goes on where it stopped.`;
}
