/** Alt text and subtitles in version 2. */

import { dataV2 } from "./answers.js";
import { anyObject, checkedJson, matching, mediaId, object, oneOf, string } from "./schema.js";
import { exchangeV2, neededMedia } from "./v2-exchange.js";

/**
 * @typedef {import("./body.js").Body} Body
 * @typedef {import("./state.js").State} State
 */

const METADATA = {
  id: mediaId,
  metadata: object({
    alt_text: object({ text: matching(/^[^]{0,1000}$/) }, ["text"]),
    allow_download_status: anyObject,
    audience_policy: anyObject,
    content_expiration: anyObject,
    domain_restrictions: anyObject,
    found_media_origin: anyObject,
    geo_restrictions: anyObject,
    management_info: anyObject,
    preview_image: anyObject,
    sensitive_media_warning: anyObject,
    shared_info: anyObject,
    sticker_info: anyObject,
    upload_source: anyObject,
  }),
};

const SUBTITLES_CATEGORY = oneOf(["AmplifyVideo", "TweetVideo"]);
const LANGUAGE_CODE = matching(/^[A-Z]{2}$/);

const SUBTITLES = {
  id: mediaId,
  media_category: SUBTITLES_CATEGORY,
  subtitles: object({ id: mediaId, language_code: LANGUAGE_CODE, display_name: string }),
};

const SUBTITLES_DELETE = { id: mediaId, media_category: SUBTITLES_CATEGORY, language_code: LANGUAGE_CODE };

/**
 * @param {import("hono").Hono<import("./exchange.js").Env>} app
 * @param {State} state
 */
export function addMetadataV2(app, state) {
  app.post("/2/media/metadata", (context) =>
    exchangeV2(state, context, "METADATA", (body) => createMetadata(state, body)),
  );
  app.post("/2/media/subtitles", (context) =>
    exchangeV2(state, context, "SUBTITLES", (body) => createSubtitles(state, body)),
  );
  app.delete("/2/media/subtitles", (context) =>
    exchangeV2(state, context, "SUBTITLES", (body) => deleteSubtitles(state, body)),
  );
}

/**
 * @param {State} state
 * @param {Body} body
 */
function createMetadata(state, body) {
  const { id, metadata } = checkedJson(body, METADATA);
  neededMedia(state, String(id)).metadata = metadata;
  return dataV2({ id, associated_metadata: metadata });
}

/**
 * @param {State} state
 * @param {Body} body
 */
function createSubtitles(state, body) {
  const { id, media_category, subtitles } = checkedJson(body, SUBTITLES);
  const media = neededMedia(state, String(id));
  const { language_code } = /** @type {{ language_code: string }} */ (subtitles ?? {});
  media.subtitles.set(language_code, subtitles);
  return dataV2({ id, media_category, associated_subtitles: Object.fromEntries(media.subtitles) });
}

/**
 * @param {State} state
 * @param {Body} body
 */
function deleteSubtitles(state, body) {
  const { id, language_code } = checkedJson(body, SUBTITLES_DELETE, ["id", "media_category", "language_code"]);
  return dataV2({ deleted: neededMedia(state, String(id)).subtitles.delete(String(language_code)) });
}
