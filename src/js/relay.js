// The entry of servers: passes an app's uploads on to X, with credentials that only the server has. It keeps nothing and logs nothing.

import { isMediaUploadError } from "./error.js";
import { answer, Refusal } from "./relay/answers.js";
import { limitOf, readBody } from "./relay/body.js";
import { authorized, checkedOptions, noCredentials } from "./relay/options.js";
import { Origins } from "./relay/origins.js";
import { routeOf, routesAt } from "./relay/routes.js";
import { forward } from "./relay/upstream.js";
import { sign } from "./shared.js";

/**
 * @param {import("./relay.d.ts").RelayOptions} given
 * @returns {(request: Request) => Promise<Response>}
 */
export function createRelay(given) {
  const options = checkedOptions(given);
  const origins = new Origins(options.allowedOrigins);
  return async (request) => {
    const response = await relay(request, options, origins).catch((thrown) => {
      const refusal = thrown instanceof Refusal ? thrown : new Refusal(500, "The relay failed.");
      return refusal.response;
    });
    return origins.expose(request, response);
  };
}

/**
 * Asks the cheap questions first, and reads no body of one who may not send it.
 * @param {Request} request
 * @param {ReturnType<typeof checkedOptions>} options
 * @param {Origins} origins
 * @returns {Promise<Response>}
 */
async function relay(request, { prefix, authorize, maxBodyBytes, upstream, fetch }, origins) {
  const { pathname } = new URL(request.url);
  const path = pathname.startsWith(prefix) ? pathname.slice(prefix.length) : "";
  const here = routesAt(path);
  const preflight = origins.preflight(request, here);
  if (preflight) return answer(204, preflight, "");

  const asked = routeOf(here, request);
  origins.admit(request);
  const limit = limitOf(asked, request.headers, maxBodyBytes);
  const credentials = await authorized(authorize, request);
  if ("status" in credentials) return credentials;

  const { type, body, signed } = await readBody(asked, request, limit);
  const { method } = request;
  const { route, query } = asked;
  const url = upstream[route.api] + path;
  const authorization = authorizationOf(credentials, method, url, [...query, ...signed]);
  const target = query.length > 0 ? `${url}?${new URLSearchParams(query)}` : url;
  return forward(fetch ?? globalThis.fetch, { method, url: target, authorization, type, body }, request.signal);
}

/**
 * @param {import("./relay.d.ts").RelayCredentials} credentials
 * @param {string} method
 * @param {string} url
 * @param {[name: string, value: string][]} parameters
 */
function authorizationOf(credentials, method, url, parameters) {
  if ("accessToken" in credentials) return `Bearer ${credentials.accessToken}`;
  try {
    return sign(credentials.oauth1, method, url, parameters);
  } catch (thrown) {
    // What is wrong with the credentials is not for the caller.
    if (isMediaUploadError(thrown)) throw noCredentials();
    throw new Refusal(500, "The relay can't sign. With oauth1, call init() of x-media-upload first.");
  }
}
