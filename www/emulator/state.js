/** All that an emulator remembers, and what it was told to be like. */

import { Log } from "./log.js";
import { MOODS, USED_UP_SECS, seededRandom } from "./moods.js";
import { Rules } from "./faults.js";
import { MediaStore } from "./media.js";
import { RateLimits } from "./rate-limits.js";
import { processingInfo } from "./processing.js";

/**
 * @typedef {import("./media.js").Media} Media
 * @typedef {import("./moods.js").MoodName} MoodName
 * @typedef {import("./processing.js").Processing} Processing
 *
 * @typedef {object} OwnSettings
 * @property {number} maxSegmentBytes A larger segment draws a 413. "Server maximum is 8 MB" (X's page
 *   on append, 2026), though 5 MB have drawn it too.
 * @property {number | null} expiresAfterSecs null for X's own.
 * @property {Partial<Record<import("./vocabulary.js").Command, import("./rate-limits.js").Limit>>} rateLimits
 *   Instead of X's own.
 * @property {boolean} emptyJson Whether FINALIZE of version 2 may be JSON with an empty body; see v2.js.
 * @property {boolean} widthAndHeight Whether FINALIZE of version 2 tells a picture's size as `width` and `height`.
 *
 * @typedef {import("./auth.js").AuthSettings & import("./cors.js").CorsSettings & OwnSettings} Settings
 *
 * @typedef {object} Surroundings
 * @property {() => number} now In milliseconds since the epoch.
 * @property {(chunks: Uint8Array[]) => Promise<string>} sha256
 * @property {import("./shelf.js").Shelf} shelf
 * @property {number} seed
 * @property {MoodName} mood It starts in, and returns to when reset.
 */

/** @type {Settings} */
const X = {
  tokens: null,
  oauth1: null,
  strictAuth: false,
  allowedOrigins: [],
  exposedHeaders: [],
  maxSegmentBytes: 8_000_000,
  expiresAfterSecs: null,
  rateLimits: {},
  emptyJson: false,
  widthAndHeight: false,
};

export class State {
  store = new MediaStore();
  log = new Log();
  rules = new Rules();
  /** Those of signed requests: none is good twice. @type {Set<string>} */
  nonces = new Set();
  #random;

  /**
   * @param {Surroundings} surroundings
   * @param {Partial<Settings>} settings Those it starts with, and returns to when reset.
   */
  constructor({ now, sha256, shelf, seed, mood }, settings) {
    this.now = now;
    this.sha256 = sha256;
    this.shelf = shelf;
    this.seed = seed;
    this.initialSettings = { ...X, ...settings };
    this.settings = this.initialSettings;
    this.limits = new RateLimits(this.settings.rateLimits);
    this.#random = seededRandom(seed);
    this.initialMood = mood;
    this.moodName = mood;
    this.mood = MOODS[mood](this.#random);
    /** @type {Processing} */
    this.processing = this.mood.processing;
  }

  reset() {
    for (const media of this.store.all()) this.shelf.remove(media);
    this.store.clear();
    this.log.clear();
    this.rules.clear();
    this.nonces.clear();
    this.#set(this.initialSettings);
    this.#random = seededRandom(this.seed);
    this.setMood(this.initialMood);
  }

  /** @param {Partial<Settings>} settings */
  change(settings) {
    this.#set({ ...this.settings, ...settings });
  }

  /** @param {Settings} settings */
  #set(settings) {
    this.settings = settings;
    this.limits = new RateLimits(settings.rateLimits);
  }

  /**
   * Rules stay as they are.
   * @param {MoodName} name
   */
  setMood(name) {
    this.moodName = name;
    this.mood = MOODS[name](this.#random);
    this.processing = this.mood.processing;
  }

  /**
   * The limits of a command, after this request was counted.
   * @param {import("./faults.js").Struck} request
   */
  take(request) {
    const window = this.limits.of(request);
    if (this.mood.usesUpLimit?.(request)) window.useUp(USED_UP_SECS, this.now());
    return { allowed: window.take(this.now()), headers: window.headers() };
  }

  /**
   * The headers of a limit that was reached, without it being so.
   * @param {import("./faults.js").Struck} request
   */
  limitReached(request) {
    return this.limits.of(request).headersWhenUsedUp(USED_UP_SECS, this.now());
  }

  /**
   * Whether STATUS speaks of it although it was never finalized.
   * @param {Media} media
   */
  answersEarlyStatus(media) {
    return media.finalizedAt === undefined && this.mood.earlyStatus === true;
  }

  /**
   * What FINALIZE and STATUS say of media that is processed.
   * @param {Media} media
   */
  tellProcessing(media) {
    return processingInfo(this.processing, media.timesTold++, this.#elapsedSecs(media)) ?? undefined;
  }

  /**
   * How far a media has come, in one word.
   * @param {Media} media
   */
  stateOf(media) {
    if (media.finalizedAt === undefined) return "uploading";
    if (!media.isProcessed) return "succeeded";
    const told = Math.max(0, media.timesTold - 1);
    return processingInfo(this.processing, told, this.#elapsedSecs(media))?.state ?? "succeeded";
  }

  /** @param {Media} media */
  #elapsedSecs({ finalizedAt }) {
    return finalizedAt === undefined ? 0 : (this.now() - finalizedAt) / 1000;
  }
}
