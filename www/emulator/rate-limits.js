/** X's limits, one for each command, told in every answer. */

/**
 * @typedef {import("./vocabulary.js").ApiVersion} ApiVersion
 * @typedef {import("./vocabulary.js").Command} Command
 *
 * @typedef {object} Limit
 * @property {number} limit
 * @property {number} window_secs
 */

/**
 * 1.1: as recorded for INIT, APPEND and FINALIZE from 2019 to 2022, and for METADATA in 2022 (rtweet); the rest was
 * never seen. 2: the documented limits for each user.
 * @type {Record<ApiVersion, Record<Command, Limit>>}
 */
const LIMITS = {
  "1.1": {
    INIT: { limit: 200, window_secs: 3600 },
    APPEND: { limit: 20_000, window_secs: 3600 },
    FINALIZE: { limit: 615, window_secs: 3600 },
    STATUS: { limit: 1000, window_secs: 900 },
    METADATA: { limit: 2000, window_secs: 3600 },
    SUBTITLES: { limit: 100, window_secs: 900 },
  },
  2: {
    INIT: { limit: 1875, window_secs: 900 },
    APPEND: { limit: 1875, window_secs: 900 },
    FINALIZE: { limit: 1875, window_secs: 900 },
    STATUS: { limit: 1000, window_secs: 900 },
    METADATA: { limit: 500, window_secs: 900 },
    SUBTITLES: { limit: 100, window_secs: 900 },
  },
};

/** INIT of pictures and GIFs in 1.1, recorded as often as the 200 of video. */
const PICTURES = { limit: 415, window_secs: 3600 };

class Window {
  /**
   * @param {Limit} limit
   * @param {number} [used]
   * @param {number} [resetAt] In seconds since the epoch, as X tells it.
   */
  constructor({ limit, window_secs }, used = 0, resetAt = 0) {
    this.limit = limit;
    this.windowSecs = window_secs;
    this.used = used;
    this.resetAt = resetAt;
  }

  /**
   * Counts a request.
   * @param {number} now
   * @returns {boolean} Whether it was within the limit.
   */
  take(now) {
    if (now >= this.resetAt * 1000) {
      this.used = 0;
      this.resetAt = Math.ceil(now / 1000) + this.windowSecs;
    }
    this.used += 1;
    return this.used <= this.limit;
  }

  /**
   * Nothing is left for some seconds, counted in whole ones as X counts.
   * @param {number} secs
   * @param {number} now
   */
  useUp(secs, now) {
    this.used = this.limit;
    this.resetAt = Math.ceil(now / 1000) + secs;
  }

  headers() {
    return this.#told(Math.max(0, this.limit - this.used), this.resetAt);
  }

  /**
   * What useUp would lead to.
   * @param {number} secs
   * @param {number} now
   */
  headersWhenUsedUp(secs, now) {
    return this.#told(0, Math.ceil(now / 1000) + secs);
  }

  /**
   * @param {number} remaining
   * @param {number} resetAt
   */
  #told(remaining, resetAt) {
    return {
      "x-rate-limit-limit": String(this.limit),
      "x-rate-limit-remaining": String(remaining),
      "x-rate-limit-reset": String(resetAt),
    };
  }
}

export class RateLimits {
  /** @type {Map<string, Window>} */
  #windows = new Map();

  /** @param {Partial<Record<Command, Limit>>} [limits] Instead of X's own. */
  constructor(limits = {}) {
    this.limits = limits;
  }

  /** @param {import("./faults.js").Struck} request */
  of({ api, command, media_type }) {
    const given = this.limits[command];
    const isPicture = !given && media_type?.startsWith("image/");
    const name = `${api} ${command}${isPicture ? " of pictures" : ""}`;
    const limit = given ?? (isPicture ? PICTURES : LIMITS[api][command]);
    const window = this.#windows.get(name) ?? new Window(limit);
    this.#windows.set(name, window);
    return window;
  }

  record() {
    return [...this.#windows].map(([name, { limit, windowSecs, used, resetAt }]) => ({ name, limit, windowSecs, used, resetAt }));
  }

  /** @param {ReturnType<RateLimits["record"]>} record */
  restore(record) {
    for (const { name, limit, windowSecs, used, resetAt } of record) {
      this.#windows.set(name, new Window({ limit, window_secs: windowSecs }, used, resetAt));
    }
  }
}
