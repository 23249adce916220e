/** What has been uploaded: ids, parameters of INIT, segments, and how far each media has come. */

import { MAX_SEGMENT_INDEX, expiresAfterSecs, isProcessed, keyPrefix } from "./vocabulary.js";

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
 * @typedef {object} Segment
 * @property {Uint8Array | undefined} contents Undefined once they were dropped.
 * @property {number} bytes
 * @property {number} times How often it was received; the last one counts.
 */

export class Media {
  /** @type {Map<number, Segment>} */
  segments = new Map();
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
  /** @type {Promise<string> | undefined} */
  #sha256;

  /**
   * @param {string} id
   * @param {ApiVersion} api
   * @param {Parameters} parameters
   * @param {string | undefined} category The one asked for, or the one that X assumes.
   * @param {number} createdAt
   * @param {number} [expirySecs] Other than X's own.
   */
  constructor(id, api, parameters, category, createdAt, expirySecs = expiresAfterSecs(category)) {
    this.id = id;
    this.api = api;
    this.parameters = parameters;
    this.createdAt = createdAt;
    this.expiresAt = createdAt + expirySecs * 1000;
    this.key = category && `${keyPrefix(category)}_${id}`;
    this.isProcessed = isProcessed(parameters.media_type, category);
  }

  get size() {
    let size = 0;
    for (const { bytes } of this.segments.values()) size += bytes;
    return size;
  }

  /**
   * @param {number} index
   * @param {Uint8Array} contents
   */
  append(index, contents) {
    const times = this.segments.get(index)?.times ?? 0;
    this.segments.set(index, { contents, bytes: contents.length, times: times + 1 });
    this.#sha256 = undefined;
  }

  /** Whether the segments, in the order of their indexes and without a gap, are all that INIT promised. */
  addsUp() {
    for (let index = 0; index < this.segments.size; index++) {
      if (!this.segments.has(index)) return false;
    }
    return this.segments.size > 0 && this.size === this.parameters.total_bytes;
  }

  /** The segments in the order of their indexes; undefined where some were dropped. */
  contents() {
    const chunks = [];
    for (let index = 0; index <= MAX_SEGMENT_INDEX; index++) {
      const segment = this.segments.get(index);
      if (!segment) continue;
      if (!segment.contents) return undefined;
      chunks.push(segment.contents);
    }
    return chunks;
  }

  /** @param {number} now */
  expiresAfterSecs(now) {
    return Math.max(0, Math.ceil((this.expiresAt - now) / 1000));
  }

  /**
   * Computed when first asked for: nobody should wait for it at FINALIZE.
   * @param {(chunks: Uint8Array[]) => Promise<string>} digest
   */
  async sha256(digest) {
    const chunks = this.contents();
    this.#sha256 ??= chunks && digest(chunks);
    return this.#sha256;
  }

  /** Lets go of the bytes, and keeps what is known of them. */
  drop() {
    for (const segment of this.segments.values()) segment.contents = undefined;
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
}
