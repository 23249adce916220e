// A proxy between the browser and the web server of wasm-bindgen's test runner. That server (tiny_http 0.12) now and then queues a new connection
// behind one that the browser keeps open, where it waits for minutes: it has to be asked for each thing over a connection of its own.

import { once } from "node:events";
import { createServer, request } from "node:http";

/**
 * Runs `work` while the proxy listens.
 * @param {(url: string) => Promise<void>} work
 */
export async function withProxy(work) {
  const proxy = createServer((incoming, answer) => {
    const headers = { ...incoming.headers, connection: "close" };
    const outgoing = request(incoming.url ?? "", { method: incoming.method, headers, agent: false }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.on("error", () => answer.destroy());
    incoming.pipe(outgoing);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  try {
    const { port } = /** @type {import("node:net").AddressInfo} */ (proxy.address());
    await work(`http://127.0.0.1:${port}`);
  } finally {
    proxy.close();
    proxy.closeAllConnections();
  }
}
