/**
 * OAuth 2.0 with PKCE (RFC 6749, RFC 7636), as X speaks it with an app that has no secret.
 *
 * @typedef {object} Tokens
 * @property {string} accessToken
 * @property {number} expiresAt Of the access token, in milliseconds since the epoch.
 * @property {string} refreshToken X takes each one once, and gives the next.
 */

/** To upload media, to post it, and to stay signed in. */
const SCOPES = ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"];

const ANSWER_MS = 30_000;
/** Of an access token, where X does not say. */
const USUAL_SECS = 7200;
/** Before each further try of a request that had no answer, or one that may pass. */
const PAUSES_MS = [1000, 4000, 10_000];

/** What the user is told. Quotes nothing of what was sent or answered: that may be a token. */
export class SignInError extends Error {
  /**
   * @param {string} message
   * @param {object} [more]
   * @param {boolean} [more.isRefusal] X has said no: the same again would be refused again.
   */
  constructor(message, { isRefusal = false } = {}) {
    super(message);
    this.isRefusal = isRefusal;
  }
}

/** An app at X, or at a server that stands in for it. */
export class App {
  #id;
  #origins;

  /**
   * @param {string} id the app's client id
   * @param {string} [baseUrl] of what stands in for X
   */
  constructor(id, baseUrl) {
    this.#id = id;
    const base = baseUrl?.replace(/\/+$/, "");
    this.#origins = { pages: base ?? "https://x.com", api: base ?? "https://api.x.com" };
  }

  /**
   * Where the user is asked, and what to make of the answer.
   * @param {string} redirectUrl
   */
  async authorization(redirectUrl) {
    const [state, verifier] = [random(), random()];
    const query = new URLSearchParams({
      response_type: "code",
      client_id: this.#id,
      redirect_uri: redirectUrl,
      scope: SCOPES.join(" "),
      state,
      code_challenge: await sha256(verifier),
      code_challenge_method: "S256",
    });
    return {
      url: `${this.#origins.pages}/i/oauth2/authorize?${query}`,
      /** @param {string} answer the redirect URL, with what X has added */
      tokens: async (answer) => {
        const code = codeIn(answer, state);
        return this.#tokens({ grant_type: "authorization_code", code, redirect_uri: redirectUrl, code_verifier: verifier });
      },
    };
  }

  /** The next tokens: the old ones are spent. @param {string} refreshToken */
  refresh(refreshToken) {
    return this.#tokens({ grant_type: "refresh_token", refresh_token: refreshToken });
  }

  /** @param {string} token of either kind */
  async revoke(token) {
    await this.#post("revoke", { token });
  }

  /**
   * @param {Record<string, string>} grant
   * @returns {Promise<Tokens>}
   */
  async #tokens(grant) {
    const asked = Date.now();
    const answer = await this.#post("token", grant);
    const { access_token, expires_in = USUAL_SECS, refresh_token = grant.refresh_token } = answer ?? {};
    if (!access_token || !refresh_token) throw new SignInError("X’s answer has no tokens in it.");
    return { accessToken: access_token, refreshToken: refresh_token, expiresAt: asked + expires_in * 1000 };
  }

  /**
   * @param {"token" | "revoke"} path
   * @param {Record<string, string>} fields
   * @returns {Promise<any>} what the answer says, where it is JSON
   */
  async #post(path, fields) {
    const body = new URLSearchParams({ ...fields, client_id: this.#id });
    for (const pause of [...PAUSES_MS, undefined]) {
      const response = await fetch(`${this.#origins.api}/2/oauth2/${path}`, {
        method: "POST",
        body,
        cache: "no-store",
        credentials: "omit",
        redirect: "error", // what is sent goes nowhere else
        signal: AbortSignal.timeout(ANSWER_MS),
      }).catch(() => undefined);
      const answer = await response?.json().catch(() => undefined);
      if (response?.ok) return answer;
      const isRefusal = response !== undefined && [400, 401, 403].includes(response.status);
      if (isRefusal) throw new SignInError(reasonOf(answer?.error), { isRefusal });
      if (pause !== undefined) await new Promise((resolve) => setTimeout(resolve, pause));
    }
    throw new SignInError("X could not be reached. Try again later.");
  }
}

/**
 * @param {string} answer
 * @param {string} state that it must bring back: another one has been begun by somebody else
 */
function codeIn(answer, state) {
  const { searchParams } = new URL(answer);
  if (searchParams.get("state") !== state) throw new SignInError("X has answered another sign-in. Try again.");
  const code = searchParams.get("code");
  if (!code) throw new SignInError(reasonOf(searchParams.get("error")));
  return code;
}

/** @type {Record<string, string>} */
const REASONS = {
  access_denied: "You did not allow it on X.",
  invalid_client: "X knows no such client ID.",
  unauthorized_client: "X takes the app for one with a secret. Set its type to Native App.",
  invalid_scope: "The app may not upload and post. Set its permissions to Read and write.",
};

/** @param {unknown} error of RFC 6749, 4.1.2.1 and 5.2 */
function reasonOf(error) {
  return REASONS[String(error)] ?? "X refused it. Check the client ID, and the callback URI of your app.";
}

/** 256 bits, as text that needs no escaping in a URL. */
function random() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

/** @param {string} text */
async function sha256(text) {
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
