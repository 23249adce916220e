// What callers may give, field by field. The core relies on it: it refuses nothing of this.

import { invalid } from "../js/error.js";
import { isRecord, pick, tagOf, toJson } from "./arguments.js";

/** @typedef {(value: any) => boolean} Fits */

/** @type {(low: number, high: number) => Fits} */
const integer = (low, high) => (value) => Number.isInteger(value) && value >= low && value <= high;
/** @type {Fits} */
const bool = (value) => typeof value === "boolean";
/** @type {(fits: Fits) => Fits} */
const listOf = (fits) => (value) => Array.isArray(value) && value.every(fits);
/** @type {Fits} */
const isId = (value) => typeof value === "string" && /^\d{1,19}$/.test(value);
/** @type {Fits} */
const isType = (value) => essence(value) !== undefined;
/** @type {Fits} */
const isCode = (value) => typeof value === "string" && /^[a-z]{2}$/i.test(value);
/** @type {Fits} */
const isAltText = (value) => typeof value === "string" && [...value].length <= 1000;

const CATEGORIES = "tweet_image tweet_gif tweet_video amplify_video dm_image dm_gif dm_video subtitles".split(" ");
const WEEK_MS = 7 * 24 * 3_600_000;

/** @type {[fits: Fits, must: string]} */
const MILLIS = [integer(0, WEEK_MS), "a whole number of milliseconds, at most a week"];
/** @type {[fits: Fits, must: string]} */
const TYPE = [isType, "a media type such as video/mp4"];
/** @type {[fits: Fits, must: string]} */
const CATEGORY = [(value) => CATEGORIES.includes(value), "one of X's categories, such as tweet_video"];
/** @type {[fits: Fits, must: string]} */
const OWNERS = [
  (value) => listOf(isId)(value) && value.length <= 100,
  "a list of at most 100 user ids, each 1 to 19 digits as a string",
];
/** @type {[fits: Fits, must: string]} */
const SECRET = [
  (value) => typeof value === "string" && /^[!#-[\]-~]+$/.test(value),
  "a text of visible ASCII characters, without quotes and backslashes",
];
/** @type {[fits: Fits, must: string]} */
const BOOL = [bool, "true or false"];

/** What each field has to be, and how that is said. @type {Record<string, [fits: Fits, must: string]>} */
const RULES = {
  api: [(value) => value === "1.1" || value === "2", '"1.1" or "2"'],
  requestTimeoutMs: [integer(1, WEEK_MS), MILLIS[1]],
  consumerKey: SECRET,
  consumerSecret: SECRET,
  token: SECRET,
  tokenSecret: SECRET,
  attempts: [integer(1, 1000), "an integer from 1 to 1000"],
  minDelayMs: MILLIS,
  maxDelayMs: MILLIS,
  maxRateLimitWaitMs: MILLIS,
  total_bytes: [integer(1, 2 ** 34), "a whole number of bytes above 0, at most 16 GiB"],
  media_type: TYPE,
  mediaType: TYPE,
  media_category: CATEGORY,
  mediaCategory: CATEGORY,
  additional_owners: OWNERS,
  additionalOwners: OWNERS,
  shared: BOOL,
  mediaId: [isId, "1 to 19 digits, as a string"],
  segmentIndex: [integer(0, 999), "an integer from 0 to 999"],
  segment: [integer(1, 8_000_000), "1 to 8 000 000 bytes"],
  // A number in it may have been rounded: only the text will do.
  media: [(value) => isId(value) || isId(value?.media_id_string), "a Media, or its media_id_string of 1 to 19 digits"],
  timeoutSecs: [
    (value) => typeof value === "number" && value >= 0.001 && value <= 1e9,
    "a number of seconds above 0, at most 1 000 000 000",
  ],
  metadata: [
    (value) => isRecord(value) && (value.alt_text === undefined || isAltText(value.alt_text)),
    "an object, in which alt_text is a text of at most 1000 characters",
  ],
  subtitles: [
    (value) => listOf(isSubtitle)(value) && value.length > 0,
    "a list of { media_id_string, language_code, display_name }, each code two letters",
  ],
  languageCodes: [
    (value) => listOf(isCode)(value) && value.length > 0,
    "a list of language codes, each two letters",
  ],
  file: [integer(1, 8e9), "1 to 8 000 000 000 bytes, all that X's 1000 segments hold"],
  segmentSize: [
    (value) => value === "auto" || integer(65_536, 5_000_000)(value),
    '"auto", or an integer from 65 536 to 5 000 000',
  ],
  concurrency: [integer(1, 8), "an integer from 1 to 8"],
  wait: BOOL,
  altText: [isAltText, "a text of at most 1000 characters"],
  session: [isRecord, "an object"],
};

const OAUTH1 = "consumerKey consumerSecret token tokenSecret";

/**
 * What signs by OAuth 1.0a.
 * @param {unknown} given
 * @returns {any} an OAuth1Credentials
 */
export function oauth1Of(given) {
  return checked(pick(given, "oauth1", OAUTH1));
}

/**
 * Whether it is an access token, as RFC 6750, §2.1 lets one be written.
 * @param {unknown} value
 * @returns {value is string}
 */
export function isToken(value) {
  return typeof value === "string" && /^[!-~]+$/.test(value);
}

/** @param {any} value */
function isSubtitle(value) {
  return isId(value?.media_id_string) && isCode(value.language_code) && typeof value.display_name === "string";
}

/**
 * The fields as JSON can say them, once every one of them is what it has to be.
 * @param {object} required
 * @param {object} [optional]
 * @returns {Record<string, any>}
 */
export function checked(required, optional) {
  const fields = JSON.parse(toJson({ ...required, ...optional }));
  for (const [name, [fits, must]] of Object.entries(RULES)) {
    const value = fields[name];
    if (value === undefined ? name in required : !fits(value)) throw invalid(name, must);
  }
  return fields;
}

/**
 * A `type/subtype` in lower case and without parameters (`video/webm;codecs=vp9`, as a recorder names its Blobs);
 * undefined where it is none.
 * @param {unknown} type
 */
export function essence(type) {
  const essence = typeof type === "string" ? type.split(";")[0]?.trim().toLowerCase() : "";
  return /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+$/.test(essence ?? "") ? essence : undefined;
}

/**
 * A base URL as the browser understands it; credentials are sent there.
 * @param {any} url
 */
export function baseUrlOf(url) {
  let resolved;
  try {
    // Where there is no page, a relative one stands for nothing.
    if (url !== "" && (typeof url === "string" || tagOf(url) === "URL")) resolved = new URL(String(url), globalThis.location?.href);
  } catch {}
  const { href = "", origin = "", protocol, hostname = "" } = resolved ?? {};
  // Names and addresses that never leave the machine (RFC 6761, §6.3; RFC 1122, §3.2.1.3; RFC 4291, §2.5.3).
  const isLoopback = protocol === "http:" && /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  const isSafe = protocol === "https:" || origin === globalThis.origin || isLoopback;
  // An origin has neither user nor password, and an opaque one is no beginning of a URL.
  if (!isSafe || !href.startsWith(`${origin}/`) || /[?#]/.test(href)) {
    throw invalid(
      "baseUrl",
      "a URL of https:, of the page's own origin or of loopback, without user, password, query and hash",
    );
  }
  return href.replace(/\/+$/, "");
}
