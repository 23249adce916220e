// What the app's values have to be. Nothing here needs a browser, nor WebAssembly.

import { invalid } from "../error.js";

/** @param {unknown} value */
export function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The fields `names` (parted by spaces) of an object of the app's; absent is the same as empty.
 * @param {any} object
 * @param {string} name what the object is called in messages
 * @param {string} names
 */
export function pick(object, name, names) {
  if (object !== undefined && !isRecord(object)) throw invalid(name, "an object");
  return Object.fromEntries(names.split(" ").map((key) => [key, fieldOf(object, key)]));
}

/**
 * A field of an object of the app's, whose getter may throw.
 * @param {any} object
 * @param {string} name
 */
function fieldOf(object, name) {
  try {
    return object?.[name];
  } catch (thrown) {
    throw invalid(name, "readable: its getter threw", thrown);
  }
}

/**
 * What kind of platform object it is, whichever realm it comes from: `instanceof` knows those of its own only.
 * @param {any} value
 */
export function tagOf(value) {
  return value?.[Symbol.toStringTag];
}

/**
 * Whether it is an access token, as RFC 6750, §2.1 lets one be written.
 * @param {unknown} value
 * @returns {value is string}
 */
export function isToken(value) {
  return typeof value === "string" && /^[!-~]+$/.test(value);
}

/**
 * Whether it is a path to mount something under.
 * @param {unknown} path
 */
export function isPath(path) {
  if (typeof path !== "string" || !/^(\/[\w.~-]+)*$/.test(path)) return false;
  return new URL(path, "http://relay/").pathname === (path || "/"); // one with `.` or `..` in it would never be met
}

/**
 * Whether it is an origin as a browser writes it. With a slash at its end, or a port that needs no saying, it would never be met.
 * @param {unknown} origin
 */
export function isOrigin(origin) {
  if (typeof origin !== "string" || !/^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+$/.test(origin)) return false;
  return !/^https?:/.test(origin) || (URL.canParse(origin) && new URL(origin).origin === origin);
}

/**
 * What paths are appended to, where credentials may be sent there: https: or loopback, without user, password, query and hash.
 * @param {unknown} url
 * @returns {string | undefined} undefined where it is another
 */
export function baseUrlOf(url) {
  const isText = typeof url === "string" || tagOf(url) === "URL";
  if (!isText || !URL.canParse(String(url))) return undefined;
  const { href, origin, protocol, hostname } = new URL(String(url));
  // Names and addresses that never leave the machine (RFC 6761, §6.3; RFC 1122, §3.2.1.3; RFC 4291, §2.5.3).
  const isLoopback = protocol === "http:" && /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  // An origin has neither user nor password.
  const isPlain = href.startsWith(`${origin}/`) && !/[?#]/.test(href);
  return (protocol === "https:" || isLoopback) && isPlain ? href.replace(/\/+$/, "") : undefined;
}
