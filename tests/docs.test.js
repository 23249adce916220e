/** The documents: what they lead to is there, and the code of those in docs/ is that of examples/, which the tests run. */

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const ROOT = new URL("..", import.meta.url);
const DOCS = new URL("docs/", ROOT);

/** A block of code, with the comment above it that names its file. */
const BLOCK = /(?:<!-- (?<path>\S+) -->\n)?^```(?<language>\w+)\n(?<code>[^]*?)^```$/gm;
const LINK = /\]\((?!https?:)(?<path>[^)#]+)/g;

for (const page of readdirSync(DOCS)) {
  const url = new URL(page, DOCS);

  test(`${page} has the code of files that are run`, () => {
    const text = readFileSync(url, "utf8");
    const shown = text.replace(BLOCK, (block, path, language) => {
      if (language === "sh") return block;
      assert.ok(path?.startsWith("examples/"), `a file is named above\n${block}`);
      return `<!-- ${path} -->\n\`\`\`${path.split(".").at(-1)}\n${readFileSync(new URL(path, ROOT), "utf8")}\`\`\``;
    });
    if (process.env.UPDATE_README) writeFileSync(url, shown);
    else assert.equal(text, shown, "the page is older than its files: UPDATE_README=1 node --test tests/docs.test.js writes it");
  });
}

const PAGES = [...readdirSync(DOCS).map((page) => `docs/${page}`), "CONTRIBUTING.md", "README.md", "SECURITY.md"];
for (const page of PAGES) {
  test(`${page} leads to what is there`, () => {
    const url = new URL(page, ROOT);
    for (const { groups } of readFileSync(url, "utf8").matchAll(LINK)) {
      assert.ok(existsSync(fileURLToPath(new URL(groups?.path ?? "", url))), groups?.path);
    }
  });
}
