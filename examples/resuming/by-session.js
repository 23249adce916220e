import init, { MediaClient, isMediaUploadError } from "x-media-upload";

const input = document.querySelector("input");

input?.addEventListener("change", async () => {
  const file = input.files?.[0];
  if (!file) return;
  await init();
  const client = new MediaClient({ api: "2", baseUrl: "/x" });
  const kept = localStorage.getItem("session");
  const upload = client.upload(file, {
    session: kept ? JSON.parse(kept) : undefined,
    onSession: (session) => localStorage.setItem("session", JSON.stringify(session)),
  });
  try {
    const media = await upload.done();
    localStorage.removeItem("session");
    console.log("ready to post:", media.media_id_string);
  } catch (error) {
    const isOver = isMediaUploadError(error) && ["file_changed", "expired", "processing_failed"].includes(error.code);
    if (isOver) localStorage.removeItem("session"); // the next try begins anew
    throw error;
  }
});
