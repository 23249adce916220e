/**
 * X's own words for media: what it accepts, and what follows from a type and a category.
 *
 * @typedef {"1.1" | "2"} ApiVersion
 * @typedef {"INIT" | "APPEND" | "FINALIZE" | "STATUS" | "METADATA" | "SUBTITLES"} Command
 */

/** @type {readonly Command[]} */
export const COMMANDS = ["INIT", "APPEND", "FINALIZE", "STATUS", "METADATA", "SUBTITLES"];

/** `media_category` of initialize in X's OpenAPI spec 2.167; 1.1 documented the same. */
export const MEDIA_CATEGORIES = [
  "amplify_video", "tweet_gif", "tweet_image", "tweet_video", "dm_gif", "dm_image", "dm_video", "subtitles",
];

/**
 * The category of a name in 1.1, which took them in both spellings: tweepy sends `tweet_video`,
 * twitter-api-v2 sends `TweetVideo`, and X's own page wrote `Subtitles`.
 * @param {string} name
 */
export function categoryNamed(name) {
  const snakeCase = name.replace(/(?<!^)[A-Z]/g, "_$&").toLowerCase();
  return MEDIA_CATEGORIES.find((category) => category === snakeCase);
}

/** `media_type` of initialize in the same spec. */
export const MEDIA_TYPES = [
  "video/mp4", "video/webm", "video/mp2t", "video/quicktime", "text/srt", "text/vtt",
  "image/jpeg", "image/gif", "image/bmp", "image/png", "image/webp", "image/pjpeg", "image/tiff",
  "model/gltf-binary", "model/vnd.usdz+zip",
];

/** The spec's maximum of `total_bytes`, 16 GiB. */
export const MAX_TOTAL_BYTES = 16 * 2 ** 30;

/** "segment_index: 0-999, inclusive" in both versions. */
export const MAX_SEGMENT_INDEX = 999;

/**
 * Version 2 takes an upload without a category for one of the three for posts, by its type.
 * @param {string} mediaType
 */
export function categoryOf(mediaType) {
  if (mediaType === "image/gif") return "tweet_gif";
  if (mediaType.startsWith("video/")) return "tweet_video";
  if (mediaType.startsWith("image/")) return "tweet_image";
  return "subtitles";
}

/**
 * "This behavior is enabled if an upload session was initialized with a media_category parameter, and
 * when the media type is either video or animated GIF" (reference page of FINALIZE).
 * @param {string} mediaType
 * @param {string | undefined} category
 */
export function isProcessed(mediaType, category) {
  if (category === undefined) return false;
  return mediaType.startsWith("video/") || category.endsWith("_gif");
}

/**
 * The number before the id in a media_key. Recorded were 3 for tweet_image, 7 for tweet_video and 13
 * for amplify_video; 16 is that of an animated GIF in X's data dictionary. Those of direct messages
 * were never seen, and are taken to be the same.
 * @param {string} category
 */
export function keyPrefix(category) {
  if (category === "amplify_video") return "13";
  if (category.endsWith("_video")) return "7";
  if (category.endsWith("_gif")) return "16";
  return "3";
}

/**
 * 86400 in every recording but those of amplify_video, which got 15 days.
 * @param {string | undefined} category
 */
export function expiresAfterSecs(category) {
  return category === "amplify_video" ? 1_296_000 : 86_400;
}
