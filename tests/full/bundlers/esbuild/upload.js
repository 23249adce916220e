import init, { MediaClient } from "x-media-upload";
import url from "x-media-upload/x-media-upload.wasm";

/** @param {File} file */
export async function upload(file) {
  await init(url);
  const client = new MediaClient({ api: "2", baseUrl: "/x/app", accessToken: "token" });
  const media = await client.upload(file).done();
  return media.media_id_string;
}
