/** The documents: what they lead to is there, for readers on npm too, and the code of those in docs/ is that of files that the tests run. */

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("..", import.meta.url);
const DOCS = new URL("docs/", ROOT);
const GUIDES = readdirSync(DOCS).filter((name) => name.endsWith(".md"));

/** A block of code, with the comment above it that names its file. */
const BLOCK = /(?:<!-- (?<path>\S+) -->\n)?^```(?<language>\w+)\n(?<code>[^]*?)^```$/gm;
const LINK = /\]\((?!https?:)(?<path>[^)#]*)#?(?<place>[^)]*)\)/g;

for (const page of GUIDES) {
  const url = new URL(page, DOCS);

  test(`${page} has the code of files that are run`, () => {
    const text = readFileSync(url, "utf8");
    const shown = text.replace(BLOCK, (block, path, language) => {
      if (language === "sh" || language === "text") return block;
      assert.match(path ?? "", /^(examples|tests)\//, `a file that is run is named above\n${block}`);
      return `<!-- ${path} -->\n\`\`\`${path.split(".").at(-1)}\n${readFileSync(new URL(path, ROOT), "utf8")}\`\`\``;
    });
    if (process.env.UPDATE_README) writeFileSync(url, shown);
    else assert.equal(text, shown, "the page is older than its files: UPDATE_README=1 node --test tests/docs.test.js writes it");
  });
}

const PAGES = [...GUIDES.map((page) => `docs/${page}`), "CONTRIBUTING.md", "README.md", "SECURITY.md", "THIRD-PARTY.md"];
for (const page of PAGES) {
  test(`${page} leads to what is there`, () => {
    const url = new URL(page, ROOT);
    for (const [link, path = "", place] of readFileSync(url, "utf8").matchAll(LINK)) {
      const target = path ? new URL(path, url) : url;
      assert.ok(existsSync(target), link);
      if (place) assert.ok(placesOf(target).includes(place), link);
    }
  });
}

test("README.md leads there from npm too, which puts the repository before a path", () => {
  for (const [link, path = ""] of readFileSync(new URL("README.md", ROOT), "utf8").matchAll(LINK)) {
    assert.doesNotMatch(path, /^\/|(^|\/)\.\.?(\/|$)/, link);
  }
});

/** What the headings of a page are called in its address, as GitHub makes it. @param {URL} url */
function placesOf(url) {
  const headings = [...readFileSync(url, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
  return headings.map((heading) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-"));
}
