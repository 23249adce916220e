// What stands for the WebAssembly until it is loaded: the build puts it into wasm-bindgen's glue.

/** Throws whatever is asked of it. @type {any} */
export const unloaded = new Proxy(
  {},
  {
    get() {
      throw new Error("x-media-upload: call init() first, and wait for it");
    },
  },
);
