/**
 * Serves the demo, the built package and any number of emulators of X, for people and for tests:
 *
 *     /            www/demo/
 *     /dist/       dist/, the package, and /package.json, which tells of it
 *     /docs/       the documents as pages, see pages.js
 *     /x/<room>/   an emulator of its own, made when first asked for; or
 *     /x/          the relay to X itself, where it has one
 *
 * `node www/server.js` listens on PORT (default 8080) of this machine alone. It has a relay where the environment has
 * credentials for X, see credentials.js.
 */

import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { getRequestListener } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { Misgiven, credentialsIn } from "./credentials.js";
import { createEmulator } from "./emulator/index.js";
import { listenerOf } from "./emulator/listener.js";
import { pageAt } from "./pages.js";
import { relayWith } from "./relay.js";

/**
 * @typedef {object} ServerOptions
 * @property {number} [port] 0, the default, for any that is free.
 * @property {string} [host]
 * @property {string[]} [allowedOrigins] That rooms answer as X answers its own; `"loopback"` for all of
 *   this machine.
 * @property {string[]} [exposedHeaders] That these origins may read.
 * @property {(request: Request) => Promise<Response>} [relay] For /x/, in place of emulators.
 * @property {Record<string, string>} [mounts] More folders to serve: `{ "/fixtures": folder }`.
 * @property {boolean} [keepAlive] Whether connections are used again. By default they are not: a browser
 *   sends a request again by itself when a connection that it used again is cut, and a fault would be
 *   seen by nobody.
 *
 * @typedef {object} RunningServer
 * @property {string} url Without a slash at the end.
 * @property {(name: string) => Room} room
 * @property {() => Promise<void>} close
 *
 * @typedef {import("./emulator/index.js").Room & { url: string, listener: import("node:http").RequestListener }} Room
 */

/** What the demo needs, and what the README tells every app: WebAssembly is allowed by its own keyword. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * @param {ServerOptions} [options]
 * @returns {Promise<RunningServer>}
 */
export async function startServer(options = {}) {
  const { port = 0, host = "127.0.0.1", keepAlive = false, relay, mounts = {}, ...emulatorOptions } = options;
  const emulator = createEmulator({ ...emulatorOptions, sha256 });
  const rooms = listenerOf(emulator);
  const files = getRequestListener(createFiles(mounts, relay).fetch, { overrideGlobalObjects: false });

  const server = createServer((incoming, outgoing) => {
    outgoing.shouldKeepAlive = keepAlive;
    const isForRoom = !relay && /^\/x\/[^/]/.test(incoming.url ?? "");
    return isForRoom ? rooms(incoming, outgoing) : files(incoming, outgoing);
  });
  await listen(server, port, host);
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  const url = `http://${host}:${address.port}`;

  return {
    url,
    room(name) {
      const room = emulator.room(name);
      return { ...room, url: `${url}/x/${encodeURIComponent(name)}`, listener: listenerOf(room) };
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

/**
 * @param {Uint8Array[]} chunks
 * @returns {Promise<string>}
 */
async function sha256(chunks) {
  const hash = createHash("sha256");
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}

/**
 * @param {Record<string, string>} mounts
 * @param {ServerOptions["relay"]} relay
 */
function createFiles(mounts, relay) {
  const app = new Hono();
  if (relay) app.all("/x/*", ({ req }) => relay(req.raw));
  app.use(async ({ res }, next) => {
    await next();
    res.headers.set("cache-control", "no-store");
    res.headers.set("x-content-type-options", "nosniff");
  });
  for (const [path, root] of Object.entries(mounts)) serve(app, path, root);
  app.use(async (context, next) => {
    await next();
    context.res.headers.set("content-security-policy", CONTENT_SECURITY_POLICY);
  });
  serve(app, "/dist", folder("../dist"));
  app.get("/package.json", serveStatic({ root: folder(".."), path: "package.json" }));
  app.get("/docs/*", (context, next) => {
    const page = pageAt(context.req.path.slice(1));
    return page === undefined ? next() : context.html(page);
  });
  serve(app, "/docs", folder("../docs"));
  if (relay) app.get("/config.js", serveStatic({ root: folder("demo"), path: "config.relay.js" }));
  serve(app, "", folder("demo"));
  return app;
}

/**
 * @param {Hono} app
 * @param {string} path where a segment may be any: `/copies/:name`
 * @param {string} root
 */
function serve(app, path, root) {
  const { length } = path.split("/");
  app.get(`${path}/*`, serveStatic({ root, rewriteRequestPath: (full) => full.split("/").slice(length).join("/") }));
}

/** @param {string} path */
function folder(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}

/**
 * @param {import("node:http").Server} server
 * @param {number} port
 * @param {string} host
 */
function listen(server, port, host) {
  return /** @type {Promise<void>} */ (
    new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => {
        server.off("error", reject);
        resolve();
      });
    })
  );
}

/**
 * A port that was asked for is taken or refused; else the first that is free from 8080 on.
 * @param {import("./credentials.js").Credentials} [credentials]
 * @returns {Promise<RunningServer>}
 */
async function startByHand(credentials) {
  const asked = process.env.PORT;
  // Other ports of this machine may call: wasm-bindgen's test runner serves its pages from one of its own.
  const options = { allowedOrigins: ["loopback"], ...(credentials && { relay: await relayWith(credentials) }) };
  for (let port = asked ? Number(asked) : 8080; ; port++) {
    try {
      return await startServer({ ...options, port });
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EADDRINUSE") throw error;
      if (asked) {
        console.error(`Port ${port} is taken. Choose another: PORT=${port + 1} node www/server.js`);
        process.exit(1);
      }
      console.log(`Port ${port} is taken, trying ${port + 1}.`);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const credentials = credentialsIn(process.env);
    const { url } = await startByHand(credentials);
    console.log(`Demo: ${url}/${credentials ? " – it uploads to X itself" : ""}`);
  } catch (error) {
    if (!(error instanceof Misgiven)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
