/**
 * Version 2 on api.x.com: a path for each command, JSON, and the strictness of X's OpenAPI spec. The
 * old form, `command=INIT` and so on sent to /2/media/upload, is as dead here as it is there.
 */

import { Refusal, dataV2, empty, invalidRequest, notFound, withEscapedSlashes } from "./answers.js";
import { fromBase64 } from "./body.js";
import {
  arrayOf, boolean, checked, checkedJson, integer, jsonBody, jsonObject, mediaId, oneOf, string,
} from "./schema.js";
import { append, finalize, initialize } from "./uploads.js";
import { exchangeV2, neededMedia } from "./v2-exchange.js";
import { MAX_SEGMENT_INDEX, MAX_TOTAL_BYTES, MEDIA_CATEGORIES, MEDIA_TYPES, categoryOf } from "./vocabulary.js";

/**
 * @typedef {import("./answers.js").Answer} Answer
 * @typedef {import("./body.js").Body} Body
 * @typedef {import("./exchange.js").Context} Context
 * @typedef {import("./media.js").Media} Media
 * @typedef {import("./media.js").Parameters} Parameters
 * @typedef {import("./state.js").State} State
 */

const INITIALIZE = {
  media_type: oneOf(MEDIA_TYPES),
  total_bytes: integer(0, MAX_TOTAL_BYTES),
  media_category: oneOf(MEDIA_CATEGORIES),
  shared: boolean,
  additional_owners: arrayOf(mediaId),
};

const APPEND = { media: string, segment_index: integer(0, MAX_SEGMENT_INDEX) };

/**
 * @param {import("hono").Hono<import("./exchange.js").Env>} app
 * @param {State} state
 */
export function addUploadV2(app, state) {
  app.post("/2/media/upload/initialize", (context) =>
    exchangeV2(state, context, "INIT", (body) => initializeMedia(state, body, context)),
  );
  app.post("/2/media/upload/:id/append", (context) =>
    exchangeV2(state, context, "APPEND", (body) => appendSegment(state, context.req.param("id"), body)),
  );
  app.post("/2/media/upload/:id/finalize", (context) =>
    exchangeV2(state, context, "FINALIZE", (body) => finalizeMedia(state, context.req.param("id"), body)),
  );
  app.get("/2/media/upload", (context) =>
    exchangeV2(state, context, "STATUS", () => status(state, context), ["command", "media_id"]),
  );
  app.post("/2/media/upload", (context) => exchangeV2(state, context, undefined, oneShot));
}

/**
 * @param {State} state
 * @param {Body} body
 * @param {Context} context
 */
function initializeMedia(state, body, context) {
  const parameters = /** @type {Parameters} */ (
    /** @type {unknown} */ (checkedJson(body, INITIALIZE, ["media_type", "total_bytes"]))
  );
  const media = initialize(state, "2", parameters, parameters.media_category ?? categoryOf(parameters.media_type));
  context.env.entry.media_id = media.id;
  return initialized(state, media);
}

/**
 * All that there is to say before FINALIZE.
 * @param {State} state
 * @param {Media} media
 */
function initialized(state, media) {
  return dataV2({ id: media.id, media_key: media.key, expires_after_secs: media.expiresAfterSecs(state.now()) });
}

/**
 * @param {State} state
 * @param {string} id
 * @param {Body} body
 */
async function appendSegment(state, id, body) {
  const media = neededMedia(state, id);
  const { segmentIndex, contents } = readSegment(body);
  if (media.finalizedAt !== undefined) throw new Refusal(notFound[2]);
  await append(state, media, segmentIndex, contents);
  return dataV2({ expires_at: Math.floor(media.expiresAt / 1000) });
}

/** @param {Body} body */
function readSegment(body) {
  if (body.type !== "multipart/form-data") {
    const { media, segment_index } = checkedJson(body, APPEND, ["media", "segment_index"]);
    return { segmentIndex: Number(segment_index), contents: fromBase64(String(media)) };
  }
  // A form has only text: what is written as a number counts as one, and the binary part as its string.
  const { fields, media } = body.form();
  const index = fields.get("segment_index");
  const segmentIndex = index && /^-?\d+$/.test(index) ? Number(index) : index;
  const value = { ...Object.fromEntries(fields), segment_index: segmentIndex, media: media && "" };
  checked(value, APPEND, ["media", "segment_index"]);
  return { segmentIndex: Number(segmentIndex), contents: media ?? new Uint8Array(0) };
}

/**
 * Takes no body, and bears `{}`; anything else sent as JSON is refused (trypost PR #202, July 2026). An empty
 * body sent as JSON is what X's own SDK for TypeScript sends (0.6.6), and whether the refused one was empty or
 * `[]` is not on record: the setting `emptyJson` takes it.
 * @param {State} state
 * @param {string} id
 * @param {Body} body
 */
async function finalizeMedia(state, id, body) {
  const media = neededMedia(state, id);
  const { emptyJson, widthAndHeight } = state.settings;
  if (body.type === "application/json" && !(emptyJson && body.isEmpty)) jsonObject(body);
  await finalize(state, "2", media);
  const processing_info = media.isProcessed ? state.tellProcessing(media) : undefined;
  const image = widthAndHeight ? spelledOut(media.kind.image) : media.kind.image;
  return withEscapedSlashes(dataV2({ ...described(state, media), image, processing_info }));
}

/**
 * As notes of a public project have it (Social Relay, September 2026); `w` and `h` in the recording of xurl #18
 * (March 2025) and in the spec.
 * @param {import("./media.js").Kind["image"]} image
 */
function spelledOut(image) {
  return image && { height: image.h, image_type: image.image_type, width: image.w };
}

/**
 * @param {State} state
 * @param {Context} context
 */
function status(state, context) {
  const { command, media_id: id } = context.req.query();
  if (id === undefined) throw new Refusal(invalidRequest("query parameter [media_id] is required"));
  const wrong = command === undefined ? undefined : oneOf(["STATUS"])(command, "$.command");
  if (wrong) throw new Refusal(invalidRequest(wrong));
  const media = neededMedia(state, id);
  if (state.answersEarlyStatus(media)) return initialized(state, media);
  if (media.finalizedAt === undefined || !media.isProcessed) throw new Refusal(notFound[2]);
  return dataV2({ ...described(state, media), processing_info: state.tellProcessing(media) });
}

/**
 * @param {State} state
 * @param {Media} media
 */
function described(state, media) {
  const expires_after_secs = media.expiresAfterSecs(state.now());
  return { id: media.id, media_key: media.key, size: media.size, expires_after_secs };
}

/**
 * The upload in one request has media in its body; the dead command form has not, and gets this.
 * @param {Body} body
 * @returns {Answer}
 */
function oneShot(body) {
  const { media } = body.type === "multipart/form-data" ? body.form() : jsonBody(body);
  if (media === undefined) throw new Refusal(invalidRequest("Missing media field in JSON"));
  return { ...empty(501, "text/plain"), body: "The emulator has no upload in one request." };
}
