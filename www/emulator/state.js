/** All that an emulator remembers, and what it was told to be like. */

import { Log } from "./log.js";
import { MOODS, USED_UP_SECS, newMemory } from "./moods.js";
import { Rules } from "./faults.js";
import { MediaStore } from "./media.js";
import { RateLimits } from "./rate-limits.js";
import { processingInfo } from "./processing.js";
import { X } from "./settings.js";

/**
 * @typedef {import("./media.js").Media} Media
 * @typedef {import("./moods.js").MoodName} MoodName
 * @typedef {import("./processing.js").Processing} Processing
 *
 * @typedef {import("./settings.js").Settings} Settings
 *
 * @typedef {object} Surroundings
 * @property {string} name Of the room.
 * @property {() => number} now In milliseconds since the epoch.
 * @property {(chunks: Uint8Array[]) => Promise<string>} sha256
 * @property {import("./shelf.js").Shelf} shelf
 * @property {number} seed
 * @property {MoodName} mood It starts in, and returns to when reset.
 *
 * @typedef {ReturnType<State["record"]>} StateRecord
 */

export class State {
  store = new MediaStore();
  log = new Log();
  rules = new Rules();
  /** Those of signed requests: none is good twice. @type {Set<string>} */
  nonces = new Set();

  /**
   * @param {Surroundings} surroundings
   * @param {Partial<Settings>} settings Those it starts with, and returns to when reset.
   */
  constructor({ name, now, sha256, shelf, seed, mood }, settings) {
    this.name = name;
    this.now = now;
    this.sha256 = sha256;
    this.shelf = shelf;
    this.seed = seed;
    this.initialSettings = { ...X, ...settings };
    this.settings = this.initialSettings;
    this.limits = new RateLimits(this.settings.rateLimits);
    this.memory = newMemory(seed);
    this.initialMood = mood;
    this.moodName = mood;
    /** @type {Processing} */
    this.processing = this.mood.processing;
  }

  get mood() {
    return MOODS[this.moodName];
  }

  /** Back to how it was made; resolves when the bytes are gone too. */
  async reset() {
    const media = this.store.all();
    this.store.clear();
    this.log.clear();
    this.rules.clear();
    this.nonces.clear();
    this.#set(this.initialSettings);
    this.memory = newMemory(this.seed);
    this.setMood(this.initialMood);
    await Promise.all(media.map((each) => this.shelf.remove(each)));
  }

  /** All of it but the bytes of segments, as data that can be cloned. */
  record() {
    const { moodName, processing, settings, memory, nonces } = this;
    return {
      moodName,
      processing,
      settings,
      memory,
      nonces,
      rules: this.rules.record(),
      limits: this.limits.record(),
      store: this.store.record(),
      log: this.log.record(),
    };
  }

  /** @param {StateRecord} record */
  restore({ moodName, processing, settings, memory, nonces, rules, limits, store, log }) {
    Object.assign(this, { moodName, processing, memory, nonces });
    this.#set(settings);
    this.rules.restore(rules);
    this.limits.restore(limits);
    this.store.restore(store);
    this.log.restore(log);
    for (const media of this.store.all()) if (!media.isDropped) this.shelf.hold(media);
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
    this.memory = { ...newMemory(this.seed), chance: this.memory.chance };
    this.processing = this.mood.processing;
  }

  /**
   * The limits of a command, after this request was counted.
   * @param {import("./faults.js").Struck} request
   */
  take(request) {
    const window = this.limits.of(request);
    if (this.mood.usesUpLimit?.(request, this.memory)) window.useUp(USED_UP_SECS, this.now());
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
   * The SHA-256 of a media's contents, undefined where they are no longer kept.
   * @param {Media} media
   */
  async digestOf(media) {
    const chunks = media.sha256 === undefined ? await this.shelf.read(media) : undefined;
    if (chunks) media.sha256 = await this.sha256(chunks);
    return media.sha256;
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
