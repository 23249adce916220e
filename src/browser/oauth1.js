// OAuth 1.0a: the header that lets a request in. What is signed, the core knows; how, every platform.

import { core } from "./core.js";

/**
 * The value of `authorization`. Rejects where the WebAssembly has not been loaded.
 * @param {import("../js/index.d.ts").OAuth1Credentials} credentials
 * @param {string} method
 * @param {string} url without query
 * @param {string} parameters those of the query and of a form, percent-encoded, `name=value&name=value`
 * @param {number} epoch the time at the server
 */
export async function authorization(credentials, method, url, parameters, epoch) {
  const request = JSON.stringify({ ...credentials, method, url, parameters });
  const { base, key, parameters: own } = JSON.parse(core().prepare(request, epoch, Math.random()));
  const { subtle } = crypto;
  const text = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const imported = await subtle.importKey("raw", text.encode(key), algorithm, false, ["sign"]);
  const signature = new Uint8Array(await subtle.sign("HMAC", imported, text.encode(base)));
  const pairs = `${own}&oauth_signature=${encodeURIComponent(btoa(String.fromCharCode(...signature)))}`;
  return `OAuth ${pairs.replaceAll("=", '="').replaceAll("&", '", ')}"`;
}
