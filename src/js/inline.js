// The entry with the WebAssembly in it: nothing is fetched, and a service worker can load it at the top of its script.

import { load, loadSync } from "./shared.js";
import base64 from "../../dist/x-media-upload.wasm";

export { MediaClient, MediaUploadError, Upload, isMediaUploadError } from "./shared.js";

/** @param {import("./index.d.ts").WasmSource} [source] */
export default function init(source) {
  return load(() => source ?? inside());
}

/** @param {import("./index.d.ts").Bytes | WebAssembly.Module} [source] */
export function initSync(source) {
  loadSync(source ?? inside());
}

/** Decoded when it is asked for: nothing is done at import. */
function inside() {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}
