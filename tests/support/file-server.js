/** A server of files, as any host has one: they are sent as they are, under a path, and nothing else is there. */

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { listen } from "./loopback.js";

/** What a browser insists on. */
const TYPES = /** @type {Record<string, string>} */ ({
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
});

/**
 * @param {string} folder
 * @param {string} prefix from slash to slash
 */
export async function serveFiles(folder, prefix) {
  const server = createServer(async ({ method, url = "" }, outgoing) => {
    const { pathname } = new URL(url, "http://localhost");
    const path = pathname.endsWith("/") ? `${pathname}index.html` : pathname;
    const isFile = method === "GET" && path.startsWith(prefix);
    const bytes = isFile ? await readFile(join(folder, path.slice(prefix.length))).catch(() => undefined) : undefined;
    if (!bytes) outgoing.writeHead(404).end("Not found");
    else outgoing.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" }).end(bytes);
  });
  const { url, close } = await listen(server);
  return { url: url + prefix, close };
}
