// Stands between wasm-bindgen's test runner and the driver of a browser, and leads the browser to the runner's web server by way of
// itself. That server (tiny_http 0.12) now and then queues a new connection behind one that the browser keeps open, where it waits
// for minutes: it has to be asked for each thing over a connection of its own.

import { once } from "node:events";
import { createServer, request } from "node:http";
import { buffer } from "node:stream/consumers";

/** By this command of WebDriver the browser is told where to go. */
const NAVIGATE = /^\/session\/[^/]+\/url$/;

/**
 * Runs `work` while the gateway listens.
 * @param {string} driver its URL
 * @param {(url: string) => Promise<void>} work what it does with the gateway as with the driver
 */
export async function withGateway(driver, work) {
  let url = "";
  let runner = "";
  const gateway = createServer(async (incoming, answer) => {
    const { method, url: path = "" } = incoming;
    const { host, ...headers } = incoming.headers;
    let body = await buffer(incoming);
    if (NAVIGATE.test(path)) {
      const { origin, href } = new URL(JSON.parse(String(body)).url);
      runner = origin;
      body = Buffer.from(JSON.stringify({ url: href.replace(origin, url) }));
    }
    const to = path.startsWith("/session") ? driver : runner;
    const length = { "content-length": body.length, connection: "close" };
    const outgoing = request(to + path, { method, headers: { ...headers, ...length }, agent: false }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.on("error", () => answer.destroy());
    outgoing.end(body);
  });
  gateway.listen(0, "127.0.0.1");
  await once(gateway, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (gateway.address());
  url = `http://127.0.0.1:${port}`;
  try {
    await work(url);
  } finally {
    gateway.close();
    gateway.closeAllConnections();
  }
}
