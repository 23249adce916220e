/** Alt text and subtitles in version 1.1: JSON in, an empty body out. */

import { Refusal, codeV1, empty, notFound } from "./answers.js";
import { exchange } from "./exchange.js";

/**
 * @typedef {import("./body.js").Body} Body
 * @typedef {import("./state.js").State} State
 */

/**
 * @param {import("hono").Hono<import("./exchange.js").Env>} app
 * @param {State} state
 */
export function addMetadataV1(app, state) {
  for (const [path, command, effect] of /** @type {const} */ ([
    ["/1.1/media/metadata/create.json", "METADATA", createMetadata],
    ["/1.1/media/subtitles/create.json", "SUBTITLES", createSubtitles],
    ["/1.1/media/subtitles/delete.json", "SUBTITLES", deleteSubtitles],
  ])) {
    app.post(path, (context) =>
      exchange(state, context, "1.1", (body) => ({ command, effect: () => effect(state, body) })),
    );
  }
}

/**
 * `{"media_id":"…","alt_text":{"text":"…"}}`, also as text/plain; answered without a body.
 * @param {State} state
 * @param {Body} body
 */
function createMetadata(state, body) {
  const { media_id, ...metadata } = jsonObject(body);
  knownMedia(state, media_id).metadata = metadata;
  return empty(200, "text/html;charset=utf-8"); // recorded by rtweet, 2022-11
}

/**
 * @param {State} state
 * @param {Body} body
 */
function createSubtitles(state, body) {
  const { media, subtitles } = readSubtitles(state, body);
  for (const subtitle of subtitles) media.subtitles.set(subtitle.language_code, subtitle);
  return empty(200);
}

/**
 * @param {State} state
 * @param {Body} body
 */
function deleteSubtitles(state, body) {
  const { media, subtitles } = readSubtitles(state, body);
  for (const { language_code } of subtitles) media.subtitles.delete(language_code);
  return empty(200);
}

/**
 * `{"media_id":"…","media_category":"TweetVideo","subtitle_info":{"subtitles":[{…}]}}`
 * @param {State} state
 * @param {Body} body
 */
function readSubtitles(state, body) {
  const { media_id, subtitle_info } = jsonObject(body);
  const subtitles = /** @type {{ subtitles?: unknown } | undefined} */ (subtitle_info)?.subtitles;
  if (!Array.isArray(subtitles)) throw new Refusal(invalidJson("subtitle_info parameter is missing."));
  return { media: knownMedia(state, media_id), subtitles };
}

/**
 * With ids as text. Clients write them as integers too (tweepy 4.17), of more digits than a number of JavaScript has.
 * @param {Body} body
 * @returns {Record<string, unknown>}
 */
function jsonObject(body) {
  try {
    const value = body.jsonWithIdsAsText();
    if (typeof value === "object" && value !== null) return { ...value };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Refusal(invalidJson("JSON body is invalid."));
}

/**
 * "400: invalid JSON", says the reference, and no more: the texts are ours.
 * @param {string} message
 */
function invalidJson(message) {
  return codeV1(400, 38, message);
}

/**
 * @param {State} state
 * @param {unknown} mediaId
 */
function knownMedia(state, mediaId) {
  const media = state.store.get(String(mediaId), state.now());
  if (!media) throw new Refusal(notFound["1.1"]);
  return media;
}
