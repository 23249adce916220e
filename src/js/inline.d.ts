/**
 * The same as `x-media-upload`, with the WebAssembly inside: no request is made for it. One instance and one
 * MediaUploadError, whichever of the two a program imports.
 *
 * @packageDocumentation
 */

import type { Bytes } from "./index.js";

export * from "./index.js";
export { default } from "./index.js";

/** Loads the WebAssembly at once: in a service worker at the top of its script. Without a source it is the one inside. */
export function initSync(source?: Bytes | WebAssembly.Module): void;
