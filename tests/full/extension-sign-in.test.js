/** Signing in with the extension: OAuth 2.0 with PKCE, tokens that are refreshed, and an end of it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { pathOf } from "../support/demo.js";
import { openExtension } from "../support/extension.js";
import { CLIENT_ID, startSignInServer } from "../support/sign-in.js";
import { until } from "../support/until.js";

const extension = openExtension();
const VIDEO = pathOf("video.mp4");

const EVERYTHING = { files: 1, alarms: 1, sessions: 1 };

/** @typedef {import("../support/extension.js").Visit} Visit */

/** A visit to whose X nobody is signed in. @param {import("node:test").TestContext} t */
async function visitSignInServer(t) {
  const server = await startSignInServer();
  t.after(() => server.close());
  const visit = await extension.visit(t, server);
  await visit.setOptions({ "Access token": "" });
  return { visit, issuer: server.issuer };
}

/** Waits until the options say that. @param {Visit} visit @param {string} words */
function optionsSay({ page }, words) {
  return page.getByRole("status").or(page.getByRole("alert")).and(page.getByText(words)).waitFor();
}

/** What is stored of a sign-in. @param {Visit} visit */
async function stored({ page }) {
  return page.evaluate(async () => (await chrome.storage.local.get("signIn")).signIn);
}

test("signs in with PKCE, and uploads what has waited for it", async (t) => {
  const { visit, issuer } = await visitSignInServer(t);
  await visit.choose(VIDEO);
  await visit.page.getByText("You are not signed in to X").waitFor();
  await visit.says("Waiting");
  await visit.signIn(CLIENT_ID);
  await optionsSay(visit, "You are signed in.");
  await visit.follow("Uploads");
  await visit.says("Ready to post");
  assert.deepEqual(issuer.grants, ["authorization_code"]);
  const { accessToken, refreshToken, ...others } = await stored(visit);
  const known = JSON.stringify([others, await visit.page.content(), await visit.complaints()]);
  assert.deepEqual(issuer.secrets.filter((secret) => known.includes(secret)), []);
  assert.ok([accessToken, refreshToken].every((token) => issuer.secrets.includes(token)));
  assert.deepEqual(await visit.complaints(), []);
});

test("a token whose time is over is refreshed before it is refused, and none goes to another server", async (t) => {
  const { visit, issuer } = await visitSignInServer(t);
  await visit.signIn(CLIENT_ID);
  await optionsSay(visit, "You are signed in.");
  await visit.follow("Uploads");
  await visit.page.evaluate(async () => {
    const { signIn } = await chrome.storage.local.get("signIn");
    await chrome.storage.local.set({ signIn: { ...signIn, expiresAt: Date.now() } });
  });
  await visit.choose(VIDEO);
  await visit.says("Ready to post");
  assert.deepEqual(issuer.grants, ["authorization_code", "refresh_token"]);
  assert.equal(issuer.refused, 0);

  const other = await startSignInServer();
  t.after(() => other.close());
  await visit.setOptions({ "Access token": "", Server: other.url });
  await visit.page.getByText("You are not signed in to X").waitFor();
  await visit.choose(VIDEO);
  await visit.says("Waiting");
  assert.deepEqual([other.issuer.grants, other.issuer.refused], [[], 0]);
  assert.deepEqual(await visit.complaints(), []);
});

test("tokens that have expired are refreshed once for all uploads, each time with the token that came last", async (t) => {
  const { visit, issuer } = await visitSignInServer(t);
  await visit.signIn(CLIENT_ID);
  await optionsSay(visit, "You are signed in.");
  await visit.follow("Uploads");
  for (const round of [1, 2]) {
    visit.room.state.processing = { script: [{ state: "pending", check_after_secs: 3 }, { state: "succeeded" }] };
    await visit.choose(VIDEO, VIDEO, VIDEO);
    await until(() => visit.logged("FINALIZE").length === 3 * round);
    issuer.expire();
    issuer.faults = 1; // it is asked again
    await until(async () => (await visit.page.getByText("Ready to post", { exact: true }).count()) === 3 * round);
    await visit.killWorker();
  }
  assert.deepEqual(issuer.grants, ["authorization_code", "refresh_token", "refresh_token"]);
  assert.deepEqual(await visit.complaints(), []);
});

test("uploads are paused where X refuses to refresh, and go on after another sign-in", async (t) => {
  const { visit, issuer } = await visitSignInServer(t);
  await visit.signIn(CLIENT_ID);
  await optionsSay(visit, "You are signed in.");
  await visit.follow("Uploads");
  visit.room.state.processing = { script: [{ state: "pending", check_after_secs: 2 }, { state: "succeeded" }] };
  await visit.choose(VIDEO, VIDEO);
  await until(() => visit.logged("FINALIZE").length === 2);
  issuer.forget();
  await visit.page.getByText("You are not signed in to X").waitFor();
  await until(async () => (await visit.page.getByText("Paused", { exact: true }).count()) === 2);
  assert.equal(await stored(visit), undefined);
  await visit.keeps({ files: 2, alarms: 0, sessions: 2 });
  await visit.signIn(CLIENT_ID);
  await visit.follow("Uploads");
  await until(async () => (await visit.page.getByText("Ready to post", { exact: true }).count()) === 2);
  assert.equal(visit.logged("INIT").length, 2);
  assert.deepEqual(await visit.complaints(), []);
});

test("signing out revokes the tokens, those of a refresh under way too, and keeps nothing of the account", async (t) => {
  const { visit, issuer } = await visitSignInServer(t);
  await visit.signIn(CLIENT_ID);
  await optionsSay(visit, "You are signed in.");
  await visit.follow("Uploads");
  visit.room.state.processing = { script: [{ state: "pending", check_after_secs: 3 }, { state: "pending", check_after_secs: 90 }] };
  await visit.choose(VIDEO);
  await visit.says("X is preparing it");
  await visit.keeps(EVERYTHING);
  await visit.follow("Options");
  issuer.expire();
  issuer.delayMs = 3000;
  await until(() => issuer.grants.includes("refresh_token"));
  await visit.press("Sign out");
  await optionsSay(visit, "You are not signed in.");
  assert.equal(issuer.alive, 0);
  assert.equal(await stored(visit), undefined);
  await visit.keeps({ files: 1, alarms: 0, sessions: 0 });
  assert.deepEqual(await visit.complaints(), []);
});

test("a sign-in that fails says why, and tells no secret", async (t) => {
  const { visit, issuer } = await visitSignInServer(t);

  await visit.signIn(CLIENT_ID, "Deny");
  await optionsSay(visit, "You did not allow it on X.");

  const unwanted = await visit.beginSignIn("another client");
  await unwanted.getByText("client_id is not").waitFor();
  await unwanted.close();
  await optionsSay(visit, "The window of X was closed, or could not be loaded.");

  issuer.otherState = "of another sign-in";
  await visit.signIn(CLIENT_ID);
  await optionsSay(visit, "X has answered another sign-in. Try again.");
  issuer.otherState = undefined;
  assert.deepEqual(issuer.grants, [], "no code was redeemed");

  const question = await visit.beginSignIn(CLIENT_ID);
  await question.getByRole("link", { name: "Allow" }).waitFor();
  issuer.forget();
  await question.getByRole("link", { name: "Allow" }).click();
  await optionsSay(visit, "X refused it. Check the client ID, and the callback URI of your app.");
  const shown = await visit.page.content();
  assert.deepEqual(issuer.secrets.filter((secret) => shown.includes(secret)), []);
  assert.equal(await stored(visit), undefined);
  assert.deepEqual(await visit.complaints(), []);
});
