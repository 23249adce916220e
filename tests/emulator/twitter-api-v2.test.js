/**
 * The emulator as seen by a client that nobody here wrote: the published twitter-api-v2 uploads to
 * X's own hosts, and what leaves it is handed to the emulator below Node's http.
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, afterEach, before, describe, test } from "node:test";
import { ClientRequestInterceptor } from "@mswjs/interceptors/ClientRequest";
import { TwitterApi } from "twitter-api-v2";
import { createEmulator } from "../../www/emulator/index.js";
import { fixture } from "./client.js";

const X_HOSTS = ["upload.twitter.com", "upload.x.com", "api.x.com"];

const oauth1 = { appKey: "app-key", appSecret: "app-secret", accessToken: "token", accessSecret: "token-secret" };
const emulator = createEmulator({
  strictAuth: true,
  oauth1: { consumerKey: "app-key", consumerSecret: "app-secret", token: "token", tokenSecret: "token-secret" },
});
const interceptor = new ClientRequestInterceptor();

before(() => {
  interceptor.on("request", async ({ request, controller }) => {
    const { hostname } = new URL(request.url);
    assert.ok(X_HOSTS.includes(hostname), `a request to ${hostname}`);
    controller.respondWith(await emulator.fetch(request));
  });
  interceptor.apply();
});
after(() => interceptor.dispose());
afterEach(() => emulator.state.reset());

const png = fixture("picture.png");
const mp4 = fixture("video.mp4");

describe("1.1, with OAuth 1.0a", () => {
  const client = new TwitterApi(oauth1).v1;

  test("an image in three segments at a time", async () => {
    const id = await client.uploadMedia(png, { mimeType: "image/png", chunkLength: 500, maxConcurrentUploads: 3 });
    await assertUploaded(id, png, "1.1");
    assert.deepEqual(commands(), ["INIT", ...Array(Math.ceil(png.length / 500)).fill("APPEND"), "FINALIZE"]);
  });

  test("a video that has to be waited for", async () => {
    emulator.state.processing = { duration_secs: 0.5, check_after_secs: 1 };
    const id = await client.uploadMedia(mp4, { mimeType: "video/mp4", target: "tweet", chunkLength: 4096 });
    await assertUploaded(id, mp4, "1.1");
    assert.deepEqual(commands().slice(-4), ["APPEND", "FINALIZE", "STATUS", "STATUS"]);
  });

  test("a video that X can't process", async () => {
    const error = { code: 1, name: "InvalidMedia", message: "no" };
    emulator.state.processing = { duration_secs: 0.2, outcome: "failed", error };
    await assert.rejects(client.uploadMedia(mp4, { mimeType: "video/mp4" }), /Failed to process media: InvalidMedia - no/);
  });

  test("alt text", async () => {
    const id = await client.uploadMedia(png, { mimeType: "image/png" });
    await client.createMediaMetadata(id, { alt_text: { text: "a test picture" } });
    assert.deepEqual(emulator.state.store.get(id, Date.now())?.metadata, { alt_text: { text: "a test picture" } });
  });
});

for (const [name, credentials] of /** @type {const} */ ([["OAuth 2.0", "user-token"], ["OAuth 1.0a", oauth1]])) {
  describe(`2, with ${name}`, () => {
    const client = new TwitterApi(/** @type {any} */ (credentials)).v2;

    test("an image", async () => {
      const id = await client.uploadMedia(png, { media_type: "image/png", media_category: "tweet_image" }, 1000);
      await assertUploaded(id, png, "2");
      assert.deepEqual(commands(), ["INIT", "APPEND", "APPEND", "APPEND", "FINALIZE"]);
    });

    test("a video that has to be waited for", async () => {
      emulator.state.processing = { duration_secs: 0.5, check_after_secs: 1 };
      const id = await client.uploadMedia(mp4, { media_type: "video/mp4" });
      await assertUploaded(id, mp4, "2");
      assert.deepEqual(commands(), ["INIT", "APPEND", "FINALIZE", "STATUS", "STATUS"]);
    });

    test("alt text", async () => {
      const id = await client.uploadMedia(png, { media_type: "image/png" });
      const { data } = await client.createMediaMetadata(id, { alt_text: { text: "a test picture" } });
      assert.deepEqual(data, { id, associated_metadata: { alt_text: { text: "a test picture" } } });
    });
  });
}

test("X's errors reach it as X's", async () => {
  const client = new TwitterApi(oauth1);
  await assert.rejects(client.v1.mediaInfo("1234567890123456789"), {
    code: 404,
    errors: [{ code: 34, message: "Sorry, that page does not exist" }],
  });
  await assert.rejects(new TwitterApi("user-token").v1.mediaInfo("1"), { code: 403 });
  emulator.state.change({ rateLimits: { INIT: { limit: 0, window_secs: 60 } } });
  await assert.rejects(client.v2.uploadMedia(png, { media_type: "image/png" }), { code: 429, rateLimitError: true });
});

function commands() {
  return emulator.state.log.all().map(({ command }) => command);
}

/**
 * @param {string} id
 * @param {Buffer} file
 * @param {string} api
 */
async function assertUploaded(id, file, api) {
  assert.match(id, /^[0-9]{19}$/);
  const response = await emulator.fetch(new Request(`http://emulator/_emulator/media/${id}`));
  const media = await response.json();
  assert.equal(media.api, api);
  assert.equal(media.size, file.length);
  assert.equal(media.sha256, createHash("sha256").update(file).digest("hex"));
  assert.equal(media.state, "succeeded");
}
