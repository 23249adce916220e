/** What becomes of one request to X's API, from its arrival to its answer. */

import { Body } from "./body.js";
import { ConnectionCut } from "./connection-cut.js";
import { Refusal, typical } from "./answers.js";
import { refuseStranger } from "./auth.js";
import { corsHeaders } from "./cors.js";
import { faultNamed } from "./named-faults.js";
import { applyFault } from "./apply-fault.js";

/**
 * @typedef {import("./answers.js").Answer} Answer
 * @typedef {import("./log.js").Entry} Entry
 * @typedef {import("./state.js").State} State
 * @typedef {import("./vocabulary.js").ApiVersion} ApiVersion
 * @typedef {import("./vocabulary.js").Command} Command
 *
 * @typedef {object} Asked What a request asks for.
 * @property {Command | undefined} command Undefined where it names none.
 * @property {string | undefined} [media_id]
 * @property {string | undefined} [segment_index] As it was written.
 * @property {string | undefined} [media_type] Of INIT in 1.1, as it was written.
 * @property {() => Answer | Promise<Answer>} effect Does it. Throws a Refusal.
 *
 * @typedef {{ Bindings: { path: string, entry: Entry } }} Env The path within the room and the entry of the log travel with the request.
 * @typedef {import("hono").Context<Env>} Context
 */

/** One request that has been read, and the ways to answer it. */
export class Exchange {
  /**
   * @param {State} state
   * @param {ApiVersion} api
   * @param {Request} request
   * @param {Entry} entry
   * @param {Asked} asked
   * @param {Answer | undefined} refusal To one who may not.
   */
  constructor(state, api, request, entry, asked, refusal) {
    this.state = state;
    this.api = api;
    this.request = request;
    this.entry = entry;
    this.asked = asked;
    this.refusal = refusal;
  }

  /**
   * Does what is asked, or refuses to.
   * @param {(answer: Answer) => Answer} [change] Of the answer, before it is sent.
   */
  async done(change = (answer) => answer) {
    if (this.refusal) return this.respond(this.refusal);
    const limits = this.#limits();
    const answer = limits.allowed ? await this.#effect() : typical(this.api, 429);
    return this.respond(change({ ...answer, headers: { ...answer.headers, ...limits.headers } }));
  }

  /** @param {Answer} answer */
  respond({ status, headers, body }) {
    this.entry.status = status;
    const noBody = body === "";
    return new Response(noBody ? null : body, {
      status,
      headers: {
        ...headers,
        ...(noBody && { "content-length": "0" }),
        ...corsHeaders(this.request, this.state.settings),
      },
    });
  }

  async #effect() {
    try {
      return await this.asked.effect();
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  }

  #limits() {
    const request = this.struck();
    return request ? this.state.take(request) : { allowed: true, headers: {} };
  }

  /** The headers beside a 429 that a rule asks for. */
  limitReached() {
    const request = this.struck();
    return request && this.state.limitReached(request);
  }

  /** The request as rules and limits see it. */
  struck() {
    const { command, media_id, media_type } = this.asked;
    if (!command) return undefined;
    return { api: this.api, command, media_id, media_type, segment_index: this.entry.segment_index ?? undefined };
  }
}

/**
 * @param {State} state
 * @param {Context} context
 * @param {ApiVersion} api
 * @param {(body: Body) => Asked} read
 */
export async function exchange(state, context, api, read) {
  const request = context.req.raw;
  const { entry, path } = context.env;
  entry.api = api;
  const body = await Body.of(request).catch(() => {
    entry.gone = true;
    throw new ConnectionCut("the client went away while it was sending");
  });
  const asked = read(body);
  entry.bytes = body.bytes.length;
  entry.command = asked.command ?? null;
  entry.media_id = asked.media_id ?? null;
  entry.segment_index = segmentIndex(asked.segment_index) ?? null;

  const refusal = await refuseStranger(api, request, path, body, state);
  const current = new Exchange(state, api, request, entry, asked, refusal);
  const struck = current.struck();
  const fault = struck && (state.rules.next(struck) ?? state.mood.fault?.(struck, state.memory));
  if (fault === undefined) return current.done();
  entry.fault = typeof fault === "string" ? fault : fault.kind;
  return applyFault(typeof fault === "string" ? faultNamed(fault, api, state.now()) : fault, current);
}

/**
 * The path by which a room finds what answers.
 * @param {Request} _
 * @param {{ env?: unknown }} [options] `env` is that of Env.
 */
export function pathWithin(_, options) {
  return /** @type {Env["Bindings"]} */ (options?.env).path;
}

/** @param {string | undefined} text */
function segmentIndex(text) {
  return text !== undefined && /^[0-9]{1,9}$/.test(text) ? Number(text) : undefined;
}
