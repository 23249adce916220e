/** The server of a web app: it has the app's files and, as X answers no page, hands on what that sends below /x, with credentials of its own. */

import { once } from "node:events";
import { serve } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { createEmulator } from "../../www/emulator/index.js";

/** @param {string} folder of the app's files */
export async function startOwnServer(folder) {
  const emulator = createEmulator();
  const app = new Hono();
  app.all("/x/*", ({ req }) => {
    const upstream = new Request(req.url.replace("/x/", "/"), req.raw);
    upstream.headers.set("authorization", "Bearer token");
    return emulator.fetch(upstream);
  });
  app.get("*", serveStatic({ root: folder }));
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    ...emulator,
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      /** @type {import("node:http").Server} */ (server).closeAllConnections();
      await closed;
    },
  };
}
