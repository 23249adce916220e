import { readFileSync } from "node:fs";
import process from "node:process";
import { MediaClient, initSync } from "x-media-upload/inline";

const [, , baseUrl, file = ""] = process.argv;
initSync();
const client = new MediaClient({ api: "2", baseUrl, accessToken: "token" });
const media = await client.upload(readFileSync(file)).done();
console.log(media.media_id_string);
