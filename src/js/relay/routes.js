// What is let through: the requests that this package makes of X, as `protocol/request.rs` has them, and no others.

import { Refusal } from "./answers.js";

/** @typedef {import("../index.d.ts").ApiVersion} ApiVersion */
/** @typedef {"query" | "form" | "json" | "multipart"} Encoding Where the parameters are, and how they are written. */
/** @typedef {[name: string, value: string][]} Parameters */
/**
 * @typedef {object} Shape What the parameters of one command are.
 * @property {Record<string, RegExp>} needed
 * @property {string[]} [optional] With any value. Where it is left out, that is any name.
 */
/** @typedef {{ route: Route, query: Parameters, boundary: string }} Asked The boundary is that of a multipart body. */
/**
 * @typedef {object} Route
 * @property {ApiVersion} api
 * @property {string} method
 * @property {RegExp} path
 * @property {Encoding} encoding of the parameters
 * @property {Shape[]} shapes of which the parameters must have one
 */

const ID = /^[0-9]{1,19}$/;
const NUMBER = /^[0-9]{1,19}$/;
const INDEX = /^[0-9]{1,3}$/;
const ANY = /^/;

const INIT = { total_bytes: NUMBER, media_type: ANY };
const INIT_OPTIONAL = ["media_category", "additional_owners", "shared"];
const STATUS = only({ command: /^STATUS$/, media_id: ID });
const SUBTITLES_V1 = only({ media_id: ID, media_category: ANY, subtitle_info: ANY });

const V1 = "/1.1/media/upload.json";
const V1_INIT = only({ command: /^INIT$/, ...INIT }, INIT_OPTIONAL);
const V1_APPEND = only({ command: /^APPEND$/, media_id: ID, segment_index: INDEX });
const V1_FINALIZE = only({ command: /^FINALIZE$/, media_id: ID });

const ROUTES = [
  route("1.1", "POST", V1, "form", V1_INIT, V1_FINALIZE),
  route("1.1", "POST", V1, "multipart", V1_APPEND),
  route("1.1", "GET", V1, "query", STATUS),
  route("1.1", "POST", "/1.1/media/metadata/create.json", "json", { needed: { media_id: ID } }),
  route("1.1", "POST", "/1.1/media/subtitles/create.json", "json", SUBTITLES_V1),
  route("1.1", "POST", "/1.1/media/subtitles/delete.json", "json", SUBTITLES_V1),
  route("2", "POST", "/2/media/upload/initialize", "json", only(INIT, INIT_OPTIONAL)),
  route("2", "POST", "/2/media/upload/{id}/append", "multipart", only({ segment_index: INDEX })),
  route("2", "POST", "/2/media/upload/{id}/finalize", "json", only({})),
  route("2", "GET", "/2/media/upload", "query", STATUS),
  route("2", "POST", "/2/media/metadata", "json", only({ id: ID, metadata: ANY })),
  route("2", "POST", "/2/media/subtitles", "json", only({ id: ID, media_category: ANY, subtitles: ANY })),
  route("2", "DELETE", "/2/media/subtitles", "json", only({ id: ID, media_category: ANY, language_code: ANY })),
];

/**
 * @param {Record<string, RegExp>} needed
 * @param {string[]} [optional]
 * @returns {Shape}
 */
function only(needed, optional = []) {
  return { needed, optional };
}

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
  query: ANY, // there is none
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

/**
 * Whether these are the parameters of one of the shapes: every one that it needs, none that it does not know, none twice.
 * @param {Shape[]} shapes
 * @param {Parameters} parameters
 */
export function fits(shapes, parameters) {
  const given = new Map(parameters);
  return given.size === parameters.length && shapes.some(({ needed, optional }) => {
    const names = [...Object.keys(needed), ...(optional ?? given.keys())];
    const isRight = (/** @type {[string, RegExp]} */ [name, pattern]) => given.has(name) && pattern.test(given.get(name) ?? "");
    return Object.entries(needed).every(isRight) && [...given.keys()].every((name) => names.includes(name));
  });
}
