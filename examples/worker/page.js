import { upload } from "./upload.js";

/** @param {string} selector @returns {any} */
const find = (selector) => document.querySelector(selector);
const [input, running, bar, button, output, trouble] = [
  ...["input", "#running", "progress", "button", "output", "[role=alert]"].map(find),
];

input.addEventListener("change", async () => {
  const [file] = input.files;
  if (!file) return;
  input.value = ""; // the same file may be chosen again
  const controller = new AbortController();
  button.onclick = () => controller.abort();
  input.disabled = true;
  running.hidden = false;
  bar.value = 0;
  output.value = trouble.textContent = "";
  try {
    const media = await upload(file, {
      signal: controller.signal,
      onProgress: ({ fraction }) => (bar.value = fraction),
    });
    output.value = media.media_id_string;
  } catch (error) {
    trouble.textContent = error instanceof Error ? error.message : String(error);
  } finally {
    running.hidden = true;
    input.disabled = false;
  }
});
