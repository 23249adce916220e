/** Whose code is in the package, and by which licences: all of it is named in THIRD-PARTY.md, and none binds who uses the package. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = new URL("..", import.meta.url);

/** @param {string} file */
const read = (file) => readFileSync(new URL(file, ROOT), "utf8");

/** Those that ask for no more than to be named. */
const ALLOWED = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "CC0-1.0", "ISC", "MIT", "Unicode-3.0", "Unlicense", "Zlib"];

/** This one binds whoever changes the files that have it: nobody who only runs them, as the tests do. */
const ALLOWED_OF_TOOLS = [...ALLOWED, "MPL-2.0"];

/**
 * Whether one may use what has this licence, an expression of SPDX.
 * @param {string} licence
 * @param {(string | undefined)[]} allowed
 * @returns {boolean}
 */
function isAllowed(licence, allowed) {
  const plain = licence.replace(/[()]/g, "").replaceAll("/", " OR ").replace(/ WITH LLVM-exception/g, "");
  return plain.split(" AND ").every((all) => all.split(" OR ").some((one) => allowed.includes(one.trim())));
}

/** What cargo knows of the crate, its dependencies, and theirs. */
const metadata = JSON.parse(
  execFileSync("cargo", ["metadata", "--format-version", "1", "--locked"], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  }),
);

/** The crates whose code is in the WebAssembly: not those that write, build or test it. */
function shipped() {
  const flags = ["--locked", "--target", "wasm32-unknown-unknown", "--edges", "normal", "--prefix", "depth", "--no-dedupe"];
  const tree = execFileSync("cargo", ["tree", ...flags], { cwd: ROOT, encoding: "utf8" });
  const found = new Set();
  let macroDepth = Infinity;
  for (const line of tree.trim().split("\n").slice(1)) {
    const [, depth, name, rest = ""] = /^(\d+)(\S+)(.*)$/.exec(line) ?? assert.fail(line);
    if (Number(depth) > macroDepth) continue; // what only the macro needs
    macroDepth = rest.includes("(proc-macro)") ? Number(depth) : Infinity;
    if (macroDepth === Infinity) found.add(name);
  }
  return [...found].sort();
}

/** The packages of npm whose code is in the JavaScript, with their licences. */
async function bundled() {
  const entryPoints = ["emulator", "cli", "stores"].map((name) => fileURLToPath(new URL(`src/js/${name}.js`, ROOT)));
  const { metafile } = await build({ entryPoints, outdir: "unwritten", bundle: true, format: "esm", platform: "node", write: false, metafile: true });
  const paths = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const names = new Set(paths.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
  return [...names].map((name) => [name, JSON.parse(read(`node_modules/${name}/package.json`)).license]);
}

test("what is in the package is named in THIRD-PARTY.md, with its licence", async () => {
  const text = read("THIRD-PARTY.md");
  const named = [...text.matchAll(/^\| `([\w@/-]+)` \| ([^|]+) \|/gm)].map(([, name, licence]) => [name, licence]);
  const licences = new Map(metadata.packages.map((/** @type {any} */ { name, license }) => [name, license]));
  const crates = shipped().map((name) => [name, licences.get(name)]);
  assert.deepEqual(Object.fromEntries(named), Object.fromEntries([...crates, ["std", "MIT OR Apache-2.0"], ...(await bundled())]));

  const texts = ["MIT", "Apache-2.0", ...[...text.matchAll(/^## (.+)$/gm)].map(([, name]) => name)];
  assert.deepEqual(named.filter(([, licence = ""]) => !isAllowed(licence, texts)), [], "the text of its licence is in the package");
});

test("what the package is built and tested with may be used by anybody", () => {
  const crates = metadata.packages.map((/** @type {any} */ { name, license }) => [name, license ?? "none"]);
  const modules = Object.entries(JSON.parse(read("package-lock.json")).packages)
    .filter(([path]) => path !== "")
    .map(([path, { license = "none" }]) => [path.replace("node_modules/", ""), license]);
  /** @param {string[][]} licences @param {string[]} allowed */
  const refused = (licences, allowed) => licences.filter(([, licence = ""]) => !isAllowed(licence, allowed));
  assert.deepEqual(refused(crates, ALLOWED), []);
  assert.deepEqual(refused(modules, ALLOWED_OF_TOOLS), []);
});
