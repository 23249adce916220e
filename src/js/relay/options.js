// What the app gives: checked once where it configures the relay, and at each request where its own function answers.

import { invalid } from "../error.js";
import { Refusal } from "./answers.js";
import { baseUrlOf, isOrigin, isPath, isRecord, isToken, pick, tagOf } from "./checks.js";

/** @typedef {import("../relay.d.ts").RelayOptions} RelayOptions */
/** @typedef {import("../relay.d.ts").RelayCredentials} RelayCredentials */

const OPTIONS = "authorize prefix maxBodyBytes allowedOrigins upstream fetch";
const UPSTREAM = { "1.1": "https://upload.twitter.com", "2": "https://api.x.com" };
const MAX_BODY_BYTES = 8 * 2 ** 20;

/** @param {unknown} given */
export function checkedOptions(given) {
  const { authorize, upstream, fetch, ...limits } = pick(given, "options", OPTIONS);
  const { prefix = "/x", maxBodyBytes = MAX_BODY_BYTES, allowedOrigins = [] } = limits;
  if (typeof authorize !== "function") throw invalid("authorize", "a function");
  if (!isPath(prefix)) throw invalid("prefix", "a path such as /x, without a slash at its end");
  if (!Number.isSafeInteger(maxBodyBytes) || maxBodyBytes < 1) {
    throw invalid("maxBodyBytes", "a whole number of bytes above 0");
  }
  if (!Array.isArray(allowedOrigins) || !allowedOrigins.every(isOrigin)) {
    throw invalid("allowedOrigins", "a list of origins such as https://app.example, each as a browser writes it");
  }
  if (fetch !== undefined && typeof fetch !== "function") throw invalid("fetch", "a function");
  const others = pick(upstream, "upstream", Object.keys(UPSTREAM).join(" "));
  return {
    authorize: /** @type {RelayOptions["authorize"]} */ (authorize),
    prefix: /** @type {string} */ (prefix),
    maxBodyBytes: /** @type {number} */ (maxBodyBytes),
    allowedOrigins: /** @type {string[]} */ (allowedOrigins),
    upstream: { "1.1": baseOf(others["1.1"] ?? UPSTREAM["1.1"]), "2": baseOf(others["2"] ?? UPSTREAM["2"]) },
    fetch: /** @type {typeof globalThis.fetch | undefined} */ (fetch),
  };
}

/** @param {unknown} url */
function baseOf(url) {
  const base = baseUrlOf(url);
  if (base !== undefined) return base;
  throw invalid("upstream", "URLs of https: or of loopback, without user, password, query and hash");
}

/**
 * What `authorize` says, which is asked without the body: it could not be read twice.
 * @param {RelayOptions["authorize"]} authorize
 * @param {Request} request
 * @returns {Promise<RelayCredentials | Response>}
 */
export async function authorized(authorize, { url, method, headers }) {
  /** @type {any} */
  let said;
  try {
    said = await authorize(new Request(url, { method, headers }));
  } catch {
    throw new Refusal(500, "The relay's authorize threw.");
  }
  // One that was sent before can't be sent again.
  if (tagOf(said) === "Response" && said.status >= 200 && !said.bodyUsed && !said.body?.locked) return said;
  const { accessToken, oauth1 } = isRecord(said) ? said : /** @type {any} */ ({});
  if (oauth1 === undefined && isToken(accessToken)) return { accessToken };
  if (accessToken === undefined && isRecord(oauth1)) return { oauth1 };
  throw noCredentials();
}

/** The refusal where what `authorize` gave is of no use. */
export function noCredentials() {
  return new Refusal(500, "The relay's authorize gave neither credentials nor a new Response.");
}
