/**
 * Version 1.1 on upload.twitter.com: one path for all commands, and parameters in the query or in the
 * body, whichever a client prefers.
 */

import {
  Refusal, UPLOAD_PATH, empty, errorV1, mediaTypeUnrecognized, mediaV1, missingParameter, notFound,
  withEscapedSlashes,
} from "./answers.js";
import { fromBase64 } from "./body.js";
import { exchange } from "./exchange.js";
import { append, finalize, initialize } from "./uploads.js";
import { MAX_SEGMENT_INDEX, MAX_TOTAL_BYTES, MEDIA_TYPES, categoryNamed } from "./vocabulary.js";

/**
 * @typedef {import("./answers.js").Answer} Answer
 * @typedef {import("./body.js").Body} Body
 * @typedef {import("./exchange.js").Asked} Asked
 * @typedef {import("./exchange.js").Context} Context
 * @typedef {import("./media.js").Media} Media
 * @typedef {import("./state.js").State} State
 *
 * @typedef {object} UploadRequest
 * @property {(name: string) => string | undefined} param
 * @property {Uint8Array | undefined} media
 * @property {import("./log.js").Entry} entry
 */

/** The reference has no more than the status: the text is ours. */
const invalidMediaId = errorV1("media_id is invalid.");

/**
 * @param {import("hono").Hono<import("./exchange.js").Env>} app
 * @param {State} state
 */
export function addUploadV1(app, state) {
  app.on(["GET", "POST"], UPLOAD_PATH, (context) =>
    exchange(state, context, "1.1", (body) => readUpload(state, context, body)),
  );
}

/**
 * @param {State} state
 * @param {Context} context
 * @param {Body} body
 * @returns {Asked}
 */
function readUpload(state, context, body) {
  const { fields, media } = body.form();
  const query = new URL(context.req.raw.url).searchParams;
  /** @param {string} name */
  const param = (name) => fields.get(name) ?? query.get(name) ?? undefined;
  const request = { param, media, entry: context.env.entry };

  const asked = { media_id: param("media_id"), segment_index: param("segment_index") };
  // The command is case sensitive; STATUS is one by GET only, and the others by POST only.
  switch (`${context.req.method} ${param("command")}`) {
    case "POST INIT":
      return { command: "INIT", media_type: param("media_type"), effect: () => init(state, request) };
    case "POST APPEND":
      return { command: "APPEND", ...asked, effect: () => appendSegment(state, request) };
    case "POST FINALIZE":
      return { command: "FINALIZE", ...asked, effect: () => finalizeMedia(state, request) };
    case "GET STATUS":
      return { command: "STATUS", ...asked, effect: () => status(state, request) };
    default:
      return { command: undefined, effect: () => oneShot(request) };
  }
}

/**
 * Whatever is no command is an upload in one request, and so most likely lacks its media: that is what
 * X says to a STATUS by POST (twitter-lite #125, codebird-php #252).
 * @param {UploadRequest} request
 * @returns {Answer}
 */
function oneShot({ param, media }) {
  if (!media && param("media_data") === undefined) throw new Refusal(missingParameter("media"));
  return { ...empty(501, "text/plain"), body: "The emulator has no upload in one request." };
}

/**
 * @param {State} state
 * @param {UploadRequest} request
 */
function init(state, { param, entry }) {
  const totalBytes = Number(needed(param, "total_bytes"));
  const mediaType = needed(param, "media_type");
  const categoryName = param("media_category");
  const category = categoryName === undefined ? undefined : categoryNamed(categoryName);
  const owners = param("additional_owners");
  // Our words, for the first and the last.
  if (!Number.isInteger(totalBytes) || totalBytes < 0 || totalBytes > MAX_TOTAL_BYTES) {
    throw new Refusal(errorV1("total_bytes is invalid."));
  }
  if (!MEDIA_TYPES.includes(mediaType)) throw new Refusal(mediaTypeUnrecognized["1.1"]);
  if (categoryName !== undefined && category === undefined) {
    throw new Refusal(errorV1("media_category is invalid."));
  }
  const media = initialize(
    state,
    "1.1",
    {
      total_bytes: totalBytes,
      media_type: mediaType,
      ...(category !== undefined && { media_category: category }),
      ...(owners !== undefined && { additional_owners: owners.split(",") }),
      ...(param("shared") !== undefined && { shared: param("shared") === "true" }),
    },
    category,
  );
  entry.media_id = media.id;
  return { ...initialized(state, media), status: 202 };
}

/**
 * All that there is to say before FINALIZE.
 * @param {State} state
 * @param {Media} media
 */
function initialized(state, media) {
  return mediaV1(200, media.id, { expires_after_secs: media.expiresAfterSecs(state.now()), media_key: media.key });
}

/**
 * @param {State} state
 * @param {UploadRequest} request
 * @returns {Promise<Answer>}
 */
async function appendSegment(state, { param, media: contents, entry }) {
  const media = neededMedia(state, param);
  const segment = contents ?? base64Segment(param);
  needed(param, "segment_index");
  const index = entry.segment_index;
  if (index === null || index > MAX_SEGMENT_INDEX) {
    throw new Refusal(errorV1(`SegmentIndex must be between 0 and ${MAX_SEGMENT_INDEX}.`));
  }
  if (media.finalizedAt !== undefined) throw new Refusal(invalidMediaId);
  await append(state, media, index, segment);
  // Both counts stay 0 in every recording, whatever was sent before.
  const counts = { "x-segmentcount": "0", "x-totalbytes": "0" };
  const { status, headers, body } = empty(204, "text/html;charset=utf-8");
  return { status, headers: { ...headers, "x-mediaid": media.id, ...counts }, body };
}

/** @param {UploadRequest["param"]} param */
function base64Segment(param) {
  const data = param("media_data");
  if (data === undefined) throw new Refusal(missingParameter("media"));
  return fromBase64(data);
}

/**
 * @param {State} state
 * @param {UploadRequest} request
 */
async function finalizeMedia(state, { param }) {
  const media = neededMedia(state, param);
  await finalize(state, "1.1", media);
  const processing_info = media.isProcessed ? state.tellProcessing(media) : undefined;
  return withEscapedSlashes(
    mediaV1(201, media.id, {
      media_key: media.key,
      size: media.size,
      expires_after_secs: media.expiresAfterSecs(state.now()),
      ...(isReady(processing_info) && media.kind),
      processing_info,
    }),
  );
}

/**
 * @param {State} state
 * @param {UploadRequest} request
 */
function status(state, { param }) {
  const media = state.store.get(needed(param, "media_id", "media_id or media_key"), state.now());
  if (media && state.answersEarlyStatus(media)) return initialized(state, media);
  if (media?.finalizedAt === undefined || !media.isProcessed) throw new Refusal(notFound["1.1"]);

  const processing_info = state.tellProcessing(media);
  const expires_after_secs = media.expiresAfterSecs(state.now());
  if (isReady(processing_info)) {
    const { key: media_key, size, kind } = media;
    return mediaV1(200, media.id, { media_key, size, expires_after_secs, ...kind, processing_info });
  }
  // A failure comes without an expiry.
  const failed = processing_info?.state === "failed";
  return mediaV1(200, media.id, { ...(!failed && { expires_after_secs }), processing_info });
}

/** @param {import("./processing.js").ProcessingInfo | undefined} processing */
function isReady(processing) {
  return processing === undefined || processing.state === "succeeded";
}

/**
 * @param {State} state
 * @param {UploadRequest["param"]} param
 */
function neededMedia(state, param) {
  const media = state.store.get(needed(param, "media_id"), state.now());
  if (!media) throw new Refusal(invalidMediaId);
  return media;
}

/**
 * @param {UploadRequest["param"]} param
 * @param {string} name
 * @param {string} [nameInWords]
 */
function needed(param, name, nameInWords = name) {
  const value = param(name);
  if (value === undefined || value === "") throw new Refusal(missingParameter(nameInWords));
  return value;
}
