import init, { MediaClient } from "x-media-upload";

/** @param {string} selector @returns {any} */
const find = (selector) => document.querySelector(selector);
const [input, running, bar, button, output, trouble] = [
  ...["input", "#running", "progress", "button", "output", "[role=alert]"].map(find),
];

input.addEventListener("change", async () => {
  const [file] = input.files;
  if (!file) return;
  input.value = ""; // the same file may be chosen again
  input.disabled = true;
  bar.value = 0;
  output.value = trouble.textContent = "";
  try {
    await init(); // loads once
    const client = new MediaClient({ api: "2", baseUrl: "/x" });
    const upload = client.upload(file, { onProgress: ({ fraction }) => (bar.value = fraction) });
    button.onclick = () => upload.abort();
    running.hidden = false;
    const media = await upload.done();
    output.value = media.media_id_string;
  } catch (error) {
    trouble.textContent = error instanceof Error ? error.message : String(error);
  } finally {
    running.hidden = true;
    input.disabled = false;
  }
});
