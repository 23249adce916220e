/** The client in a page, through the examples of docs/relay.md on the page's own origin, to the emulator. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { serveAsX } from "./runtimes.js";

/** Those of examples/relay/authorize-oauth1.js. */
const OAUTH1 = {
  consumerKey: "a-consumer-key",
  consumerSecret: "a-consumer-secret",
  token: "a-token",
  tokenSecret: "a-token-secret",
};

const X = { "1.1": "https://upload.twitter.com", 2: "https://api.x.com" };

/**
 * @param {ReturnType<typeof import("./bench.js").openBench>} bench
 * @param {Record<string, import("./runtimes.js").Start>} runtimes
 */
export function testPageThroughRelay(bench, runtimes) {
  for (const [name, start] of Object.entries(runtimes)) {
    test(`on ${name}`, async (t) => {
      const room = bench.enter();
      const x = await serveAsX(room);
      t.after(x.close);
      const relay = await start(x.url);
      t.after(relay.close);
      const context = await bench.browser.newContext();
      t.after(() => context.close());
      const page = room.from(await bench.open(context, relay.url));
      const baseUrl = "/x";

      const stranger = await page.run(
        ({ x, baseUrl }) => x.failureOf(x.clientOf(baseUrl, { accessToken: undefined }).finalize("1")),
        { baseUrl },
      );
      assert.deepEqual([stranger.code, stranger.status, stranger.apiErrors[0]?.title], ["unauthorized", 401, "Sign in first"]);
      assert.equal(room.commands, "", "X has heard nothing of it");

      await context.addCookies([{ url: relay.url, name: "session", value: "a-session" }]);
      for (const api of /** @type {const} */ (["1.1", "2"])) {
        room.state.change({ oauth1: { ...OAUTH1, baseUrl: X[api] } });
        const { media, digest } = await page.run(
          async ({ x, baseUrl, api }) => {
            const file = x.videoOf(300_000);
            const client = x.clientOf(baseUrl, { api, accessToken: undefined });
            const media = await client.upload(file, { segmentSize: 65_536, altText: "a cat" }).done();
            return { media, digest: await x.sha256(await file.arrayBuffer()) };
          },
          { baseUrl, api },
        );
        await room.assertHolds(media, digest);
      }
      const scheme = name.includes("OAuth") ? "OAuth" : "Bearer";
      assert.ok(room.log.every(({ headers }) => headers.authorization === scheme && headers.origin === null));
    });
  }
}
