/** Keeps a room's state in a storage, for an emulator that is ended and made anew, as in a service worker. */

/**
 * @typedef {import("./shelf.js").Storage} Storage
 * @typedef {import("./state.js").State} State
 */

export class Keeper {
  #state;
  #storage;
  #key;
  /** @type {Promise<void> | undefined} */
  #restored;
  /** The write under way. @type {Promise<void>} */
  #writing = Promise.resolve();
  /** The one after it, where somebody waits for it. @type {Promise<void> | undefined} */
  #next;

  /**
   * @param {State} state
   * @param {Storage | undefined} storage Without one nothing is kept.
   */
  constructor(state, storage) {
    this.#state = state;
    this.#storage = storage;
    this.#key = `room/${state.name}`;
  }

  /** Resolves when the state is the stored one, where there is one. Where reading it failed, the next call tries again. */
  async restored() {
    this.#restored ??= this.#restore();
    try {
      await this.#restored;
    } catch (error) {
      this.#restored = undefined;
      throw error;
    }
  }

  /**
   * Resolves when the state as it is now is stored. A write under way may have begun too early for that, so the one after it
   * is waited for, by all who have come meanwhile.
   */
  async save() {
    this.#next ??= this.#writing.then(() => this.#write());
    await this.#next;
  }

  async #restore() {
    const record = await this.#storage?.get(this.#key);
    if (record !== undefined) this.#state.restore(/** @type {import("./state.js").StateRecord} */ (record));
  }

  async #write() {
    this.#next = undefined;
    const written = Promise.resolve(this.#storage?.set(this.#key, structuredClone(this.#state.record())));
    this.#writing = written.then(() => {}, () => {});
    await written;
  }
}
