import { readFileSync } from "node:fs";
import process from "node:process";
import init, { MediaClient } from "x-media-upload";

const [, , baseUrl, file = ""] = process.argv;
await init();
const client = new MediaClient({ api: "2", baseUrl, accessToken: "token" });
const media = await client.upload(readFileSync(file)).done();
console.log(media.media_id_string);
