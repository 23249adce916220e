// `npm run release:check`: all that a release needs, short of publishing. A line a check; what fails says what to do.

import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { Failure, root, seconds } from "../run.js";
import { changelog, links, placeholders, size, versions } from "./texts.js";

/** @type {[name: string, check: () => string][]} */
const CHECKS = [
  ["versions", () => versions(root)],
  ["changelog", () => changelog(root)],
  ["placeholders", () => placeholders(root, tracked())],
  ["links", () => links(root, tracked())],
  ["tree", tree],
  ["build", () => ran("dist/ is what the sources make", "scripts/build.js", "--check")],
  ["size", () => size(root, downloaded())],
  ["tarball", tarball],
  ["contents, types", () => ran("as npm hands it out", "--test", "tests/packaging/packaging.test.js")],
  ["licences", () => ran("all named, all free", "--test", "tests/licences.test.js")],
  ["lock files", () => ran("name no registry", "--test", "tests/lock-files.test.js")],
  ["README", () => ran("each block of code runs", "--test", "tests/readme.test.js")],
  ["docs", () => ran("their links lead there, their code is that of files", "--test", "tests/docs.test.js", "tests/address.test.js")],
  ["guides", () => ran("their code runs", "--test", ...["credentials", "migrating", "resuming"].map((name) => `tests/${name}.test.js`))],
  ["reference", () => ran("without a warning", "scripts/reference.js")],
];

let failed = 0;
for (const [name, check] of CHECKS) {
  const start = performance.now();
  try {
    report("✔", name, check(), start);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    failed++;
    report("✘", name, error.message, start);
  }
}
console.log(failed ? `\n${failed} of ${CHECKS.length} checks failed: not to be released.` : "\nReady: npm publish --provenance, by .github/workflows/release.yml");
process.exitCode = failed ? 1 : 0;

/**
 * @param {string} mark
 * @param {string} name
 * @param {string} words the first line of which stands beside the name
 * @param {number} start
 */
function report(mark, name, words, start) {
  const [first, ...rest] = words.split("\n");
  console.log([`${mark} ${name.padEnd(16)} ${first} (${seconds(start)})`, ...rest.map((line) => `    ${line}`)].join("\n"));
}

/**
 * Runs a script or tests quietly.
 * @param {string} words to say where it succeeds
 * @param {...string} args of Node
 */
function ran(words, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (status === 0) return words;
  const told = `${stdout}\n${stderr}`.split("\n").filter((line) => /^\s*(not ok|error:|✘|warning)/.test(line));
  throw new Failure([`node ${args.join(" ")}`, ...told.map((line) => line.trim())].join("\n"));
}

/** @param {...string} args */
function git(...args) {
  return execFileSync("git", args, { cwd: root, encoding: "utf8" }).trimEnd();
}

/** The files of the repository. */
function tracked() {
  return git("ls-files").split("\n");
}

function tree() {
  const changed = git("status", "--porcelain");
  if (changed === "") return `all is committed, as ${git("rev-parse", "--short", "HEAD")}`;
  throw new Failure(`commit or drop what has changed:\n${changed}`);
}

/** What a page downloads, in bytes after brotli -11. */
function downloaded() {
  const files = ["x-media-upload.wasm", "index.js", "shared.js"];
  return files.reduce((sum, file) => sum + brotliCompressSync(readFileSync(join(root, "dist", file))).length, 0);
}

function tarball() {
  const options = { cwd: root, encoding: /** @type {const} */ ("utf8"), shell: process.platform === "win32" };
  const { status, stdout, stderr } = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], options);
  if (status !== 0) throw new Failure(`npm pack\n${stderr.trim()}`);
  const printed = JSON.parse(stdout);
  const [{ filename, files, size: bytes }] = Array.isArray(printed) ? printed : Object.values(printed);
  return `${filename}: ${files.length} files, ${bytes.toLocaleString("en")} bytes`;
}
