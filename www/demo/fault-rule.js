/** One fault for one request: read from the form, and put in words. */

import { inTime, ordinal } from "./words.js";

/**
 * @typedef {import("./emulator.js").Rule} Rule
 * @typedef {import("../emulator/faults.js").Fault} Fault
 */

/** @param {FormData} data @returns {Rule} */
export function ruleIn(data) {
  const command = /** @type {import("../../src/js/index.js").Command} */ (data.get("command"));
  // Not there where the command has no segments, empty for any of them.
  const segment = data.get("segment");
  return {
    command,
    ...(segment ? { segment_index: Number(segment) } : {}),
    occurrence: Number(data.get("occurrence")),
    fault: faultIn(data),
  };
}

/** @param {FormData} data @returns {Fault} */
function faultIn(data) {
  const kind = data.get("kind");
  switch (kind) {
    case "status":
      return { kind, status: Number(data.get("status")) };
    case "delay":
      return { kind, ms: Number(data.get("delay")) };
    case "cut":
    case "lost":
    case "truncate":
    case "stall":
      return { kind };
    default:
      throw new Error(`The form has a fault of unknown kind ${kind}`);
  }
}

/** @param {Rule} rule */
export function ruleWords({ command, segment_index, occurrence = 1, fault }) {
  const which = segment_index === undefined ? (command ?? "any request") : `${command} of segment ${segment_index}`;
  return `the ${ordinal(occurrence)} ${which} ${faultWords(fault)}`;
}

/** @param {Rule["fault"]} fault */
function faultWords(fault) {
  if (typeof fault === "string") return `meets the fault ${fault}`;
  switch (fault.kind) {
    case "status":
      return `is answered with ${fault.status}`;
    case "patch":
      return "is done, but its answer is changed";
    case "delay":
      return `is answered ${inTime(fault.ms)} late`;
    case "cut":
      return "loses its connection";
    case "lost":
      return "is done, but its answer is lost";
    case "truncate":
      return "is done, but its answer is cut short";
    case "stall":
      return "is never answered";
  }
}
