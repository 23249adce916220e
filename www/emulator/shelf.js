/** Keeps the bytes of the latest uploads, each segment by itself, and lets go of the oldest beyond a budget. */

/**
 * @typedef {import("./media.js").Media} Media
 *
 * @typedef {object} Storage What a Map is, or a database. Values are whatever structured clone takes.
 * @property {(key: string) => unknown} get undefined, or a promise of it, where there is none.
 * @property {(key: string, value: unknown) => unknown} set
 * @property {(key: string) => unknown} delete
 */

export class Shelf {
  /** @type {Map<Media, number>} Bytes held for each, the one touched last at the end. */
  #held = new Map();
  #total = 0;

  /**
   * @param {Storage} storage
   * @param {number} budget In bytes.
   */
  constructor(storage, budget) {
    this.storage = storage;
    this.budget = budget;
  }

  /**
   * @param {Media} media
   * @param {number} index
   * @param {Uint8Array} contents With a buffer of its own: a clone takes all of that along.
   */
  async put(media, index, contents) {
    await this.storage.set(keyOf(media, index), contents);
    media.append(index, contents.length);
    this.hold(media);
    for (const oldest of this.#held.keys()) {
      if (this.#total <= this.budget || oldest === media) return;
      oldest.isDropped = true;
      await this.remove(oldest);
    }
  }

  /**
   * The segments in the order of their indexes; undefined where they are no longer kept.
   * @param {Media} media
   */
  async read(media) {
    if (media.isDropped) return undefined;
    const indexes = [...media.segments.keys()].sort((one, other) => one - other);
    const chunks = await Promise.all(indexes.map((index) => this.storage.get(keyOf(media, index))));
    return /** @type {Uint8Array[]} */ (chunks);
  }

  /**
   * Counts what is in the storage of a media.
   * @param {Media} media
   */
  hold(media) {
    this.#total += media.size - this.#forget(media);
    this.#held.set(media, media.size);
  }

  /** @param {Media} media */
  async remove(media) {
    this.#total -= this.#forget(media);
    await Promise.all([...media.segments.keys()].map((index) => this.storage.delete(keyOf(media, index))));
  }

  /** @param {Media} media */
  #forget(media) {
    const bytes = this.#held.get(media) ?? 0;
    this.#held.delete(media);
    return bytes;
  }
}

/**
 * @param {Media} media
 * @param {number} index
 */
function keyOf({ room, id }, index) {
  return `segment/${room}/${id}/${index}`;
}
