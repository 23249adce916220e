// What the relay answers with: X's own words in a safe wrapping, or a refusal of its own.

/**
 * What is read from the app's origin must neither run nor be kept: an answer of X is data, and is about one person.
 * @type {Record<string, string>}
 */
const SAFE = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

/** @type {Record<number, string>} */
const TITLES = {
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  500: "Internal Server Error",
  502: "Bad Gateway",
  504: "Gateway Timeout",
};

/**
 * @param {number} status
 * @param {Record<string, string>} headers
 * @param {Uint8Array | string} body
 */
export function answer(status, headers, body) {
  // With status 204 even an empty body is an error.
  const given = body.length === 0 ? null : /** @type {BodyInit} */ (body);
  return new Response(given, { status, headers: { ...SAFE, ...headers } });
}

/** A request that goes no further, as a problem of HTTP (RFC 9457): the client reads it as it reads X's own. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} detail for a person; it quotes nothing of the request, and nothing that was thrown
   * @param {Record<string, string>} [headers]
   */
  constructor(status, detail, headers) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }

  get response() {
    const { status, message: detail } = this;
    const title = TITLES[status] ?? "";
    // Tells it from a problem of X's.
    const type = `urn:x-media-upload:relay:${title.toLowerCase().replaceAll(" ", "-")}`;
    const headers = { ...this.headers, "content-type": "application/problem+json" };
    return answer(status, headers, JSON.stringify({ type, title, status, detail }));
  }
}
