/** Who may upload: 1.1 is for OAuth 1.0a users alone, version 2 for OAuth 2.0 users too. */

import { codeV1, typical } from "./answers.js";
import { forgery } from "./oauth1.js";

/**
 * @typedef {"Bearer" | "OAuth" | "other" | "none"} Scheme
 *
 * @typedef {object} AuthSettings
 * @property {string[] | null} tokens The bearer tokens that are valid; null for any.
 * @property {import("./oauth1.js").Signer | null} oauth1 Whose signatures are valid; null for anything signed.
 * @property {boolean} strictAuth Whether 1.1 refuses bearer tokens, as X does.
 */

const AUTHORIZATION = /^(Bearer|OAuth)\s+(\S.*)$/;

/**
 * The kind of credentials, which is all that is ever kept of them.
 * @param {Headers} headers
 * @returns {Scheme}
 */
export function scheme(headers) {
  const value = headers.get("authorization");
  if (value === null) return "none";
  const name = AUTHORIZATION.exec(value)?.[1];
  return name === "Bearer" || name === "OAuth" ? name : "other";
}

/**
 * X's answer to whoever may not, undefined for whoever may.
 * @param {import("./vocabulary.js").ApiVersion} api
 * @param {Request} request
 * @param {string} path Within the room.
 * @param {import("./body.js").Body} body
 * @param {import("./state.js").State} state
 */
export async function refuseStranger(api, request, path, body, state) {
  const { headers } = request;
  const { tokens, oauth1, strictAuth } = state.settings;
  switch (scheme(headers)) {
    case "none":
    case "other":
      return typical(api, 401);
    case "Bearer":
      // 1.1 answers 403 to OAuth 2.0 user tokens (node-twitter-api-v2 #167, #371, #417).
      if (api === "1.1" && strictAuth) return typical(api, 403);
      return tokens && !tokens.includes(token(headers)) ? invalidToken(api) : undefined;
    case "OAuth": {
      // Of a body, only a urlencoded form is signed (RFC 5849, §3.4.1.3.1).
      const form = body.type === "application/x-www-form-urlencoded" ? body.form().fields : new Map();
      const wrong = oauth1 ? await forgery(request, path, form, oauth1, state) : undefined;
      if (wrong === "time" && api === "1.1") return codeV1(401, 135, "Timestamp out of bounds.");
      return wrong && typical(api, 401);
    }
  }
}

/** @param {Headers} headers */
function token(headers) {
  return AUTHORIZATION.exec(headers.get("authorization") ?? "")?.[2] ?? "";
}

/** @param {import("./vocabulary.js").ApiVersion} api */
function invalidToken(api) {
  return api === "1.1" ? codeV1(401, 89, "Invalid or expired token") : typical(api, 401);
}
