/** Whose code is in the package, and by which licences: all of it is named in the README, and none binds who uses the package. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("..", import.meta.url);

/** @param {string} file */
const read = (file) => readFileSync(new URL(file, ROOT), "utf8");

/** Those that ask for no more than to be named. */
const ALLOWED = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "CC0-1.0", "ISC", "MIT", "Unicode-3.0", "Unlicense", "Zlib"];

/**
 * Whether one may use what has this licence, an expression of SPDX.
 * @param {string} licence
 * @returns {boolean}
 */
function isAllowed(licence) {
  const plain = licence.replace(/[()]/g, "").replaceAll("/", " OR ").replace(/ WITH LLVM-exception/g, "");
  return plain.split(" AND ").every((all) => all.split(" OR ").some((one) => ALLOWED.includes(one.trim())));
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
  const packages = new Map(metadata.packages.map((/** @type {any} */ known) => [known.id, known]));
  const nodes = new Map(metadata.resolve.nodes.map((/** @type {any} */ node) => [node.id, node]));
  const found = new Set();
  /** @param {string} id */
  const visit = (id) => {
    const { name, targets } = packages.get(id);
    const isMacro = targets.some((/** @type {any} */ { kind }) => kind.includes("proc-macro"));
    if (isMacro || found.has(name)) return;
    found.add(name);
    for (const { pkg, dep_kinds } of nodes.get(id).deps) {
      const isIn = dep_kinds.some(
        (/** @type {any} */ { kind, target }) => kind === null && !/not\(target_arch = "wasm32"\)|unix|windows/.test(target ?? ""),
      );
      if (isIn) visit(pkg);
    }
  };
  visit(metadata.resolve.root);
  found.delete("x-media-upload");
  return [...found].sort();
}

test("what is in the package is named in the README, with its licence", () => {
  const [, chapter = ""] = read("README.md").split("\n## Licences\n");
  const named = [...chapter.matchAll(/^\| `([\w-]+)` \| ([^|]+) \|/gm)].map(([, name, licence]) => [name, licence]);
  const licences = new Map(metadata.packages.map((/** @type {any} */ { name, license }) => [name, license]));
  const { license } = JSON.parse(read("node_modules/idb-keyval/package.json"));
  const crates = shipped().map((name) => [name, licences.get(name)]);
  assert.deepEqual(Object.fromEntries(named), Object.fromEntries([...crates, ["std", "MIT OR Apache-2.0"], ["idb-keyval", license]]));
});

test("what the package is built and tested with may be used by anybody", () => {
  const crates = metadata.packages.map((/** @type {any} */ { name, license }) => [name, license ?? "none"]);
  const modules = Object.entries(JSON.parse(read("package-lock.json")).packages)
    .filter(([path]) => path !== "")
    .map(([path, { license = "none" }]) => [path.replace("node_modules/", ""), license]);
  const refused = [...crates, ...modules].filter(([, licence]) => !isAllowed(licence));
  assert.deepEqual(refused, []);
});
