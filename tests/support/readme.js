/** The table of tools in the README, made of what the tests saw. */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ENTRIES, OWN } from "./apps.js";

/**
 * @typedef {import("./apps.js").Tool} Tool
 * @typedef {import("./apps.js").Entry} Entry
 * @typedef {Map<Tool, Set<Entry>>} Seen Which entries uploaded in an app of which tool.
 */

const README = new URL("../../README.md", import.meta.url);
const SECTION = /(?<=<!-- bundlers: .+ -->\n)[^]*(?=<!-- \/bundlers -->\n)/;
const HEAD = ["| | version | `x-media-upload` | `x-media-upload/inline` |", "|---|---|---|---|"];

/**
 * Fails where the README does not say of these tools what was seen of them.
 * @param {Seen} seen
 */
export function assertTold(seen) {
  const told = table();
  for (const row of rowsOf(seen)) assert.ok(told.includes(row), `the README lacks ${row}, and has\n${told.join("\n")}`);
}

/**
 * The same for all tools; with UPDATE_README=1 it writes the table.
 * @param {Seen} seen
 */
export function assertAllTold(seen) {
  const rows = [...HEAD, ...rowsOf(seen)];
  if (process.env.UPDATE_README) {
    const text = readFileSync(README, "utf8");
    writeFileSync(README, text.replace(SECTION, () => `\n${rows.join("\n")}\n\n`));
  }
  assert.deepEqual(table(), rows, "the README's table is another: UPDATE_README=1 npm run test:full writes it");
}

function table() {
  const [section] = SECTION.exec(readFileSync(README, "utf8")) ?? [];
  assert.ok(section, "the README has no section between <!-- bundlers: … --> and <!-- /bundlers -->");
  return section.trim().split("\n");
}

/** @param {Seen} seen */
function rowsOf(seen) {
  return [...seen].map(([tool, entries]) => {
    const cells = ENTRIES.map((entry) => {
      if (!entries.has(entry)) return "does not work";
      return tool.setting && entry === "x-media-upload" ? `works with ${tool.setting}` : "works";
    });
    return `| ${[tool.title, versionOf(tool), ...cells].join(" | ")} |`;
  });
}

/** @param {Tool} tool */
function versionOf(tool) {
  if (!tool.package) return "–";
  const lock = JSON.parse(readFileSync(join(OWN, tool.folder, "package-lock.json"), "utf8"));
  return lock.packages[`node_modules/${tool.package}`].version;
}
