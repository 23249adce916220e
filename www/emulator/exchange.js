/** What becomes of one request to X's API, from its arrival to its answer. */

import { Body } from "./body.js";
import { ConnectionCut } from "./connection-cut.js";
import { Refusal, typical } from "./answers.js";
import { refuseStranger } from "./auth.js";
import { corsHeaders } from "./cors.js";

/**
 * @typedef {import("./answers.js").Answer} Answer
 * @typedef {import("./faults.js").Fault} Fault
 * @typedef {import("./log.js").Entry} Entry
 * @typedef {import("./state.js").State} State
 * @typedef {import("./vocabulary.js").ApiVersion} ApiVersion
 * @typedef {import("./vocabulary.js").Command} Command
 *
 * @typedef {object} Asked What a request asks for.
 * @property {Command | undefined} command Undefined where it names none.
 * @property {string | undefined} [media_id]
 * @property {string | undefined} [segment_index] As it was written.
 * @property {() => Answer} effect Does it. Throws a Refusal.
 *
 * @typedef {{ Bindings: { entry: Entry } }} Env The entry of the log travels with the request.
 * @typedef {import("hono").Context<Env>} Context
 */

/** One request that has been read, and the ways to answer it. */
class Exchange {
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

  /** Does what is asked, or refuses to. */
  done() {
    if (this.refusal) return this.respond(this.refusal);
    const limits = this.#limits();
    const answer = limits.allowed ? this.#effect() : typical(this.api, 429);
    return this.respond({ ...answer, headers: { ...answer.headers, ...limits.headers } });
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

  #effect() {
    try {
      return this.asked.effect();
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
    const { command, media_id } = this.asked;
    if (!command) return undefined;
    return { api: this.api, command, media_id, segment_index: this.entry.segment_index ?? undefined };
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
  const { entry } = context.env;
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

  const refusal = await refuseStranger(api, request, body, state);
  const current = new Exchange(state, api, request, entry, asked, refusal);
  const struck = current.struck();
  const fault = struck && (state.rules.next(struck) ?? state.mood.fault?.(struck));
  entry.fault = fault?.kind ?? null;
  return fault ? suffer(fault, current) : current.done();
}

/**
 * @param {Fault} fault
 * @param {Exchange} exchange
 * @returns {Promise<Response>}
 */
async function suffer(fault, exchange) {
  const { signal } = exchange.request;
  switch (fault.kind) {
    case "status":
      return exchange.respond(answerOf(fault, exchange));
    case "delay": {
      const response = exchange.done();
      await clientGone(signal, fault.ms);
      return response;
    }
    case "cut":
      throw new ConnectionCut("nothing was done");
    case "lost":
      exchange.done();
      throw new ConnectionCut("the answer is lost");
    case "truncate":
      throw new ConnectionCut("in the middle of the answer", await firstHalf(exchange.done()));
    case "stall":
      await clientGone(signal);
      throw new ConnectionCut("the client went away");
  }
}

/**
 * @param {Extract<Fault, { kind: "status" }>} fault
 * @param {Exchange} exchange
 * @returns {Answer}
 */
function answerOf({ status, body, headers = {} }, exchange) {
  if (body === undefined) {
    const usual = typical(exchange.api, status);
    return { ...usual, headers: { ...usual.headers, ...(status === 429 && exchange.limitReached()), ...headers } };
  }
  if (typeof body === "string") return { status, headers, body };
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

/**
 * @param {Response} response
 * @returns {Promise<{ status: number, headers: Headers, body: Uint8Array } | undefined>} Undefined for
 *   an answer that has no body: without its headers nothing of it can be seen.
 */
async function firstHalf(response) {
  const whole = new Uint8Array(await response.arrayBuffer());
  if (whole.length === 0) return undefined;
  const headers = new Headers(response.headers);
  headers.set("content-length", String(whole.length));
  return { status: response.status, headers, body: whole.subarray(0, whole.length >> 1) };
}

/**
 * Resolves when the client has gone away, or that much later.
 * @param {AbortSignal} signal
 * @param {number} [ms]
 */
function clientGone(signal, ms) {
  return /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const timer = ms === undefined ? undefined : setTimeout(over, ms);
      signal.addEventListener("abort", over);
      function over() {
        clearTimeout(timer);
        signal.removeEventListener("abort", over);
        resolve();
      }
    })
  );
}

/** @param {string | undefined} text */
function segmentIndex(text) {
  return text !== undefined && /^[0-9]{1,9}$/.test(text) ? Number(text) : undefined;
}
