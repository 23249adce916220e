/** The code that the demo shows, run as it is shown: a page with a server, and an emulator that wants what X wants. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createRelay } from "../../dist/relay.js";
import { initSync } from "../../dist/inline.js";
import { pageCode, serverCode } from "../../www/demo/sample-code.js";
import { startServer } from "../../www/server.js";
import { fixture, sha256 } from "../support/bench.js";
import { complaintsOf, launchChromium } from "../support/chromium.js";

/** What the server's code calls its own. */
const APP = { consumerKey: "a", consumerSecret: "b" };
const USER = { accessToken: "a-token", token: "c", tokenSecret: "d" };

for (const api of /** @type {const} */ (["1.1", "2"])) {
  test(`by ${api} it uploads to what checks credentials as X does`, async (t) => {
    const emulator = await startServer();
    t.after(() => emulator.close());
    const x = emulator.room("X");
    x.state.change({ strictAuth: true, tokens: [USER.accessToken], oauth1: { ...APP, ...USER, baseUrl: x.url } });
    const server = await startServer({ relay: relayOf(serverCode({ api, segmentSize: "auto", concurrency: 4 }), x.url) });
    t.after(() => server.close());
    const browser = await launchChromium();
    t.after(() => browser.close());
    const page = await browser.newPage();
    const complaints = complaintsOf(page);

    await page.goto(server.url);
    await page.route("**/sample.js", (route) =>
      route.fulfill({ contentType: "text/javascript", body: runnable(pageCode({ api, segmentSize: 65_536, concurrency: 2 }, "A “test”")) }),
    );
    const id = await page.evaluate(
      async ({ bytes, sample }) => {
        const own = {
          file: new File([new Uint8Array(bytes)], "picture.png"),
          show() {},
          explain(/** @type {string} */ code, /** @type {string} */ message) {
            throw new Error(`${code}: ${message}`);
          },
          pauseButton: {},
          resumeButton: {},
          cancelButton: {},
        };
        return new Promise((post, reject) => {
          Object.assign(window, own, { post });
          import(sample).catch(reject);
        });
      },
      { bytes: [...fixture("picture.png")], sample: "/sample.js" },
    );

    const media = await (await x.fetch(new Request(`http://emulator/_emulator/media/${id}`))).json();
    assert.equal(media.sha256, sha256(fixture("picture.png")));
    assert.deepEqual(media.metadata, { alt_text: { text: "A “test”" } });
    const scheme = api === "1.1" ? "OAuth" : "Bearer";
    assert.ok(x.state.log.all().every(({ headers, status }) => headers.authorization === scheme && [200, 201, 202, 204].includes(status ?? 0)));
    assert.deepEqual(complaints, []);
  });
}

/**
 * The relay that the server's code makes, but that its upstream is the emulator.
 * @param {string} code
 * @param {string} upstream
 * @returns {(request: Request) => Promise<Response>}
 */
function relayOf(code, upstream) {
  const body = code.replace(/^import .*\n/gm, "").replace("export const relay =", "return");
  const create = (/** @type {import("../../src/js/relay.js").RelayOptions} */ options) =>
    createRelay({ ...options, upstream: { 1.1: upstream, 2: upstream } });
  return new Function("createRelay", "initSync", "userOf", "app", body)(create, initSync, () => USER, APP);
}

/** The page's code, with the package where the server has it. @param {string} code */
function runnable(code) {
  return code.replace('"x-media-upload"', '"/dist/index.js"').replace('"x-media-upload/stores"', '"/dist/stores.js"');
}
