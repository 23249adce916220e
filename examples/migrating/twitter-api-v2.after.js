import { MediaClient, initSync } from "x-media-upload/inline";

initSync();

/** @param {string} accessToken @param {Buffer} file */
export async function upload(accessToken, file) {
  const client = new MediaClient({ api: "2", accessToken });
  const media = await client.upload(file).done();
  return media.media_id_string;
}
