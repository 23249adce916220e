/** Whole uploads from a page: every byte, every digit, and how the requests leave. */

import assert from "node:assert/strict";
import { createHash, randomFillSync } from "node:crypto";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fixture, openBench, sha256 } from "../support/bench.js";

const bench = openBench();

const APIS = /** @type {const} */ (["1.1", "2"]);
const FIXTURES = /** @type {const} */ ([
  ["video.mp4", "video/mp4", "tweet_video"],
  ["video.mov", "video/quicktime", "tweet_video"],
  ["video.webm", "video/webm", "tweet_video"],
  ["animated.gif", "image/gif", "tweet_gif"],
  ["picture.png", "image/png", "tweet_image"],
  ["picture.jpg", "image/jpeg", "tweet_image"],
  ["picture.webp", "image/webp", "tweet_image"],
]);

describe("a file is told by its bytes, and arrives whole", () => {
  for (const api of APIS) {
    for (const [name, media_type, media_category] of FIXTURES) {
      test(`${name} by ${api}`, async () => {
        const room = bench.enter();
        const media = await room.run(
          async ({ x, baseUrl, api, name }) => x.clientOf(baseUrl, { api }).upload(await x.fixture(name)).done(),
          { api, name },
        );
        const bytes = fixture(name);
        await room.assertHolds(media, sha256(bytes));
        assert.ok(!("media_id" in media));
        assert.equal(room.commands, "INIT APPEND FINALIZE");
        const { parameters } = await room.media(media.media_id_string);
        assert.deepEqual(parameters, { total_bytes: bytes.length, media_type, media_category });
      });
    }
  }

  test("whatever it is given as", async () => {
    const room = bench.enter();
    const uploads = await room.run(async ({ x, baseUrl }) => {
      const bytes = await x.videoOf(1000).arrayBuffer();
      const client = x.clientOf(baseUrl);
      const files = [bytes, new Uint8Array(bytes, 10, 500), new DataView(bytes, 7), new File([bytes], "a.mp4")];
      return Promise.all(
        files.map(async (file) => ({
          media: await client.upload(file, { mediaType: "video/mp4" }).done(),
          digest: await x.sha256(await new Blob([file]).arrayBuffer()),
        })),
      );
    });
    for (const { media, digest } of uploads) await room.assertHolds(media, digest);
  });
});

describe("an id keeps every digit on its way through INIT, APPEND, FINALIZE and STATUS", () => {
  const IDS = ["9007199254740993", "1234567890123456789", "9223372036854775807"];

  /** @type {[what: string, api: "1.1" | "2", body: (id: string) => string][]} */
  const cases = [
    ["as a number alone in 1.1", "1.1", (id) => `{"media_id":${id},"expires_after_secs":86400}`],
    ["as a number and text in 1.1", "1.1", (id) => `{"media_id":${id},"media_id_string":"${id}"}`],
    ["as text in 2", "2", (id) => `{"data":{"id":"${id}"}}`],
    ["as a number in 2, without the wrapper", "2", (id) => `{"id":${id}}`],
  ];
  for (const [what, api, body] of cases) {
    test(what, async () => {
      for (const id of IDS) {
        const room = bench.enter();
        room.strike({ times: 4, fault: { kind: "status", status: 200, body: body(id) } });
        const told = await room.run(
          async ({ x, baseUrl, api }) => {
            const client = x.clientOf(baseUrl, { api });
            const { media_id_string } = await client.upload(x.videoOf(10)).done();
            return [media_id_string, (await client.status(media_id_string)).media_id_string];
          },
          { api },
        );
        assert.deepEqual(told, [id, id]);
        assert.deepEqual(
          room.log.map(({ command, media_id }) => [command, media_id]),
          [["INIT", null], ["APPEND", id], ["FINALIZE", id], ["STATUS", id]],
        );
      }
    });
  }
});

describe("segments", () => {
  for (const [concurrency, most] of /** @type {const} */ ([[1, 1], [2, 2], [undefined, 4], [8, 8]])) {
    test(`${concurrency ?? "by default 4"} at a time, and never more`, async () => {
      const room = bench.enter();
      room.strike({ command: "APPEND", times: 10, fault: { kind: "delay", ms: 50 } });
      const { media, digest, mostInFlight } = await room.run(
        async ({ x, baseUrl, concurrency }) => {
          let inFlight = 0;
          let mostInFlight = 0;
          /** @type {typeof globalThis.fetch} */
          const countingFetch = async (input, init) => {
            mostInFlight = Math.max(mostInFlight, ++inFlight);
            try {
              return await fetch(input, init);
            } finally {
              inFlight--;
            }
          };
          const file = x.videoOf(10 * 65_536 - 1);
          const client = x.clientOf(baseUrl, { fetch: countingFetch });
          const media = await client.upload(file, { segmentSize: 65_536, concurrency }).done();
          return { media, mostInFlight, digest: await x.sha256(await file.arrayBuffer()) };
        },
        { concurrency },
      );
      await room.assertHolds(media, digest);
      assert.equal(mostInFlight, most);
      assert.ok(overlaps(room.logged("APPEND")) <= most);
      const { segments } = await room.media(media.media_id_string);
      assert.deepEqual(
        segments,
        Array.from({ length: 10 }, (_, index) => ({
          segment_index: index,
          bytes: index < 9 ? 65_536 : 65_535,
          times: 1,
        })),
      );
    });
  }

  test("one after the other, by hand", async () => {
    const room = bench.enter();
    const { media, digest } = await room.run(async ({ x, baseUrl }) => {
      const client = x.clientOf(baseUrl, { api: "1.1" });
      const file = x.videoOf(1000);
      const { media_id_string: id } = await client.initialize({ total_bytes: 1000, media_type: "video/mp4" });
      await client.append(id, 0, file.slice(0, 400));
      await client.append(id, 1, await file.slice(400).arrayBuffer());
      return { media: await client.finalize(id), digest: await x.sha256(await file.arrayBuffer()) };
    });
    await room.assertHolds(media, digest);
    assert.deepEqual((await room.media(media.media_id_string)).parameters, {
      total_bytes: 1000,
      media_type: "video/mp4",
    });
  });
});

describe("a file of 100 MB from a disk", () => {
  const folder = mkdtempSync(join(tmpdir(), "x-media-upload-"));
  const path = join(folder, "large.mp4");
  const hash = createHash("sha256");

  before(() => {
    const file = openSync(path, "w");
    for (let megabytes = 0; megabytes < 100; megabytes++) {
      const bytes = randomFillSync(Buffer.alloc(1_000_000));
      hash.update(bytes);
      writeSync(file, bytes);
    }
    closeSync(file);
  });
  after(() => rmSync(folder, { recursive: true }));

  test("arrives whole, while the memory of WebAssembly stays as it is", async () => {
    const room = bench.enter();
    await bench.page.setInputFiles("input", path);
    const { media, memory } = await room.run(async ({ x, baseUrl }) => {
      const { lib, memories } = await x.freshCopy();
      await lib.default();
      const client = new lib.MediaClient({ api: "2", baseUrl, accessToken: "token" });
      await client.upload(x.videoOf(10)).done(); // it makes a heap, of one page
      const bytes = () => String(memories.map(({ buffer }) => buffer.byteLength));
      const memory = [bytes()];
      const [file = new Blob()] = document.querySelector("input")?.files ?? [];
      const onProgress = () => memory.push(bytes());
      const media = await client.upload(file, { mediaType: "video/mp4", onProgress }).done();
      return { media, memory };
    });
    await room.assertHolds(media, hash.digest("hex"));
    assert.match(memory[0] ?? "", /^[0-9]+$/);
    assert.ok(memory.length > 20, `${memory.length} calls`);
    assert.equal(new Set(memory).size, 1, `${memory}`);
  });
});

describe("what is told", { concurrency: 4 }, () => {
  test("to INIT is what the caller says of the media", async () => {
    const room = bench.enter();
    const parameters = {
      media_type: "video/mp4",
      media_category: "amplify_video",
      additional_owners: ["9223372036854775807", "12"],
      shared: true,
    };
    for (const api of APIS) {
      const { media_id_string: id } = await room.run(
        ({ x, baseUrl, api }) =>
          x
            .clientOf(baseUrl, { api })
            .upload(new Blob(["none of the known"]), {
              mediaType: "video/mp4",
              mediaCategory: "amplify_video",
              additionalOwners: ["9223372036854775807", "12"],
              shared: true,
            })
            .done(),
        { api },
      );
      assert.deepEqual((await room.media(id)).parameters, { total_bytes: 17, ...parameters }, api);
    }
  });

  test("without waiting is what FINALIZE said", async () => {
    const room = bench.enter();
    room.state.processing = { script: [{ state: "pending", check_after_secs: 1 }] };
    const media = await room.run(({ x, baseUrl }) => x.clientOf(baseUrl).upload(x.videoOf(10), { wait: false }).done());
    assert.equal(media.processing_info?.state, "pending");
    assert.equal(room.commands, "INIT APPEND FINALIZE");
  });

  test("of a media is what FINALIZE and STATUS said together", async () => {
    const room = bench.enter();
    room.state.processing = { script: [{ state: "pending", check_after_secs: 1 }] };
    const finalized = await room.run(({ x, baseUrl }) =>
      x.clientOf(baseUrl, { api: "1.1" }).upload(x.videoOf(10), { wait: false }).done(),
    );
    const { media_id_string, media_key } = finalized;
    const body = `{"media_id":${media_id_string},"video":{"video_type":"video/mp4"},"expires_after_secs":60}`;
    room.strike({ command: "STATUS", fault: { kind: "status", status: 200, body } });
    const start = Date.now();
    const { expiresAt = 0, ...rest } = await room.run(
      ({ x, baseUrl, finalized }) => x.clientOf(baseUrl, { api: "1.1" }).waitUntilReady(finalized),
      { finalized },
    );
    const video = { video_type: "video/mp4" };
    assert.deepEqual(rest, { media_id_string, media_key, size: 10, video, expires_after_secs: 60 });
    assert.ok(expiresAt >= start + 60_000 && expiresAt <= Date.now() + 60_000, `${expiresAt - start}`);
  });

  test("of the progress never falls, and goes through every phase to its end", async () => {
    const room = bench.enter();
    room.state.processing = {
      script: [
        { state: "pending", check_after_secs: 1 },
        { state: "in_progress", check_after_secs: 1, progress_percent: 40 },
        { state: "succeeded", progress_percent: 100 },
      ],
    };
    const { told, id, last, statuses } = await room.run(async ({ x, baseUrl }) => {
      /** @type {import("../../src/js/index.js").UploadProgress[]} */
      const told = [];
      /** @type {(string | undefined)[]} */
      const statuses = [];
      const upload = x.clientOf(baseUrl).upload(x.videoOf(200_000), {
        segmentSize: 65_536,
        onProgress: (progress) => told.push(progress),
        onStatus: ({ processing_info }) => statuses.push(processing_info?.state),
      });
      const { media_id_string: id } = await upload.done();
      return { told, id, last: upload.progress, statuses };
    });
    const phases = ["initialize", "append", "finalize", "processing", "ready"];
    assert.deepEqual([...new Set(told.map(({ phase }) => phase))], phases);
    told.reduce((before, now) => {
      assert.ok(now.fraction >= before.fraction, `${before.fraction}, then ${now.fraction}`);
      return now;
    });
    assert.deepEqual(statuses, ["in_progress", "succeeded"]);
    assert.ok(told.some(({ waiting, processingPercent }) => waiting?.for === "processing" && processingPercent === 40));
    const all = { bytesSent: 200_000, bytesTotal: 200_000, segmentsSent: 4, processingPercent: 100 };
    const { bytesPerSec, ...end } = told.at(-1) ?? {};
    assert.deepEqual(end, { phase: "ready", fraction: 1, ...all, media_id_string: id });
    assert.ok(Number(bytesPerSec) > 0);
    assert.deepEqual(last, told.at(-1));
  });
});

/**
 * How many of these requests were under way at once.
 * @param {import("../support/bench.js").Entry[]} entries
 */
function overlaps(entries) {
  const atOnce = entries.map(
    (entry) => entries.filter((other) => other.at <= entry.at && (other.ended_at ?? Infinity) > entry.at).length,
  );
  return Math.max(...atOnce);
}
