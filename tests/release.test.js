/** What `npm run release:check` refuses to release, and in which words. */

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { changelog, links, placeholders, size, versions } from "../scripts/release/texts.js";
import { root } from "../scripts/run.js";

const FILES = ["package.json", "package-lock.json", "Cargo.toml", "Cargo.lock", "CHANGELOG.md", "README.md", "SECURITY.md"];

/**
 * The project's folder with a change in it.
 * @param {import("node:test").TestContext} t
 * @param {string} file
 * @param {RegExp} from
 * @param {string} to
 */
function changed(t, file, from, to) {
  const folder = mkdtempSync(join(tmpdir(), "x-media-upload-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of FILES) cpSync(join(root, name), join(folder, name));
  const text = readFileSync(join(folder, file), "utf8");
  assert.match(text, from);
  writeFileSync(join(folder, file), text.replace(from, to));
  return folder;
}

for (const [file, from] of /** @type {[string, RegExp][]} */ ([
  ["package-lock.json", /"version": "[\d.]+"(?=,\n +"license")/],
  ["Cargo.toml", /^version = .+$/m],
  ["Cargo.lock", /(?<=^name = "x-media-upload"\n)version = .+$/m],
  ["CHANGELOG.md", /(?<=^## )[\d.]+(?=,)/m],
])) {
  test(`another version in ${file}`, (t) => {
    const to = file === "CHANGELOG.md" ? "9.9.9" : file.endsWith("json") ? '"version": "9.9.9"' : 'version = "9.9.9"';
    assert.throws(() => versions(changed(t, file, from, to)), { message: new RegExp(`${file} 9\\.9\\.9: make them one$`) });
    assert.match(versions(root), /in package.json, package-lock.json, Cargo.toml, Cargo.lock, CHANGELOG.md$/);
  });
}

test("a release without a date", (t) => {
  assert.throws(() => changelog(changed(t, "CHANGELOG.md", /(?<=^## [\d.]+, ).+$/m, "soon")), /give the release its date/);
  assert.equal(changelog(changed(t, "CHANGELOG.md", /^## .+$/m, "## 1.2.3, 2026-12-31")), "1.2.3 of 2026-12-31");
});

test("a repository whose owner nobody has named, and what is yet to be said elsewhere", (t) => {
  const folder = changed(t, "package.json", /github\.com\/[^/]+/, "github.com/OWNER");
  const told = /package\.json:\d+: OWNER\n[^]*put who owns it into repository of package\.json/;
  assert.throws(() => placeholders(folder, ["package.json"]), told);
  assert.throws(() => placeholders(changed(t, "README.md", /^#/, "TODO\n#"), ["README.md"]), /README\.md:1: TODO/);
  assert.match(placeholders(changed(t, "README.md", /^#/, "#"), ["README.md", "src/lib.rs"]), /^none in 1 files$/);
});

test("links that are dead on npm", (t) => {
  const folder = changed(t, "README.md", /^#/, "[a](docs/a.md) [b](docs/b.md#c)\n#");
  const dead = (/** @type {string[]} */ files) => () => links(folder, files);
  assert.throws(dead(["docs/a.md"]), /npm's page to nothing: docs\/b\.md,/);
});

test("a size that the README does not tell", (t) => {
  const folder = changed(t, "README.md", /a page downloads \d+ KB/, "a page downloads 55 KB");
  assert.equal(size(folder, 54_688), "a page downloads 54,688 bytes");
  assert.throws(() => size(folder, 56_000), /a page downloads 56 KB, the README says 55 KB/);
});
