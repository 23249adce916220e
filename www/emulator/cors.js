/**
 * X answers browsers on its own origins and no other: a preflight from elsewhere is a 400 without
 * any access-control header, and so is every answer (twit #193, node-twitter #189). What X's own
 * origins get was recorded from api.twitter.com in 2018.
 */

/**
 * @typedef {object} CorsSettings
 * @property {string[]} allowedOrigins Treated as X's own; `"loopback"` stands for every port of this machine.
 * @property {string[]} exposedHeaders Readable by these origins: X is not known to expose any.
 */

const X_ORIGINS = ["https://x.com", "https://twitter.com"];
const LOOPBACK = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

const PREFLIGHT = {
  "access-control-allow-methods": "GET, POST, HEAD, PUT, DELETE",
  "access-control-allow-headers":
    "Authorization, Content-Type, X-CSRF-Token, X-Guest-Token, X-Twitter-Auth-Type",
  "access-control-max-age": "1728000",
};

/**
 * @param {Request} request
 * @param {CorsSettings} settings
 */
export function preflight(request, settings) {
  const headers = { ...corsHeaders(request, settings), "content-length": "0" };
  const allowed = "access-control-allow-origin" in headers;
  return new Response(null, { status: allowed ? 200 : 400, headers: { ...headers, ...(allowed && PREFLIGHT) } });
}

/**
 * @param {Request} request
 * @param {CorsSettings} settings
 * @returns {Record<string, string>}
 */
export function corsHeaders(request, { allowedOrigins, exposedHeaders }) {
  const vary = { vary: "Origin" };
  const origin = request.headers.get("origin");
  if (origin === null || !isAllowed(origin, allowedOrigins)) return vary;
  return {
    ...vary,
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    ...(exposedHeaders.length > 0 && { "access-control-expose-headers": exposedHeaders.join(", ") }),
  };
}

/**
 * @param {string} origin
 * @param {string[]} allowed
 */
function isAllowed(origin, allowed) {
  if (X_ORIGINS.includes(origin) || allowed.includes(origin)) return true;
  return allowed.includes("loopback") && LOOPBACK.test(origin);
}
