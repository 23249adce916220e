/** The emulator in place of the network, for a client in the same process. */

import { ConnectionCut } from "./connection-cut.js";

/**
 * A `fetch` whose requests are answered by `answer`. What can go wrong on a connection goes wrong as in any fetch: one that is
 * cut rejects with a TypeError, or breaks the answer's body off; one that is aborted rejects with the signal's reason.
 * @param {(request: Request) => Promise<Response>} answer
 * @returns {typeof globalThis.fetch}
 */
export function fetchBy(answer) {
  return async (input, init) => {
    const request = isRequest(input) && !init ? input : new Request(input, init);
    const { signal } = request;
    signal.throwIfAborted();
    const answering = answer(request).catch((error) => {
      if (error instanceof ConnectionCut && error.sent) return brokenOff(error.sent, error);
      throw error;
    });
    const ended = new AbortController();
    try {
      return await Promise.race([answering, aborted(signal, ended.signal)]);
    } finally {
      ended.abort();
    }
  };
}

/**
 * @param {unknown} input
 * @returns {input is Request}
 */
function isRequest(input) {
  return Object.prototype.toString.call(input) === "[object Request]";
}

/**
 * @param {AbortSignal} signal
 * @param {AbortSignal} ended No longer of interest.
 * @returns {Promise<never>}
 */
function aborted(signal, ended) {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { signal: ended });
  });
}

/**
 * @param {NonNullable<ConnectionCut["sent"]>} sent
 * @param {ConnectionCut} cut
 */
function brokenOff({ status, headers, body }, cut) {
  /** @type {Uint8Array[]} */
  const chunks = [body];
  const stream = new ReadableStream({
    pull(controller) {
      const chunk = chunks.pop();
      if (chunk) controller.enqueue(chunk);
      else controller.error(cut);
    },
  });
  return new Response(stream, { status, headers });
}
