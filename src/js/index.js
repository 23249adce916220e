// The entry of pages, workers and bundlers: loads the WebAssembly from the file that is shipped beside it.

import { load } from "./loader.js";

export { MediaClient, Upload } from "../browser/client.js";
export { MediaUploadError, isMediaUploadError } from "./error.js";
export { loadSync as initSync } from "./loader.js";

/** @param {import("./index.d.ts").WasmSource} [source] */
export default function init(source) {
  return load(() => source ?? new URL("x-media-upload.wasm", import.meta.url));
}
