import init, { MediaClient } from "x-media-upload";

/** @param {string} selector @returns {any} */
const find = (selector) => document.querySelector(selector);

find("input").addEventListener("change", async () => {
  try {
    await init();
    const client = new MediaClient({ api: "2", baseUrl: "/x" });
    const upload = client.upload(find("input").files[0], {
      onProgress: ({ phase }) => (find("output").value = phase),
    });
    await upload.done();
  } catch (error) {
    find("[role=alert]").textContent = error instanceof Error ? error.message : String(error);
  }
});
