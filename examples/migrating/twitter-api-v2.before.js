import { TwitterApi } from "twitter-api-v2";

/** @param {string} accessToken @param {Buffer} file */
export async function upload(accessToken, file) {
  const client = new TwitterApi(accessToken);
  return client.v2.uploadMedia(file, { media_type: "video/mp4", media_category: "tweet_video" });
}
