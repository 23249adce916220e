// What the texts of a release must say. Each check gets the project's folder, and says in a few words what it saw or throws a Failure.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../run.js";

/** Who reads the project from elsewhere reads these. */
const SHOWN = /^(docs\/[^/]+\.md|[^/]+\.md|package\.json|src\/js\/[^/]+\.d\.ts)$/;
/** What stands where somebody has yet to say something. OWNER is who will own the repository. */
const PLACEHOLDER = /\b(OWNER|TODO|FIXME|XXX|TBD)\b/;
const LINK = /\]\((?!https?:)([^)#]+)/g;

/** @param {string} root @param {string} file */
const read = (root, file) => readFileSync(join(root, file), "utf8");

/** One version, wherever one is named. @param {string} root */
export function versions(root) {
  const lock = JSON.parse(read(root, "package-lock.json"));
  const named = {
    "package.json": JSON.parse(read(root, "package.json")).version,
    "package-lock.json": lock.packages[""].version,
    "Cargo.toml": /^version = "(.+)"$/m.exec(read(root, "Cargo.toml"))?.[1],
    "Cargo.lock": /^name = "x-media-upload"\nversion = "(.+)"$/m.exec(read(root, "Cargo.lock"))?.[1],
    "CHANGELOG.md": /^## (\S+),/m.exec(read(root, "CHANGELOG.md"))?.[1],
  };
  const version = named["package.json"];
  const others = Object.entries(named).filter(([, other]) => other !== version);
  if (others.length === 0) return `${version} in ${Object.keys(named).join(", ")}`;
  throw new Failure(`package.json has ${version}, ${others.map(([file, other]) => `${file} ${other}`).join(", ")}: make them one`);
}

/** @param {string} root */
export function changelog(root) {
  const [, version, date] = /^## (\S+), (.+)$/m.exec(read(root, "CHANGELOG.md")) ?? [];
  if (/^\d{4}-\d\d-\d\d$/.test(date ?? "")) return `${version} of ${date}`;
  throw new Failure(`CHANGELOG.md says "${version}, ${date}": give the release its date, as in "${version}, 2026-12-31"`);
}

/** @param {string} root @param {string[]} files of the repository */
export function placeholders(root, files) {
  const shown = files.filter((file) => SHOWN.test(file));
  const found = shown.flatMap((file) =>
    read(root, file)
      .split("\n")
      .flatMap((line, index) => (PLACEHOLDER.test(line) ? [`${file}:${index + 1}: ${PLACEHOLDER.exec(line)?.[0]}`] : [])),
  );
  if (found.length === 0) return `none in ${shown.length} files`;
  const owner = found.some((line) => line.endsWith("OWNER"))
    ? "\nOWNER: put who owns it into repository of package.json, then UPDATE_README=1 node --test tests/address.test.js"
    : "";
  throw new Failure(`something is yet to be said\n${found.join("\n")}${owner}`);
}

/** npm puts the repository before the README's links: what they lead to must be in it. @param {string} root @param {string[]} files of the repository */
export function links(root, files) {
  const paths = [...read(root, "README.md").matchAll(LINK)].map(([, path = ""]) => path);
  const dead = paths.filter((path) => !files.includes(path));
  if (dead.length === 0) return `${paths.length} of the README, all in the repository`;
  throw new Failure(`the README leads to what the repository lacks, and npm's page to nothing: ${dead.join(", ")}`);
}

/** @param {string} root @param {number} bytes that a page downloads */
export function size(root, bytes) {
  const kilobytes = `${Math.round(bytes / 1000)} KB`;
  const [, told] = /a page downloads (\d+ KB)/.exec(read(root, "README.md")) ?? [];
  if (told === kilobytes) return `a page downloads ${bytes.toLocaleString("en")} bytes`;
  throw new Failure(`a page downloads ${kilobytes}, the README says ${told}`);
}
