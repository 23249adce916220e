/** The WebAssembly is loaded once, when it is asked for, from wherever the caller has it. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openBench } from "../support/bench.js";

const bench = openBench({ load: false });

/** 8 ms where nothing else runs. */
const MOST_MORE_MS = 25;

/** @type {[source: string, of: (bytes: ArrayBuffer) => any][]} */
const SOURCES = [
  ["nothing", () => undefined],
  ["a text", () => "/dist/x-media-upload.wasm"],
  ["a URL", () => new URL("/dist/x-media-upload.wasm", location.href)],
  ["a Request", () => new Request("/dist/x-media-upload.wasm")],
  ["a Response", (bytes) => new Response(bytes, { headers: { "content-type": "application/wasm" } })],
  ["a Response of no type", (bytes) => new Response(bytes)],
  ["the promise of a Response", () => fetch("/dist/x-media-upload.wasm")],
  ["an ArrayBuffer", (bytes) => bytes],
  ["a view of one", (bytes) => new Uint8Array(bytes)],
  ["a Module", (bytes) => new WebAssembly.Module(bytes)],
];

describe("before init() has resolved", () => {
  test("nothing is asked of the network, and a client can't be made", async () => {
    const told = await bench.enter().run(async ({ x, baseUrl }) => {
      const { lib, loads } = await x.freshCopy();
      const make = () => {
        try {
          new lib.MediaClient({ api: "2", baseUrl });
          return "made";
        } catch (error) {
          return /** @type {Error} */ (error).message;
        }
      };
      const before = [loads(), make()];
      const loading = lib.default();
      const meanwhile = make();
      await loading;
      return { before, meanwhile, after: [loads(), make()], isError: lib.isMediaUploadError(new Error("x")) };
    });
    const words = "x-media-upload: call init() first, and wait for it";
    assert.deepEqual(told, { before: [0, words], meanwhile: words, after: [1, "made"], isError: false });
  });
});

describe("init()", () => {
  test("loads once, and gives the same promise whenever it is called", async () => {
    const told = await bench.enter().run(async ({ x }) => {
      const { lib, loads } = await x.freshCopy();
      const promises = [lib.default(), lib.default(), lib.default("/nowhere.wasm")];
      const value = await promises[0];
      promises.push(lib.default());
      return { promises: new Set(promises).size, loads: loads(), value };
    });
    assert.deepEqual(told, { promises: 1, loads: 1, value: undefined });
  });

  test("that failed can be tried again", async () => {
    const told = await bench.enter().run(async ({ x, baseUrl }) => {
      const { lib } = await x.freshCopy();
      const sources = [
        () => "/nowhere.wasm",
        () => "http://127.0.0.1:1/x.wasm",
        () => new Uint8Array([0, 97, 115, 109]),
        () => new Response("not it", { status: 503 }),
        () => Promise.reject(new Error("the caller's own")),
        () => "/tests/support/page/index.html",
        () => new Response(" <!doctype html>"),
        () => new Response("\0as"),
      ];
      /** @type {string[]} */
      const messages = [];
      for (const source of sources) {
        const one = lib.default(source());
        const two = lib.default("/never-asked-for.wasm");
        messages.push(one === two ? await one.then(() => "loaded", ({ message }) => message) : "tried twice");
      }
      await lib.default();
      new lib.MediaClient({ api: "2", baseUrl });
      return messages;
    });
    const advice = "Serve x-media-upload.wasm there, or tell init() where it is.";
    const connect = "Check the connection, and connect-src in the Content-Security-Policy.";
    const page = "was answered by a page that is not WebAssembly";
    const [ofBytes] = told.splice(2, 1);
    assert.deepEqual(told, [
      `x-media-upload: ${bench.url}/nowhere.wasm could not be loaded (HTTP 404). ${advice}`,
      `x-media-upload: http://127.0.0.1:1/x.wasm could not be fetched. ${connect}`,
      `x-media-upload: the Response could not be loaded (HTTP 503). ${advice}`,
      "the caller's own",
      `x-media-upload: ${bench.url}/tests/support/page/index.html ${page}. ${advice}`,
      `x-media-upload: the Response ${page}. ${advice}`,
      `x-media-upload: the Response was answered by something that is not WebAssembly. ${advice}`,
    ]);
    assert.match(ofBytes ?? "", /^WebAssembly/); // the platform says what is wrong with bytes
  });

  for (const [source, of] of SOURCES) {
    test(`takes ${source}`, async () => {
      const room = bench.enter();
      const media = await room.run(
        async ({ x, baseUrl, of }) => {
          const { lib } = await x.freshCopy();
          await lib.default(of(await x.wasmBytes()));
          return new lib.MediaClient({ api: "2", baseUrl, accessToken: "token" }).upload(x.videoOf(10)).done();
        },
        { of },
      );
      assert.equal(media.media_id_string, room.log[0]?.media_id);
    });
  }
});

describe("where a Content-Security-Policy forbids it, the error says what that needs", () => {
  /**
   * What loading the package says in a page of this policy.
   * @param {string} policy
   * @param {"init" | "initSync"} loader
   */
  async function messageUnder(policy, loader) {
    const context = await bench.browser.newContext();
    const page = await context.newPage();
    await page.route("**/index.html", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": policy } });
    });
    await page.goto(`${bench.url}/tests/support/page/index.html`);
    const message = await page.evaluate(async (loader) => {
      const url = loader === "init" ? "/dist/index.js" : "/dist/inline.js";
      const lib = await import(url);
      try {
        await (loader === "init" ? lib.default() : lib.initSync());
        return "loaded";
      } catch (error) {
        const { message, cause } = /** @type {Error} */ (error);
        return `${message} ${/** @type {Error} */ (cause).name}`;
      }
    }, loader);
    await context.close();
    return message;
  }

  const needed =
    "x-media-upload: no WebAssembly may be compiled here. A page needs script-src 'wasm-unsafe-eval' in its Content-Security-Policy; " +
    "on Cloudflare Workers import the file, and give it to initSync(). CompileError";

  test("'wasm-unsafe-eval', to init()", async () => assert.equal(await messageUnder("script-src 'self'", "init"), needed));

  test("'wasm-unsafe-eval', to initSync()", async () => assert.equal(await messageUnder("script-src 'self'", "initSync"), needed));

  test("connect-src, to init()", async () => {
    const url = `${bench.url}/dist/x-media-upload.wasm`;
    const words = `x-media-upload: ${url} could not be fetched. Check the connection, and connect-src in the Content-Security-Policy.`;
    assert.equal(await messageUnder("connect-src 'none'", "init"), `${words} TypeError`);
  });
});

test("init() takes hardly longer than WebAssembly.instantiateStreaming() of the same file", async (t) => {
  const { ours, streaming } = await bench.enter().run(async ({ x }) => {
    /** @type {WebAssembly.Imports} */
    const imports = {};
    for (const { module, name } of WebAssembly.Module.imports(new WebAssembly.Module(await x.wasmBytes()))) {
      imports[module] = { ...imports[module], [name]: () => {} };
    }
    /** @param {() => Promise<unknown>} work */
    const timed = async (work) => {
      const start = performance.now();
      await work();
      return performance.now() - start;
    };
    /** @type {number[]} */
    const ours = [];
    /** @type {number[]} */
    const streaming = [];
    for (let n = 0; n < 15; n++) {
      const { lib } = await x.freshCopy();
      ours.push(await timed(() => lib.default()));
      const url = `/copies/${Math.random()}/x-media-upload.wasm`;
      streaming.push(await timed(() => WebAssembly.instantiateStreaming(fetch(url), imports)));
    }
    const median = (/** @type {number[]} */ list) => list.sort((a, b) => a - b)[list.length >> 1] ?? NaN;
    return { ours: median(ours), streaming: median(streaming) };
  });
  t.diagnostic(`${ours.toFixed(1)} ms, and by instantiateStreaming() ${streaming.toFixed(1)} ms`);
  assert.ok(ours - streaming < MOST_MORE_MS, `${ours} ms, ${streaming} ms`);
});

describe("initSync()", () => {
  for (const [source, of] of SOURCES.slice(-3)) {
    test(`takes ${source}, and leaves init() nothing to do`, async () => {
      const room = bench.enter();
      const { media, loads } = await room.run(
        async ({ x, baseUrl, of }) => {
          const { lib, loads } = await x.freshCopy();
          lib.initSync(of(await x.wasmBytes()));
          const upload = new lib.MediaClient({ api: "2", baseUrl, accessToken: "token" }).upload(x.videoOf(10));
          await lib.default();
          return { media: await upload.done(), loads: loads() };
        },
        { of },
      );
      assert.equal(media.media_id_string, room.log[0]?.media_id);
      assert.equal(loads, 0);
    });
  }

  test("throws what is wrong with its bytes, and can be tried again", async () => {
    const told = await bench.enter().run(async ({ x, baseUrl }) => {
      const { lib } = await x.freshCopy();
      const bytes = await x.wasmBytes();
      let name = "nothing thrown";
      try {
        lib.initSync(bytes.slice(0, 1000));
      } catch (error) {
        name = /** @type {Error} */ (error).name;
      }
      lib.initSync(bytes);
      return [name, typeof new lib.MediaClient({ api: "2", baseUrl })];
    });
    assert.deepEqual(told, ["CompileError", "object"]);
  });
});
