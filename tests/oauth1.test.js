/** OAuth 1.0a at a server that checks every signature, which was written apart from the code that makes them. */

import assert from "node:assert/strict";
import { after, afterEach, before, describe, mock, test } from "node:test";
import { initSync, MediaClient } from "x-media-upload/inline";
import { startServer } from "../www/server.js";
import { mediaRequest } from "./support/apps.js";
import { fixture, sha256 } from "./support/bench.js";

/** As wide as they may be: everything visible but quotes and backslashes. */
const CREDENTIALS = {
  consumerKey: "!#$%&'()*+,-./0123456789:;<=>?@",
  consumerSecret: "ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`".repeat(3),
  token: "370773112-abcdefghijklmnopqrstuvwxyz",
  tokenSecret: "{|}~&=%20+",
};

const HOUR_MS = 3_600_000;

/** @type {import("../www/server.js").RunningServer} */
let server;
let rooms = 0;

before(async () => {
  initSync();
  server = await startServer();
});
after(() => server.close());
afterEach(() => mock.restoreAll());

/** A new emulator, and a client that it knows. @param {"1.1" | "2"} api */
function enter(api) {
  const room = server.room(`oauth1 ${++rooms}`);
  room.state.change({ oauth1: { ...CREDENTIALS, baseUrl: room.url } });
  const client = new MediaClient({ api, baseUrl: room.url, oauth1: CREDENTIALS, retry: { attempts: 1 } });
  return { room, client };
}

/** @param {import("../www/server.js").Room} room */
const statuses = (room) => room.state.log.all().map(({ status }) => status);

for (const api of /** @type {const} */ (["1.1", "2"])) {
  describe(api, () => {
    test("every command is signed as the server expects it", async () => {
      const { room, client } = enter(api);
      room.state.processing = { duration_secs: 0.5, check_after_secs: 1 };
      const owners = ["783214", "9999999999999999999"];
      const film = fixture("video.mp4");
      const { media_id_string: id } = await client.upload(film, {
        altText: "Dogs, Cats & Mice: 100 % + more",
        additionalOwners: owners,
        shared: true,
        segmentSize: 65_536,
      }).done();
      await client.setMetadata(id, { allow_download_status: { allow_download: true } });
      const subtitle = { media_id_string: id, language_code: "en", display_name: "English" };
      await client.addSubtitles(id, "tweet_video", [subtitle]);
      await client.removeSubtitles(id, "tweet_video", ["en"]);
      await client.initialize({ total_bytes: 5, media_type: "model/vnd.usdz+zip" });
      assert.ok(statuses(room).every((status) => Number(status) < 300), `${statuses(room)}`);
      const commands = new Set(room.state.log.all().map(({ command }) => command));
      assert.deepEqual([...commands], ["INIT", "APPEND", "FINALIZE", "STATUS", "METADATA", "SUBTITLES"]);
      const { sha256: arrived } = await (await room.fetch(mediaRequest(id))).json();
      assert.equal(arrived, sha256(film));
    });

    test("a clock that is an hour off costs one request", async () => {
      for (const off of [HOUR_MS, -HOUR_MS]) {
        const { room, client } = enter(api);
        const { now } = Date;
        mock.method(Date, "now", () => now() + off);
        // The emulator's clock is the right one.
        room.state.now = now;
        await client.initialize({ total_bytes: 5, media_type: "image/png" });
        await client.initialize({ total_bytes: 5, media_type: "image/png" });
        assert.deepEqual(statuses(room).map((status) => status === 401), [true, false, false]);
        mock.restoreAll();
      }
    });

    test("credentials that are wrong are refused at once, and not told", async () => {
      for (const name of Object.keys(CREDENTIALS)) {
        const { room } = enter(api);
        const wrong = { ...CREDENTIALS, [name]: "wrong-credential" };
        const client = new MediaClient({ api, baseUrl: room.url, oauth1: wrong });
        await assert.rejects(client.initialize({ total_bytes: 5, media_type: "image/png" }), (/** @type {any} */ error) => {
          assert.equal(error.code, "unauthorized");
          const told = `${error.stack}${JSON.stringify(error)}`;
          for (const secret of Object.values(wrong)) assert.ok(!told.includes(secret));
          return true;
        });
        assert.deepEqual(statuses(room), [401]);
      }
    });
  });
}

test("what can't sign is refused when the client is made, by its name and without its value", () => {
  /** @type {[options: any, name: string][]} */
  const wrong = [
    [{ oauth1: null }, "oauth1"],
    [{ oauth1: "secret" }, "oauth1"],
    [{ oauth1: {} }, "consumerKey"],
    ...Object.keys(CREDENTIALS).flatMap((name) =>
      ["", "se cret", "se\ncret", 'se"cret', "se\\cret", "sécret", 7, null, undefined].map(
        (value) => /** @type {[any, string]} */ ([{ oauth1: { ...CREDENTIALS, [name]: value } }, name]),
      ),
    ),
    [{ oauth1: CREDENTIALS, accessToken: "secret" }, "oauth1"],
    [{ oauth1: CREDENTIALS, headers: { authorization: "secret" } }, "headers"],
  ];
  for (const [options, name] of wrong) {
    assert.throws(
      () => new MediaClient({ api: "2", ...options }),
      (/** @type {any} */ error) => {
        assert.equal(error.code, "invalid_argument");
        assert.match(error.message, new RegExp(`^${name} must be `));
        assert.doesNotMatch(error.message, /s[eé].?cret/);
        return true;
      },
    );
  }
});
