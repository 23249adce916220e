/** The demo where the environment has credentials for X: it uploads through its server's relay. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { credentialsIn } from "../../www/credentials.js";
import { relayWith } from "../../www/relay.js";
import { startServer } from "../../www/server.js";
import { fixture, sha256 } from "../support/bench.js";
import { complaintsOf, launchChromium } from "../support/chromium.js";
import { Visit } from "../support/demo.js";

const OAUTH1 = { X_CONSUMER_KEY: "a", X_CONSUMER_SECRET: "b", X_TOKEN: "c", X_TOKEN_SECRET: "d" };

describe("the environment's credentials", () => {
  test("are an access token, all four of OAuth 1.0a, or none", () => {
    assert.equal(credentialsIn({}), undefined);
    assert.equal(credentialsIn({ X_ACCESS_TOKEN: "", X_TOKEN: " " }), undefined);
    assert.deepEqual(credentialsIn({ X_ACCESS_TOKEN: " a\n" }), { accessToken: "a" });
    const oauth1 = { consumerKey: "a", consumerSecret: "b", token: "c", tokenSecret: "d" };
    assert.deepEqual(credentialsIn(OAUTH1), { oauth1 });
  });

  /** @type {[env: Record<string, string>, words: RegExp][]} */
  const misgiven = [
    [{ X_TOKEN: "hunter2" }, /^X_CONSUMER_KEY, X_CONSUMER_SECRET, X_TOKEN_SECRET are missing beside X_TOKEN\./],
    [{ ...OAUTH1, X_TOKEN_SECRET: "" }, /^X_TOKEN_SECRET is missing beside X_CONSUMER_KEY, X_CONSUMER_SECRET, X_TOKEN\./],
    [{ ...OAUTH1, X_ACCESS_TOKEN: "hunter2" }, /^X_ACCESS_TOKEN and X_CONSUMER_KEY, .+ are both set: choose one\./],
  ];
  for (const [env, words] of misgiven) {
    test(`that can't be meant are said in words: ${words}`, async () => {
      const server = fileURLToPath(new URL("../../www/server.js", import.meta.url));
      const running = promisify(execFile)(process.execPath, [server], { env: { ...process.env, ...env } });
      const { code, stderr } = await running.then(() => assert.fail("it has started"), (error) => error);
      assert.equal(code, 1);
      assert.match(stderr, words);
      assert.doesNotMatch(stderr, /hunter2|at /);
    });
  }
});

describe("through the relay", () => {
  for (const [what, env] of /** @type {const} */ ([
    ["an access token", { X_ACCESS_TOKEN: "a-token" }],
    ["OAuth 1.0a", OAUTH1],
  ])) {
    test(`a video is uploaded with ${what}, which the page does not see`, async (t) => {
      const emulator = await startServer();
      const x = emulator.room("X");
      const credentials = credentialsIn(env) ?? assert.fail();
      if ("oauth1" in credentials) x.state.change({ oauth1: { ...credentials.oauth1, baseUrl: x.url } });
      const server = await startServer({ relay: await relayWith(credentials, { upstream: { 2: x.url } }) });
      const browser = await launchChromium();
      t.after(() => Promise.all([browser.close(), server.close(), emulator.close()]));
      const page = await browser.newPage();
      const complaints = complaintsOf(page);
      await page.goto(server.url);
      const visit = new Visit(page, x);
      await page.getByText("Requests go to X itself").waitFor();
      assert.equal(await page.getByText("Make trouble").isVisible(), false);
      await visit.choose("video.mp4");
      await visit.press("Upload");
      await visit.says("Ready to post");
      assert.equal((await visit.media("video.mp4")).sha256, sha256(fixture("video.mp4")));
      const scheme = "oauth1" in credentials ? "OAuth" : "Bearer";
      assert.ok(x.state.log.all().every(({ headers }) => headers.authorization === scheme && headers.origin === null));
      assert.deepEqual(complaints, []);
    });
  }

  test("a page of a site that has given this machine's address a name of its own is refused", async () => {
    const relay = await relayWith({ accessToken: "a-token" }, { fetch: () => assert.fail("X is asked") });
    const url = "http://rebound.example:8080/x/2/media/upload?command=STATUS&media_id=1";
    assert.equal((await relay(new Request(url))).status, 403);
  });
});
