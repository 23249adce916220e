/** The tables of browsers and of tools in docs/compatibility.md, made of what the tests saw. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ENTRIES, OWN } from "./apps.js";
import { Section } from "./sections.js";

/**
 * @typedef {import("./apps.js").Tool} Tool
 * @typedef {import("./apps.js").Entry} Entry
 * @typedef {Map<Tool, Set<Entry>>} Seen Which entries uploaded in an app of which tool.
 */

const PAGE = "docs/compatibility.md";
const TOOLS = new Section(PAGE, "bundlers");
const TOOLS_HEAD = ["| | version | `x-media-upload` | `x-media-upload/inline` |", "|---|---|---|---|"];
const BROWSERS = new Section(PAGE, "browsers");
const BROWSERS_HEAD = ["| | version | page | dedicated worker | service worker |", "|---|---|---|---|---|"];

/**
 * Fails where the page does not say of these tools what was seen of them.
 * @param {Seen} seen
 */
export function assertTold(seen) {
  const told = TOOLS.lines;
  for (const row of rowsOf(seen)) assert.ok(told.includes(row), `${PAGE} lacks ${row}, and has\n${told.join("\n")}`);
}

/**
 * The same for all tools; with UPDATE_README=1 it writes the table.
 * @param {Seen} seen
 */
export function assertAllTold(seen) {
  TOOLS.assertIs([...TOOLS_HEAD, ...rowsOf(seen)]);
}

/**
 * Fails where the page does not say of the browsers what was seen of them. Their versions move on by themselves: it tells
 * those of some day.
 * @param {Map<string, { version: string, works: boolean[] }>} seen By name; whether it works in each realm.
 */
export function assertBrowsersTold(seen) {
  const rows = [...seen].map(([name, { version, works }]) => {
    return `| ${[name, version, ...works.map((works) => (works ? "works" : "does not work"))].join(" | ")} |`;
  });
  BROWSERS.assertIs([...BROWSERS_HEAD, ...rows], (row) => row.replace(/[\d.]+/, "n"));
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
