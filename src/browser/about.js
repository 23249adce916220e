// What X is told of a media besides its bytes, in the shapes of 1.1 and 2: alternative text, other metadata, subtitles.

import { invalid } from "../js/error.js";

/** X's names of the two categories in this place. @type {Record<string, string>} */
const CATEGORIES = { tweet_video: "TweetVideo", amplify_video: "AmplifyVideo" };

/**
 * The fields of each request that it takes, but for the id.
 * @param {string} api
 * @param {Record<string, any>} given checked
 * @returns {object[]}
 */
export function about(api, { altText, metadata, mediaCategory, subtitles, languageCodes }) {
  if (altText !== undefined) return [aboutMetadata(api, { alt_text: altText })];
  if (metadata) return [aboutMetadata(api, metadata)];
  const items = subtitles ?? languageCodes?.map((/** @type {string} */ language_code) => ({ language_code }));
  if (!items) return [];
  const media_category = CATEGORIES[mediaCategory];
  if (!media_category) throw invalid("mediaCategory", '"tweet_video" or "amplify_video"');
  const named = items.map((/** @type {any} */ { media_id_string, language_code, display_name }) => ({
    [api === "2" ? "id" : "media_id"]: media_id_string,
    language_code: language_code.toUpperCase(),
    display_name,
  }));
  if (api !== "2") return [{ media_category, subtitle_info: { subtitles: named } }];
  // Of 2 one with each request; what is removed is named beside the category.
  return named.map((/** @type {any} */ item) => ({ media_category, ...(subtitles ? { subtitles: item } : item) }));
}

/**
 * @param {string} api
 * @param {Record<string, any>} metadata
 */
function aboutMetadata(api, { alt_text, ...others }) {
  const metadata = { ...(alt_text !== undefined && { alt_text: { text: alt_text } }), ...others };
  return api === "2" ? { metadata } : metadata;
}
