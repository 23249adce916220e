import init, { MediaClient, isMediaUploadError } from "x-media-upload";

test("a file is uploaded", async () => {
  await init();
  const client = new MediaClient({ api: "2", baseUrl: process.env.EMULATOR, accessToken: "token" });
  const file = new File([new Uint8Array(300_000).fill(7)], "a.mp4", { type: "video/mp4" });
  const media = await client.upload(file, { segmentSize: 100_000 }).done();
  expect(media.media_id_string).toMatch(/^[0-9]{19}$/);
});

test("what X refuses is an error of the package's", async () => {
  const client = new MediaClient({ api: "2", baseUrl: process.env.EMULATOR, accessToken: "token" });
  const error = await client.status("12").catch((error) => error);
  expect(isMediaUploadError(error)).toBe(true);
  expect(error).toMatchObject({ code: "rejected", status: 400 });
});
