// What the entries have in common. It is a file of the package, so that they share one instance, whichever of them a program imports.

export { MediaClient, Upload } from "../browser/client.js";
export { authorization } from "../browser/oauth1.js";
export { MediaUploadError, invalid, isMediaUploadError } from "./error.js";
export { load, loadSync } from "./loader.js";
