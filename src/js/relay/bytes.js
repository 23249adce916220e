// A stream read whole, and never more of it than is allowed.

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
  let bytes = new Uint8Array(expected > 0 && expected <= limit ? expected : 0);
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
      if (needed > bytes.length) bytes = grown(bytes, Math.min(limit, Math.max(needed, 2 * length)));
      bytes.set(value, length);
      length = needed;
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
  return bytes.subarray(0, length);
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
