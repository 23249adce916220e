/** The package where there is no browser, as it is installed: Deno, and the runtime of Cloudflare's Workers. Node is in tests/packaging/. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startServer } from "../../www/server.js";
import { mediaRequest } from "../support/apps.js";
import { fixture, sha256 } from "../support/bench.js";
import { pathOf } from "../support/demo.js";
import { install, pack } from "../support/install.js";
import { startWorkerd } from "../support/runtimes.js";

/** @type {import("../support/install.js").Packed} */
let packed;
/** What has the runtimes and the package installed. @type {string} */
let folder;
/** @type {import("../../www/server.js").RunningServer} */
let server;

before(async () => {
  packed = await pack();
  folder = await install(fileURLToPath(new URL("runtimes", import.meta.url)), packed);
  server = await startServer();
});
after(async () => {
  await server?.close();
  await packed?.remove();
});

/**
 * Runs a script in Deno, which may do nothing that it is not allowed to.
 * @param {...string} args
 * @returns {Promise<string>} what it prints
 */
async function deno(...args) {
  const command = [join(folder, "node_modules/deno/bin.cjs"), "run", "--no-prompt", "--no-remote", "--node-modules-dir=manual"];
  const { stdout } = await promisify(execFile)(process.execPath, [...command, ...args], { cwd: folder });
  return stdout.trim();
}

/** @param {import("../../www/server.js").Room} room @param {string} id */
async function assertHolds(room, id) {
  const media = await (await room.fetch(mediaRequest(id))).json();
  assert.equal(media.sha256, sha256(fixture("video.mp4")));
}

test("Deno imports each entry, and is asked for no permission", async () => {
  assert.equal(await deno("import.js"), "");
});

test("Deno uploads, with the WebAssembly inside", async () => {
  const room = server.room("deno");
  const file = pathOf("video.mp4");
  await assertHolds(room, await deno("--allow-net=127.0.0.1", `--allow-read=${file}`, "upload.js", room.url, file));
});

test("a Worker imports each entry, and uploads with the WebAssembly that is deployed beside it", async (t) => {
  const workerd = await startWorkerd(join(folder, "workerd.capnp"), createRequire(join(folder, "package.json")));
  t.after(workerd.close);
  const room = server.room("workerd");
  const response = await fetch(`${workerd.url}/?to=${room.url}`, { method: "POST", body: fixture("video.mp4") });
  await assertHolds(room, await response.text());
});
