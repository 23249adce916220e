// `npm run build:site`: the demo and the documentation as files that any file server can serve, under any path: site/.

import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { pageAt, pages } from "../www/pages.js";
import { root, script } from "./run.js";

const SITE = join(root, "site");

/** What is copied, and to where. config.js is another here. */
const COPIED = { "www/demo": ".", dist: "dist", "package.json": "package.json" };
const NOT_COPIED = ["config.js", "config.relay.js"];

/**
 * Makes the site, of the package in dist/.
 * @param {string} folder what was there goes
 */
export async function makeSite(folder) {
  rmSync(folder, { recursive: true, force: true });
  for (const [from, to] of Object.entries(COPIED)) {
    cpSync(join(root, from), join(folder, to), {
      recursive: true,
      filter: (path) => !NOT_COPIED.includes(relative(join(root, "www/demo"), path)),
    });
  }
  await Promise.all([bundle(folder), writePages(folder)]);
}

/** @param {string} folder */
async function bundle(folder) {
  /** @type {import("esbuild").BuildOptions} */
  const common = { absWorkingDir: root, outdir: folder, bundle: true, target: "es2022", logLevel: "warning" };
  await build({ ...common, entryPoints: ["www/site/config.js"], format: "esm" });
  // Not a module: of service workers browsers took only classic scripts for years.
  await build({ ...common, entryPoints: ["www/site/service-worker.js"], format: "iife", minify: true, legalComments: "eof" });
}

/** @param {string} folder */
async function writePages(folder) {
  for (const path of pages().keys()) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, String(await pageAt(path)));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await script(async () => {
    await makeSite(SITE);
    console.log(`\n${relative(root, SITE)}/ can be copied to any file host, under any path.`);
  });
}
