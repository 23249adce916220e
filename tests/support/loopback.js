/** Servers of this machine, and for it alone. */

import { once } from "node:events";

/**
 * Lets a server listen at a port that is free.
 * @param {import("@hono/node-server").ServerType} server
 */
export async function listen(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const close = async () => {
    const closed = once(server, "close");
    server.close();
    /** @type {import("node:http").Server} */ (server).closeAllConnections();
    await closed;
  };
  return { port, url: `http://127.0.0.1:${port}`, close };
}
