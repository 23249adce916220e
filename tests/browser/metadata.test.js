/** Alternative texts and subtitles, by both APIs. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openBench } from "../support/bench.js";

const bench = openBench();

const APIS = /** @type {const} */ (["1.1", "2"]);
const ALT_TEXT = "A sunrise over the sea: “at last” \u{1f305}\n";

for (const api of APIS) {
  describe(`by ${api}`, { concurrency: 4 }, () => {
    test("setMetadata() tells the alternative text in X's own shape, and other fields as they are", async () => {
      const room = bench.enter();
      const other = { sensitive_media_warning: { other: true } };
      const { id, value } = await room.run(
        async ({ x, baseUrl, api, ALT_TEXT, other }) => {
          const client = x.clientOf(baseUrl, { api });
          const { media_id_string: id } = await client.upload(await x.fixture("picture.png")).done();
          return { id, value: await client.setMetadata(id, { alt_text: ALT_TEXT, ...other }) };
        },
        { api, ALT_TEXT, other },
      );
      assert.equal(value, undefined);
      assert.deepEqual((await room.media(id)).metadata, { alt_text: { text: ALT_TEXT }, ...other });
    });

    test("addSubtitles() and removeSubtitles() change a video's languages", async () => {
      const room = bench.enter();
      const { id, subtitles, before } = await room.run(
        async ({ x, baseUrl, api }) => {
          const client = x.clientOf(baseUrl, { api });
          const { media_id_string: id } = await client.upload(x.videoOf(10)).done();
          const srt = new Blob(["1\n00:00:00,000 --> 00:00:01,000\nHello\n"], { type: "text/srt" });
          const languages = [["EN", "English"], ["de", "Deutsch"]].map(async ([language_code = "", display_name = ""]) => {
            const { media_id_string } = await client.upload(srt, { wait: false }).done();
            return { media_id_string, language_code, display_name };
          });
          const subtitles = await Promise.all(languages);
          await client.addSubtitles(id, "tweet_video", subtitles);
          const response = await fetch(`${baseUrl}/_emulator/media/${id}`);
          await client.removeSubtitles(id, "tweet_video", ["en"]);
          return { id, subtitles, before: (await response.json()).subtitles };
        },
        { api },
      );
      const idName = api === "2" ? "id" : "media_id";
      const [english, german] = subtitles.map(({ media_id_string, language_code, display_name }) => ({
        [idName]: media_id_string,
        language_code: language_code.toUpperCase(),
        display_name,
      }));
      assert.deepEqual(before, [english, german]);
      assert.deepEqual((await room.media(id)).subtitles, [german]);
      const [srt] = room.logged("INIT").slice(1);
      const { parameters } = await room.media(String(srt?.media_id));
      assert.deepEqual([parameters.media_type, parameters.media_category], ["text/srt", "subtitles"]);
    });

    test("altText is told when the media is ready, and the upload is done after that", async () => {
      const room = bench.enter();
      room.state.processing = { script: [{ state: "pending", check_after_secs: 1 }, { state: "succeeded" }] };
      const { media, phases } = await room.run(
        async ({ x, baseUrl, api, altText }) => {
          const phases = new Set();
          const onProgress = (/** @type {{ phase: string }} */ { phase }) => phases.add(phase);
          const media = await x.clientOf(baseUrl, { api }).upload(x.videoOf(10), { altText, onProgress }).done();
          return { media, phases: [...phases] };
        },
        { api, altText: ALT_TEXT },
      );
      assert.deepEqual(phases, ["initialize", "append", "finalize", "processing", "metadata", "ready"]);
      assert.equal(media.processing_info?.state, "succeeded");
      assert.equal(room.commands, "INIT APPEND FINALIZE STATUS METADATA");
      assert.deepEqual((await room.media(media.media_id_string)).metadata, { alt_text: { text: ALT_TEXT } });
    });

    test("altText is told after FINALIZE where nobody waits", async () => {
      const room = bench.enter();
      room.state.processing = { script: [{ state: "pending", check_after_secs: 1 }] };
      await room.run(({ x, baseUrl, api }) =>
        x.clientOf(baseUrl, { api }).upload(x.videoOf(10), { altText: "A sunrise", wait: false }).done(),
        { api },
      );
      assert.equal(room.commands, "INIT APPEND FINALIZE METADATA");
    });

    test("METADATA that fails before X has processed the media does not make it ready: who resumes may wait", async () => {
      const room = bench.enter();
      room.state.processing = { script: [{ state: "pending", check_after_secs: 1 }, { state: "succeeded" }] };
      room.strike({ command: "METADATA", fault: { kind: "status", status: 403 } });
      const media = await room.run(
        async ({ x, baseUrl, api }) => {
          const client = x.clientOf(baseUrl, { api });
          const file = x.videoOf(10);
          const error = await x.failureOf(client.upload(file, { altText: "A sunrise", wait: false }).done());
          return client.upload(file, { altText: "A sunrise", session: error.session }).done();
        },
        { api },
      );
      assert.equal(media.processing_info?.state, "succeeded");
      assert.deepEqual((await room.media(media.media_id_string)).metadata, { alt_text: { text: "A sunrise" } });
    });

    test("METADATA that fails for now is tried again; for good, it fails the upload, which can be resumed", async () => {
      const room = bench.enter();
      room.strike({ command: "METADATA", times: 2, fault: { kind: "status", status: 503 } });
      room.strike({ command: "METADATA", occurrence: 3, fault: { kind: "status", status: 403 } });
      const { error, media } = await room.run(
        async ({ x, baseUrl, api }) => {
          const client = x.clientOf(baseUrl, { api });
          const file = x.videoOf(10);
          const store = x.stores.indexedDbStore(`metadata ${baseUrl}`);
          const error = await x.failureOf(client.upload(file, { altText: "A sunrise", store }).done());
          return { error, media: await client.upload(file, { altText: "A sunrise", store }).done() };
        },
        { api },
      );
      assert.deepEqual([error.code, error.command, error.status, error.attempts], ["forbidden", "METADATA", 403, 3]);
      assert.deepEqual([error.media_id_string, error.session.media_id_string], Array(2).fill(media.media_id_string));
      assert.equal(room.commands, `INIT APPEND FINALIZE${" METADATA".repeat(4)}`);
      assert.deepEqual((await room.media(media.media_id_string)).metadata, { alt_text: { text: "A sunrise" } });
    });

    test("a media that X does not know is refused", async () => {
      const room = bench.enter();
      const errors = await room.run(
        async ({ x, baseUrl, api }) => {
          const client = x.clientOf(baseUrl, { api });
          return [
            await x.failureOf(client.setMetadata("1", { alt_text: "x" })),
            await x.failureOf(client.removeSubtitles("1", "amplify_video", ["EN"])),
          ];
        },
        { api },
      );
      const code = api === "2" ? "rejected" : "not_found";
      assert.deepEqual(
        errors.map(({ code, command, media_id_string }) => [code, command, media_id_string]),
        [[code, "METADATA", "1"], [code, "SUBTITLES", "1"]],
      );
    });
  });
}
