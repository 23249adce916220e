/** Projects of people who use the package: with what their lock file names, and with the tarball that npm would publish. */

import { execFile } from "node:child_process";
import { constants, existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { TARGET_DIR } from "../../scripts/toolchain.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** What `npm ci` has installed for them, so that a second run needs neither the network nor the time. */
const CACHE = join(TARGET_DIR, "installed");

/** What whoever tried a project by hand has left in it. */
const IGNORED = ["node_modules", "dist"];

const NPM = process.platform === "win32" ? "npm.cmd" : "npm";

/** @typedef {Awaited<ReturnType<typeof pack>>} Packed */

/** A folder for what a test file makes, and in it the package as npm would publish it. */
export async function pack() {
  const folder = await mkdtemp(join(tmpdir(), "x-media-upload-"));
  await npm(ROOT, "pack", "--pack-destination", folder);
  const [tarball = ""] = await readdir(folder);
  return { folder, tarball: join(folder, tarball), remove: () => rm(folder, { recursive: true }) };
}

/**
 * Makes a copy of a project, with the package installed, and with what its lock file names if it has one.
 * @param {string} source
 * @param {Packed} packed
 * @returns {Promise<string>} the folder it is in
 */
export async function install(source, { folder, tarball }) {
  const made = await mkdtemp(join(folder, `${basename(source)}-`));
  await cp(source, made, { recursive: true, filter: (path) => !IGNORED.includes(basename(path)) });
  if (existsSync(join(source, "package-lock.json"))) {
    const modules = join(await installed(source), "node_modules");
    const options = { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE };
    await cp(modules, join(made, "node_modules"), options);
  }
  await npm(made, "install", "--offline", "--no-save", "--ignore-scripts", tarball);
  return made;
}

/**
 * What a project's lock file names, installed in the cache.
 * @param {string} source
 */
export async function installed(source) {
  const folder = join(CACHE, relative(ROOT, source));
  const stamp = join(folder, "installed-from");
  const lock = await readFile(join(source, "package-lock.json"), "utf8");
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === lock) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) await cp(join(source, file), join(folder, file));
  await npm(folder, "ci", "--prefer-offline", "--ignore-scripts");
  await writeFile(stamp, lock);
  return folder;
}

/**
 * @param {string} cwd
 * @param {...string} args
 */
export async function npm(cwd, ...args) {
  const quiet = { NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1", npm_config_audit: "false", npm_config_fund: "false" };
  const options = { cwd, env: { ...process.env, ...quiet }, shell: process.platform === "win32" };
  await promisify(execFile)(NPM, args, options).catch(({ stdout, stderr }) => {
    throw new Error(`npm ${args.join(" ")} in ${cwd}:\n${stdout}${stderr}`);
  });
}
