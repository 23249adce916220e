/** What was tried on the relay, as it travels, and what each got. */

import { SESSION } from "./relay.js";

/** @typedef {{ kind: string, name: string, request: string, gets: number[], sends?: string }} Attack `sends`: what X gets, if anything. */

export const ID = "1284554329119236097";
const INIT = "POST /x/2/media/upload/initialize";
const INIT_V1 = "POST /x/1.1/media/upload.json";
const APPEND = `POST /x/2/media/upload/${ID}/append`;
const METADATA = "POST /x/2/media/metadata";
const STATUS = "/x/2/media/upload?command=STATUS";
/** What the relay makes of `INIT`, however it was written. */
export const AS_INIT = "POST https://api.x.com/2/media/upload/initialize";

/** The parameters of an honest INIT, and what X gets of those that mean the same. */
export const FIELDS = '{"total_bytes":3,"media_type":"video/mp4"}';
const AS_JSON = { "content-type": "application/json" };
const AS_FORM = { "content-type": "application/x-www-form-urlencoded" };
const AS_PARTS = { "content-type": "multipart/form-data; boundary=B" };

const PART = (/** @type {string} */ name, /** @type {string} */ value) =>
  `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const FILE = '--B\r\nContent-Disposition: form-data; name="media"; filename="blob"\r\nContent-Type: application/octet-stream\r\n\r\nabc\r\n';
const END = "--B--\r\n";
const FIELD = PART("segment_index", "0");
const ELSEWHERE = { host: "evil.example", "x-forwarded-host": "evil.example", forwarded: "host=evil.example" };
const PREFLIGHT = { origin: "https://evil.example", "access-control-request-method": "POST" };
const IN_CHUNKS = { "content-length": undefined, "transfer-encoding": "chunked" };

/**
 * @param {string} line the first, without the version
 * @param {string} [body]
 * @param {Record<string, string | undefined>} [headers] in place of those, or beside them, that an honest request has
 */
export function requestOf(line, body, headers) {
  const length = body === undefined ? undefined : String(body.length);
  const all = { host: "app.example", connection: "close", cookie: SESSION, "content-length": length, ...headers };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : `${name}: ${value}\r\n`));
  return `${line} HTTP/1.1\r\n${lines.join("")}\r\n${body ?? ""}`;
}

/** @param {string} line @param {Record<string, string | undefined>} [headers] */
const initAs = (line, headers) => requestOf(line, FIELDS, { ...AS_JSON, ...headers });
/** @param {string} path @param {Record<string, string | undefined>} [headers] */
const get = (path, headers) => requestOf(`GET ${path}`, undefined, headers);

/** @type {[name: string, request: string, gets: number | number[], sends?: string][]} */
const PATHS = [
  ["another endpoint of X: `/x/2/tweets`", initAs("POST /x/2/tweets"), 404],
  ["another endpoint of 1.1: `/x/1.1/statuses/update.json`", initAs("POST /x/1.1/statuses/update.json"), 404],
  ["the old form of 2: `POST /x/2/media/upload`, `command=INIT`", requestOf("POST /x/2/media/upload", "command=INIT", AS_FORM), 405],
  ["outside of the prefix: `/2/media/upload/initialize`", initAs("POST /2/media/upload/initialize"), 404],
  ["a longer prefix: `/xy/2/…`", initAs("POST /xy/2/media/upload/initialize"), 404],
  ["`..` out of the media: `/x/2/media/upload/../../tweets`", initAs("POST /x/2/media/upload/../../tweets"), 404],
  ["`%2e%2e` likewise", initAs("POST /x/2/media/upload/%2e%2e/%2e%2e/tweets"), 404],
  ["`..` encoded twice", initAs("POST /x/2/media/upload/%252e%252e/tweets"), 404],
  ["`..` as an id", initAs("POST /x/2/media/upload/../append"), 404],
  ["`..` that ends where it began", initAs("POST /x/2/users/../media/upload/initialize"), 200, AS_INIT],
  ["backslashes for slashes", initAs("POST /x\\2\\media\\upload\\initialize"), 400],
  ["`%2f` in the id", initAs(`POST /x/2/media/upload/1%2f..%2f..%2ftweets/finalize`), 404],
  ["`%00` at the end", initAs(`${INIT}%00`), 404],
  ["a letter encoded: `/x/2/medi%61/…`", initAs("POST /x/2/medi%61/upload/initialize"), 404],
  ["other case: `/x/2/Media/…`", initAs("POST /x/2/Media/upload/initialize"), 404],
  ["a slash more", initAs("POST /x//2/media/upload/initialize"), 404],
  ["a slash at the end", initAs(`${INIT}/`), 404],
  ["a path parameter: `;a=b`", initAs(`${INIT};a=b`), 404],
  ["any character for the dot: `upload-json`", initAs("POST /x/1.1/media/upload-json"), 404],
  ["an id of 20 digits", initAs(`POST /x/2/media/upload/${ID}0/finalize`), 404],
  ["an id of other digits: `%D9%A1`", initAs("POST /x/2/media/upload/%D9%A1/finalize"), 404],
  ["another host: `//evil.example/x/…`", initAs("POST //evil.example/x/2/media/upload/initialize"), 404],
  ["another host: `@evil.example/x/…`", initAs("POST @evil.example/x/2/media/upload/initialize"), 400],
  ["an absolute URL: `http://evil.example/x/…`", initAs("POST http://evil.example/x/2/media/upload/initialize"), 200, AS_INIT],
  ["an absolute URL of another scheme", initAs("POST gopher://evil.example/x/2/media/upload/initialize"), 400],
  ["another `Host`, `X-Forwarded-Host`, `Forwarded`", initAs(INIT, ELSEWHERE), 200, AS_INIT],
];

/** @type {typeof PATHS} */
const QUERIES = [
  ["no id", get(STATUS), 404],
  ["two ids", get(`${STATUS}&media_id=1&media_id=2`), 404],
  ["a parameter more", get(`${STATUS}&media_id=1&user_id=2`), 404],
  ["another command", get("/x/2/media/upload?command=INIT&media_id=1"), 404],
  ["an encoded `&` in the id", get(`${STATUS}&media_id=1%26a=b`), 404],
  ["an encoded line break in the id", get(`${STATUS}&media_id=1%0d%0aX-Evil:%201`), 404],
  ["a query where there is none to be", initAs(`${INIT}?a=b`), 404],
  ["the command in the query of 1.1", requestOf(`${INIT_V1}?command=INIT`, "total_bytes=3", AS_FORM), 404],
];

/** @type {typeof PATHS} */
const METHODS = [
  ...["PUT", "PATCH", "HEAD", "TRACE", "PROPFIND"].map(
    (method) => /** @type {[string, string, number]} */ ([`\`${method}\``, requestOf(`${method} /x/2/media/upload/initialize`), 405]),
  ),
  ["`post`, in lower case", initAs("post /x/2/media/upload/initialize"), 400],
  ["`DELETE` where only `POST` is", initAs("DELETE /x/2/media/upload/initialize"), 405],
  ["`X-HTTP-Method-Override: DELETE`", initAs(INIT, { "x-http-method-override": "DELETE", "x-method-override": "DELETE" }), 200, AS_INIT],
  ["`?_method=DELETE`", initAs(`${INIT}?_method=DELETE`), 404],
  ["`OPTIONS` without a question of CORS", requestOf("OPTIONS /x/2/media/upload/initialize"), 405],
];

/** @type {typeof PATHS} */
const BODIES = [
  ["JSON as `text/plain`, which a page may send anywhere", requestOf(INIT, FIELDS, { "content-type": "text/plain" }), 415],
  ["JSON as a form", requestOf(INIT, FIELDS, AS_FORM), 415],
  ["compressed", initAs(INIT, { "content-encoding": "gzip" }), 415],
  ["JSON with a field more", requestOf(INIT, `{"user":1,${FIELDS.slice(1)}`, AS_JSON), 400],
  ["JSON with `__proto__`", requestOf(INIT, `{"__proto__":{},${FIELDS.slice(1)}`, AS_JSON), 400],
  ["JSON that is a list", requestOf(INIT, "[]", AS_JSON), 400],
  ["JSON that is none", requestOf(INIT, FIELDS.slice(1), AS_JSON), 400],
  ["bytes that are no UTF-8", requestOf(INIT, FIELDS.replace("video", "\xff"), AS_JSON), 400],
  ["JSON with a field twice", requestOf(INIT, `{"total_bytes":1,${FIELDS.slice(1)}`, AS_JSON), 200, AS_INIT],
  ["JSON with a field's name in `\\u`", requestOf(INIT, FIELDS.replace("media", "\\u006dedia"), AS_JSON), 200, AS_INIT],
  ["JSON behind a byte order mark", requestOf(INIT, `\xef\xbb\xbf${FIELDS}`, AS_JSON), 200, AS_INIT],
  ["a number that JavaScript would round", requestOf(INIT, FIELDS.replace("3", "9007199254740993"), AS_JSON), 400],
  ["the same, deep within", requestOf(METADATA, `{"id":"${ID}","metadata":{"a":[1e400]}}`, AS_JSON), 400],
  ["an id that is a number", requestOf(METADATA, '{"id":12,"metadata":{}}', AS_JSON), 400],
  ["an owner that is a number", requestOf(INIT, `{"additional_owners":[12],${FIELDS.slice(1)}`, AS_JSON), 400],
  ["JSON in another character set", requestOf(INIT, utf16(FIELDS), { "content-type": "application/json; charset=utf-16" }), 415],
  ["JSON 30,000 deep", requestOf(METADATA, `{"id":"${ID}","metadata":{"a":${"[".repeat(30_000)}${"]".repeat(30_000)}}}`, AS_JSON), 400],
  ["1.1: `command=APPEND` in a form", requestOf(INIT_V1, `command=APPEND&media_id=${ID}&segment_index=0&media_data=YWJj`, AS_FORM), 400],
  ["1.1: two commands", requestOf(INIT_V1, `command=FINALIZE&command=INIT&media_id=${ID}`, AS_FORM), 400],
  ["1.1: an upload in one request", requestOf(INIT_V1, FILE + END, AS_PARTS), 400],
  ["1.1: `command=INIT` in parts", requestOf(INIT_V1, PART("command", "INIT") + FILE + END, AS_PARTS), 400],
  ["a part more, before the segment", requestOf(APPEND, FIELD + PART("a", "b") + FILE + END, AS_PARTS), 400],
  ["a part more, after the segment", requestOf(APPEND, FIELD + FILE + PART("segment_index", "1") + END, AS_PARTS), 400],
  ["the same part twice", requestOf(APPEND, FIELD + PART("segment_index", "1") + FILE + END, AS_PARTS), 400],
  ["a part with a header more", requestOf(APPEND, FIELD.replace("\r\n\r\n", "\r\nX-Evil: 1\r\n\r\n") + FILE + END, AS_PARTS), 400],
  ["a part's name in `filename*`", requestOf(APPEND, FIELD + FILE.replace("filename", "filename*=UTF-8''a; filename") + END, AS_PARTS), 400],
  ["parts within a part", requestOf(APPEND, FIELD.replace("\r\n\r\n", "\r\nContent-Type: multipart/mixed; boundary=C\r\n\r\n") + FILE + END, AS_PARTS), 400],
  ["lines that end in LF", requestOf(APPEND, (FIELD + FILE + END).replaceAll("\r\n", "\n"), AS_PARTS), 400],
  ["lines that end in CR", requestOf(APPEND, (FIELD + FILE + END).replaceAll("\r\n", "\r"), AS_PARTS), 400],
  ["something before the first part", requestOf(APPEND, `\r\n${FIELD}${FILE}${END}`, AS_PARTS), 400],
  ["something after the last one", requestOf(APPEND, `${FIELD}${FILE}${END}\r\n${FIELD}`, AS_PARTS), 400],
  ["parts that do not end", requestOf(APPEND, FIELD + FILE, AS_PARTS), 400],
  ["another boundary than is named", requestOf(APPEND, FIELD + FILE + END, { "content-type": "multipart/form-data; boundary=C" }), 400],
  ["a boundary that is a pattern: `.*`", requestOf(APPEND, "", { "content-type": "multipart/form-data; boundary=.*" }), 415],
  ["two boundaries", requestOf(APPEND, "", { "content-type": "multipart/form-data; boundary=B; boundary=C" }), 415],
  ["9 MiB, as `Content-Length` says", requestOf(APPEND, undefined, { ...AS_PARTS, "content-length": String(9 * 2 ** 20) }), 413],
  ["9 MiB in chunks, of a length that is not said", requestOf(APPEND, chunked("a".repeat(9 * 2 ** 20)), { ...AS_PARTS, ...IN_CHUNKS }), 413],
  ["70 KB of JSON", requestOf(INIT, FIELDS.padEnd(70_000), AS_JSON), 413],
];

/** @type {typeof PATHS} */
const FRAMING = [
  ["`Content-Length` and `Transfer-Encoding` (CL.TE)", initAs(INIT, { "transfer-encoding": "chunked" }), 400],
  ["two lengths", initAs(INIT, { "Content-length": "4" }), 400],
  ["a length of `+42`", initAs(INIT, { "content-length": "+42" }), 400],
  ["a length of `-1`", initAs(INIT, { "content-length": "-1" }), 400],
  ["`Transfer-Encoding: xchunked`", initAs(INIT, { "content-length": undefined, "transfer-encoding": "xchunked" }), 400],
  ["a chunk's size that is none", requestOf(INIT, "0x2a\r\n", { ...AS_JSON, ...IN_CHUNKS }), 400],
  ["a folded header", initAs(INIT, { "x-a": "b\r\n c: d" }), 400],
  ["a space before the colon", initAs(INIT, { "transfer-encoding ": "chunked" }), 400],
  ["a bare line feed in a header", initAs(INIT, { "x-a": "b\nx-c: d" }), 400],
  ["NUL in a header", initAs(INIT, { "x-a": "b\0" }), 400],
  ["a request in the body of a GET (CL.0)", requestOf(`GET ${STATUS}`, initAs(INIT)), 404],
  ["the same on a connection that is kept, with another behind it", requestOf(`GET ${STATUS}`, initAs(INIT), { connection: "keep-alive" }) + get("/x/2/tweets"), [404, 404]],
  ["a request behind one that is refused", `${requestOf("POST /x/2/tweets", "a")}${initAs(INIT)}`, 404],
];

/** @type {typeof PATHS} */
const CALLERS = [
  ["a foreign `Origin`", initAs(INIT, { origin: "https://evil.example" }), 403],
  ["an `Origin` that begins like ours", initAs(INIT, { origin: "http://app.example.evil.example" }), 403],
  ["an `Origin` that begins like an allowed one", initAs(INIT, { origin: "https://other.example.evil.example" }), 403],
  ["`Origin: null`, as of a sandboxed frame", initAs(INIT, { origin: "null" }), 403],
  ["two origins", initAs(INIT, { origin: "https://evil.example", Origin: "https://other.example" }), 403],
  ["another site without an `Origin`: `Sec-Fetch-Site: cross-site`", get(`${STATUS}&media_id=1`, { "sec-fetch-site": "cross-site" }), 403],
  ["a sister of the same site: `same-site`", get(`${STATUS}&media_id=1`, { "sec-fetch-site": "same-site" }), 403],
  ["our `Origin`, where the browser says `cross-site`", initAs(INIT, { origin: "http://app.example", "sec-fetch-site": "cross-site" }), 403],
  ["a foreign page asks leave", requestOf("OPTIONS /x/2/media/upload/initialize", undefined, PREFLIGHT), 403],
  ["no credentials", initAs(INIT, { cookie: undefined }), 401],
  ["wrong credentials", initAs(INIT, { cookie: "session=b-session" }), 401],
  ["a token of one's own: `Authorization: Bearer …`", initAs(INIT, { authorization: "Bearer evil" }), 200, AS_INIT],
  ["a token of one's own, and no session", initAs(INIT, { authorization: "Bearer evil", cookie: undefined }), 401],
];

/** @type {[kind: string, attacks: typeof PATHS][]} */
const ALL = [
  ["path", PATHS],
  ["query", QUERIES],
  ["method", METHODS],
  ["body", BODIES],
  ["framing", FRAMING],
  ["caller", CALLERS],
];

/** @type {Attack[]} */
export const ATTACKS = ALL.flatMap(([kind, attacks]) =>
  attacks.map(([name, request, gets, sends]) => ({ kind, name, request, gets: [gets].flat(), sends })),
);

/** @param {string} text */
function utf16(text) {
  return Buffer.from(text, "utf16le").toString("latin1");
}

/** @param {string} text */
function chunked(text) {
  return `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
}
