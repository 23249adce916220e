/** How X feels today: processing, the network and the limits, in six ready-made ways. */

import { INVALID_MEDIA } from "./processing.js";

/**
 * @typedef {import("./faults.js").Fault} Fault
 * @typedef {import("./faults.js").Struck} Struck
 * @typedef {import("./vocabulary.js").Command} Command
 *
 * @typedef {object} Mood
 * @property {import("./processing.js").Processing} processing
 * @property {(request: Struck) => Fault | undefined} [fault]
 * @property {(request: Struck) => boolean} [usesUpLimit] Whether this request finds its limit used up.
 * @property {boolean} [earlyStatus] Whether STATUS speaks of media that was never finalized. Not known of X, whose
 *   1.1 answered 404 (go-twitter #16, 2024).
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

/** @type {Record<MoodName, (random: () => number) => Mood>} */
export const MOODS = {
  instant: () => ({ processing: { duration_secs: 0 } }),
  slow: () => ({ processing: { duration_secs: 12, check_after_secs: [1, 2, 3] } }),
  failed: () => ({
    processing: { duration_secs: 3, check_after_secs: [1, 2], outcome: "failed", error: INVALID_MEDIA },
  }),
  flaky: (random) => ({ processing: { duration_secs: 3 }, fault: flakyNetwork(random) }),
  "rate-limited": () => ({
    processing: { duration_secs: 3 },
    usesUpLimit: firstOfEachMedia(["APPEND", "STATUS"]),
  }),
  playground: () => ({ processing: { script: PLAYGROUND }, earlyStatus: true }),
};

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
 * @param {() => number} random
 * @returns {(request: Struck) => Fault | undefined}
 */
function flakyNetwork(random) {
  /** @type {Map<string, number>} */
  const onEnd = new Map();
  return ({ command, media_id, segment_index }) => {
    const key = `${command} ${media_id} ${segment_index}`;
    const before = onEnd.get(key) ?? 0;
    const struck = before < MOST_ON_END && random() < FLAKINESS;
    onEnd.set(key, struck ? before + 1 : 0);
    return struck ? FLAWS[Math.floor(random() * FLAWS.length)] : undefined;
  };
}

/**
 * @param {Command[]} commands
 * @returns {(request: Struck) => boolean}
 */
function firstOfEachMedia(commands) {
  /** @type {Set<string>} */
  const seen = new Set();
  return ({ command, media_id }) => {
    const key = `${command} ${media_id}`;
    if (!commands.includes(command) || seen.has(key)) return false;
    seen.add(key);
    return true;
  };
}

/**
 * Numbers from 0 to 1 that are the same for the same seed (mulberry32).
 * @param {number} seed
 */
export function seededRandom(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
