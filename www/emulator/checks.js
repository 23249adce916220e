/** Checks what an emulator is told. A misspelt name would do nothing, and the test that has it would prove nothing. */

import { FAULT_KINDS } from "./faults.js";
import { MOODS } from "./moods.js";
import { NAMED_FAULTS } from "./named-faults.js";
import { X } from "./settings.js";
import { COMMANDS } from "./vocabulary.js";

/**
 * @typedef {import("./faults.js").Rule} Rule
 * @typedef {import("./moods.js").MoodName} MoodName
 * @typedef {import("./processing.js").Processing} Processing
 * @typedef {import("./settings.js").Settings} Settings
 */

/** What was asked can't be done, because of what it says. */
export class Misuse extends TypeError {}

const SETTINGS = Object.keys(X);

/** @param {object} options */
export function checkOptions(options) {
  const { mood } = known(options, [...SETTINGS, "budget", "mood", "now", "seed", "sha256", "storage"]);
  if (mood !== undefined) checkMood(mood);
}

/**
 * @param {unknown} settings
 * @returns {Partial<Settings>}
 */
export function checkSettings(settings) {
  return known(settings, SETTINGS);
}

/**
 * @param {unknown} mood
 * @returns {MoodName}
 */
export function checkMood(mood) {
  if (typeof mood !== "string" || !Object.hasOwn(MOODS, mood)) throw new Misuse(`mood: one of ${Object.keys(MOODS).join(", ")}`);
  return /** @type {MoodName} */ (mood);
}

/**
 * @param {unknown} value
 * @returns {Processing}
 */
export function checkProcessing(value) {
  const processing = known(value, ["duration_secs", "check_after_secs", "outcome", "error", "failed_at_percent", "script"]);
  if (!Array.isArray(processing.script) && typeof processing.duration_secs !== "number") {
    throw new Misuse("processing: duration_secs or a script");
  }
  return /** @type {Processing} */ (/** @type {unknown} */ (processing));
}

/**
 * @param {unknown} value
 * @returns {Rule}
 */
export function checkRule(value) {
  const rule = known(value, ["command", "segment_index", "occurrence", "times", "fault"]);
  const { command } = rule;
  if (command !== undefined && !COMMANDS.some((each) => each === command)) {
    throw new Misuse(`command: one of ${COMMANDS.join(", ")}`);
  }
  for (const [name, least] of /** @type {const} */ ([["segment_index", 0], ["occurrence", 1], ["times", 1]])) {
    const number = rule[name];
    if (number !== undefined && !(typeof number === "number" && Number.isInteger(number) && number >= least)) {
      throw new Misuse(`${name}: an integer from ${least}`);
    }
  }
  checkFault(rule.fault);
  return /** @type {Rule} */ (/** @type {unknown} */ (rule));
}

/** @param {unknown} value */
function checkFault(value) {
  if (typeof value === "string") {
    if (!Object.hasOwn(NAMED_FAULTS, value)) throw new Misuse(`fault: one of ${Object.keys(NAMED_FAULTS).join(", ")}`);
    return;
  }
  const { kind, status, patch, ms } = known(value, ["kind", "status", "body", "headers", "done", "patch", "ms"]);
  if (!FAULT_KINDS.some((each) => each === kind)) throw new Misuse(`fault.kind: one of ${FAULT_KINDS.join(", ")}`);
  if (kind === "status" && !(typeof status === "number" && status >= 200 && status <= 599)) {
    throw new Misuse("fault.status: 200 to 599");
  }
  if (kind === "patch" && !isObject(patch)) throw new Misuse("fault.patch: an object");
  if (kind === "delay" && !(typeof ms === "number" && ms >= 0)) throw new Misuse("fault.ms: milliseconds");
}

/**
 * @param {unknown} value
 * @param {string[]} names
 */
function known(value, names) {
  if (!isObject(value)) throw new Misuse("an object is expected");
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Misuse(`${unknown}: not known; known are ${names.join(", ")}`);
  return value;
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
