/**
 * The project's documents as pages with the look of the demo: README.md as docs/index.html, docs/README.md as
 * docs/guides.html, docs/relay.md as docs/relay.html, SECURITY.md as docs/security.html. They stand beside the demo,
 * whatever path that is under. Pictures in docs/ stay where they are.
 */

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { posix } from "node:path";
import { Marked } from "marked";
import { gfmHeadingId } from "marked-gfm-heading-id";
import { repositoryUrl } from "./demo/repository.js";

const ROOT = new URL("..", import.meta.url);

/** Documents outside of docs/ that are pages too. */
const OTHERS = ["SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", "THIRD-PARTY.md"];

/**
 * The pages that there are: for each of their paths, the document that it is made of. Guides come in the order in which
 * docs/README.md names them.
 * @returns {Map<string, string>}
 */
export function pages() {
  const contents = text("docs/README.md");
  const place = (/** @type {string} */ name) => contents.split(`](${name})`)[0]?.length ?? 0;
  const docs = readdirSync(new URL("docs/", ROOT)).filter((name) => name.endsWith(".md") && name !== "README.md");
  return new Map([
    ["docs/index.html", "README.md"],
    ...(contents ? [/** @type {const} */ (["docs/guides.html", "docs/README.md"])] : []),
    ...docs
      .sort((one, other) => place(one) - place(other))
      .map((name) => /** @type {const} */ ([`docs/${htmlName(name)}`, `docs/${name}`])),
    ...OTHERS.filter(text).map((name) => /** @type {const} */ ([`docs/${htmlName(name.toLowerCase())}`, name])),
  ]);
}

/**
 * The page of that path, as HTML, or undefined where there is none.
 * @param {string} path as in `docs/relay.html`; `docs/` is its index
 */
export function pageAt(path) {
  const all = pages();
  const document = all.get(path.endsWith("/") ? `${path}index.html` : path);
  if (document === undefined) return undefined;
  const markdown = text(document);
  const repository = repositoryUrl(JSON.parse(text("package.json")));
  const article = articleOf(markdown, (href) => linkFrom(document, href, all, repository));
  return pageOf({ article, title: titleOf(markdown), nav: navOf(all, document), repository });
}

/**
 * @param {string} markdown
 * @param {(href: string) => string | undefined} link what a link of the document is in the page; a link to nowhere is its words
 */
function articleOf(markdown, link) {
  const marked = new Marked(gfmHeadingId(), {
    async: false,
    walkTokens(token) {
      if (token.type !== "link" && token.type !== "image") return;
      const href = link(token.href);
      Object.assign(token, href === undefined ? { type: "text" } : { href });
    },
  });
  return /** @type {string} */ (marked.parse(markdown))
    .replaceAll("<pre>", '<pre class="code" tabindex="0">')
    .replaceAll("<table>", '<div class="table" tabindex="0" role="group" aria-label="Table"><table>')
    .replaceAll("</table>", "</table></div>")
    .replaceAll("<th></th>", "<td></td>"); // the corner of a table is no heading
}

/**
 * Documents lead to their pages, other files of docs/ to where they are, the rest of the project to the repository.
 * @param {string} document
 * @param {string} href
 * @param {Map<string, string>} all
 * @param {string | undefined} repository
 */
function linkFrom(document, href, all, repository) {
  if (/^(\w+:|#)/.test(href)) return href;
  const [path = "", ...fragment] = href.split(/(?=#)/);
  const target = posix.join(posix.dirname(document), path);
  const [page] = [...all].find(([, source]) => source === target) ?? [];
  if (page) return posix.basename(page) + fragment.join("");
  if (posix.dirname(target) === "docs") return posix.basename(target);
  return repository && `${repository}/blob/HEAD/${target}`;
}

/**
 * @param {Map<string, string>} all
 * @param {string} shown
 */
function navOf(all, shown) {
  const links = [...all].map(([page, document]) => {
    const words = document === "README.md" ? "Overview" : titleOf(text(document));
    const current = document === shown ? ' aria-current="page"' : "";
    return `<li><a href="${posix.basename(page)}"${current}>${escaped(words)}</a></li>`;
  });
  return links.join("\n          ");
}

/** @param {{ article: string, title: string, nav: string, repository: string | undefined }} parts */
function pageOf({ article, title, nav, repository }) {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${escaped(title)} · x-media-upload</title>
    <link rel="icon" href="../icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="../base.css">
    <link rel="stylesheet" href="../page.css">
    <link rel="stylesheet" href="../docs.css">
  </head>
  <body>
    <header class="masthead">
      <p class="brand"><img src="../icon.svg" alt="" width="24" height="24"><a href="../">x-media-upload</a></p>
      <nav aria-label="Project">
        <a class="to-pages" href="#pages">All pages</a>
        <a href="../">Try it</a>
        ${repository ? `<a href="${escaped(repository)}">Source</a>` : ""}
      </nav>
    </header>
    <main class="with-pages">
      <article class="card document">
${article}
      </article>
      <nav id="pages" aria-label="Documentation">
        <ul class="pages">
          ${nav}
        </ul>
      </nav>
    </main>
  </body>
</html>
`;
}

/** The document's first heading. @param {string} markdown */
function titleOf(markdown) {
  const [, title = ""] = /^# (.+)$/m.exec(markdown) ?? [];
  return title.replaceAll("`", "");
}

/** @param {string} name */
function htmlName(name) {
  return name.replace(/\.md$/, ".html");
}

/** A document, or nothing where there is none. @param {string} path */
function text(path) {
  const url = new URL(path, ROOT);
  return existsSync(url) ? readFileSync(url, "utf8") : "";
}

/** @param {string} words */
function escaped(words) {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
