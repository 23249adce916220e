// The core, once its WebAssembly has been loaded.

/** @typedef {typeof import("../../target/wasm-bindgen/x_media_upload.js").Core} CoreClass */

/** @type {CoreClass | undefined} */
let Core;

/**
 * Everything works from now on.
 * @param {CoreClass} loaded
 */
export function use(loaded) {
  Core = loaded;
}

export function core() {
  if (!Core) throw new Error("x-media-upload: call init() first, and wait for it");
  return Core;
}
