// What is let through: the requests that this package makes of X, as `protocol/request.rs` has them, and no others.

import { Refusal } from "./answers.js";
import { isRecord } from "./checks.js";
import { fits, isBoolean, isBytes, isId, isIndex, isNumber, isSize, isText, list, object, only, text } from "./shapes.js";

/** @typedef {import("../index.d.ts").ApiVersion} ApiVersion */
/** @typedef {import("./shapes.js").Shape} Shape */
/** @typedef {"query" | "form" | "json" | "multipart"} Encoding Where the parameters are, and how they are written. */
/** @typedef {{ route: Route, query: [name: string, value: string][], boundary: string }} Asked The boundary is that of a multipart body. */
/**
 * @typedef {object} Route
 * @property {ApiVersion} api
 * @property {string} method
 * @property {RegExp} path
 * @property {Encoding} encoding of the parameters
 * @property {Shape[]} shapes of which the parameters must have one
 */

const STATUS = only({ command: text(/^STATUS$/), media_id: isId });

const V1 = "/1.1/media/upload.json";
const V1_INIT = only(
  { command: text(/^INIT$/), total_bytes: isNumber, media_type: isText },
  { media_category: isText, additional_owners: isText, shared: isText },
);
const V1_APPEND = only({ command: text(/^APPEND$/), media_id: isId, segment_index: isIndex, media: isBytes });
const V1_FINALIZE = only({ command: text(/^FINALIZE$/), media_id: isId });
const V1_SUBTITLE = only({ language_code: isText }, { media_id: isId, display_name: isText });
const V1_SUBTITLES = only({
  media_id: isId,
  media_category: isText,
  subtitle_info: object(only({ subtitles: list(object(V1_SUBTITLE)) })),
});

const V2_INIT = only(
  { total_bytes: isSize, media_type: isText },
  { media_category: isText, additional_owners: list(isId), shared: isBoolean },
);
const V2_APPEND = only({ segment_index: isIndex, media: isBytes });
const V2_SUBTITLE = only({ id: isId, display_name: isText, language_code: isText });
const V2_SUBTITLES_ADDED = only({ id: isId, media_category: isText, subtitles: object(V2_SUBTITLE) });
const V2_SUBTITLES_REMOVED = only({ id: isId, media_category: isText, language_code: isText });

const ROUTES = [
  route("1.1", "POST", V1, "form", V1_INIT, V1_FINALIZE),
  route("1.1", "POST", V1, "multipart", V1_APPEND),
  route("1.1", "GET", V1, "query", STATUS),
  route("1.1", "POST", "/1.1/media/metadata/create.json", "json", { needed: { media_id: isId } }),
  route("1.1", "POST", "/1.1/media/subtitles/create.json", "json", V1_SUBTITLES),
  route("1.1", "POST", "/1.1/media/subtitles/delete.json", "json", V1_SUBTITLES),
  route("2", "POST", "/2/media/upload/initialize", "json", V2_INIT),
  route("2", "POST", "/2/media/upload/{id}/append", "multipart", V2_APPEND),
  route("2", "POST", "/2/media/upload/{id}/finalize", "json", only({})),
  route("2", "GET", "/2/media/upload", "query", STATUS),
  route("2", "POST", "/2/media/metadata", "json", only({ id: isId, metadata: isRecord })),
  route("2", "POST", "/2/media/subtitles", "json", V2_SUBTITLES_ADDED),
  route("2", "DELETE", "/2/media/subtitles", "json", V2_SUBTITLES_REMOVED),
];

/**
 * @param {ApiVersion} api
 * @param {string} method
 * @param {string} path
 * @param {Encoding} encoding
 * @param {...Shape} shapes
 * @returns {Route}
 */
function route(api, method, path, encoding, ...shapes) {
  const pattern = path.replaceAll(".", "\\.").replace("{id}", "[0-9]{1,19}");
  return { api, method, path: RegExp(`^${pattern}$`), encoding, shapes };
}

/**
 * The routes of a path. It is matched as it stands and nothing in it is decoded, so there are no two ways to write it.
 * @param {string} path
 * @returns {Route[]} never none
 */
export function routesAt(path) {
  const here = ROUTES.filter((route) => route.path.test(path));
  if (here.length === 0) throw new Refusal(404, "The relay passes on uploads of media, and nothing else.");
  return here;
}

/**
 * @param {Route[]} here
 * @returns {string} the methods, as a header lists them
 */
export function methodsOf(here) {
  return [...new Set(here.map(({ method }) => method))].join(", ");
}

/** How a body of each encoding has to name itself, as fetch does. @type {Record<Encoding, RegExp>} */
const TYPES = {
  query: /^/, // there is none
  form: /^application\/x-www-form-urlencoded(; ?charset=utf-8)?$/i,
  json: /^application\/json(; ?charset=utf-8)?$/i,
  multipart: /^multipart\/form-data; ?boundary=([\w-]{1,70})$/i,
};

/**
 * The one that a request takes.
 * @param {Route[]} here
 * @param {Request} request
 * @returns {Asked}
 */
export function routeOf(here, { method, headers, url }) {
  const asked = here.filter((route) => route.method === method);
  const allow = methodsOf(here);
  if (asked.length === 0) throw new Refusal(405, `The relay takes ${allow} here.`, { allow });
  const query = [...new URL(url).searchParams];
  for (const route of asked) {
    const isKnown = route.encoding === "query" ? fits(route.shapes, query) : query.length === 0;
    if (!isKnown) throw new Refusal(404, "The relay knows no such query.");
    const named = TYPES[route.encoding].exec(headers.get("content-type") ?? "");
    if (named && !headers.has("content-encoding")) return { route, query, boundary: named[1] ?? "" };
  }
  const taken = asked.map(({ encoding }) => encoding).join(" or ");
  throw new Refusal(415, `The relay takes a body of ${taken} here, not compressed.`);
}
