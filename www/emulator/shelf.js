/**
 * Keeps the bytes of the latest uploads, and lets go of the oldest beyond a budget: a server that
 * stays up for days has any number of emulators, and should not hold all they ever got.
 */

/** @typedef {import("./media.js").Media} Media */

/** Two of the largest videos that 1.1 took (512 MB) and some more. */
const DEFAULT_BUDGET = 1.5 * 2 ** 30;

export class Shelf {
  /** @type {Map<Media, number>} Bytes held for each, the one touched last at the end. */
  #held = new Map();
  #total = 0;

  /** @param {number} [budget] In bytes. */
  constructor(budget = DEFAULT_BUDGET) {
    this.budget = budget;
  }

  /**
   * To be told of each media that grew.
   * @param {Media} media
   */
  touch(media) {
    this.#total += media.size - this.#forget(media);
    this.#held.set(media, media.size);
    for (const oldest of this.#held.keys()) {
      if (this.#total <= this.budget || oldest === media) return;
      this.remove(oldest);
      oldest.drop();
    }
  }

  /** @param {Media} media */
  remove(media) {
    this.#total -= this.#forget(media);
  }

  /** @param {Media} media */
  #forget(media) {
    const bytes = this.#held.get(media) ?? 0;
    this.#held.delete(media);
    return bytes;
  }
}
