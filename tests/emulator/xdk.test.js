/** The emulator as seen by X's own SDK for TypeScript, by the baseUrl that its users would give. */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, beforeEach, describe, test } from "node:test";
import { ApiError, Client, OAuth1 } from "@xdevplatform/xdk";
import { createEmulator } from "../../www/emulator/index.js";
import { listenerOf } from "../../www/emulator/listener.js";
import { sha256 } from "../support/bench.js";
import { listen } from "../support/loopback.js";
import { fixture } from "./client.js";

const emulator = createEmulator({
  tokens: ["user-token"],
  oauth1: { consumerKey: "app-key", consumerSecret: "app-secret", token: "token", tokenSecret: "token-secret" },
  // Its FINALIZE is JSON with an empty body.
  emptyJson: true,
});

/** @type {Awaited<ReturnType<typeof listen>>} */
let server;
before(async () => {
  server = await listen(createServer(listenerOf(emulator)));
});
after(() => server?.close());
beforeEach(() => emulator.reset());

const png = fixture("picture.png");
const mp4 = fixture("video.mp4");

const signer = new OAuth1({
  apiKey: "app-key",
  apiSecret: "app-secret",
  accessToken: "token",
  accessTokenSecret: "token-secret",
  callback: "oob",
});

/**
 * INIT, every segment and FINALIZE.
 * @param {Client} client
 * @param {Buffer} file
 * @param {string} mediaType
 */
async function upload({ media }, file, mediaType) {
  const begun = await media.initializeUpload(/** @type {any} */ ({ mediaType, totalBytes: file.length }));
  const id = String(begun.data?.id);
  for (let index = 0; index * 1000 < file.length; index++) {
    const segment = file.subarray(index * 1000, (index + 1) * 1000).toString("base64");
    await media.appendUpload(id, /** @type {any} */ ({ media: segment, segmentIndex: index }));
  }
  return { id, finalized: await media.finalizeUpload(id) };
}

for (const [name, credentials] of /** @type {const} */ ([["OAuth 2.0", { accessToken: "user-token" }], ["OAuth 1.0a", { oauth1: signer }]])) {
  describe(`with ${name}`, () => {
    const client = () => new Client({ ...credentials, baseUrl: server.url, retry: false });

    test("an image, and its alt text", async () => {
      const { id, finalized } = await upload(client(), png, "image/png");
      assert.deepEqual(/** @type {any} */ (finalized.data).image, { imageType: "image/png", w: 160, h: 120 });
      await client().media.createMetadata(/** @type {any} */ ({ id, metadata: { altText: { text: "a test picture" } } }));
      const media = await emulator.mediaOf(id);
      assert.deepEqual([media?.sha256, media?.metadata], [sha256(png), { alt_text: { text: "a test picture" } }]);
    });

    test("a video that has to be waited for", async () => {
      await emulator.setProcessing({ duration_secs: 0.2 });
      const { id } = await upload(client(), mp4, "video/mp4");
      /** @type {(string | undefined)[]} */
      const states = [];
      while (states.at(-1) !== "succeeded") {
        const { data } = await client().media.getUploadStatus(id, { command: "STATUS" });
        states.push(data?.processingInfo?.state);
      }
      assert.equal(states[0], "in_progress");
      assert.equal((await emulator.mediaOf(id))?.sha256, sha256(mp4));
    });
  });
}

test("X's errors reach it as X's, and without the setting its FINALIZE is one", async () => {
  await emulator.changeSettings({ emptyJson: false });
  const client = new Client({ accessToken: "user-token", baseUrl: server.url, retry: false });
  await assert.rejects(upload(client, png, "image/png"), (error) => {
    assert.ok(error instanceof ApiError);
    assert.equal(error.status, 400);
    assert.deepEqual(error.data.errors, [{ message: "Request body must be a JSON object." }]);
    return true;
  });
});
