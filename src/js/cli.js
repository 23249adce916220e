#!/usr/bin/env node
// What `npx x-media-upload` runs.

/*! Contains @hono/node-server. Copyright 2022 - present, Yusuke Wada and Hono contributors. Licensed under the MIT License: see LICENSE-MIT. */

import { once } from "node:events";
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { createEmulator } from "../../www/emulator/index.js";
import { listenerOf } from "../../www/emulator/listener.js";

const USAGE = `Usage: x-media-upload emulator [options]

Serves an emulator of X's media endpoints, for tests. Nothing is sent to X.

  --port <number>          where to listen; default 8787, 0 for any that is free
  --host <address>         default 127.0.0.1: this machine alone
  --mood <name>            instant (the default), slow, failed, flaky, rate-limited, playground
  --allow-origin <origin>  a page's origin that may call; can be given more than once
                           default loopback: every port of this machine; none: as X, which answers no other origin
  --help`;

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: "string", default: "8787" },
      host: { type: "string", default: "127.0.0.1" },
      mood: { type: "string", default: "instant" },
      "allow-origin": { type: "string", multiple: true, default: ["loopback"] },
      help: { type: "boolean", default: false },
    },
  });
  const { port, host, mood, "allow-origin": origins, help } = values;
  if (help) return console.log(USAGE);
  if (positionals.join(" ") !== "emulator") throw new Error(USAGE);
  if (!/^\d{1,5}$/.test(port)) throw new Error(`--port: a number, not ${port}`);

  const emulator = createEmulator({
    mood: /** @type {import("./emulator.d.ts").Mood} */ (mood), // which is checked there
    allowedOrigins: origins.filter((origin) => origin !== "none"),
  });
  const listener = listenerOf(emulator);
  const server = createServer((incoming, outgoing) => {
    // A browser sends a request again by itself when a connection that it used again is cut, and a fault would be seen by nobody.
    outgoing.shouldKeepAlive = false;
    listener(incoming, outgoing);
  });
  server.listen(Number(port), host);
  await once(server, "listening");
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`;
  console.log(`X's media endpoints are emulated at ${url}
  a client:  new MediaClient({ api: "2", baseUrl: "${url}", accessToken: "any" })
  a relay:   createRelay({ upstream: { "1.1": "${url}", "2": "${url}" }, … })`);
}
