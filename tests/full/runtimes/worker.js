import { MediaClient, initSync } from "./node_modules/x-media-upload/dist/index.js";
import "./node_modules/x-media-upload/dist/emulator.js";
import "./node_modules/x-media-upload/dist/inline.js";
import "./node_modules/x-media-upload/dist/stores.js";
import module from "./node_modules/x-media-upload/dist/x-media-upload.wasm";

/** Uploads the body of a request to the emulator that the query names. */
export default {
  async fetch(request) {
    initSync(module);
    const client = new MediaClient({ api: "2", baseUrl: new URL(request.url).searchParams.get("to"), accessToken: "token" });
    const media = await client.upload(await request.arrayBuffer()).done();
    return new Response(media.media_id_string);
  },
};
