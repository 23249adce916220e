import init, { MediaClient } from "x-media-upload";

/** @param {string} accessToken @param {Blob} file */
export async function upload(accessToken, file) {
  await init();
  const client = new MediaClient({ api: "2", accessToken });
  const media = await client.upload(file, { mediaCategory: "tweet_video" }).done();
  return media.media_id_string;
}
