/** Keeps what an emulator stores in IndexedDB, each value under its own key. */

import { createStore, del, get, promisifyRequest, set } from "idb-keyval";

/** @typedef {import("../emulator/shelf.js").Storage} Storage */

/** X forgets most media after a day. */
const DAY_MS = 24 * 60 * 60 * 1000;

/** @implements {Storage} */
export class RoomStore {
  #objects;

  /** @param {string} databaseName */
  constructor(databaseName) {
    this.#objects = createStore(databaseName, "rooms");
  }

  /** @param {string} key */
  async get(key) {
    const stored = await get(key, this.#objects);
    return stored?.value;
  }

  /**
   * @param {string} key
   * @param {unknown} value
   */
  async set(key, value) {
    await set(key, { value, storedAt: Date.now() }, this.#objects);
  }

  /** @param {string} key */
  async delete(key) {
    await del(key, this.#objects);
  }

  /** Removes the rooms that were not used for a day: `room/<room>`, and `segment/<room>/…`, which is most of it. */
  async removeOld() {
    const before = Date.now() - DAY_MS;
    await this.#objects("readwrite", (objects) => {
      const reading = objects.openCursor(startingWith("room/"));
      reading.onsuccess = () => {
        const cursor = reading.result;
        if (!cursor) return;
        if (cursor.value.storedAt < before) {
          const room = String(cursor.key).slice("room/".length);
          objects.delete(startingWith(`segment/${room}/`));
          cursor.delete();
        }
        cursor.continue();
      };
      return promisifyRequest(objects.transaction);
    });
  }
}

/** @param {string} prefix */
function startingWith(prefix) {
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`);
}
