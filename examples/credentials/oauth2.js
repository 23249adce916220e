// OAuth 2.0 with PKCE at X, as a user signs in and for as long as the app uses their tokens. It runs on servers, and in an extension
// with a host permission for https://api.x.com/*; the token endpoint answers no page of another origin.

const AUTHORIZE = "https://x.com/i/oauth2/authorize";
const TOKEN = "https://api.x.com/2/oauth2/token";
const SCOPES = "tweet.read tweet.write users.read media.write offline.access";
/** An access token that lasts no longer is replaced before it is used. */
const LEAST_MS = 60_000;

/**
 * @typedef {{ clientId: string, clientSecret?: string | undefined }} App Of X's developer console. A public client has no secret.
 * @typedef {{ accessToken: string, refreshToken: string, expiresAt: number }} Tokens
 */

/**
 * Where to send the user, and what to remember of it until X sends them back.
 * @param {App} app
 * @param {string} redirectUri one of the app's callback URLs, letter by letter
 */
export async function beginSignIn({ clientId }, redirectUri) {
  const [state, verifier] = [randomText(), randomText()];
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const query = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: SCOPES,
    state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: "S256",
  });
  return { url: `${AUTHORIZE}?${query}`.replaceAll("+", "%20"), state, verifier, redirectUri };
}

/**
 * The tokens for the code that X sent the user back with, which is good for 30 seconds.
 * @param {App} app
 * @param {string} code
 * @param {{ verifier: string, redirectUri: string }} begun
 */
export function endSignIn(app, code, { verifier, redirectUri }) {
  return ask(app, { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: redirectUri });
}

/** The tokens of one user. */
export class UserTokens {
  #app;
  #tokens;
  #save;
  /** @type {Promise<void> | undefined} */
  #refreshing;

  /**
   * @param {App} app
   * @param {Tokens} tokens
   * @param {(tokens: Tokens) => unknown} [save] keeps the new ones: the old refresh token is good for nothing then
   */
  constructor(app, tokens, save) {
    this.#app = app;
    this.#tokens = tokens;
    this.#save = save;
  }

  /**
   * The option `accessToken` of a client. Refreshes when asked to, and before the token expires: once, whoever asks meanwhile.
   * @param {{ refresh?: boolean }} [ask]
   */
  async accessToken({ refresh = this.#tokens.expiresAt < Date.now() + LEAST_MS } = {}) {
    if (refresh || this.#refreshing) {
      await (this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined)));
    }
    return this.#tokens.accessToken;
  }

  async #refresh() {
    this.#tokens = await ask(this.#app, { grant_type: "refresh_token", refresh_token: this.#tokens.refreshToken });
    await this.#save?.(this.#tokens);
  }
}

/**
 * @param {App} app
 * @param {Record<string, string>} grant
 * @returns {Promise<Tokens>}
 */
async function ask({ clientId, clientSecret }, grant) {
  const response = await fetch(TOKEN, {
    method: "POST",
    headers: clientSecret ? { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` } : {},
    body: new URLSearchParams(clientSecret ? grant : { ...grant, client_id: clientId }),
  });
  if (!response.ok) throw new Error(`X gave no token (HTTP ${response.status}): the user signs in again`);
  const { access_token: accessToken, refresh_token: refreshToken, expires_in = 7200 } = await response.json();
  return { accessToken, refreshToken, expiresAt: Date.now() + expires_in * 1000 };
}

function randomText() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
