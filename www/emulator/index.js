/**
 * An emulator of X's media endpoints, 1.1 and 2, as a Fetch-API handler. It answers as X does as far as
 * that is documented or recorded, keeps what was uploaded, and fails on demand. See README.md.
 */

import { Hono } from "hono";
import { typical } from "./answers.js";
import { ConnectionCut } from "./connection-cut.js";
import { CONTROL_PREFIX, createControl } from "./control.js";
import { corsHeaders, preflight } from "./cors.js";
import { Shelf } from "./shelf.js";
import { State } from "./state.js";
import { joined } from "./uploads.js";
import { addMetadataV1 } from "./v1-metadata.js";
import { addUploadV1 } from "./v1.js";
import { addMetadataV2 } from "./v2-metadata.js";
import { addUploadV2 } from "./v2.js";

export { ConnectionCut, Shelf };

/**
 * @typedef {import("./state.js").Settings & import("./state.js").Surroundings} Options
 *
 * @typedef {object} Emulator
 * @property {(request: Request) => Promise<Response>} fetch Rejects with a ConnectionCut where the
 *   connection is to be cut.
 * @property {State} state
 */

/**
 * @param {Partial<Options>} [options]
 * @returns {Emulator}
 */
export function createEmulator(options = {}) {
  const { now = Date.now, sha256 = webCryptoSha256, shelf = new Shelf(), seed = 1, mood = "instant", ...settings } = options;
  const state = new State({ now, sha256, shelf, seed, mood }, settings);
  const api = createApi(state);
  const control = createControl(state);

  return {
    state,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === CONTROL_PREFIX || pathname.startsWith(`${CONTROL_PREFIX}/`)) return control.fetch(request);

      const entry = state.log.arrived(request, now());
      try {
        return await api.fetch(request, { entry });
      } finally {
        entry.ended_at = now();
        entry.gone ||= request.signal.aborted;
      }
    },
  };
}

/** @param {State} state */
function createApi(state) {
  /** @type {Hono<import("./exchange.js").Env>} */
  const app = new Hono();
  app.options("*", ({ req, env }) => {
    const response = preflight(req.raw, state.settings);
    env.entry.status = response.status;
    return response;
  });
  addUploadV1(app, state);
  addMetadataV1(app, state);
  addUploadV2(app, state);
  addMetadataV2(app, state);
  app.notFound(({ req, env }) => {
    const { status, headers, body } = typical(req.path.startsWith("/1.1/") ? "1.1" : "2", 404);
    env.entry.status = status;
    return new Response(body, { status, headers: { ...headers, ...corsHeaders(req.raw, state.settings) } });
  });
  // A ConnectionCut is for whoever holds the connection, any other error for whoever can mend it.
  app.onError((error) => {
    throw error;
  });
  return app;
}

/** @param {Uint8Array[]} chunks */
async function webCryptoSha256(chunks) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", joined(chunks)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
