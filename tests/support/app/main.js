import { upload } from "./upload.js";

const [input, output] = [document.querySelector("input"), document.querySelector("output")];
if (!input || !output) throw new Error("index.html lacks a field");

input.addEventListener("change", async () => {
  const [file] = input.files ?? [];
  if (file) output.value = await upload(file);
});
