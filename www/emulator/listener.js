/** An emulator behind Node's http. */

import { getRequestListener } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { ConnectionCut } from "./index.js";

/** @typedef {import("node:http").ServerResponse} ServerResponse */

/**
 * @param {Pick<import("./index.js").Emulator, "answer">} emulator
 * @returns {import("node:http").RequestListener}
 */
export function listenerOf(emulator) {
  const options = { overrideGlobalObjects: false };
  return getRequestListener(async (request, { outgoing }) => {
    try {
      return await emulator.answer(request);
    } catch (error) {
      if (error instanceof ConnectionCut) {
        cut(/** @type {ServerResponse} */ (outgoing), error);
        return RESPONSE_ALREADY_SENT;
      }
      console.error(error);
      throw error;
    }
  }, options);
}

/**
 * @param {ServerResponse} outgoing
 * @param {ConnectionCut} error
 */
function cut(outgoing, { sent }) {
  const { socket } = outgoing;
  if (!sent) {
    socket?.resetAndDestroy();
    return;
  }
  outgoing.writeHead(sent.status, Object.fromEntries(sent.headers));
  // Not a reset, which would take back what the client has not read yet.
  outgoing.write(sent.body, () => socket?.destroy());
}
