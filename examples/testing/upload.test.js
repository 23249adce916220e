import { beforeEach, expect, test } from "vitest";
import { createEmulator } from "x-media-upload/emulator";
import { initSync, MediaClient } from "x-media-upload/inline";

initSync();
const emulator = createEmulator();
const client = new MediaClient({
  api: "2",
  accessToken: "any",
  fetch: emulator.fetch,
  retry: { minDelayMs: 1, maxDelayMs: 10 }, // else a lost request is sent again after a second
});
const video = new Blob([new Uint8Array(300_000)], { type: "video/mp4" }); // of a video any bytes will do

beforeEach(() => emulator.reset());

test("a video arrives", async () => {
  const { media_id_string } = await client.upload(video).done();
  const media = await emulator.mediaOf(media_id_string);
  expect(media).toMatchObject({ state: "succeeded", size: video.size });
});

test("a video that X can't use is told as that", async () => {
  await emulator.setProcessing({
    duration_secs: 0,
    outcome: "failed",
    error: { code: 1, name: "InvalidMedia", message: "Unsupported video format" },
  });
  await expect(client.upload(video).done()).rejects.toThrow('X refused the media: "Unsupported video format"');
});

test("a connection that is lost in the middle is of no matter", async () => {
  await emulator.addRules({ command: "APPEND", occurrence: 2, fault: { kind: "lost" } });
  const { media_id_string } = await client.upload(video, { segmentSize: 100_000 }).done();
  expect((await emulator.mediaOf(media_id_string))?.size).toBe(video.size);
  expect((await emulator.log()).filter(({ fault }) => fault === "lost")).toHaveLength(1);
});

test("a month's cap is final", async () => {
  await emulator.addRules({ command: "INIT", fault: "usage-cap" });
  await expect(client.upload(video).done()).rejects.toMatchObject({ code: "rate_limited", retryable: false });
});
