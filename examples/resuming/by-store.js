import init, { MediaClient } from "x-media-upload";
import { indexedDbStore } from "x-media-upload/stores";

const store = indexedDbStore(); // one for each account; an extension has extensionStore(chrome.storage.local)
const input = document.querySelector("input");

input?.addEventListener("change", async () => {
  const file = input.files?.[0];
  if (!file) return;
  await init();
  const client = new MediaClient({ api: "2", baseUrl: "/x" });
  const media = await client.upload(file, { store }).done();
  console.log("ready to post:", media.media_id_string);
});
