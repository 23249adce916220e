/**
 * An emulator of X's media endpoints, 1.1 and 2, as a handler of the Fetch API. It answers as X does as far as that is
 * documented or recorded, keeps what was uploaded, and fails on demand. See README.md.
 */

import { checkOptions } from "./checks.js";
import { ConnectionCut } from "./connection-cut.js";
import { fetchBy } from "./fetch.js";
import { createRoom } from "./room.js";
import { Shelf } from "./shelf.js";
import { joined } from "./uploads.js";

export { ConnectionCut };

/**
 * @typedef {import("./room.js").Room} Room
 *
 * @typedef {object} Surroundings
 * @property {() => number} now In milliseconds since the epoch.
 * @property {(chunks: Uint8Array[]) => Promise<string>} sha256
 * @property {import("./shelf.js").Storage | undefined} storage Keeps all rooms; without it they end with the emulator.
 * @property {number} budget How many bytes of uploads are kept.
 * @property {number} seed Of what happens by chance in the mood `flaky`.
 * @property {import("./moods.js").MoodName} mood Each room starts in, and returns to when reset.
 *
 * @typedef {import("./state.js").Settings & Surroundings} Options
 *
 * @typedef {Room & { room: (name: string) => Room }} Emulator The room at the root, and the way to all others.
 */

/** A room's name, and the path within it. */
const ROOM = /^\/x\/([^/]+)(.*)$/;

/** Two of the largest videos that 1.1 took (512 MB) and some more: a server that stays up for days should not hold all it ever got. */
const DEFAULT_BUDGET = 1.5 * 2 ** 30;

/**
 * @param {Partial<Options>} [options]
 * @returns {Emulator}
 */
export function createEmulator(options = {}) {
  checkOptions(options);
  const {
    now = () => Date.now(), // looked up each time: tests replace it
    sha256 = webCryptoSha256,
    storage,
    budget = DEFAULT_BUDGET,
    seed = 1,
    mood = "instant",
    ...settings
  } = options;
  const shelf = new Shelf(storage ?? new Map(), budget);
  /** @type {Map<string, Room>} By the name as it stands in a path; "" is the one at the root. */
  const rooms = new Map();

  /** @param {string} name */
  const roomAt = (name) => {
    const known = rooms.get(name);
    if (known) return known;
    const made = createRoom({ name, now, sha256, shelf, storage, seed, mood }, settings);
    rooms.set(name, made);
    return made;
  };

  /** @type {Room["answer"]} */
  const answer = (request, pathname = new URL(request.url).pathname) => {
    const [, name = "", path = pathname] = ROOM.exec(pathname) ?? [];
    return roomAt(name).answer(request, path || "/");
  };

  return { ...roomAt(""), answer, fetch: fetchBy(answer), room: (name) => roomAt(encodeURIComponent(name)) };
}

/** @param {Uint8Array[]} chunks */
async function webCryptoSha256(chunks) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", joined(chunks)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
