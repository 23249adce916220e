/**
 * A server that stands in for X where somebody signs in: an authorization server (RFC 6749, RFC 7636) for public clients, whose
 * refresh tokens are good once, in front of an emulator that takes none but its access tokens.
 */

import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { createEmulator } from "../../www/emulator/index.js";
import { listen } from "./loopback.js";

export const CLIENT_ID = "client-of-the-tests";
export const SCOPE = "tweet.read tweet.write users.read media.write offline.access";

const CODE_MS = 30_000;

/** As X writes it. */
const UNAUTHORIZED = { title: "Unauthorized", type: "about:blank", status: 401, detail: "Unauthorized" };

export async function startSignInServer() {
  const issuer = new Issuer();
  const emulator = createEmulator();
  const app = new Hono();
  app.get("/i/oauth2/authorize", ({ req, html }) => html(issuer.ask(new URL(req.url).searchParams)));
  app.post("/2/oauth2/token", async ({ req, json }) => {
    const answer = issuer.token(req.raw.headers, await fieldsOf(req.raw));
    await sleep(issuer.delayMs);
    return json(...answer);
  });
  app.post("/2/oauth2/revoke", async ({ req, json }) => json(...issuer.revoke(await fieldsOf(req.raw))));
  app.all("*", async ({ req, json }) => {
    const isAccepted = issuer.accepts(req.header("authorization"));
    return isAccepted ? emulator.fetch(req.raw) : json(UNAUTHORIZED, 401);
  });
  const server = await listen(createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }));
  return { ...server, ...emulator, issuer };
}

/** @param {Request} request */
async function fieldsOf(request) {
  return new URLSearchParams(await request.text());
}

/** What the server knows of its one app and its one user. */
class Issuer {
  /** @type {Map<string, { asked: URLSearchParams, at: number }>} */
  #codes = new Map();
  /** What is accepted now: one of each, for each sign-in. @type {Set<string>} */
  #access = new Set();
  /** @type {Set<string>} */
  #refresh = new Set();
  /** All tokens that ever were given, and codes and verifiers: none may be seen anywhere. @type {string[]} */
  secrets = [];
  /** What was asked of the token endpoint: grant types. @type {string[]} */
  grants = [];
  /** How many requests to the API had no token that is good. */
  refused = 0;
  /** What its answers bring back in place of the state. @type {string | undefined} */
  otherState;
  /** How many answers more of the token endpoint are 503. */
  faults = 0;
  /** How long the token endpoint takes to say what it did. */
  delayMs = 0;

  /** How many tokens are good. */
  get alive() {
    return this.#access.size + this.#refresh.size;
  }

  /** Access tokens are good no longer, as they are after two hours. */
  expire() {
    this.#access.clear();
  }

  /** As when the user has removed the app on X, or was too slow. */
  forget() {
    this.#codes.clear();
    this.#access.clear();
    this.#refresh.clear();
  }

  /** @param {string} [authorization] */
  accepts(authorization = "") {
    const isAccepted = this.#access.has(authorization.replace(/^Bearer /, ""));
    if (!isAccepted) this.refused++;
    return isAccepted;
  }

  /**
   * The page that asks the user.
   * @param {URLSearchParams} asked
   */
  ask(asked) {
    const expected = { response_type: "code", client_id: CLIENT_ID, scope: SCOPE, code_challenge_method: "S256" };
    for (const [name, value] of Object.entries(expected)) {
      if (asked.get(name) !== value) return `<p>${name} is not ${value}</p>`;
    }
    const code = this.#secret("code");
    this.#codes.set(code, { asked, at: Date.now() });
    const state = this.otherState ?? String(asked.get("state"));
    /** @param {Record<string, string>} answer */
    const link = (answer) => `${asked.get("redirect_uri")}?${new URLSearchParams({ state, ...answer })}`.replaceAll("&", "&amp;");
    return `<!doctype html><title>X</title><a id="allow" href="${link({ code })}">Allow</a> <a href="${link({ error: "access_denied" })}">Deny</a>`;
  }

  /**
   * @param {Headers} headers
   * @param {URLSearchParams} fields
   * @returns {[object, 200 | 400 | 401 | 503]}
   */
  token(headers, fields) {
    if (this.faults-- > 0) return [{ error: "temporarily_unavailable" }, 503];
    this.grants.push(String(fields.get("grant_type")));
    if (headers.has("authorization") || fields.has("client_secret")) return [{ error: "invalid_client" }, 401];
    if (fields.get("client_id") !== CLIENT_ID) return [{ error: "invalid_client" }, 401];
    if (!this.#spend(fields)) {
      // It says more than X would: what must not be told on.
      return [{ error: "invalid_request", error_description: `Value passed for the token was invalid: ${fields}` }, 400];
    }
    const [access_token, refresh_token] = [this.#secret("access"), this.#secret("refresh")];
    this.#access.add(access_token);
    this.#refresh.add(refresh_token);
    return [{ token_type: "bearer", expires_in: 7200, access_token, scope: SCOPE, refresh_token }, 200];
  }

  /** Takes a code or a refresh token: each once. @param {URLSearchParams} fields */
  #spend(fields) {
    if (fields.get("grant_type") === "refresh_token") return this.#refresh.delete(String(fields.get("refresh_token")));
    const code = String(fields.get("code"));
    const found = this.#codes.get(code);
    this.#codes.delete(code);
    const verifier = String(fields.get("code_verifier"));
    this.secrets.push(verifier);
    return (
      found !== undefined &&
      Date.now() - found.at < CODE_MS &&
      found.asked.get("redirect_uri") === fields.get("redirect_uri") &&
      found.asked.get("code_challenge") === createHash("sha256").update(verifier).digest("base64url") &&
      /^[\w.~-]{43,128}$/.test(verifier)
    );
  }

  /**
   * @param {URLSearchParams} fields
   * @returns {[object, 200 | 401]}
   */
  revoke(fields) {
    if (fields.get("client_id") !== CLIENT_ID) return [{ error: "invalid_client" }, 401];
    const token = String(fields.get("token"));
    this.#access.delete(token);
    this.#refresh.delete(token);
    return [{ revoked: true }, 200];
  }

  /** @param {string} name */
  #secret(name) {
    const secret = `${name}-${randomBytes(24).toString("base64url")}`;
    this.secrets.push(secret);
    return secret;
  }
}
