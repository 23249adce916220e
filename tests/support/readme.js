/** The tables of browsers and of tools in the README, made of what the tests saw. */

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
const TOOLS_HEAD = ["| | version | `x-media-upload` | `x-media-upload/inline` |", "|---|---|---|---|"];
const BROWSERS_HEAD = ["| | version | page | dedicated worker | service worker |", "|---|---|---|---|---|"];

/**
 * Fails where the README does not say of these tools what was seen of them.
 * @param {Seen} seen
 */
export function assertTold(seen) {
  const told = table("bundlers");
  for (const row of rowsOf(seen)) assert.ok(told.includes(row), `the README lacks ${row}, and has\n${told.join("\n")}`);
}

/**
 * The same for all tools; with UPDATE_README=1 it writes the table.
 * @param {Seen} seen
 */
export function assertAllTold(seen) {
  const rows = [...TOOLS_HEAD, ...rowsOf(seen)];
  update("bundlers", rows);
  assert.deepEqual(table("bundlers"), rows, HINT);
}

/**
 * Fails where the README does not say of the browsers what was seen of them. Their versions, which move on by themselves, it may
 * tell as they were.
 * @param {Map<string, { version: string, works: boolean[] }>} seen By name; whether it works in each realm.
 */
export function assertBrowsersTold(seen) {
  const rows = [...seen].map(([name, { version, works }]) => {
    return `| ${[name, version, ...works.map((works) => (works ? "works" : "does not work"))].join(" | ")} |`;
  });
  update("browsers", [...BROWSERS_HEAD, ...rows]);
  const timeless = (/** @type {string} */ row) => row.replace(/[\d.]+/, "n");
  assert.deepEqual(table("browsers").map(timeless), [...BROWSERS_HEAD, ...rows].map(timeless), HINT);
}

const HINT = "the README's table is another: UPDATE_README=1 npm run test:full writes it";

/** @typedef {"browsers" | "bundlers"} Section */

/**
 * @param {Section} section
 * @param {string[]} rows
 */
function update(section, rows) {
  if (!process.env.UPDATE_README) return;
  const text = readFileSync(README, "utf8");
  writeFileSync(README, text.replace(between(section), () => `\n${rows.join("\n")}\n\n`));
}

/** @param {Section} section */
function table(section) {
  const [found] = between(section).exec(readFileSync(README, "utf8")) ?? [];
  assert.ok(found, `the README has no section between <!-- ${section}: … --> and <!-- /${section} -->`);
  return found.trim().split("\n");
}

/** @param {Section} section */
function between(section) {
  return new RegExp(`(?<=<!-- ${section}: .+ -->\\n)[^]*(?=<!-- /${section} -->\\n)`);
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
