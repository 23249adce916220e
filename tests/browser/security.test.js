/** What SECURITY.md says of the client: where credentials go and where they do not, and what a hostile server gets. */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { openBench } from "../support/bench.js";
import { listen } from "../support/loopback.js";

/**
 * @typedef {import("node:http").IncomingMessage} IncomingMessage
 * @typedef {import("node:http").ServerResponse} ServerResponse
 */

const bench = openBench();

/** A server that does what a test says, and lets every page ask it. Another one stands for the rest of the web. */
const hostile = serve();
const elsewhere = serve();

function serve() {
  /** @type {{ method: string | undefined, url: string | undefined, headers: import("node:http").IncomingHttpHeaders }[]} */
  const requests = [];
  /** @type {(response: ServerResponse) => void} */
  const answer = (response) => response.end();
  const served = { url: "", requests, answer };
  const server = createServer((request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "authorization, content-type");
    response.setHeader("access-control-allow-methods", "DELETE");
    if (request.method === "OPTIONS") return void response.end();
    requests.push({ method: request.method, url: request.url, headers: request.headers });
    request.resume().on("end", () => served.answer(response));
  });
  /** @type {Awaited<ReturnType<typeof listen>>} */
  let listening;
  before(async () => {
    listening = await listen(server);
    served.url = listening.url;
  });
  after(() => listening?.close());
  return served;
}

const CREDENTIALS = {
  "an access token": { accessToken: "hunter2" },
  "OAuth 1.0a": { oauth1: { consumerKey: "hunter2", consumerSecret: "hunter2", token: "hunter2", tokenSecret: "hunter2" } },
  "a header of the caller's own": { headers: { authorization: "Bearer hunter2" } },
};

describe("credentials are in headers that the server gets, and nowhere else", () => {
  for (const [what, credentials] of Object.entries(CREDENTIALS)) {
    test(what, async () => {
      const room = bench.enter();
      room.state.processing = { script: [{ state: "failed", error: { code: 1, name: "InvalidMedia", message: "no" } }] };
      const { page, toolkit } = await bench.open();
      /** @type {string[]} */
      const seen = [];
      page.on("console", (message) => seen.push(message.text()));
      page.on("request", (request) => {
        const { authorization, ...others } = request.headers();
        seen.push(request.url(), JSON.stringify(others));
      });
      // Whoever got the page's address as the referrer would get what is in it.
      await page.evaluate(() => history.replaceState(null, "", "?code=hunter2"));
      const told = await room.from({ page, toolkit }).run(
        async ({ x, baseUrl, credentials }) => {
          /** @type {unknown[]} */
          const told = [];
          const store = x.stores.indexedDbStore("security");
          const options = { accessToken: undefined, retry: { attempts: 1 }, ...credentials };
          const client = x.clientOf(baseUrl, options);
          const onSession = (/** @type {object} */ session) => void told.push(session);
          const onProgress = (/** @type {object} */ progress) => told.push(progress);
          const failures = [
            () => client.upload(x.videoOf(10), { store, onSession, onProgress }).done(),
            () => client.status("1"),
            () => x.clientOf("http://127.0.0.1:1", options).finalize("1"),
          ];
          for (const fail of failures) {
            const error = await fail().catch((error) => error);
            told.push(error.toJSON(), error.stack, String(error.cause), error.session);
          }
          return JSON.stringify(told);
        },
        { credentials },
      );
      await page.close();
      assert.match(told, /InvalidMedia/);
      assert.ok(seen.some((text) => text.includes("/2/media/upload/initialize")), "it was looked at");
      assert.ok(!told.includes("hunter2"), told);
      for (const text of seen) assert.ok(!text.includes("hunter2"), text);
    });
  }
});

describe("no server sends the client elsewhere", () => {
  for (const status of [301, 302, 303, 307, 308]) {
    test(`by ${status}`, async () => {
      hostile.requests.length = 0;
      hostile.answer = (response) => void response.writeHead(status, { location: `${elsewhere.url}/2/media/upload` }).end();
      const codes = await bench.enter().run(
        async ({ x, baseUrl: _, url }) => {
          const client = x.clientOf(url, { retry: { attempts: 2 } });
          const failures = [
            client.initialize({ total_bytes: 1, media_type: "video/mp4" }),
            client.append("1", 0, new Uint8Array(1)),
            client.finalize("1"),
            client.status("1"),
            client.setMetadata("1", { alt_text: "x" }),
            client.removeSubtitles("1", "tweet_video", ["en"]),
          ];
          return Promise.all(failures.map(async (failure) => (await x.failureOf(failure))["code"]));
        },
        { url: hostile.url },
      );
      assert.deepEqual(codes, Array(6).fill("invalid_response"));
      assert.equal(hostile.requests.length, 6);
      assert.deepEqual(elsewhere.requests, []);
    });
  }
});

describe("a hostile answer ends in a typed error, and costs neither memory nor time", () => {
  const JSON_TYPE = { "content-type": "application/json" };
  const MEGABYTE = 1_000_000;

  /** @param {string | Buffer} body @param {Record<string, string>} [headers] */
  const say = (body, headers) => (/** @type {ServerResponse} */ response) =>
    void response.writeHead(200, { ...JSON_TYPE, ...headers }).end(body);

  /** @param {string} chunk @param {number} pauseMs */
  const repeat = (chunk, pauseMs) => (/** @type {ServerResponse} */ response) => {
    response.writeHead(200, JSON_TYPE);
    const timer = setInterval(() => response.write(chunk), pauseMs);
    response.on("close", () => clearInterval(timer));
  };

  /** @type {[what: string, answer: (response: ServerResponse) => void, code: string][]} */
  const hostilities = [
    ["10 MB of JSON", say(`{"media_id_string":"1","_":"${"x".repeat(10 * MEGABYTE)}"}`), "invalid_response"],
    ["10 MB of zeros behind 10 KB of gzip", say(gzipSync(Buffer.alloc(10 * MEGABYTE)), { "content-encoding": "gzip" }), "invalid_response"],
    ["lists in lists, 30 000 deep", say(`{"media_id_string":${"[".repeat(30_000)}${"]".repeat(30_000)}}`), "invalid_response"],
    ["lists in lists that are never closed", say("[".repeat(60_000)), "invalid_response"],
    ["an id of 60 000 digits", say(`{"media_id":${"9".repeat(60_000)}}`), "invalid_response"],
    ["an id with an exponent", say('{"media_id":1e18}'), "invalid_response"],
    ["a negative id", say('{"media_id":-1}'), "invalid_response"],
    ["an id that is a path", say('{"media_id_string":"../../1.1/account"}'), "invalid_response"],
    ["an id in __proto__ alone", say('{"__proto__":{"media_id_string":"1"}}'), "invalid_response"],
    ["an id in the constructor's prototype", say('{"constructor":{"prototype":{"id":"1"}}}'), "invalid_response"],
    ["bytes that are no UTF-8", say(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d])), "invalid_response"],
    ["a NUL", say("\0"), "invalid_response"],
    ["a picture", say(Buffer.from([0xff, 0xd8, 0xff, 0xe0]), { "content-type": "image/jpeg" }), "invalid_response"],
    ["a page", say("<!doctype html><script>alert(1)</script>", { "content-type": "text/html" }), "invalid_response"],
    ["a body without end", repeat("x".repeat(10_000), 1), "invalid_response"],
    ["a body without end, a byte at a time", repeat(" ", 50), "timeout"],
    ["headers, and then nothing", (response) => response.writeHead(200, JSON_TYPE).flushHeaders(), "timeout"],
    ["nothing", () => {}, "timeout"],
    ["a length that it does not keep", (response) => {
      response.writeHead(200, { ...JSON_TYPE, "content-length": "1000" }).write("{");
      setTimeout(() => response.destroy(), 50);
    }, "network"],
    ["15 000 errors", say(`{"errors":[${'"x",'.repeat(15_000)}"x"]}`), "rejected"],
  ];

  for (const [what, answer, code] of hostilities) {
    test(what, async () => {
      hostile.answer = answer;
      const heap = async () => {
        const devtools = await bench.page.context().newCDPSession(bench.page);
        await devtools.send("HeapProfiler.collectGarbage");
        await devtools.detach();
        return bench.page.evaluate(() => /** @type {any} */ (performance).memory.usedJSHeapSize);
      };
      const before = await heap();
      const { errors, polluted, ms } = await bench.enter().run(
        async ({ x, baseUrl: _, url }) => {
          const client = x.clientOf(url, { retry: { attempts: 1 }, requestTimeoutMs: 3000 });
          const start = performance.now();
          const errors = await Promise.all([
            x.failureOf(client.initialize({ total_bytes: 1, media_type: "video/mp4" })),
            x.failureOf(client.finalize("1")),
            x.failureOf(client.status("1")),
          ]);
          const polluted = Object.keys(Object.prototype).length + Number("media_id_string" in {});
          return { errors, polluted, ms: performance.now() - start };
        },
        { url: hostile.url },
      );
      assert.deepEqual(errors.map((error) => error["code"]), [code, code, code]);
      assert.equal(polluted, 0);
      assert.ok(JSON.stringify(errors).length < 10_000, "what is told of it is short");
      assert.ok((await heap()) - before < 10 * MEGABYTE, "it is not kept");
      assert.ok(ms < 15_000, `${ms} ms`);
    });
  }

  test("numbers of any size, and unknown fields of any name, are harmless beside a good id", async () => {
    hostile.answer = say(`{
      "media_id_string": "9223372036854775807", "media_id": 1e999, "size": ${"9".repeat(400)}, "expires_after_secs": -1e99,
      "__proto__": { "polluted": true }, "constructor": null, "toString": 1,
      "processing_info": { "state": "succeeded", "check_after_secs": 1e400, "progress_percent": "x" }
    }`);
    const media = await bench.enter().run(
      async ({ x, baseUrl: _, url }) => {
        const { media_id_string, expiresAt } = await x.clientOf(url).finalize("9223372036854775807");
        return { media_id_string, expiresAt, polluted: "polluted" in {} };
      },
      { url: hostile.url },
    );
    assert.deepEqual(media, { media_id_string: "9223372036854775807", expiresAt: undefined, polluted: false });
  });
});
