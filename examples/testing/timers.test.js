import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createEmulator } from "x-media-upload/emulator";
import { initSync, MediaClient } from "x-media-upload/inline";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("ten minutes of processing take no time", async () => {
  initSync();
  const emulator = createEmulator();
  const client = new MediaClient({ api: "2", accessToken: "any", fetch: emulator.fetch });
  await emulator.setProcessing({ duration_secs: 600, check_after_secs: 60 });

  /** @type {(number | undefined)[]} */
  const percents = [];
  const upload = client.upload(new Blob(["a video"], { type: "video/mp4" }), {
    onStatus: ({ processing_info }) => percents.push(processing_info?.progress_percent),
  });
  await vi.waitUntil(() => upload.progress.phase === "processing");
  await vi.advanceTimersByTimeAsync(600_000);

  expect((await upload.done()).processing_info?.state).toBe("succeeded");
  expect(percents).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
});
