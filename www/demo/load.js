/** Loads x-media-upload, and says in words why it could not. */

import { config } from "./config.js";

/** @typedef {typeof import("../../src/js/index.js") & typeof import("../../src/js/stores.js")} Package Both of its entries. */

/** @returns {Promise<Package>} */
export async function loadPackage() {
  /** @type {Package} */
  let loaded;
  try {
    const [entry, stores] = await Promise.all([import(config.packageUrl), import(config.storesUrl)]);
    loaded = { ...entry, ...stores };
  } catch (cause) {
    throw new Error(
      `The package could not be loaded from ${config.packageUrl}. Build it with “npm run build”.`,
      { cause },
    );
  }
  try {
    await loaded.default();
  } catch (cause) {
    throw new Error(whyRefused(cause), { cause });
  }
  return loaded;
}

/** @param {unknown} cause */
function whyRefused(cause) {
  const words = cause instanceof Error ? cause.message : String(cause);
  if (typeof WebAssembly === "undefined") {
    return "This browser has no WebAssembly, or has it switched off.";
  }
  if (cause instanceof WebAssembly.CompileError && /unsafe-eval|content security/i.test(words)) {
    return "The page's Content-Security-Policy refuses WebAssembly: its script-src needs 'wasm-unsafe-eval'.";
  }
  return `The WebAssembly could not be loaded: ${words}`;
}
