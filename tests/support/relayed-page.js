/** The client in a page, through the examples of docs/relay.md on the page's own origin, to the emulator. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openBench } from "./bench.js";
import { serveAsX } from "./runtimes.js";

/** As in examples/relay/authorize-oauth1.js. */
const OAUTH1 = {
  consumerKey: "a-consumer-key",
  consumerSecret: "a-consumer-secret",
  token: "a-token",
  tokenSecret: "a-token-secret",
};
const X = { 1.1: "https://upload.twitter.com", 2: "https://api.x.com" };

/**
 * @param {Record<string, (x: string) => Promise<{ url: string, close: () => Promise<void> }>>} relays how each is started, by the emulator's URL
 * @param {"Bearer" | "OAuth"} [scheme] of the credentials that X gets
 */
export function testRelayedPage(relays, scheme = "Bearer") {
  describe("a page uploads through the relay of its own origin", () => {
    const bench = openBench();
    for (const [name, start] of Object.entries(relays)) {
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
        assert.ok(room.log.every(({ headers }) => headers.authorization === scheme && headers.origin === null));
      });
    }
  });
}
