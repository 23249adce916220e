/** One emulator: a state of its own, and what may be asked of it. */

import { Hono } from "hono";
import { typical } from "./answers.js";
import { CONTROL_PREFIX, createControl } from "./control.js";
import { createControls } from "./controls.js";
import { corsHeaders, preflight } from "./cors.js";
import { pathWithin } from "./exchange.js";
import { fetchBy } from "./fetch.js";
import { Keeper } from "./keeper.js";
import { State } from "./state.js";
import { addMetadataV1 } from "./v1-metadata.js";
import { addUploadV1 } from "./v1.js";
import { addMetadataV2 } from "./v2-metadata.js";
import { addUploadV2 } from "./v2.js";

/**
 * @typedef {object} OwnRoom
 * @property {State} state For tests of this repository: others have the controls.
 * @property {typeof globalThis.fetch} fetch As a client has it: where the connection is cut it rejects with a TypeError.
 * @property {(request: Request, path?: string) => Promise<Response>} answer As a server needs it: where the connection is
 *   to be cut it rejects with a ConnectionCut. `path` is the one within the room, by default the request's.
 *
 * @typedef {import("./controls.js").Controls & OwnRoom} Room
 */

/**
 * @param {import("./state.js").Surroundings & { storage: import("./shelf.js").Storage | undefined }} surroundings
 * @param {Partial<import("./state.js").Settings>} settings
 * @returns {Room}
 */
export function createRoom({ storage, ...surroundings }, settings) {
  const state = new State(surroundings, settings);
  const keeper = new Keeper(state, storage);
  const controls = createControls(state, keeper);
  const control = createControl(controls, state);
  const api = createApi(state);

  /** @type {Room["answer"]} */
  const answer = async (request, path = new URL(request.url).pathname) => {
    await keeper.restored();
    if (path === CONTROL_PREFIX || path.startsWith(`${CONTROL_PREFIX}/`)) return control.fetch(request, { path });

    const entry = state.log.arrived(request, path, state.now());
    try {
      return await api.fetch(request, { path, entry });
    } finally {
      entry.ended_at = state.now();
      entry.gone ||= request.signal.aborted;
      await keeper.save();
    }
  };
  return { ...controls, state, answer, fetch: fetchBy(answer) };
}

/** @param {State} state */
function createApi(state) {
  /** @type {Hono<import("./exchange.js").Env>} */
  const app = new Hono({ getPath: pathWithin });
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
