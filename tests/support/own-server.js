/** The server of a web app: it has the app's files and, as X answers no page, a relay at /x with credentials of its own. */

import { createAdaptorServer } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { createRelay } from "../../dist/relay.js";
import { createEmulator } from "../../www/emulator/index.js";
import { listen } from "./loopback.js";

/** @param {string} folder of the app's files */
export async function startOwnServer(folder) {
  const emulator = createEmulator();
  const relay = createRelay({
    authorize: () => ({ accessToken: "token" }),
    fetch: async (url, init) => emulator.fetch(new Request(url, init)),
  });
  const app = new Hono();
  app.all("/x/*", ({ req }) => relay(req.raw));
  app.get("*", serveStatic({ root: folder }));
  const server = await listen(createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }));
  return { ...emulator, ...server };
}
