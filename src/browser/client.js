// MediaClient and Upload, as callers see them: what they are given goes to the core as JSON, and the shell runs what comes of it.

import { about } from "./about.js";
import { blob, pick } from "./arguments.js";
import { baseUrlOf, checked, essence, oauth1Of } from "./checks.js";
import { Connection } from "./connection.js";
import { core } from "./core.js";
import { Run } from "./run.js";

/** @typedef {import("../js/index.d.ts").MediaClientOptions} MediaClientOptions */
/** @typedef {import("../js/index.d.ts").MediaClient} Public */
/** @typedef {import("../js/index.d.ts").Upload} PublicUpload */

const CLIENT = "api baseUrl accessToken oauth1 headers credentials fetch retry requestTimeoutMs keepAlive";
const CALL = "signal";
const WAIT = `${CALL} onStatus timeoutSecs`;
const UPLOAD = `${WAIT} onProgress onSession mediaType mediaCategory additionalOwners shared altText segmentSize concurrency wait session store`;
const INITIALIZE = "total_bytes media_type media_category additional_owners shared";
const RETRY = "attempts minDelayMs maxDelayMs maxRateLimitWaitMs";
const MEDIA = "media_id_string media_key size expires_after_secs expiresAt image video processing_info";

/** @implements {Public} */
export class MediaClient {
  #core;
  #connection;
  #api;

  /** @param {MediaClientOptions} given */
  constructor(given) {
    const Core = core();
    const { api, baseUrl, requestTimeoutMs, retry, ...options } = pick(given, "options", CLIENT);
    const plain = checked({ api }, { requestTimeoutMs });
    plain.retry = checked({}, pick(retry, "retry", RETRY));
    if (options.oauth1 !== undefined) options.oauth1 = oauth1Of(options.oauth1);
    if (baseUrl !== undefined) plain.baseUrl = baseUrlOf(baseUrl);
    this.#connection = new Connection(options);
    this.#core = new Core(JSON.stringify({ ...plain, credential: this.#connection.credential }));
    this.#api = api;
  }

  /**
   * @param {unknown} params
   * @param {unknown} [options]
   */
  async initialize(params, options) {
    const { total_bytes, media_type, ...others } = pick(params, "params", INITIALIZE);
    const picked = pick(options, "options", CALL);
    return this.#run("initialize", { total_bytes, media_type }, { ...others, ...picked }).promise;
  }

  /**
   * @param {unknown} mediaId
   * @param {unknown} segmentIndex
   * @param {unknown} segment
   * @param {unknown} [options]
   */
  async append(mediaId, segmentIndex, segment, options) {
    const file = blob(segment, "segment");
    const given = { mediaId, segmentIndex, segment: file.size };
    return this.#run("append", given, pick(options, "options", CALL), file).promise;
  }

  /**
   * @param {unknown} mediaId
   * @param {unknown} [options]
   */
  async finalize(mediaId, options) {
    return this.#run("finalize", { mediaId }, pick(options, "options", CALL)).promise;
  }

  /**
   * @param {unknown} mediaId
   * @param {unknown} [options]
   */
  async status(mediaId, options) {
    return this.#run("status", { mediaId }, pick(options, "options", CALL)).promise;
  }

  /**
   * @param {unknown} mediaId
   * @param {unknown} metadata
   * @param {unknown} [options]
   */
  async setMetadata(mediaId, metadata, options) {
    return this.#run("setMetadata", { mediaId, metadata }, pick(options, "options", CALL)).promise;
  }

  /**
   * @param {unknown} mediaId
   * @param {unknown} mediaCategory
   * @param {unknown} subtitles
   * @param {unknown} [options]
   */
  async addSubtitles(mediaId, mediaCategory, subtitles, options) {
    return this.#run("addSubtitles", { mediaId, mediaCategory, subtitles }, pick(options, "options", CALL)).promise;
  }

  /**
   * @param {unknown} mediaId
   * @param {unknown} mediaCategory
   * @param {unknown} languageCodes
   * @param {unknown} [options]
   */
  async removeSubtitles(mediaId, mediaCategory, languageCodes, options) {
    const given = { mediaId, mediaCategory, languageCodes };
    return this.#run("removeSubtitles", given, pick(options, "options", CALL)).promise;
  }

  /**
   * @param {unknown} given a Media or an id
   * @param {unknown} [options]
   */
  async waitUntilReady(given, options) {
    const media = typeof given === "object" ? pick(given, "media", MEDIA) : given;
    return this.#run("waitUntilReady", { media }, pick(options, "options", WAIT)).promise;
  }

  /**
   * @param {unknown} mediaId
   * @param {unknown} [options]
   */
  async finalizeAndWait(mediaId, options) {
    return this.#run("finalizeAndWait", { mediaId }, pick(options, "options", WAIT)).promise;
  }

  /**
   * @param {unknown} file
   * @param {unknown} [options]
   */
  upload(file, options) {
    return new Upload(() => {
      const whole = /** @type {File} */ (blob(file, "file"));
      const { size, type, name, lastModified } = whole;
      const picked = pick(options, "options", UPLOAD);
      const hasStore = picked.store !== undefined;
      const saves = hasStore || picked.onSession !== undefined;
      const blobType = essence(type);
      return this.#run("upload", { file: size, type, blobType, name, lastModified, hasStore, saves }, picked, whole);
    });
  }

  /**
   * @param {string} method
   * @param {object} given
   * @param {Record<string, any>} options
   * @param {Blob} [file]
   */
  #run(method, given, options, file) {
    const { signal, onStatus, onProgress, onSession, store, ...plain } = options;
    const fields = checked(given, plain);
    for (const name of ["media_type", "mediaType"]) fields[name] = essence(fields[name]);
    fields.about = about(this.#api, fields);
    const task = this.#core.task(JSON.stringify({ ...fields, method }));
    return new Run(this.#core, task, this.#connection, file, options);
  }

  /** Work under way goes on; memory is the browser's to reclaim. */
  free() {}

  [Symbol.dispose]() {}
}

/** @implements {PublicUpload} */
export class Upload {
  /** @type {Run | undefined} */
  #run;
  #promise;

  /** @param {() => Run} start */
  constructor(start) {
    try {
      this.#run = start();
      this.#promise = this.#run.promise;
    } catch (wrong) {
      this.#promise = Promise.reject(wrong);
    }
    // Nobody may ever ask for it: once it is listened to, its rejection is not an unhandled one.
    this.#promise.catch(() => {});
  }

  done() {
    return this.#promise;
  }

  pause() {
    this.#run?.pause(true);
  }

  resume() {
    this.#run?.pause(false);
  }

  /** @param {unknown} [reason] */
  abort(reason) {
    this.#run?.abort(reason);
  }

  get progress() {
    return this.#run?.progress ?? { phase: "initialize", fraction: 0, bytesSent: 0, bytesTotal: 0, segmentsSent: 0 };
  }

  get session() {
    return this.#run?.session;
  }

  /** The upload goes on; memory is the browser's to reclaim. */
  free() {}

  [Symbol.dispose]() {}
}
