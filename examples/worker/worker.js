import init, { MediaClient, isMediaUploadError } from "x-media-upload";

/** Each message is a File, and a port that is told what comes of it; the first message from there aborts. */
addEventListener("message", async ({ data: file, ports: [port] }) => {
  if (!port) return;
  const controller = new AbortController();
  port.onmessage = () => controller.abort();
  try {
    await init();
    const client = new MediaClient({ api: "2", baseUrl: "/x" });
    const upload = client.upload(file, {
      signal: controller.signal,
      onProgress: (progress) => port.postMessage({ progress }),
    });
    port.postMessage({ media: await upload.done() });
  } catch (error) {
    // Of an Error a message keeps the name and the words alone.
    port.postMessage({ error: isMediaUploadError(error) ? error.toJSON() : error });
  }
});
