/** The examples of docs/relay.md, each on the runtime that it is for, in a process of its own; what they take for X is an emulator. */

import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { installed } from "./install.js";
import { listen } from "./loopback.js";
import { start } from "./process.js";

/** @param {string} path from the project's folder */
const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Sends to the emulator whatever is for X. Workers need none: where they reach is said from outside. */
const DETOUR = at("tests/support/detour.js");

/** As Workers import it. */
const MODULE = "x-media-upload/x-media-upload.wasm";

/** By the emulator's URL. */
export const RUNTIMES = {
  /** @param {string} x */
  Node: (x) => {
    const args = ["--import", pathToFileURL(DETOUR).href, at("examples/relay/node.js")];
    return start(process.execPath, args, { env: { PORT: "0", X: x }, port: /http:\/\/localhost:([0-9]+)/ });
  },
  /** @param {string} x */
  Deno: async (x) => {
    const folder = forDeno();
    const flags = ["--no-config", "--no-lock", "--allow-all", `--import-map=${join(folder, "imports.json")}`];
    const args = ["serve", ...flags, "--host", "127.0.0.1", "--port", "0", join(folder, "main.js")];
    const deno = (await runtimes())("deno/install_api.cjs").runInstall();
    const env = { X: x, NO_COLOR: "1" };
    return without(folder, await start(deno, args, { env, port: /http:\/\/[^:]+:([0-9]+)/ }));
  },
  /** @param {string} x */
  workerd: (x) => startWorker("fetch.js", x),
};

/** The Worker that signs by OAuth 1.0a, which has the WebAssembly deployed beside it. @param {string} x */
export const startSigningWorker = (x) => startWorker("worker-oauth1.js", x);

/**
 * @param {string} example
 * @param {string} x
 */
async function startWorker(example, x) {
  const folder = await forWorkerd(example, new URL(x).host);
  return without(folder, await startWorkerd(join(folder, "config.capnp"), await runtimes()));
}

/**
 * @param {string} config
 * @param {NodeJS.Require} runtimes where it is installed
 */
export function startWorkerd(config, runtimes) {
  return start(runtimes("workerd").default, ["serve", config, "--control-fd=1"], { port: /"port":([0-9]+)/ });
}

/** What has Deno and workerd: 250 MB, which only the full tests need. */
async function runtimes() {
  return createRequire(join(await installed(at("tests/full/runtimes")), "package.json"));
}

/**
 * Serves an emulator's room where X is: at the root.
 * @param {{ listener: import("node:http").RequestListener }} room
 */
export function serveAsX({ listener }) {
  return listen(createServer(listener));
}

/** A folder for what a runtime needs, which goes when that is closed. */
const temporary = () => mkdtempSync(join(tmpdir(), "x-media-upload-"));

/**
 * @param {string} folder
 * @param {Awaited<ReturnType<typeof start>>} running
 */
function without(folder, { close, ...running }) {
  return {
    ...running,
    close: async () => {
      await close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Deno does not look a package up by its own name, and has no `--import` where it serves. */
function forDeno() {
  const folder = temporary();
  const example = pathToFileURL(at("examples/relay/fetch.js"));
  const imports = { "x-media-upload/relay": pathToFileURL(at("dist/relay.js")) };
  writeFileSync(join(folder, "imports.json"), JSON.stringify({ imports }));
  writeFileSync(join(folder, "main.js"), `import "${pathToFileURL(DETOUR)}";\nexport { default } from "${example}";\n`);
  return folder;
}

/**
 * An example as wrangler bundles it, and what workerd has to know of it. Whatever it fetches, it fetches from X. Its date is an
 * old one: Workers have a FinalizationRegistry since May 2025, and keep the date that they were made with.
 * @param {string} example
 * @param {string} x host and port
 */
async function forWorkerd(example, x) {
  const folder = temporary();
  await build({
    entryPoints: [at(`examples/relay/${example}`)],
    outfile: join(folder, "worker.js"),
    bundle: true,
    external: [MODULE],
    format: "esm",
    logLevel: "warning",
  });
  copyFileSync(at("dist/x-media-upload.wasm"), join(folder, "module.wasm"));
  writeFileSync(
    join(folder, "config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "relay", worker = (
      modules = [
        (name = "worker.js", esModule = embed "worker.js"),
        (name = "${MODULE}", wasm = embed "module.wasm"),
      ],
      compatibilityDate = "2025-01-01",
      globalOutbound = "x",
    )),
    (name = "x", external = (address = "${x}", http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "relay")],
);
`,
  );
  return folder;
}
