import init, { MediaClient, type MediaClientOptions } from "x-media-upload";
import { createRelay, type RelayCredentials } from "x-media-upload/relay";

const { EMULATOR = "" } = process.env;

const relay = createRelay({
  async authorize({ headers }): Promise<RelayCredentials | Response> {
    return headers.get("cookie") === "a=b" ? { accessToken: "token" } : new Response("Sign in first", { status: 401 });
  },
  upstream: { "2": EMULATOR },
});

await init();
const options: MediaClientOptions = {
  api: "2",
  baseUrl: "http://localhost/x",
  headers: { cookie: "a=b" },
  credentials: "omit",
  fetch: async (url, init) => relay(new Request(url, init)),
};
const { media_id_string } = await new MediaClient(options).upload(new Uint8Array(300_000).fill(7), { mediaType: "video/mp4" }).done();
const length: number = media_id_string.length;
console.log(length);
