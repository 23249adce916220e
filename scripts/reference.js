// `npm run reference`: the API reference, of TypeScript by typedoc and of Rust by cargo doc, in target/reference/. A warning fails it.

import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run, script, step } from "./run.js";
import { cargoEnv, TARGET, TARGET_DIR, WASM } from "./toolchain.js";

/** It has a package.json of its own: typedoc takes TypeScript up to 6.0, the project has 7. */
const TOOL = join(root, "tools/reference");
const OUTPUT = join(TARGET_DIR, "reference");

const INDEX = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>x-media-upload</title>
<h1>x-media-upload</h1>
<ul>
  <li><a href="js/index.html">JavaScript and TypeScript</a>: what the package exports
  <li><a href="rust/x_media_upload/index.html">Rust</a>: its core and shell
</ul>
`;

await script(async () => {
  rmSync(OUTPUT, { recursive: true, force: true });
  mkdirSync(OUTPUT, { recursive: true });
  await step("typedoc", async () => {
    await run("npm", ["ci", "--prefix", TOOL, "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"]);
    await run(process.execPath, [join(TOOL, "node_modules/typedoc/bin/typedoc"), "--options", join(TOOL, "typedoc.json")]);
  });
  await step("cargo doc", async () => {
    const args = ["doc", "--package", "x-media-upload", ...WASM, "--no-deps", "--document-private-items"];
    await run("cargo", args, { ...cargoEnv(), RUSTDOCFLAGS: "-D warnings" });
    cpSync(join(TARGET_DIR, TARGET, "doc"), join(OUTPUT, "rust"), { recursive: true });
  });
  writeFileSync(join(OUTPUT, "index.html"), INDEX);
  console.log(`\n${join(OUTPUT, "index.html")}`);
});
