// `npm run extension`: www/extension/ with dist/ in it, as each browser loads it: target/extension/<browser>/.

import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { root, script } from "./run.js";
import { TARGET_DIR } from "./toolchain.js";

/** @typedef {keyof typeof BROWSERS} Browser */

const SOURCE = join(root, "www/extension");
const ENTRIES = ["background.js", "page.js", "options.js", "style.css"];
const PAGES = ["page.html", "options.html"];

/** What the manifests do not have in common: of version 3 Chrome knows no event pages, Firefox no service workers. */
const BROWSERS = {
  chrome: {
    minimum_chrome_version: "123",
    background: { service_worker: "background.js", type: "module" },
  },
  firefox: {
    browser_specific_settings: {
      gecko: {
        id: "x-media-upload@x-media-upload.example",
        strict_min_version: "142.0",
        // What goes to X: the token, and what is to be posted there.
        data_collection_permissions: { required: ["authenticationInfo", "personalCommunications"] },
      },
    },
    background: { scripts: ["background.js"], type: "module" },
  },
};

export const browsers = /** @type {Browser[]} */ (Object.keys(BROWSERS));

/**
 * Makes the extension for one browser.
 * @param {Browser} browser
 * @param {string} folder what was there goes
 * @param {object} [other]
 * @param {string} [other.source] where else www/extension/ is, with the package for its imports to find
 * @param {object} [other.manifest] fields of it
 */
export async function assemble(browser, folder, { source = SOURCE, manifest } = {}) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await build({
    absWorkingDir: source,
    entryPoints: ENTRIES,
    outdir: folder,
    bundle: true,
    format: "esm",
    target: "es2022",
    supported: { "top-level-await": false }, // it kills a service worker: an error here
    logLevel: "warning",
  });
  const common = read(join(source, "manifest.json"));
  for (const file of [...PAGES, ...Object.values(common.icons)]) copyFileSync(join(source, file), join(folder, file));
  const { version } = read(join(root, "package.json"));
  const whole = { ...common, version, ...BROWSERS[browser], ...manifest };
  writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(whole, null, 2)}\n`);
}

/** @param {string} file */
function read(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await script(async () => {
    for (const browser of browsers) {
      const folder = join(TARGET_DIR, "extension", browser);
      await assemble(browser, folder);
      console.log(`${browser}: ${relative(root, folder)}/`);
    }
  });
}
