import("x-media-upload").then(async ({ default: init, MediaClient }) => {
  await init();
  const client = new MediaClient({ api: "2", baseUrl: process.env.EMULATOR, accessToken: "token" });
  await client.upload(Buffer.alloc(300_000, 7), { mediaType: "video/mp4" }).done();
});
