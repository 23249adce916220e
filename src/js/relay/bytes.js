// A stream read whole, and never more of it than is allowed.

/** How much is free on either side of the bytes in their buffer, so that something can be written around them without copying them. */
export const ROOM = 512;

/**
 * All bytes of a body.
 * @param {ReadableStream<Uint8Array> | null} body
 * @param {number} limit
 * @param {AbortSignal} signal
 * @param {{ expected?: number, arrived?: () => void }} [besides] How many they are said to be; what is called when some have arrived.
 * @returns {Promise<Uint8Array | undefined>} undefined where they are more than `limit`
 */
export async function bytesOf(body, limit, signal, { expected = 0, arrived = () => {} } = {}) {
  // As long as it is said to be, so that a segment is held once, and not in pieces besides.
  let held = new Uint8Array(ROOM + (expected > 0 && expected <= limit ? expected : 0) + ROOM);
  let length = 0;
  const reader = body?.getReader();
  const stop = () => reader?.cancel().catch(() => {});
  signal.addEventListener("abort", stop);
  try {
    while (reader) {
      const { done, value } = await reader.read();
      signal.throwIfAborted(); // one that is cancelled looks like one that has ended
      if (done) break;
      if (value.length > 0) arrived();
      const needed = length + value.length;
      if (needed > limit) {
        stop();
        return undefined;
      }
      if (ROOM + needed + ROOM > held.length) held = grown(held, ROOM + Math.min(limit, Math.max(needed, 2 * length)) + ROOM);
      held.set(value, ROOM + length);
      length = needed;
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
  return held.subarray(ROOM, ROOM + length);
}

/**
 * @param {Uint8Array} bytes
 * @param {number} length
 */
function grown(bytes, length) {
  const longer = new Uint8Array(length);
  longer.set(bytes);
  return longer;
}
