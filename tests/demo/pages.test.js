/** The documents as pages: each leads to what is there, and to those parts of it that are there. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { pageAt, pages } from "../../www/pages.js";
import { repositoryUrl } from "../../www/demo/repository.js";

for (const [path, document] of pages()) {
  test(`${document} is a page that leads nowhere amiss`, () => {
    const html = pageAt(path) ?? assert.fail("there is no such page");
    assert.match(html, /<h1 id="[^"]+">/);
    for (const [, href = ""] of html.matchAll(/href="([^"]*)"/g)) {
      if (/^https?:/.test(href) || href.startsWith("../")) continue;
      const [name, fragment] = href.split("#");
      const target = name ? pageAt(`docs/${name}`) : html;
      assert.ok(target, `no page ${href}`);
      if (fragment) assert.ok(target.includes(` id="${fragment}"`), `no part ${href}`);
    }
  });
}

test("a repository is where package.json says, however it is written", () => {
  const url = "https://github.com/someone/x-media-upload";
  for (const repository of [url, "github:someone/x-media-upload", "someone/x-media-upload", { url: `git+${url}.git` }]) {
    assert.equal(repositoryUrl({ repository }), url);
  }
  for (const repository of [undefined, {}, "git@example.com:x.git", { url: "javascript:alert(1)" }]) {
    assert.equal(repositoryUrl({ ...(repository && { repository }) }), undefined);
  }
});
