/** Whole uploads in a page: every byte, every digit, and how the requests leave. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FIXTURES, fixture, openBench, sha256 } from "../support/bench.js";

const bench = openBench();

const APIS = /** @type {const} */ (["1.1", "2"]);

describe("a file of each kind", () => {
  for (const api of APIS) {
    for (const [name, mediaType] of Object.entries(FIXTURES)) {
      test(`${name} by ${api}`, async () => {
        const room = bench.enter();
        const media = await room.run(
          async ({ x, baseUrl, api, name }) => x.clientOf(baseUrl, { api }).upload(await x.fixture(name)).done(),
          { api, name },
        );
        await room.assertHolds(media, sha256(fixture(name)));
        assert.equal(room.commands, "INIT APPEND FINALIZE");
        assert.ok(!("media_id" in media));
        const { parameters } = await room.media(media.media_id_string);
        const category = { image: "tweet_image", video: "tweet_video" }[mediaType.slice(0, 5)];
        assert.deepEqual(parameters, {
          total_bytes: fixture(name).length,
          media_type: mediaType,
          media_category: mediaType === "image/gif" ? "tweet_gif" : category,
        });
      });
    }
  }

  test("given as bytes, of which a view shows a part", async () => {
    const room = bench.enter();
    const uploads = await room.run(async ({ x, baseUrl }) => {
      const bytes = await x.videoOf(1000).arrayBuffer();
      const client = x.clientOf(baseUrl);
      const mediaType = "video/mp4";
      const files = [bytes, new Uint8Array(bytes, 10, 500), new DataView(bytes, 7), new File([bytes], "a.mp4")];
      return Promise.all(
        files.map(async (file) => ({
          media: await client.upload(file, { mediaType }).done(),
          digest: await x.sha256(await new Blob([file]).arrayBuffer()),
        })),
      );
    });
    for (const { media, digest } of uploads) await room.assertHolds(media, digest);
  });
});

describe("an id", () => {
  const IDS = ["9007199254740993", "1234567890123456789", "9223372036854775807"];

  /** @type {[what: string, api: "1.1" | "2", body: (id: string) => string][]} */
  const bodies = [
    ["that is a number alone in 1.1", "1.1", (id) => `{"media_id":${id},"expires_after_secs":86400}`],
    ["that is text beside a number in 1.1", "1.1", (id) => `{"media_id":${id},"media_id_string":"${id}"}`],
    ["that is text in 2", "2", (id) => `{"data":{"id":"${id}"}}`],
    ["that is a number in 2, without a wrapper", "2", (id) => `{"id":${id}}`],
  ];
  for (const [what, api, body] of bodies) {
    test(`${what} keeps every digit on its way through INIT, APPEND, FINALIZE and STATUS`, async () => {
      for (const id of IDS) {
        const room = bench.enter();
        const pending = `${body(id).slice(0, api === "2" && id ? -1 : -1)}`;
        void pending;
        room.strike({ times: 3, fault: { kind: "status", status: 200, body: body(id) } });
        const media = await room.run(
          ({ x, baseUrl, api }) => x.clientOf(baseUrl, { api }).upload(x.videoOf(10)).done(),
          { api },
        );
        const status = await room.run(({ x, baseUrl, api, id }) => x.failureOf(x.clientOf(baseUrl, { api }).status(id)), {
          api,
          id,
        });
        assert.equal(media.media_id_string, id);
        assert.equal(status.media_id_string, id);
        assert.equal(room.commands, "INIT APPEND FINALIZE STATUS");
        assert.deepEqual(
          room.log.slice(1).map(({ media_id }) => media_id),
          [id, id, id],
        );
      }
    });
  }
});
