/** The extension in Firefox: through its pages, signed in, and beyond the 30 s that a background page has. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startServer } from "../../www/server.js";
import { fixture, sha256 } from "../support/bench.js";
import { pathOf } from "../support/demo.js";
import { FirefoxVisit } from "../support/extension-firefox.js";
import { assembleFrom } from "../support/extension.js";
import { pack } from "../support/install.js";
import { CLIENT_ID, startSignInServer } from "../support/sign-in.js";
import { until } from "../support/until.js";

const VIDEO = pathOf("video.mp4");

/** @type {Awaited<ReturnType<typeof pack>>} */
let packed;
/** @type {string} */
let extension;
/** @type {import("../../www/server.js").RunningServer} */
let server;

before(async () => {
  packed = await pack();
  extension = await assembleFrom(packed, "firefox");
  server = await startServer();
});
after(async () => {
  await server?.close();
  await packed?.remove();
});

/**
 * The page says so, the emulator has these bytes under that id, nothing is kept, and nothing to complain of.
 * @param {FirefoxVisit} visit
 * @param {import("../support/extension.js").Room} room
 */
async function assertReady(visit, room) {
  await visit.says("Ready to post");
  const answer = await room.fetch(new Request("http://emulator/_emulator/media"));
  const [media, ...others] = await answer.json();
  assert.match(media.media_id_string, /^[0-9]{19}$/);
  await visit.says(media.media_id_string);
  assert.equal(media.sha256, sha256(fixture("video.mp4")));
  assert.deepEqual(others, []);
  await visit.keeps({ files: 0, alarms: 0, sessions: 0 });
  assert.deepEqual(await visit.complaints(), []);
}

test("from the options to the id", async (t) => {
  const visit = await FirefoxVisit.start(t, extension);
  const room = server.room("ready");
  room.state.processing = { duration_secs: 20 };
  await visit.setOptions(room.url, "token");
  await visit.open("page.html");
  await visit.choose(VIDEO);
  await visit.says("X is preparing it");
  await visit.keeps({ files: 1, alarms: 1, sessions: 1 });
  await assertReady(visit, room);
});

test("signs in with PKCE, and refreshes a token that has expired", async (t) => {
  const visit = await FirefoxVisit.start(t, extension);
  const x = await startSignInServer();
  t.after(() => x.close());
  await visit.setOptions(x.url);
  await visit.signIn(CLIENT_ID);
  x.issuer.expire();
  await visit.open("page.html");
  await visit.choose(VIDEO);
  await assertReady(visit, x);
  assert.deepEqual(x.issuer.grants, ["authorization_code", "refresh_token"]);
});

test("the background page goes on for 50 s in the middle of a request, with no page open", async (t) => {
  const visit = await FirefoxVisit.start(t, extension);
  const room = server.room("slow");
  room.state.rules.add([{ command: "APPEND", fault: { kind: "delay", ms: 50_000 } }]);
  await visit.setOptions(room.url, "token");
  await visit.open("page.html");
  await visit.choose(VIDEO);
  const logged = () => room.state.log.all();
  await until(() => logged().some(({ command }) => command === "APPEND"), 60_000);
  await visit.close();
  await until(() => logged().some(({ command }) => command === "FINALIZE"), 150_000);
  await visit.open("page.html");
  await assertReady(visit, room);
  assert.deepEqual(logged().map(({ command }) => command), ["INIT", "APPEND", "FINALIZE"]);
});
