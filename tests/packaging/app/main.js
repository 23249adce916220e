import init, { MediaClient } from "x-media-upload";

const [input, output] = [document.querySelector("input"), document.querySelector("output")];
if (!input || !output) throw new Error("index.html lacks a field");

const loading = init();
input.addEventListener("change", async () => {
  const [file] = input.files ?? [];
  if (!file) return;
  await loading;
  const client = new MediaClient({ api: "2", baseUrl: "/x/app", accessToken: "token" });
  const media = await client.upload(file).done();
  output.value = media.media_id_string;
});
