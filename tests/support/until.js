/** Waiting for what takes no time: on a busy machine it may. */

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits until a condition holds.
 * @template T
 * @param {() => T | Promise<T>} condition
 * @param {number} [patienceMs]
 * @returns {Promise<NonNullable<T>>} what it is when it is something
 */
export async function until(condition, patienceMs = 60_000) {
  for (const deadline = Date.now() + patienceMs; ; await sleep(10)) {
    const value = await condition();
    if (value) return value;
    assert.ok(Date.now() < deadline, `in ${patienceMs} ms: ${condition}`);
  }
}
