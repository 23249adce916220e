/** The package as npm hands it out: what is in it, and that an app can use it as it is. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { transform } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { startServer } from "../../www/server.js";
import { App, ENTRIES, ESBUILD, PLAIN, mediaRequest } from "../support/apps.js";
import { fixture, sha256 } from "../support/bench.js";
import { launchChromium } from "../support/chromium.js";
import { assertTold } from "../support/compatibility.js";
import { pathOf } from "../support/demo.js";
import { pack } from "../support/install.js";
import { start } from "../support/process.js";

const TSC = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));

/** @type {import("../support/install.js").Packed} */
let packed;
/** @type {App} */
let app;

before(async () => {
  packed = await pack();
  app = await App.make(PLAIN, packed);
});
after(() => packed?.remove());

/** The files of the installed package. */
const files = () =>
  readdirSync(app.package, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(app.package, name)).isFile())
    .map((name) => name.split(sep).join("/"));

/** @param {string} name */
const textOf = (name) => readFileSync(join(app.package, name), "utf8");

/**
 * Runs a module in the app by Node itself.
 * @param {string} script
 * @param {{ flags?: string[], args?: string[] }} [options]
 * @returns {Promise<string>} what it prints
 */
async function runInNode(script, { flags = [], args = [] } = {}) {
  const command = [...flags, "--input-type=module", "--eval", script, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: app.folder });
  return stdout.trim();
}

test("holds what is needed, and nothing else", () => {
  assert.deepEqual(files().sort(), [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "THIRD-PARTY.md",
    "dist/cli.js",
    "dist/emulator.d.ts",
    "dist/emulator.js",
    "dist/index.d.ts",
    "dist/index.js",
    "dist/inline.d.ts",
    "dist/inline.js",
    "dist/relay.d.ts",
    "dist/relay.js",
    "dist/shared.js",
    "dist/stores.d.ts",
    "dist/stores.js",
    "dist/x-media-upload.wasm",
    "package.json",
  ]);
  assert.deepEqual(readdirSync(join(app.folder, "node_modules")).filter((name) => !name.startsWith(".")), ["x-media-upload"]);
});

test("names only files that are there", () => {
  const { main, module, types, bin, sideEffects, exports } = JSON.parse(textOf("package.json"));
  assert.deepEqual(Object.keys(exports), [".", "./inline", "./relay", "./stores", "./emulator", "./x-media-upload.wasm", "./package.json"]);
  assert.equal(sideEffects, false);
  const paths = [main, module, types, bin, ...leaves(exports)];
  for (const path of paths) assert.ok(existsSync(join(app.package, path)), path);
  for (const entry of [".", "./inline", "./relay", "./stores", "./emulator"]) {
    const conditions = entry === "." ? ["types", "node", "default"] : ["types", "default"];
    assert.deepEqual(Object.keys(exports[entry]), conditions, `${entry}: types come first`);
  }
});

test("is led to the WebAssembly inside where fetch reads no files, in Node and what resolves as it does", async () => {
  await runInNode(`
    import assert from "node:assert/strict";
    import init, { MediaClient } from "x-media-upload";

    globalThis.fetch = () => assert.fail("something is fetched");
    await init();
    new MediaClient({ api: "2" }).free();
  `);
});

test("can be had by require(), where Node has that for ES modules", { skip: !process.features.require_module }, async () => {
  const script = `
    const { default: init, MediaClient } = require("x-media-upload");
    init().then(() => new MediaClient({ api: "2" }).free());
  `;
  await promisify(execFile)(process.execPath, ["--input-type=commonjs", "--eval", script], { cwd: app.folder });
});

test("leads resolvers that ignore exports, as Parcel's and old ones of TypeScript, to the same files", () => {
  const { exports, alias, typesVersions } = JSON.parse(textOf("package.json"));
  for (const name of ["inline", "relay", "stores", "emulator"]) {
    const entry = exports[`./${name}`];
    assert.deepEqual([alias[`./${name}`], typesVersions["*"][name]], [entry.default, [entry.types]]);
  }
});

test("gives publint nothing to say", async () => {
  const { messages, pkg } = await publint({ pkgDir: app.package, pack: false, strict: true });
  assert.deepEqual(messages.map((message) => formatMessage(message, pkg, { color: false })), []);
});

test("is typed in every way that a resolver may take", async () => {
  const tarball = createPackageFromTarballData(readFileSync(packed.tarball));
  // The WebAssembly is no module: what importing it gives is the bundler's affair, and its types are too.
  const checked = await checkPackage(tarball, { excludeEntrypoints: ["./x-media-upload.wasm"] });
  assert.ok(checked.types);
  const problems = checked.problems.map((problem) => `${"entrypoint" in problem && problem.entrypoint} ${problem.kind}`);
  // ES modules only: import.meta.url is what finds the file, and CommonJS can import() them, from Node 20.19 on require() them.
  assert.deepEqual(problems, [". CJSResolvesToESM", "./inline CJSResolvesToESM", "./relay CJSResolvesToESM", "./stores CJSResolvesToESM", "./emulator CJSResolvesToESM"]);
});

test("keeps the notices of the libraries that are in it", () => {
  assert.match(textOf("dist/stores.js"), /idb-keyval.+Copyright 2016, Jake Archibald.+Apache License.+LICENSE-APACHE/);
  assert.match(textOf("dist/emulator.js"), /Hono.+Yusuke Wada.+multipart-parser.+headers.+Shopify Inc.+MIT License.+LICENSE-MIT/);
  assert.match(textOf("dist/cli.js"), /node-server.+Yusuke Wada.+MIT License.+LICENSE-MIT/);
});

test("has no code that a Content-Security-Policy or a service worker forbids", async () => {
  for (const name of files().filter((name) => name.endsWith(".js"))) {
    const text = textOf(name);
    const forbidden = /(?<!-)\beval\b|\bFunction\s*\(|\bimport\s*\(|\bimportScripts\b|\bXMLHttpRequest\b/;
    assert.equal(forbidden.exec(text)?.[0], undefined, name);
    await transform(text, { format: "esm", supported: { "top-level-await": false } });
  }
});

test("does nothing when it is imported, also where there is nothing to do it with", async () => {
  const script = `
    import { readFileSync } from "node:fs";
    import { createContext, SourceTextModule } from "node:vm";

    const touched = [];
    // The language is all that there is; a few others can be seen, but not be looked at.
    const realm = {};
    const names = [
      ...["fetch", "WebAssembly", "setTimeout", "setInterval", "queueMicrotask", "navigator", "document", "indexedDB", "chrome"],
      ...["TextDecoder", "TextEncoder"],
    ];
    for (const name of names) Object.defineProperty(realm, name, { get: () => void touched.push(name) });
    const before = Object.keys(realm);

    const context = createContext(realm);
    const modules = new Map();
    const moduleAt = ({ href }) => {
      const module = modules.get(href) ?? new SourceTextModule(readFileSync(new URL(href), "utf8"), { context, identifier: href });
      modules.set(href, module);
      return module;
    };
    for (const entry of ["index", "inline", "relay", "stores", "emulator"]) {
      const module = moduleAt(new URL(entry + ".js", import.meta.resolve("x-media-upload/relay")));
      await module.link((name, { identifier }) => moduleAt(new URL(name, identifier)));
      await module.evaluate();
    }
    touched.push(...Object.keys(realm).filter((name) => !before.includes(name)));
    console.log(touched.join());
  `;
  assert.equal(await runInNode(script, { flags: ["--experimental-vm-modules"] }), "");
});

test("is one, whichever entries a program imports", async () => {
  await runInNode(`
    import assert from "node:assert/strict";
    import init, { MediaClient, MediaUploadError, isMediaUploadError } from "x-media-upload";
    import * as inline from "x-media-upload/inline";
    import { createRelay } from "x-media-upload/relay";
    import { extensionStore } from "x-media-upload/stores";

    assert.equal(inline.MediaClient, MediaClient);
    assert.equal(inline.MediaUploadError, MediaUploadError);
    assert.throws(() => extensionStore(undefined), MediaUploadError);
    assert.throws(() => createRelay(undefined), MediaUploadError);
    assert.ok(isMediaUploadError(new MediaUploadError("x", { code: "internal", apiErrors: [] })));

    assert.throws(() => new MediaClient({ api: "2" }), /call init\\(\\) first/);
    inline.initSync();
    new MediaClient({ api: "2" }).free();
    globalThis.fetch = () => assert.fail("it is loaded already");
    await init();
    assert.throws(() => new inline.MediaClient({ api: "3" }), MediaUploadError);
  `);
});

test("keeps the names of its classes, which Node prints", async () => {
  const printed = await runInNode(`
    import { initSync, MediaClient } from "x-media-upload/inline";

    initSync();
    const client = new MediaClient({ api: "2" });
    const upload = client.upload(new Uint8Array(1), { mediaType: "none" });
    const error = await upload.done().catch((error) => error);
    console.log(client, upload, error);
  `);
  assert.match(printed, /^MediaClient \{\} Upload \{\} MediaUploadError: mediaType must be /);
});

test("relays with a token without the WebAssembly, and says that it needs it to sign", async () => {
  await runInNode(`
    import assert from "node:assert/strict";
    import { createRelay } from "x-media-upload/relay";
    import { isMediaUploadError } from "x-media-upload";

    assert.throws(() => createRelay({}), isMediaUploadError);
    const oauth1 = { consumerKey: "a", consumerSecret: "b", token: "c", tokenSecret: "d" };
    const ask = (credentials) => {
      const relay = createRelay({ authorize: () => credentials, fetch: async () => Response.json({}) });
      return relay(new Request("https://app.example/x/2/media/upload?command=STATUS&media_id=1"));
    };
    assert.equal((await ask({ accessToken: "a" })).status, 200);
    const unsigned = await ask({ oauth1 });
    assert.equal(unsigned.status, 500);
    assert.match((await unsigned.json()).detail, /call init\\(\\) of x-media-upload first/);
  `);
});

test("makes stores where there is no browser, and opens nothing before they are used", async () => {
  await runInNode(`
    import assert from "node:assert/strict";
    let asked = 0;
    Object.defineProperty(globalThis, "indexedDB", { get: () => void asked++ });
    const { indexedDbStore, extensionStore } = await import("x-media-upload/stores");
    const { isMediaUploadError } = await import("x-media-upload");
    const store = indexedDbStore();
    assert.equal(asked, 0);
    await assert.rejects(store.get("a"), TypeError);
    assert.equal(asked, 1);
    assert.throws(() => extensionStore(globalThis.chrome?.storage.local), isMediaUploadError);
  `);
});

test("uploads from Node, with the WebAssembly inside", async (t) => {
  const server = await startServer();
  t.after(() => server.close());
  const room = server.room("node");
  const id = await runInNode(
    `
      import { readFileSync } from "node:fs";
      import { initSync, MediaClient } from "x-media-upload/inline";

      const [baseUrl, file] = process.argv.slice(1);
      initSync();
      const client = new MediaClient({ api: "2", baseUrl, accessToken: "token" });
      const media = await client.upload(readFileSync(file)).done();
      console.log(media.media_id_string);
    `,
    { args: [room.url, pathOf("video.mp4")] },
  );
  const media = await (await room.fetch(mediaRequest(id))).json();
  assert.equal(media.sha256, sha256(fixture("video.mp4")));
});

test("serves the emulator by its command line, to a client that uses no more than its entry", async (t) => {
  const cli = await start(join(app.folder, "node_modules/.bin/x-media-upload"), ["emulator", "--port", "0"], { port: /http:\/\/127\.0\.0\.1:([0-9]+)/ });
  t.after(cli.close);
  await runInNode(
    `
      import assert from "node:assert/strict";
      import { createEmulator } from "x-media-upload/emulator";
      import { initSync, MediaClient } from "x-media-upload/inline";

      initSync();
      const file = new Uint8Array(3);
      for (const options of [{ baseUrl: process.argv[1] }, { fetch: createEmulator().fetch }]) {
        const client = new MediaClient({ api: "2", accessToken: "token", ...options });
        const media = await client.upload(file, { mediaType: "video/mp4" }).done();
        assert.equal(media.processing_info.state, "succeeded");
      }
    `,
    { args: [cli.url] },
  );
});

test("says how its command line is used, to whoever does not know", async () => {
  const run = (/** @type {string[]} */ ...args) => promisify(execFile)(join(app.folder, "node_modules/.bin/x-media-upload"), args);
  assert.match((await run("--help")).stdout, /^Usage: x-media-upload emulator/);
  await assert.rejects(run(), { code: 1, stderr: /^Usage/ });
  await assert.rejects(run("emulator", "--mood", "grumpy"), { code: 1, stderr: /^mood: one of instant, slow/ });
  await assert.rejects(run("emulator", "--prot", "1"), { code: 1, stderr: /--prot/ });
});

describe("uploads from an app in a browser", () => {
  /** @type {import("playwright-core").Browser} */
  let browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser?.close());

  // All of the others are in tests/full/.
  for (const tool of [PLAIN, ESBUILD]) {
    test(`made with ${tool.title}, by either entry, as docs/compatibility.md says`, async () => {
      const made = await App.make(tool, packed);
      for (const entry of ENTRIES) await made.assertUploads(entry, browser);
      assertTold(new Map([[tool, new Set(ENTRIES)]]));
    });
  }
});

describe("is typed for a strict app", () => {
  before(async () => {
    cpSync(new URL("consumer.ts", import.meta.url), join(app.folder, "consumer.ts"));
    writeFileSync(join(app.folder, "names.ts"), await namesAsTypes());
  });

  for (const [resolution, ...flags] of [
    ["nodenext", "--module", "nodenext"],
    ["bundler", "--module", "esnext", "--moduleResolution", "bundler"],
  ]) {
    for (const [realm, lib] of [["a page", "dom,dom.iterable"], ["a worker", "webworker,webworker.iterable"]]) {
      test(`in ${realm}, with moduleResolution ${resolution}`, async () => {
        const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--noUnusedLocals"];
        const rest = ["--noEmit", "--target", "es2022", "--lib", `es2022,${lib}`, "--types", ""];
        const args = [TSC, ...strict, ...rest, ...flags, "consumer.ts", "names.ts"];
        const checking = promisify(execFile)(process.execPath, args, { cwd: app.folder });
        await checking.catch(({ stdout, stderr }) => assert.fail(stdout + stderr));
      });
    }
  }
});

/** A module that TypeScript takes only where the types know each name that is there, and no other. */
async function namesAsTypes() {
  const printed = await runInNode(`
    const record = (names) => JSON.stringify(Object.fromEntries(names.map((name) => [name, 1])));
    for (const entry of ["x-media-upload", "x-media-upload/inline", "x-media-upload/stores", "x-media-upload/emulator"]) {
      const exported = await import(entry);
      console.log(record(Object.keys(exported)), \`satisfies Record<keyof typeof import("\${entry}"), 1>;\`);
      for (const name of ["MediaClient", "Upload"].filter((name) => name in exported)) {
        // wasm-bindgen's own begin with two underscores.
        const members = Object.getOwnPropertyNames(exported[name].prototype).filter((member) => !/^(constructor$|__)/.test(member));
        console.log(record(members), \`satisfies Record<Exclude<keyof import("\${entry}").\${name}, symbol>, 1>;\`);
      }
    }
  `);
  return printed.replace(/^{.+?}/gm, "($&)").concat("\nexport {};\n");
}

/**
 * @param {string | object} value
 * @returns {string[]}
 */
function leaves(value) {
  return typeof value === "string" ? [value] : Object.values(value).flatMap(leaves);
}
