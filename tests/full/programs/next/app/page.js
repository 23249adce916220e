import init, { MediaClient } from "x-media-upload";
import { Picker } from "./picker.js";

export const dynamic = "force-dynamic";

/** Rendered on the server, which uploads too. */
export default async function Page() {
  await init();
  const client = new MediaClient({ api: "2", baseUrl: process.env.EMULATOR, accessToken: "token" });
  const media = await client.upload(new Uint8Array(300_000).fill(7), { mediaType: "video/mp4" }).done();
  return (
    <main>
      <output>{media.media_id_string}</output>
      <Picker />
    </main>
  );
}
