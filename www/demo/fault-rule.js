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
  const which = [command ?? "Any request", segment_index].filter((part) => part !== undefined);
  return `${which.join(" ")}, ${ordinal(occurrence)} time: ${faultWords(fault)}`;
}

/** @param {Rule["fault"]} fault */
function faultWords(fault) {
  if (typeof fault === "string") return fault;
  switch (fault.kind) {
    case "status":
      return String(fault.status);
    case "patch":
      return "done, its answer changed";
    case "delay":
      return `answer ${inTime(fault.ms)} late`;
    case "cut":
      return "connection cut";
    case "lost":
      return "done, its answer lost";
    case "truncate":
      return "done, its answer cut short";
    case "stall":
      return "never answered";
  }
}
