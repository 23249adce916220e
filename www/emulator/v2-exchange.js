/** What every request of version 2 has in common. */

import { Refusal, invalidRequest, notFound } from "./answers.js";
import { exchange } from "./exchange.js";
import { jsonObject, mediaId } from "./schema.js";

/**
 * @typedef {import("./answers.js").Answer} Answer
 * @typedef {import("./body.js").Body} Body
 * @typedef {import("./exchange.js").Context} Context
 * @typedef {import("./state.js").State} State
 * @typedef {import("./vocabulary.js").Command} Command
 */

/**
 * @param {State} state
 * @param {Context} context
 * @param {Command | undefined} command
 * @param {(body: Body) => Answer | Promise<Answer>} effect
 * @param {readonly string[]} [query] The parameters that it may have.
 */
export function exchangeV2(state, context, command, effect, query = []) {
  return exchange(state, context, "2", (body) => ({
    command,
    media_id: context.req.param("id") ?? context.req.query("media_id"),
    segment_index: command === "APPEND" ? segmentIndexOf(body) : undefined,
    effect: () => {
      checkQuery(context, query);
      return effect(body);
    },
  }));
}

/**
 * "query parameter [total_bytes] is not one of []", seen live in August 2026.
 * @param {Context} context
 * @param {readonly string[]} allowed
 */
function checkQuery(context, allowed) {
  const unknown = Object.keys(context.req.query()).filter((name) => !allowed.includes(name));
  if (unknown.length === 0) return;
  const messages = unknown.map((name) => `query parameter [${name}] is not one of [${allowed.join(",")}]`);
  throw new Refusal(invalidRequest(...messages));
}

/**
 * What a segment says its index is, for rules and the log, before anyone has checked it.
 * @param {Body} body
 */
function segmentIndexOf(body) {
  if (body.type === "multipart/form-data") return body.form().fields.get("segment_index");
  try {
    return String(jsonObject(body).segment_index);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/**
 * @param {State} state
 * @param {string} id
 */
export function neededMedia(state, id) {
  const wrong = mediaId(id, "$.id");
  if (wrong) throw new Refusal(invalidRequest(wrong));
  const media = state.store.get(id, state.now());
  if (!media) throw new Refusal(notFound[2]);
  return media;
}
