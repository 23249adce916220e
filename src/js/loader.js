// Loads the WebAssembly: once, whichever entries a program imports. What goes wrong says what to do about it.

import { imports, stackPointer, start } from "../../target/wasm-bindgen/x_media_upload.js";
import { useStackPointer } from "./error.js";

/** What every WebAssembly begins with. */
const MAGIC = [0, 0x61, 0x73, 0x6d];

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
  assertPlatform();
  /** @type {any} */
  const source = where();
  const isAddress = typeof source === "string" || ["URL", "Request"].includes(tagOf(source));
  /** @type {any} */
  const given = await (isAddress ? fetched(source) : source);
  // Compiled as a whole, not as it streams in: for so small a file that is as fast, and any content type will do.
  const code = tagOf(given) === "Response" ? await bytesOf(given) : given;
  // Of bytes comes a module with its instance, of a module the instance.
  const made = /** @type {any} */ (
    await WebAssembly.instantiate(/** @type {any} */ (codeOf(code)), imports()).catch(forbiddenOr)
  );
  begin(made.instance ?? made);
}

/** @param {string | URL | Request} address */
async function fetched(address) {
  try {
    return await fetch(address);
  } catch (cause) {
    const url = tagOf(address) === "Request" ? /** @type {Request} */ (address).url : address;
    throw failure(`${url} could not be fetched. Check the connection, and connect-src in the Content-Security-Policy.`, cause);
  }
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
  const url = response.url || "the Response";
  const advice = "Serve x-media-upload.wasm there, or tell init() where it is.";
  if (!response.ok) throw failure(`${url} could not be loaded (HTTP ${response.status}). ${advice}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (MAGIC.every((byte, place) => bytes[place] === byte)) return bytes;
  // A web app may answer every path that it does not know with its own page.
  const isPage = bytes.find((byte) => byte > 0x20) === 0x3c;
  throw failure(`${url} was answered by ${isPage ? "a page" : "something"} that is not WebAssembly. ${advice}`);
}

/** @param {import("./index.d.ts").Bytes | WebAssembly.Module} source */
export function loadSync(source) {
  assertPlatform();
  begin(instanceOf(codeOf(source)));
  loading ??= Promise.resolve();
}

/** @param {BufferSource | WebAssembly.Module} code */
function instanceOf(code) {
  try {
    const isModule = tagOf(code) === "WebAssembly.Module";
    const module = isModule ? /** @type {WebAssembly.Module} */ (code) : new WebAssembly.Module(/** @type {BufferSource} */ (code));
    return new WebAssembly.Instance(module, imports());
  } catch (thrown) {
    return forbiddenOr(thrown);
  }
}

/**
 * Throws what was thrown where something was compiled; where nothing may be, not even the smallest, what to do about that.
 * @param {unknown} thrown
 * @returns {never}
 */
function forbiddenOr(thrown) {
  try {
    new WebAssembly.Module(Uint8Array.of(...MAGIC, 1, 0, 0, 0));
  } catch {
    const page = "A page needs script-src 'wasm-unsafe-eval' in its Content-Security-Policy";
    const worker = "on Cloudflare Workers import the file, and give it to initSync()";
    throw failure(`no WebAssembly may be compiled here. ${page}; ${worker}.`, thrown);
  }
  throw thrown;
}

/**
 * Fails where what stands for a browser lacks what an upload needs. In tests, jsdom may have a File that can't be read, or a FormData that
 * writes "[object File]" for one.
 */
function assertPlatform() {
  try {
    new TextDecoder();
    const file = new File([], "");
    if (!file.arrayBuffer) throw new TypeError("File has no arrayBuffer()");
    const form = new FormData();
    form.append("media", file);
    if (typeof form.get("media") === "string") throw new TypeError("FormData takes no File");
  } catch (/** @type {any} */ lack) {
    throw failure(`not all is here that browsers have: ${lack.message}. For tests in jsdom see the guide to testing, "Test runners".`, lack);
  }
}

/** What kind of platform object it is, of whichever realm. @param {any} value */
function tagOf(value) {
  return value?.[Symbol.toStringTag];
}

/**
 * @param {string} message
 * @param {unknown} [cause]
 */
function failure(message, cause) {
  return new Error(`x-media-upload: ${message}`, { cause });
}

/** One instance, whoever loads it first. @param {WebAssembly.Instance} instance */
function begin(instance) {
  if (begun) return;
  start(instance);
  useStackPointer(stackPointer());
  begun = true;
}
