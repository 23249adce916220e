/** Lock files name no registry, so that each of us takes packages from the one that is set up. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** @param {string} folder */
const filesUnder = (folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));

for (const file of ["package-lock.json", ...["examples", "tests", "tools"].flatMap(filesUnder)]) {
  if (basename(file) !== "package-lock.json" || file.includes("node_modules")) continue;
  test(file, () => assert.doesNotMatch(readFileSync(join(ROOT, file), "utf8"), /"resolved"/));
}
