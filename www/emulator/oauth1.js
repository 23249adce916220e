/** Checks what requests are signed with by OAuth 1.0a (RFC 5849, §3.2). */

/**
 * @typedef {object} Signer
 * @property {string} consumerKey
 * @property {string} consumerSecret
 * @property {string} token
 * @property {string} tokenSecret
 * @property {string} [baseUrl] What stands before the API's paths in the client's eyes, where that is not the URL that the emulator sees.
 */

/** X refuses a request whose time is further off: code 135. */
const TOLERANCE_SECS = 300;

/**
 * What is wrong with a signature, undefined where nothing is.
 * @param {Request} request
 * @param {string} path Within the room.
 * @param {Map<string, string>} form The parameters of a urlencoded body; empty for any other.
 * @param {Signer} signer
 * @param {{ nonces: Set<string>, now: () => number }} state
 * @returns {Promise<"signature" | "time" | undefined>}
 */
export async function forgery({ method, url, headers }, path, form, signer, { nonces, now }) {
  const given = parametersOf(headers.get("authorization") ?? "");
  const { oauth_signature: signature, oauth_nonce: nonce = "", oauth_timestamp: timestamp, ...rest } = given;
  const { origin, pathname, searchParams } = new URL(url);
  const parameters = [
    ...searchParams,
    ...form,
    ...Object.entries({ ...rest, oauth_nonce: nonce, oauth_timestamp: timestamp ?? "" }),
  ];
  const normalized = parameters
    .map(([name, value]) => [encode(name), encode(value)])
    .sort(([a, b], [c, d]) => order(a, c) || order(b, d))
    .map((pair) => pair.join("="))
    .join("&");
  const signed = signer.baseUrl === undefined ? origin + pathname : signer.baseUrl + path;
  const base = [method, signed, normalized].map(encode).join("&");
  const isKnown = given["oauth_consumer_key"] === signer.consumerKey && given["oauth_token"] === signer.token;
  const isSigned = signature === (await hmacSha1(`${encode(signer.consumerSecret)}&${encode(signer.tokenSecret)}`, base));
  const once = `${timestamp} ${nonce}`;
  if (!isKnown || !isSigned || nonce === "" || nonces.has(once)) return "signature";
  if (!(Math.abs(Number(timestamp) - now() / 1000) <= TOLERANCE_SECS)) return "time";
  nonces.add(once);
  return undefined;
}

/**
 * @param {string} header
 * @returns {Record<string, string | undefined>}
 */
function parametersOf(header) {
  const pairs = [...header.matchAll(/([a-z_]+)="([^"]*)"/g)];
  return Object.fromEntries(pairs.map(([, name, value = ""]) => [name, decodeURIComponent(value)]));
}

/** As RFC 3986 has it, which is stricter than JavaScript. @param {string} text */
function encode(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * @param {string | undefined} a
 * @param {string | undefined} b
 */
function order(a = "", b = "") {
  return a < b ? -1 : Number(a > b);
}

/**
 * @param {string} key
 * @param {string} message
 * @returns {Promise<string>} in base64
 */
async function hmacSha1(key, message) {
  const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const imported = await crypto.subtle.importKey("raw", bytes(key), algorithm, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", imported, bytes(message));
  return btoa(String.fromCharCode(...new Uint8Array(signature)));
}
