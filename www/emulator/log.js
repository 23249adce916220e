/** The requests that were seen, in the order of their arrival. */

import { scheme } from "./auth.js";

/**
 * @typedef {object} Entry
 * @property {number} n From 1.
 * @property {number} at When it arrived, in milliseconds since the epoch.
 * @property {number | null} ended_at When it was answered, or cut, or the client went away.
 * @property {string} method
 * @property {string} path With its query.
 * @property {import("./vocabulary.js").ApiVersion | null} api
 * @property {import("./vocabulary.js").Command | null} command
 * @property {string | null} media_id
 * @property {number | null} segment_index
 * @property {number} bytes Of the request's body.
 * @property {number | null} status Of the answer, where one was made.
 * @property {import("./faults.js").Fault["kind"] | import("./named-faults.js").FaultName | null} fault
 *   The one that struck it, by its name where it has one.
 * @property {boolean} gone Whether the client went away first.
 * @property {{ authorization: import("./auth.js").Scheme, content_type: string | null, origin: string | null }} headers
 *   Never the value of an authorization.
 */

/** What a day of testing by hand does not reach. */
const MOST_ENTRIES = 20_000;
/** All of them would be written with every request. */
const MOST_STORED = 1000;

export class Log {
  /** @type {Entry[]} */
  #entries = [];
  #count = 0;

  /**
   * @param {Request} request
   * @param {string} path Within the room.
   * @param {number} now
   * @returns {Entry} To be filled in as more is known.
   */
  arrived(request, path, now) {
    const { search } = new URL(request.url);
    const { headers } = request;
    /** @type {Entry} */
    const entry = {
      n: ++this.#count,
      at: now,
      ended_at: null,
      method: request.method,
      path: path + search,
      api: null,
      command: null,
      media_id: null,
      segment_index: null,
      bytes: 0,
      status: null,
      fault: null,
      gone: false,
      headers: {
        authorization: scheme(headers),
        content_type: headers.get("content-type"),
        origin: headers.get("origin"),
      },
    };
    this.#entries.push(entry);
    if (this.#entries.length > MOST_ENTRIES) this.#entries.shift();
    return entry;
  }

  all() {
    return this.#entries;
  }

  clear() {
    this.#entries = [];
    this.#count = 0;
  }

  record() {
    return { count: this.#count, entries: this.#entries.slice(-MOST_STORED) };
  }

  /** @param {ReturnType<Log["record"]>} record */
  restore({ count, entries }) {
    this.#count = count;
    this.#entries = entries;
  }
}
