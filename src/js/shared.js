// What the entries have in common. It is a file of the package, so that they share one instance, whichever of them a program imports.

export { sign } from "../../target/wasm-bindgen/x_media_upload.js";
export { MediaUploadError, invalid, isMediaUploadError } from "./error.js";
export { MediaClient, Upload } from "./handles.js";
export { load, loadSync } from "./loader.js";
