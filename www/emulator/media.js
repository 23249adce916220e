/** What has been uploaded: ids, parameters of INIT, segments, and how far each media has come. */

import { expiresAfterSecs, isProcessed, keyPrefix } from "./vocabulary.js";

/** X's ids are snowflakes: milliseconds since this moment, then 22 bits. */
const SNOWFLAKE_EPOCH = 1_288_834_974_657;

/**
 * @typedef {import("./vocabulary.js").ApiVersion} ApiVersion
 *
 * @typedef {object} Parameters What INIT said.
 * @property {number} total_bytes
 * @property {string} media_type
 * @property {string} [media_category]
 * @property {string[]} [additional_owners]
 * @property {boolean} [shared]
 *
 * @typedef {object} Kind
 * @property {{ image_type: string, w: number, h: number }} [image]
 * @property {{ video_type: string }} [video]
 *
 * @typedef {object} Segment Its bytes are on the shelf.
 * @property {number} bytes
 * @property {number} times How often it was received; the last one counts.
 */

/** All of its fields can be cloned: that is how it is stored. */
export class Media {
  /** @type {Map<number, Segment>} */
  segments = new Map();
  /** Whether its bytes gave way to later uploads. */
  isDropped = false;
  /** @type {number | undefined} */
  finalizedAt;
  /** What X found it to be at FINALIZE.
   *  @type {Kind} */
  kind = {};
  /** How many answers have told of its processing: FINALIZE's is the first. */
  timesTold = 0;
  /** @type {unknown} */
  metadata;
  /** @type {Map<string, unknown>} By language code. */
  subtitles = new Map();
  /** Of its contents, where it was asked for since the last segment.
   *  @type {string | undefined} */
  sha256;

  /**
   * @param {string} room The name of the one it is in.
   * @param {string} id
   * @param {ApiVersion} api
   * @param {Parameters} parameters
   * @param {string | undefined} category The one asked for, or the one that X assumes.
   * @param {number} createdAt
   * @param {number} [expirySecs] Other than X's own.
   */
  constructor(room, id, api, parameters, category, createdAt, expirySecs = expiresAfterSecs(category)) {
    this.room = room;
    this.id = id;
    this.api = api;
    this.parameters = parameters;
    this.createdAt = createdAt;
    this.expiresAt = createdAt + expirySecs * 1000;
    this.key = category && `${keyPrefix(category)}_${id}`;
    this.isProcessed = isProcessed(parameters.media_type, category);
  }

  /** @param {Media} fields */
  static restored(fields) {
    return Object.assign(/** @type {Media} */ (Object.create(Media.prototype)), fields);
  }

  get size() {
    let size = 0;
    for (const { bytes } of this.segments.values()) size += bytes;
    return size;
  }

  /**
   * @param {number} index
   * @param {number} bytes
   */
  append(index, bytes) {
    const times = this.segments.get(index)?.times ?? 0;
    this.segments.set(index, { bytes, times: times + 1 });
    this.sha256 = undefined;
  }

  /** Whether the segments, in the order of their indexes and without a gap, are all that INIT promised. */
  addsUp() {
    for (let index = 0; index < this.segments.size; index++) {
      if (!this.segments.has(index)) return false;
    }
    return this.segments.size > 0 && this.size === this.parameters.total_bytes;
  }

  /** @param {number} now */
  expiresAfterSecs(now) {
    return Math.max(0, Math.ceil((this.expiresAt - now) / 1000));
  }
}

export class MediaStore {
  /** @type {Map<string, Media>} */
  #media = new Map();
  #lastId = 0n;

  /**
   * Ids are beyond 2^53 as X's are, and odd, so that no double holds one: whoever lets an id pass
   * through a float changes it.
   * @param {number} now
   */
  nextId(now) {
    const snowflake = (BigInt(now - SNOWFLAKE_EPOCH) << 22n) | 1n;
    this.#lastId = snowflake > this.#lastId ? snowflake : this.#lastId + 2n;
    return String(this.#lastId);
  }

  /** @param {Media} media */
  add(media) {
    this.#media.set(media.id, media);
  }

  /**
   * An id that has expired is no longer known.
   * @param {string} id
   * @param {number} now
   */
  get(id, now) {
    const media = this.#media.get(id);
    return media && now < media.expiresAt ? media : undefined;
  }

  /** @param {string} id */
  evenIfExpired(id) {
    return this.#media.get(id);
  }

  all() {
    return [...this.#media.values()];
  }

  clear() {
    this.#media.clear();
  }

  record() {
    return { lastId: this.#lastId, media: this.all() };
  }

  /** @param {ReturnType<MediaStore["record"]>} record */
  restore({ lastId, media }) {
    this.#lastId = lastId;
    this.#media = new Map(media.map((fields) => [fields.id, Media.restored(fields)]));
  }
}
