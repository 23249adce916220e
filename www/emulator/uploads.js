/** INIT, APPEND and FINALIZE as both versions do them, once a request has been understood. */

import { Refusal, errorV1, mediaTypeUnrecognized, segmentsDoNotAddUp, tooLarge } from "./answers.js";
import { Media } from "./media.js";
import { pictureSize } from "./picture.js";

/**
 * @typedef {import("./media.js").Parameters} Parameters
 * @typedef {import("./state.js").State} State
 * @typedef {import("./vocabulary.js").ApiVersion} ApiVersion
 */

/** The largest video that was ever processed at once (dev.twitter.com in 2016, twitteroauth #482). */
const MAX_SYNCHRONOUS_BYTES = 15 * 2 ** 20;

/**
 * @param {State} state
 * @param {ApiVersion} api
 * @param {Parameters} parameters
 * @param {string | undefined} category The one asked for, or the one that X assumes.
 */
export function initialize(state, api, parameters, category) {
  const now = state.now();
  const expirySecs = state.settings.expiresAfterSecs ?? undefined;
  const media = new Media(state.name, state.store.nextId(now), api, parameters, category, now, expirySecs);
  state.store.add(media);
  return media;
}

/**
 * @param {State} state
 * @param {Media} media
 * @param {number} segmentIndex
 * @param {Uint8Array} contents
 */
export async function append(state, media, segmentIndex, contents) {
  if (contents.length > state.settings.maxSegmentBytes) throw new Refusal(tooLarge);
  await state.shelf.put(media, segmentIndex, contents);
}

/**
 * Done again, it changes nothing: X's own way with a second FINALIZE is not on record, and a client
 * whose answer was lost has to ask again.
 * @param {State} state
 * @param {ApiVersion} api
 * @param {Media} media
 */
export async function finalize(state, api, media) {
  if (media.finalizedAt !== undefined) return;
  if (!media.addsUp()) throw new Refusal(segmentsDoNotAddUp[api]);
  media.kind = await kindOf(state, api, media);
  media.finalizedAt = state.now();
}

/**
 * @param {State} state
 * @param {ApiVersion} api
 * @param {Media} media
 * @returns {Promise<import("./media.js").Kind>}
 */
async function kindOf(state, api, media) {
  const { media_type } = media.parameters;
  if (media_type.startsWith("video/")) {
    if (!media.isProcessed && media.size > MAX_SYNCHRONOUS_BYTES) {
      throw new Refusal(errorV1("Large file can not be finalized synchronously"));
    }
    return { video: { video_type: media_type } };
  }
  if (media.isProcessed || !media_type.startsWith("image/")) return {};
  const size = pictureSize(joined((await state.shelf.read(media)) ?? []));
  if (!size) throw new Refusal(mediaTypeUnrecognized[api]);
  return { image: { image_type: media_type, ...size } };
}

/** @param {Uint8Array[]} chunks */
export function joined(chunks) {
  const whole = new Uint8Array(chunks.reduce((bytes, chunk) => bytes + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
