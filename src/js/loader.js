// Loads the WebAssembly: once, whichever entries a program imports.

import { imports, stackPointer, start } from "../../target/wasm-bindgen/x_media_upload.js";
import { useStackPointer } from "./error.js";

/** @type {Promise<void> | undefined} */
let loading;
let begun = false;

/** @param {() => import("./index.d.ts").WasmSource} source */
export function load(source) {
  loading ??= fetchAndLoad(source).catch((error) => {
    loading = undefined; // the next call tries again
    throw error;
  });
  return loading;
}

/** @param {() => import("./index.d.ts").WasmSource} where */
async function fetchAndLoad(where) {
  const source = where();
  const isAddress = typeof source === "string" || source instanceof URL || source instanceof Request;
  const given = await (isAddress ? fetch(source) : source);
  // Compiled as a whole, not as it streams in: for so small a file that is as fast, and any content type will do.
  const code = given instanceof Response ? await bytesOf(given) : given;
  // Of bytes comes a module with its instance, of a module the instance.
  const made = /** @type {any} */ (await WebAssembly.instantiate(/** @type {any} */ (codeOf(code)), imports()));
  begin(made.instance ?? made);
}

/**
 * V8 takes no other view than of bytes.
 * @param {import("./index.d.ts").Bytes | WebAssembly.Module} code
 */
function codeOf(code) {
  if (!ArrayBuffer.isView(code)) return code;
  return new Uint8Array(/** @type {ArrayBuffer} */ (code.buffer), code.byteOffset, code.byteLength);
}

/** @param {Response} response */
async function bytesOf(response) {
  if (response.ok) return response.arrayBuffer();
  throw new Error(`x-media-upload: ${response.url || "the WebAssembly"} could not be loaded (HTTP ${response.status})`);
}

/** @param {import("./index.d.ts").Bytes | WebAssembly.Module} source */
export function loadSync(source) {
  const code = codeOf(source);
  const module = code instanceof WebAssembly.Module ? code : new WebAssembly.Module(code);
  begin(new WebAssembly.Instance(module, imports()));
  loading ??= Promise.resolve();
}

/** One instance, whoever loads it first. @param {WebAssembly.Instance} instance */
function begin(instance) {
  if (begun) return;
  start(instance);
  useStackPointer(stackPointer());
  begun = true;
}
