/**
 * Faults: what can happen to a request on its way, and to which requests it does.
 *
 * @typedef {import("./vocabulary.js").ApiVersion} ApiVersion
 * @typedef {import("./vocabulary.js").Command} Command
 *
 * @typedef {{ kind: "status", status: number, body?: unknown, headers?: Record<string, string>, done?: boolean }
 *   | { kind: "patch", patch: object }
 *   | { kind: "delay", ms: number }
 *   | { kind: "cut" } | { kind: "lost" } | { kind: "truncate" } | { kind: "stall" }} Fault
 *   `status`: answered so, and not done unless `done` says so; without a body, what X says with this
 *   status. A string is sent as it is, anything else as JSON.
 *   `patch`: done, and a good answer in JSON is changed by this merge patch (RFC 7396).
 *   `delay`: done, and answered that much later.
 *   `cut`: the connection is cut, and nothing was done.
 *   `lost`: done, then the connection is cut instead of an answer.
 *   `truncate`: done, then the connection is cut in the middle of the answer's body.
 *   `stall`: not done, and no answer until the client goes away.
 *
 * @typedef {object} Rule
 * @property {Command} [command] Absent: any.
 * @property {number} [segment_index] Absent: any.
 * @property {number} [occurrence] The first of the matching requests that it strikes, from 1, counted
 *   since the rule was made. Default 1.
 * @property {number} [times] How many it strikes from there on. Default 1.
 * @property {Fault | import("./named-faults.js").FaultName} fault
 *
 * @typedef {object} Struck The request that rules look at.
 * @property {ApiVersion} api
 * @property {Command} command
 * @property {string | undefined} media_id
 * @property {number | undefined} segment_index
 * @property {string | undefined} [media_type]
 */

export const FAULT_KINDS = /** @type {const} */ (["status", "patch", "delay", "cut", "lost", "truncate", "stall"]);

export class Rules {
  /** @type {{ rule: Rule, seen: number }[]} */
  #rules = [];

  /** @param {Rule[]} rules */
  add(rules) {
    this.#rules.push(...rules.map((rule) => ({ rule, seen: 0 })));
  }

  clear() {
    this.#rules = [];
  }

  /** The rules, and how many matching requests each has seen. */
  all() {
    return this.#rules.map(({ rule, seen }) => ({ ...rule, seen }));
  }

  record() {
    return this.#rules;
  }

  /** @param {ReturnType<Rules["record"]>} record */
  restore(record) {
    this.#rules = record;
  }

  /**
   * Every rule that matches counts the request; the first that is due strikes it.
   * @param {Struck} request
   * @returns {Rule["fault"] | undefined}
   */
  next(request) {
    /** @type {Rule["fault"] | undefined} */
    let fault;
    for (const counted of this.#rules) {
      if (!matches(counted.rule, request)) continue;
      counted.seen += 1;
      if (isDue(counted.rule, counted.seen)) fault ??= counted.rule.fault;
    }
    return fault;
  }
}

/**
 * @param {Rule} rule
 * @param {Struck} request
 */
function matches({ command, segment_index }, request) {
  return (
    (command === undefined || command === request.command) &&
    (segment_index === undefined || segment_index === request.segment_index)
  );
}

/**
 * @param {Rule} rule
 * @param {number} seen
 */
function isDue({ occurrence = 1, times = 1 }, seen) {
  return seen >= occurrence && seen < occurrence + times;
}
