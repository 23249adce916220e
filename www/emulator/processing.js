/**
 * The processing of video and animated GIFs: what FINALIZE and each STATUS say of it.
 *
 * @typedef {object} ProcessingInfo
 * @property {string} state
 * @property {number} [check_after_secs]
 * @property {number} [progress_percent]
 * @property {{ code?: number, name?: string, message?: string }} [error]
 *
 * @typedef {object} Course Processing that takes its time.
 * @property {number} duration_secs 0: FINALIZE already tells the outcome.
 * @property {number | number[] | null} [check_after_secs] For all answers, or for each in turn, the
 *   last for the rest; null for none. Default 1.
 * @property {"succeeded" | "failed"} [outcome] Default "succeeded".
 * @property {ProcessingInfo["error"]} [error] Of a failure. X's recorded failures have one in 1.1 and
 *   none in 2; here it is told in both where it is given.
 * @property {number} [failed_at_percent] Where progress stands in a failure. Default 12.
 *
 * @typedef {object} Script Processing told word for word.
 * @property {(ProcessingInfo | null)[]} script What FINALIZE says, then each STATUS; the last for the
 *   rest. null is an answer without processing_info.
 *
 * @typedef {Course | Script} Processing
 */

/** The failure that X's reference shows for 1.1. */
export const INVALID_MEDIA = { code: 1, name: "InvalidMedia", message: "Unsupported video format" };

/**
 * @param {Processing} processing
 * @param {number} told How many answers have told of it already.
 * @param {number} elapsedSecs Since FINALIZE.
 * @returns {ProcessingInfo | null}
 */
export function processingInfo(processing, told, elapsedSecs) {
  if ("script" in processing) return nth(processing.script, told) ?? null;

  const { duration_secs, check_after_secs = 1, outcome = "succeeded" } = processing;
  if (elapsedSecs >= duration_secs) {
    return outcome === "failed" ? failure(processing) : success(told);
  }
  const checkAfterSecs = Array.isArray(check_after_secs) ? nth(check_after_secs, told) : check_after_secs;
  return {
    state: told === 0 ? "pending" : "in_progress",
    ...(typeof checkAfterSecs === "number" && { check_after_secs: checkAfterSecs }),
    ...(told > 0 && { progress_percent: Math.floor((100 * elapsedSecs) / duration_secs) }),
  };
}

/**
 * A FINALIZE that says so at once was recorded without a percentage.
 * @param {number} told
 * @returns {ProcessingInfo}
 */
function success(told) {
  return { state: "succeeded", ...(told > 0 && { progress_percent: 100 }) };
}

/**
 * @param {Course} course
 * @returns {ProcessingInfo}
 */
function failure({ error, failed_at_percent = 12 }) {
  return { state: "failed", progress_percent: failed_at_percent, ...(error && { error }) };
}

/**
 * @template T
 * @param {T[]} items
 * @param {number} index
 */
function nth(items, index) {
  return items[Math.min(index, items.length - 1)];
}
