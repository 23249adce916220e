/** examples/credentials, of which docs/credentials.md is made: a user signs in, and uploads with tokens that expire in the middle. */

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { MediaClient, initSync } from "../dist/inline.js";
import { UserTokens, beginSignIn, endSignIn } from "../examples/credentials/oauth2.js";
import { createEmulator } from "../www/emulator/index.js";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { AuthorizationServer } from "./support/authorization-server.js";
import { fixture } from "./support/bench.js";
import { listen } from "./support/loopback.js";
import { start } from "./support/process.js";

const { fetch } = globalThis;
afterEach(() => {
  globalThis.fetch = fetch;
});
initSync();

/** @param {string} path from the project's folder */
const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/**
 * api.x.com, with an app registered.
 * @param {import("./support/authorization-server.js").Registered} app
 */
function x(app) {
  const emulator = createEmulator();
  const authorization = new AuthorizationServer(app);
  const answer = async (/** @type {Request} */ request) => {
    if (new URL(request.url).pathname === "/2/oauth2/token") return authorization.token(request);
    emulator.state.change({ tokens: authorization.accessTokens });
    return emulator.fetch(request);
  };
  return { ...emulator, authorization, answer };
}

test("an access token that expires in the middle of an upload is refreshed once, by a public client", async () => {
  const app = { clientId: "a-client", redirectUri: "https://app.example/callback" };
  const { authorization, answer, state } = x(app);
  globalThis.fetch = async (input, init) => answer(new Request(input, init));
  const begun = await beginSignIn(app, app.redirectUri);
  const back = new URL(authorization.agree(begun.url));
  assert.equal(back.searchParams.get("state"), begun.state);
  /** @type {import("../examples/credentials/oauth2.js").Tokens[]} */
  const saved = [];
  const first = await endSignIn(app, back.searchParams.get("code") ?? "", begun);
  const tokens = new UserTokens(app, first, (tokens) => saved.push(tokens));

  const client = new MediaClient({ api: "2", accessToken: (ask) => tokens.accessToken(ask) });
  const file = new Uint8Array(8 * 65_536);
  const upload = client.upload(file, {
    mediaType: "video/mp4",
    segmentSize: 65_536,
    onProgress: ({ segmentsSent }) => {
      if (segmentsSent === 2 && saved.length === 0) authorization.accessTokens.splice(0); // X has had enough of it
    },
  });
  await upload.done();
  assert.equal(authorization.refreshes, 1);
  assert.deepEqual(saved.map(({ accessToken }) => accessToken), authorization.accessTokens);
  assert.ok(state.log.all().some(({ status }) => status === 401), "it had been refused");
});

test("one that is about to expire is refreshed before it is used, once, and a refusal says to sign in again", async () => {
  const app = { clientId: "a-client", redirectUri: "https://app.example/callback" };
  const { authorization, answer } = x(app);
  globalThis.fetch = async (input, init) => answer(new Request(input, init));
  const begun = await beginSignIn(app, app.redirectUri);
  const code = new URL(authorization.agree(begun.url)).searchParams.get("code") ?? "";
  const first = await endSignIn(app, code, begun);
  const tokens = new UserTokens(app, { ...first, expiresAt: Date.now() + 1000 });
  const [one, other] = await Promise.all([tokens.accessToken(), tokens.accessToken()]);
  assert.deepEqual([one, other], [authorization.accessTokens[0], one]);
  assert.equal(authorization.refreshes, 1);

  await assert.rejects(endSignIn(app, code, begun), /X gave no token \(HTTP 400\): the user signs in again/);
});

test("a web app signs its users in, and relays their uploads", async (t) => {
  const secrets = { clientId: "a-client", clientSecret: "a-secret" };
  /** @type {ReturnType<typeof x> | undefined} */
  let api;
  const upstream = await listen(
    createServer(getRequestListener((request) => api?.answer(request) ?? new Response(null, { status: 503 }), { overrideGlobalObjects: false })),
  );
  t.after(upstream.close);
  const flags = ["--import", pathToFileURL(at("tests/support/detour.js")).href];
  const env = { PORT: "0", X: upstream.url, X_CLIENT_ID: secrets.clientId, X_CLIENT_SECRET: secrets.clientSecret };
  const web = await start(process.execPath, [...flags, at("examples/credentials/server.js")], { env, port: /http:\/\/127\.0\.0\.1:([0-9]+)/ });
  t.after(web.close);
  api = x({ ...secrets, redirectUri: `${web.url}/callback` });

  const sent = await fetch(`${web.url}/sign-in`, { redirect: "manual" });
  const cookie = sent.headers.get("set-cookie")?.split(";")[0] ?? "";
  const back = api.authorization.agree(sent.headers.get("location") ?? "");
  const visit = (/** @type {string} */ cookie) => fetch(back, { redirect: "manual", headers: { cookie } });
  assert.equal((await visit("session=another")).status, 403, "another browser");
  assert.equal((await visit(cookie)).headers.get("location"), "/");

  const clientWith = (/** @type {string} */ cookie) => new MediaClient({ api: "2", baseUrl: `${web.url}/x`, headers: { cookie } });
  await clientWith(cookie).upload(fixture("picture.png")).done();
  await assert.rejects(clientWith("session=another").upload(fixture("picture.png")).done(), { code: "unauthorized" });
});
