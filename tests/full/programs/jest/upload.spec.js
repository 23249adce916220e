import init, { MediaClient, isMediaUploadError } from "x-media-upload";

test.each([
  ["a File", (bytes) => new File([bytes], "a.mp4", { type: "video/mp4" })],
  ["bytes", (bytes) => bytes],
  ["bytes of Node's own realm", (bytes) => Buffer.from(bytes)],
])("%s is uploaded", async (_, given) => {
  await init();
  const client = new MediaClient({ api: "2", baseUrl: process.env.EMULATOR, accessToken: "token" });
  const file = given(new Uint8Array(300_000).fill(7));
  const media = await client.upload(file, { mediaType: "video/mp4", segmentSize: 100_000 }).done();
  expect(media.media_id_string).toMatch(/^[0-9]{19}$/);
});

test("what X refuses is an error of the package's", async () => {
  const client = new MediaClient({ api: "2", baseUrl: process.env.EMULATOR, accessToken: "token" });
  const error = await client.status("12").catch((error) => error);
  expect(isMediaUploadError(error)).toBe(true);
  expect(error).toMatchObject({ code: "rejected", status: 400 });
});
