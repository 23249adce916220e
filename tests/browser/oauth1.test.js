/** OAuth 1.0a in a page of http:, where the browser has no cryptography to lend. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBench } from "../support/bench.js";

const bench = openBench();

const OAUTH1 = { consumerKey: "a-key", consumerSecret: "a-secret", token: "a-token", tokenSecret: "a-token-secret" };
const BASE_URL = "https://api.x.com";

test("a page that is no secure context signs", async () => {
  const room = bench.enter();
  room.state.change({ oauth1: { ...OAUTH1, baseUrl: BASE_URL } });
  const tab = await bench.open(undefined, "http://insecure.test");
  const { isSecure, sent } = await room.from(tab).run(
    async ({ x, baseUrl, oauth1 }) => {
      /** @type {{ url: string, init: RequestInit }[]} */
      const sent = [];
      const fetch = async (/** @type {any} */ url, /** @type {RequestInit} */ { method, headers, body }) => {
        sent.push({ url, init: { method, headers: [...new Headers(headers)], body: String(body) } });
        return new Response('{"data":{"id":"1"}}');
      };
      const options = { accessToken: undefined, oauth1, fetch: /** @type {typeof globalThis.fetch} */ (fetch) };
      await x.clientOf(baseUrl, options).initialize({ total_bytes: 5, media_type: "video/mp4" });
      return { sent, isSecure: isSecureContext };
    },
    { oauth1: OAUTH1, baseUrl: BASE_URL },
  );
  await tab.page.close();
  assert.equal(isSecure, false);
  const [{ url, init } = assert.fail("nothing is sent")] = sent;
  const answer = await room.fetch(new Request(url, init));
  assert.equal(answer.status, 200, await answer.text());
});
