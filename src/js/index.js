// The entry of pages, workers and bundlers: loads the WebAssembly from the file that is shipped beside it.

import { load } from "./shared.js";

export { MediaClient, MediaUploadError, Upload, isMediaUploadError, loadSync as initSync } from "./shared.js";

/** @param {import("./index.d.ts").WasmSource} [source] */
export default function init(source) {
  return load(() => source ?? new URL("x-media-upload.wasm", import.meta.url));
}
