import init, { MediaClient } from "x-media-upload";

let client: MediaClient | undefined;

/** The app's one client. The WebAssembly is loaded when it is first asked for, and asked for again where that failed. */
export async function getClient(): Promise<MediaClient> {
  await init();
  client ??= new MediaClient({ api: "2", baseUrl: "/x" });
  return client;
}
