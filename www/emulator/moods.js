/** How X feels today: processing, the network and the limits, in six ready-made ways. */

import { INVALID_MEDIA } from "./processing.js";

/**
 * @typedef {import("./faults.js").Fault} Fault
 * @typedef {import("./faults.js").Struck} Struck
 * @typedef {import("./vocabulary.js").Command} Command
 *
 * @typedef {object} Mood
 * @property {import("./processing.js").Processing} processing
 * @property {(request: Struck, memory: Memory) => Fault | undefined} [fault]
 * @property {(request: Struck, memory: Memory) => boolean} [usesUpLimit] Whether this request finds its limit used up.
 * @property {boolean} [earlyStatus] Whether STATUS speaks of media that was never finalized. Not known of X, whose
 *   1.1 answered 404 (go-twitter #16, 2024).
 *
 * @typedef {object} Memory What a mood remembers, so that it goes on as it began.
 * @property {number} chance The state of the generator of chance.
 * @property {Map<string, number>} onEnd How often the same request was struck on end.
 * @property {Set<string>} limited Those whose limit was used up.
 *
 * @typedef {"instant" | "slow" | "failed" | "flaky" | "rate-limited" | "playground"} MoodName
 */

/** How long a limit stays used up in the mood `rate-limited`. */
export const USED_UP_SECS = 3;

/** How processing goes in X's own emulator, the playground (xdevplatform/playground@fe224d58). */
const PLAYGROUND = [
  ...[50, 75, 100].map((progress_percent) => ({ state: "processing", check_after_secs: 1, progress_percent })),
  null,
];

/** @type {Record<MoodName, Mood>} */
export const MOODS = {
  instant: { processing: { duration_secs: 0 } },
  slow: { processing: { duration_secs: 12, check_after_secs: [1, 2, 3] } },
  failed: {
    processing: { duration_secs: 3, check_after_secs: [1, 2], outcome: "failed", error: INVALID_MEDIA },
  },
  flaky: { processing: { duration_secs: 3 }, fault: flakyNetwork },
  "rate-limited": { processing: { duration_secs: 3 }, usesUpLimit: isFirstOfItsMedia },
  playground: { processing: { script: PLAYGROUND }, earlyStatus: true },
};

/** @param {number} seed @returns {Memory} */
export const newMemory = (seed) => ({ chance: seed | 0, onEnd: new Map(), limited: new Set() });

/** Of four requests about one meets something, and the same one not more than twice on end. */
const FLAKINESS = 0.25;
const MOST_ON_END = 2;

/** @type {Fault[]} */
const FLAWS = [
  { kind: "cut" },
  { kind: "lost" },
  { kind: "truncate" },
  { kind: "status", status: 503 },
  { kind: "status", status: 500 },
  { kind: "delay", ms: 400 },
];

/**
 * @param {Struck} request
 * @param {Memory} memory
 */
function flakyNetwork({ command, media_id, segment_index }, memory) {
  const key = `${command} ${media_id} ${segment_index}`;
  const before = memory.onEnd.get(key) ?? 0;
  const struck = before < MOST_ON_END && random(memory) < FLAKINESS;
  memory.onEnd.set(key, struck ? before + 1 : 0);
  return struck ? FLAWS[Math.floor(random(memory) * FLAWS.length)] : undefined;
}

/**
 * @param {Struck} request
 * @param {Memory} memory
 */
function isFirstOfItsMedia({ command, media_id }, { limited }) {
  const key = `${command} ${media_id}`;
  if ((command !== "APPEND" && command !== "STATUS") || limited.has(key)) return false;
  limited.add(key);
  return true;
}

/**
 * Numbers from 0 to 1 that are the same for the same seed (mulberry32).
 * @param {Memory} memory
 */
function random(memory) {
  memory.chance = (memory.chance + 0x6d2b79f5) | 0;
  let mixed = Math.imul(memory.chance ^ (memory.chance >>> 15), 1 | memory.chance);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
