// The entry of pages, workers and bundlers: loads the WebAssembly from the file that is shipped beside it.

import load, { Core, initSync as loadSync } from "../../target/wasm-bindgen/x_media_upload.js";
import { use } from "../browser/client.js";

export { MediaClient, Upload } from "../browser/client.js";
export { MediaUploadError, isMediaUploadError } from "./error.js";

/** @type {Promise<void> | undefined} */
let loading;

/** @param {import("./index.d.ts").WasmSource} [source] */
export default function init(source) {
  loading ??= fetchAndLoad(source).catch((error) => {
    loading = undefined; // the next call tries again
    throw error;
  });
  return loading;
}

/** @param {import("./index.d.ts").WasmSource} [source] */
async function fetchAndLoad(source = new URL("x-media-upload.wasm", import.meta.url)) {
  const isAddress = typeof source === "string" || source instanceof URL || source instanceof Request;
  const module = await (isAddress ? fetch(source) : source);
  if (module instanceof Response && !module.ok) {
    throw new Error(`x-media-upload: ${module.url || "the WebAssembly"} could not be loaded (HTTP ${module.status})`);
  }
  await load({ module_or_path: module });
  use(Core);
}

/** @param {import("./index.d.ts").Bytes | WebAssembly.Module} source */
export function initSync(source) {
  loadSync({ module: source });
  use(Core);
  loading ??= Promise.resolve();
}
