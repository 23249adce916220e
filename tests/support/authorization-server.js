/** What X does when a user signs in: an authorization server of OAuth 2.0 that is as strict as X says that its own is. */

import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";

/**
 * @typedef {object} Registered An app in X's developer console.
 * @property {string} clientId
 * @property {string} [clientSecret] Of a confidential client.
 * @property {string} redirectUri
 */

export class AuthorizationServer {
  /** Good access tokens. @type {string[]} */
  accessTokens = [];
  refreshes = 0;
  #app;
  /** @type {Map<string, string>} The challenge of each code. */
  #codes = new Map();
  /** @type {Set<string>} */
  #refreshTokens = new Set();

  /** @param {Registered} app */
  constructor(app) {
    this.#app = app;
  }

  /**
   * The user agrees.
   * @param {string} url of the authorization endpoint, where the app has sent the user
   * @returns {string} where the user is sent back to
   */
  agree(url) {
    const { origin, pathname, searchParams } = new URL(url);
    const { code_challenge = "", state = "", ...rest } = Object.fromEntries(searchParams);
    assert.equal(origin + pathname, "https://x.com/i/oauth2/authorize");
    assert.deepEqual(rest, {
      response_type: "code",
      client_id: this.#app.clientId,
      redirect_uri: this.#app.redirectUri,
      scope: "tweet.read tweet.write users.read media.write offline.access",
      code_challenge_method: "S256",
    });
    const code = randomUUID();
    this.#codes.set(code, code_challenge);
    return `${this.#app.redirectUri}?${new URLSearchParams({ state, code })}`;
  }

  /** POST /2/oauth2/token. @param {Request} request */
  async token(request) {
    const { clientId, clientSecret, redirectUri } = this.#app;
    const given = Object.fromEntries(new URLSearchParams(await request.text()));
    const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
    const isKnown = clientSecret ? request.headers.get("authorization") === basic : given.client_id === clientId;
    if (!isKnown) return refusal(401, "unauthorized_client");
    if (given.grant_type === "authorization_code") {
      const challenge = createHash("sha256").update(given.code_verifier ?? "").digest("base64url");
      const isIts = this.#codes.get(given.code ?? "") === challenge && given.redirect_uri === redirectUri;
      this.#codes.delete(given.code ?? "");
      return isIts ? this.#tokens() : refusal(400, "invalid_request");
    }
    this.refreshes++;
    return this.#refreshTokens.delete(given.refresh_token ?? "") ? this.#tokens() : refusal(400, "invalid_request");
  }

  /** New ones, and none but these are good. */
  #tokens() {
    const [access_token, refresh_token] = [`access-${randomUUID()}`, `refresh-${randomUUID()}`];
    this.accessTokens.splice(0, Infinity, access_token);
    this.#refreshTokens.add(refresh_token);
    return Response.json({ token_type: "bearer", expires_in: 7200, access_token, refresh_token });
  }
}

/** @param {number} status @param {string} error */
const refusal = (status, error) => Response.json({ error }, { status });
