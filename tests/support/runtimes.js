/** The examples of docs/relay.md, each on the runtime that it is for, in a process of its own; what they take for X is an emulator. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { installed } from "./install.js";

/** @typedef {{ url: string, pid: number, close: () => Promise<void> }} Running */

/** @param {string} path from the project's folder */
const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Sends to the emulator whatever is for X. Workers need none: where they reach is said from outside. */
const DETOUR = at("tests/support/detour.js");

/** @typedef {(x: string) => Promise<Running>} Start By the emulator's URL. */

/** @satisfies {Record<string, Start>} */
export const RUNTIMES = {
  Node: (/** @type {string} */ x) => {
    const args = ["--import", pathToFileURL(DETOUR).href, at("examples/relay/node.js")];
    return run(process.execPath, args, { PORT: "0", X: x }, /http:\/\/localhost:([0-9]+)/);
  },
  Deno: async (/** @type {string} */ x) => {
    const { folder, remove } = forDeno();
    const flags = ["--no-config", "--no-lock", "--allow-all", `--import-map=${join(folder, "imports.json")}`];
    const args = ["serve", ...flags, "--host", "127.0.0.1", "--port", "0", join(folder, "main.js")];
    const deno = (await runtimes())("deno/install_api.cjs").runInstall();
    return run(deno, args, { X: x, NO_COLOR: "1" }, /http:\/\/[^:]+:([0-9]+)/, remove);
  },
  workerd: (/** @type {string} */ x) => startWorker("fetch.js", x),
};

/** The example that signs, and for that has the WebAssembly deployed beside it. @type {Start} */
export const startSigningWorker = (x) => startWorker("worker-oauth1.js", x);

/**
 * @param {string} example
 * @param {string} x
 */
async function startWorker(example, x) {
  const { folder, remove } = await forWorkerd(example, new URL(x).host);
  const args = ["serve", join(folder, "config.capnp"), "--control-fd=1"];
  const workerd = (await runtimes())("workerd").default;
  return run(workerd, args, {}, /"port":([0-9]+)/, remove);
}

/** What has Deno and workerd: 250 MB, which only the full tests need. */
async function runtimes() {
  return createRequire(join(await installed(at("tests/full/runtimes")), "package.json"));
}

/**
 * Serves an emulator's room where X is: at the root.
 * @param {{ listener: import("node:http").RequestListener }} room
 */
export async function serveAsX({ listener }) {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {RegExp} port how it says where it listens
 * @param {() => void} [remove]
 * @returns {Promise<Running>}
 */
async function run(command, args, env, port, remove) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const exit = once(child, "exit");
  const close = async () => {
    child.kill();
    await exit;
    remove?.();
  };
  let said = "";
  const lines = [child.stdout, child.stderr].map((stream) => createInterface(stream));
  const listening = new Promise((resolve, reject) => {
    for (const line of lines) {
      line.on("line", (text) => {
        said += `${text}\n`;
        const [, found] = port.exec(text) ?? [];
        if (found) resolve(found);
      });
    }
    exit.then(() => reject(new Error(`${command} ${args.join(" ")}\n${said}`)));
  });
  return { url: `http://127.0.0.1:${await listening}`, pid: Number(child.pid), close };
}

/** What is written into a folder that is removed again. */
function temporary() {
  const folder = mkdtempSync(join(tmpdir(), "x-media-upload-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Deno does not look a package up by its own name, and has no `--import` where it serves. */
function forDeno() {
  const { folder, remove } = temporary();
  const example = pathToFileURL(at("examples/relay/fetch.js"));
  const imports = { "x-media-upload/relay": pathToFileURL(at("dist/relay.js")) };
  writeFileSync(join(folder, "imports.json"), JSON.stringify({ imports }));
  writeFileSync(join(folder, "main.js"), `import "${pathToFileURL(DETOUR)}";\nexport { default } from "${example}";\n`);
  return { folder, remove };
}

const WASM = "x-media-upload/x-media-upload.wasm";

/**
 * An example as wrangler bundles it, and what workerd has to know of it. Whatever it fetches, it fetches from X.
 * @param {string} example
 * @param {string} x host and port
 */
async function forWorkerd(example, x) {
  const { folder, remove } = temporary();
  await build({
    entryPoints: [at(`examples/relay/${example}`)],
    external: [WASM],
    outfile: join(folder, "worker.js"),
    bundle: true,
    format: "esm",
    logLevel: "warning",
  });
  copyFileSync(at("dist/x-media-upload.wasm"), join(folder, "x-media-upload.wasm"));
  writeFileSync(
    join(folder, "config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "relay", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js"), (name = "${WASM}", wasm = embed "x-media-upload.wasm")],
      compatibilityDate = "2025-01-01",
      globalOutbound = "x",
    )),
    (name = "x", external = (address = "${x}", http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "relay")],
);
`,
  );
  return { folder, remove };
}
