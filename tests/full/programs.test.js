/** The package in the programs that people write: their test runners, their servers, their compilers. Each has it as npm hands it out. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startServer } from "../../www/server.js";
import { sha256 } from "../support/bench.js";
import { launchChromium } from "../support/chromium.js";
import { install, pack } from "../support/install.js";
import { start } from "../support/process.js";

/** What all of them upload. */
const FILE = Buffer.alloc(300_000, 7);

/** @type {import("../support/install.js").Packed} */
let packed;
/** @type {import("../../www/server.js").RunningServer} */
let server;

before(async () => {
  packed = await pack();
  server = await startServer();
});
after(async () => {
  await server?.close();
  await packed?.remove();
});

/** A program with what it needs, which uploads to a room of its own. */
class Program {
  /**
   * @param {string} folder
   * @param {import("../../www/server.js").Room} room
   */
  constructor(folder, room) {
    this.folder = folder;
    this.room = room;
    this.env = { ...process.env, EMULATOR: room.url, NO_COLOR: "1", NEXT_TELEMETRY_DISABLED: "1" };
  }

  /** @param {string} name of a folder in tests/full/programs/ */
  static async make(name) {
    const folder = await install(fileURLToPath(new URL(`programs/${name}`, import.meta.url)), packed);
    return new Program(folder, server.room(name));
  }

  /**
   * Runs a script of it by Node; fails with what it said where it fails.
   * @param {string[]} args
   * @param {NodeJS.ProcessEnv} [env]
   */
  async run(args, env) {
    const options = { cwd: this.folder, env: { ...this.env, ...env } };
    const { stdout } = await promisify(execFile)(process.execPath, args, options).catch(({ stdout, stderr }) => {
      throw new Error(`${args.join(" ")}\n${stdout}${stderr}`);
    });
    return stdout;
  }

  /** Fails where not so many files have arrived, and each as it was sent. @param {number} count */
  async assertUploaded(count) {
    const all = await (await this.room.fetch(new Request("http://emulator/_emulator/media"))).json();
    assert.deepEqual(all.map((/** @type {any} */ media) => media.sha256), Array(count).fill(sha256(FILE)));
  }
}

describe("Jest", () => {
  /** @type {Program} */
  let jest;
  before(async () => {
    jest = await Program.make("jest");
  });

  const run = ["node_modules/jest/bin/jest.js", "--config", "jest.config.json"];

  test("with its own modules, in Node and in jsdom", async () => {
    await jest.run(run);
    await jest.assertUploaded(6);
  });

  test("with ES modules, untransformed", async () => {
    await jest.run([...run, "--no-cache", "--transform", "{}"], { NODE_OPTIONS: "--experimental-vm-modules" });
    await jest.assertUploaded(12);
  });
});

test("Vitest, in Node and in jsdom, and Vue, which keeps a client behind a Proxy", async () => {
  const vitest = await Program.make("vitest");
  await vitest.run(["node_modules/vitest/vitest.mjs", "run"]);
  await vitest.assertUploaded(12);
});

describe("CommonJS", () => {
  /** @type {Program} */
  let program;
  before(async () => {
    program = await Program.make("require");
  });

  test("imports it", async () => {
    await program.run(["import.js"]);
    await program.assertUploaded(1);
  });

  const canRequire = "require_module" in process.features;
  test("requires it, where Node has that", { skip: !canRequire }, async () => {
    await program.run(["upload.js"]);
    await program.assertUploaded(2);
  });

  test("is told by Node to import it, where Node has not", async () => {
    const flags = canRequire ? ["--no-experimental-require-module"] : [];
    await assert.rejects(program.run([...flags, "upload.js"]), /change the require of .+ to a dynamic import\(\)/);
  });
});

test("Next.js, in a component of the server, and in one of the browser that the server renders first", async (t) => {
  const next = await Program.make("next");
  const command = join(next.folder, "node_modules/next/dist/bin/next");
  await next.run([command, "build"]);
  const args = [command, "start", "--hostname", "127.0.0.1", "--port", "0"];
  const app = await start(process.execPath, args, { cwd: next.folder, env: next.env, port: /http:\/\/127\.0\.0\.1:([1-9][0-9]*)/ });
  t.after(app.close);
  const browser = await launchChromium();
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(app.url);
  assert.match(await page.getByRole("status").innerText(), /^[0-9]{19}$/);
  await next.assertUploaded(1);
  await page.getByLabel("File").and(page.locator(":enabled")).waitFor({ timeout: 10_000 });
});

describe("TypeScript, strict", () => {
  /** @type {Program} */
  let program;
  before(async () => {
    program = await Program.make("typescript");
  });

  for (const version of ["5", "6", "7"]) {
    const tsc = `node_modules/typescript${version}/bin/tsc`;

    test(`${version}: a page, with the DOM and a bundler's resolution`, async () => {
      await program.run([tsc, "--project", "page"]);
    });

    test(`${version}: a server, without the DOM and with Node's resolution`, async () => {
      await program.run([tsc, "--project", "server"]);
      assert.equal(await program.run(["made/server.js"]), "19\n");
    });
  }

  test("what they made uploads, through a relay", () => program.assertUploaded(3));
});
