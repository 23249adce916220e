/** Who has the package from npm, and pastes code of the README or of docs/ into an app of their own. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startServer } from "../../www/server.js";
import { complaintsOf, launchChromium } from "./chromium.js";
import { npm, pack } from "./install.js";
import { serveAsX } from "./runtimes.js";

/** @param {string} path from the project's folder */
export const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** What a page needs besides that has no bundler. */
const PAGE = `<!doctype html>
<link rel="icon" href="data:,">
<script type="importmap">
  { "imports": {
    "x-media-upload": "./node_modules/x-media-upload/dist/index.js",
    "x-media-upload/stores": "./node_modules/x-media-upload/dist/stores.js"
  } }
</script>
<input type="file">
<script type="module" src="main.js"></script>
`;

/** Strict, and more. */
const STRICT = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--noUnusedLocals"];

const SERVED = "served";

/** @typedef {(request: Request) => Promise<Response>} Relay */

/** Made before the tests of a file, deleted after them. */
export function openNewcomer() {
  /** @type {import("./install.js").Packed} */
  let packed;
  /** @type {string} */
  let folder;
  /** @type {import("../../www/server.js").RunningServer} */
  let emulators;
  /** What `npx x-media-upload emulator` serves. @type {Awaited<ReturnType<typeof serveAsX>>} */
  let served;
  /** @type {import("playwright-core").Browser} */
  let browser;

  before(async () => {
    packed = await pack();
    folder = mkdtempSync(join(packed.folder, "app-"));
    writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
    await npm(folder, "install", "--offline", "--no-save", packed.tarball);
    // Of what else the documents say to install, this project's own.
    for (const name of ["@hono", "@types", "hono"]) symlinkSync(at(`node_modules/${name}`), join(folder, "node_modules", name), "junction");
    emulators = await startServer({ allowedOrigins: ["loopback"] });
    served = await serveAsX(emulators.room(SERVED));
    // The port that the documents name may be taken on this machine.
    browser = await launchChromium({ args: [`--host-resolver-rules=MAP 127.0.0.1:8787 ${new URL(served.url).host}`] });
  });
  after(async () => {
    await browser?.close();
    await served?.close();
    await emulators?.close();
    await packed?.remove();
  });

  return {
    /** Of the app. */
    get folder() {
      return folder;
    },
    /** An emulator; by default the one that pages reach at http://127.0.0.1:8787, as the documents have it. */
    room: (name = SERVED) => emulators.room(name),

    /**
     * A page with a file input and this code in it, which is not loaded yet.
     * @param {import("node:test").TestContext} t
     * @param {string} code
     * @param {Relay} [relay] at /x
     */
    async page(t, code, relay) {
      const site = mkdtempSync(join(folder, "page-"));
      writeFileSync(join(site, "index.html"), PAGE);
      writeFileSync(join(site, "main.js"), code);
      symlinkSync(join(folder, "node_modules"), join(site, "node_modules"), "junction");
      const server = await startServer({ mounts: { "": site }, ...(relay && { relay }) });
      const page = await browser.newPage();
      t.after(() => Promise.all([page.close(), server.close()]));
      const complaints = complaintsOf(page);
      /** What it says on the console. @type {string[]} */
      const said = [];
      page.on("console", (message) => said.push(message.text()));
      return { page, said, complaints, url: server.url };
    },

    /**
     * Fails where strict TypeScript refuses one of these.
     * @param {string[]} modules their code
     */
    async assertTyped(modules) {
      const typed = mkdtempSync(join(folder, "typed-"));
      const files = modules.map((code, index) => {
        const file = join(typed, `${index}.ts`);
        writeFileSync(file, code);
        return file;
      });
      const target = ["--noEmit", "--skipLibCheck", "--target", "es2022", "--lib", "es2022,dom,dom.iterable,esnext.disposable"];
      const args = [at("node_modules/typescript/bin/tsc"), ...STRICT, ...target, "--module", "nodenext", "--types", "node", ...files];
      const checking = promisify(execFile)(process.execPath, args, { cwd: folder });
      await checking.catch(({ stdout, stderr }) => assert.fail(stdout + stderr));
    },
  };
}

/** @param {import("playwright-core").Page} page @param {RegExp} words */
export const says = (page, words) => page.waitForEvent("console", (message) => words.test(message.text()));
