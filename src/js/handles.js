// MediaClient and Upload, the handles that wasm-bindgen makes, with a free() that may be called at any time, and again.
//
// A handle may be behind a Proxy (of Vue, say), which is `this` then, and which the glue's registry of handles does not know. So
// what is done to the handle itself is in a closure that it gets when it is made.

import { MediaClient, Upload } from "../../target/wasm-bindgen/x_media_upload.js";
import { guard } from "./error.js";

export { MediaClient, Upload };

freeable(MediaClient, "MediaClient");
rejecting(
  MediaClient,
  ...["initialize", "append", "finalize", "status", "setMetadata", "addSubtitles", "removeSubtitles"],
  ...["waitUntilReady", "finalizeAndWait"],
);
freeable(Upload, "Upload", "done");

/**
 * Gives the class its name again, which minifying takes, and makes free() release what WebAssembly keeps for a handle. Whatever is called later says that the handle was freed, but for the
 * methods that `stay`: they give what they gave.
 * @param {any} handles the class
 * @param {string} name for people
 * @param {...string} stay
 */
function freeable(handles, name, ...stay) {
  const { prototype } = handles;
  const { free } = prototype;
  define(handles, "name", { value: name });

  /** @param {any} handle */
  const release = (handle) => {
    for (const method of stay) {
      const given = handle[method]();
      define(handle, method, { value: () => given });
    }
    free.call(handle);
    // All of the glue's methods ask for it.
    define(handle, "__wbg_ptr", {
      get() {
        throw new Error(`x-media-upload: this ${name} was freed`);
      },
    });
    define(handle, "__release", { value() {} });
  };

  define(prototype, "__wbg_ptr", {
    /** The glue sets it once, when it has made a handle. @param {number} value @this {any} */
    set(value) {
      define(this, "__wbg_ptr", { value, writable: true });
      define(this, "__release", { value: () => release(this) });
    },
  });

  /** @this {any} */
  prototype.free = function () {
    this.__release();
  };
  if (Symbol.dispose) prototype[Symbol.dispose] = prototype.free;
}

/**
 * Makes methods that give a promise reject where the glue throws.
 * @param {any} handles the class
 * @param {...string} methods
 */
function rejecting({ prototype }, ...methods) {
  for (const method of methods) {
    const call = prototype[method];
    /** @this {any} @param {unknown[]} given */
    prototype[method] = function (...given) {
      try {
        return guard(() => call.apply(this, given));
      } catch (thrown) {
        return Promise.reject(thrown);
      }
    };
  }
}

/**
 * @param {object} object
 * @param {string} name
 * @param {PropertyDescriptor} descriptor
 */
function define(object, name, descriptor) {
  Object.defineProperty(object, name, { configurable: true, ...descriptor });
}
