/** A relay on a server of Node, and behind it an emulator of X that tells what came through. */

import { once } from "node:events";
import { connect } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { createRelay } from "../../dist/relay.js";
import { createEmulator } from "../../www/emulator/index.js";
import { listen } from "./loopback.js";

/** @typedef {{ method: string, url: string, headers: Record<string, string>, body: unknown }} Sent */

/** By what the apps know their user: that of the tests, and that of the examples. */
export const SESSION = "session=a-session";
export const TOKEN = "a-token-that-only-the-server-has";

/**
 * @param {Partial<import("../../dist/relay.js").RelayOptions>} [options]
 */
export async function startRelay(options) {
  /** What was sent to X. @type {Sent[]} */
  const sent = [];
  const x = createEmulator();
  /** @type {typeof globalThis.fetch} */
  const fetch = async (url, init = {}) => {
    const { method = "", headers, body } = init;
    sent.push({ method, url: String(url), headers: Object.fromEntries(new Headers(headers)), body });
    return x.fetch(new Request(url, init));
  };
  const relay = createRelay({
    authorize({ headers }) {
      return headers.get("cookie") === SESSION ? { accessToken: TOKEN } : new Response("Sign in", { status: 401 });
    },
    fetch,
    ...options,
  });
  const server = await listen(createAdaptorServer({ fetch: relay, overrideGlobalObjects: false }));
  return { ...server, relay, sent, x };
}

/**
 * All that a server says to these bytes, until it closes the connection: they may be no HTTP at all.
 * @param {number} port
 * @param {string} text of Latin-1
 */
export async function say(port, text) {
  const socket = connect(port, "127.0.0.1");
  socket.setTimeout(10_000, () => socket.destroy());
  socket.setEncoding("latin1");
  socket.write(text, "latin1");
  let said = "";
  socket.on("error", () => {}); // a server may close at once what it can't read
  socket.on("data", (part) => (said += part));
  await once(socket, "close");
  return said;
}
