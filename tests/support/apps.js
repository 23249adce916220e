/** Apps of people who use the package: made of the tarball that npm would publish, with the tools that such people have. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startServer } from "../../www/server.js";
import { fixture, sha256 } from "./bench.js";
import { complaintsOf } from "./chromium.js";
import { pathOf } from "./demo.js";
import { install, npm } from "./install.js";
import { start } from "./process.js";

/** What all of the apps are made of, and what each has of its own. */
const SHARED = fileURLToPath(new URL("app", import.meta.url));
export const OWN = fileURLToPath(new URL("../full/bundlers", import.meta.url));

export const ENTRIES = /** @type {const} */ (["x-media-upload", "x-media-upload/inline"]);

/**
 * @typedef {(typeof ENTRIES)[number]} Entry
 *
 * @typedef {object} Tool
 * @property {string} title
 * @property {string} folder In tests/full/bundlers/.
 * @property {string} [package] That is the tool: its version is told.
 * @property {string} [output] Where `npm run build` leaves the app: "dist", where nothing else is said.
 * @property {string} [serve] The command of a server to develop with, used in place of a build.
 * @property {string} [setting] What the default entry needs.
 */

/** @type {Tool} */
export const PLAIN = { title: '`<script type="module">` and an import map', folder: "plain", output: "." };

/** @type {Tool} */
export const ESBUILD = {
  title: "esbuild",
  folder: "esbuild",
  package: "esbuild",
  setting: "`--loader:.wasm=file` and `init(url)`",
};

/** @type {Tool[]} */
export const TOOLS = [
  PLAIN,
  { title: "Vite, dev", folder: "vite", package: "vite", serve: "vite/bin/vite.js" },
  { title: "Vite, build", folder: "vite", package: "vite" },
  { title: "webpack", folder: "webpack", package: "webpack" },
  { title: "Rspack", folder: "rspack", package: "@rspack/core" },
  { title: "Parcel", folder: "parcel", package: "parcel" },
  { title: "Next.js, static export", folder: "next", package: "next", output: "out" },
  {
    title: "Rollup",
    folder: "rollup",
    package: "rollup",
    setting: "the file copied beside the bundle",
  },
  ESBUILD,
];

/** One app, in a folder of its own. */
export class App {
  /**
   * @param {Tool} tool
   * @param {string} folder
   */
  constructor(tool, folder) {
    this.tool = tool;
    this.folder = folder;
    this.package = join(folder, "node_modules/x-media-upload");
  }

  /**
   * Makes a new app, with its tool and the package installed.
   * @param {Tool} tool
   * @param {import("./install.js").Packed} packed
   */
  static async make(tool, packed) {
    const app = new App(tool, await install(join(OWN, tool.folder), packed));
    await cp(SHARED, app.folder, { recursive: true, force: false }); // what it has of its own stays
    return app;
  }

  remove() {
    return rm(this.folder, { recursive: true });
  }

  /**
   * Makes the app import this entry.
   * @param {Entry} entry
   */
  async use(entry) {
    // Some of the tools want the default entry used in another way.
    const own = join(OWN, this.tool.folder, "upload.js");
    const source = entry === "x-media-upload" && existsSync(own) ? own : join(SHARED, "upload.js");
    const text = await readFile(source, "utf8");
    await writeFile(join(this.folder, "upload.js"), text.replace('"x-media-upload"', JSON.stringify(entry)));
  }

  /**
   * Builds what is to be served.
   * @returns {Promise<string>} the folder it is in
   */
  async build() {
    const { output = "dist" } = this.tool;
    const folder = join(this.folder, output);
    if (output === ".") return folder;
    await rm(folder, { recursive: true, force: true });
    await npm(this.folder, "run", "build");
    const page = join(folder, "index.html");
    if (!existsSync(page)) await cp(join(this.folder, "index.html"), page); // most only bundle JavaScript
    return folder;
  }

  /**
   * Fails where the app, made with this entry and opened in a browser, does not upload, or loads the WebAssembly in another way
   * than it should.
   * @param {Entry} entry
   * @param {import("playwright-core").Browser} browser
   */
  async assertUploads(entry, browser) {
    await this.use(entry);
    const output = this.tool.serve ? undefined : await this.build();
    const server = await startServer({ mounts: output ? { "": output } : {} });
    const dev = this.tool.serve ? await develop(this, this.tool.serve, server.url) : undefined;
    const page = await browser.newPage();
    try {
      const complaints = complaintsOf(page);
      /** @type {Promise<Buffer>[]} */
      const modules = [];
      page.on("response", (response) => {
        if (/\.wasm($|\?)/.test(response.url())) modules.push(response.body());
      });
      await page.goto(dev?.url ?? server.url, { waitUntil: "networkidle" });
      assert.equal(modules.length, 0, "nothing is loaded before it is asked for");

      await page.getByLabel("File").setInputFiles(pathOf("video.mp4"));
      const status = page.getByRole("status", { name: "media_id_string" });
      const uploaded = status.and(page.getByText(/^[0-9]{19}$/)).waitFor({ timeout: 15_000 });
      await uploaded.catch((error) => assert.fail([error.message, ...complaints].join("\n")));
      const answer = await server.room("app").fetch(mediaRequest(await status.innerText()));
      assert.equal((await answer.json()).sha256, sha256(fixture("video.mp4")));
      assert.deepEqual(complaints, []);

      const module = await readFile(join(this.package, "dist/x-media-upload.wasm"));
      const isInside = entry === "x-media-upload/inline";
      assert.deepEqual(await Promise.all(modules), isInside ? [] : [module], "loaded once, and by the default entry only");
      if (output && output !== this.folder && !isInside) {
        const emitted = (await readdir(output, { recursive: true })).filter((name) => name.endsWith(".wasm"));
        assert.equal(emitted.length, 1, `one file is emitted: ${emitted}`);
      }
    } finally {
      await page.close();
      await dev?.close();
      await server.close();
    }
  }
}

/** Asks an emulator what it knows of a media. @param {string} id */
export const mediaRequest = (id) => new Request(`http://emulator/_emulator/media/${id}`);

/**
 * Starts a server to develop with, which hands /x/ on to the emulator.
 * @param {App} app
 * @param {string} command
 * @param {string} emulator
 */
function develop(app, command, emulator) {
  const args = [join("node_modules", command), "--host", "127.0.0.1"];
  const env = { EMULATOR: emulator, NO_COLOR: "1" };
  return start(process.execPath, args, { cwd: app.folder, env, port: /http:\/\/127\.0\.0\.1:([0-9]+)/ });
}
