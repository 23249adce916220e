/** Where the project is: `repository` of package.json says so. Whatever else does is made of that. */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("..", import.meta.url);
const ADDRESS = /https:\/\/github\.com\/[\w.-]+\/x-media-upload(?![\w-])/g;

/** @param {string} file */
const read = (file) => readFileSync(new URL(file, ROOT), "utf8");

const { repository } = JSON.parse(read("package.json"));
const address = repository.url.replace(/^git\+|\.git$/g, "");

for (const file of ["package.json", "SECURITY.md"]) {
  test(`${file} names the repository`, () => {
    const text = read(file);
    const named = text.replace(ADDRESS, address);
    if (process.env.UPDATE_README) writeFileSync(new URL(file, ROOT), named);
    else assert.equal(text, named, "it names another: UPDATE_README=1 node --test tests/address.test.js writes it");
  });
}

test("npm leads to it", () => {
  const { homepage, bugs } = JSON.parse(read("package.json"));
  assert.deepEqual([homepage, bugs], [`${address}#readme`, `${address}/issues`]);
});
