/**
 * News for the pages that are open. They are lost where none is: what must be known later is in uploads.js.
 *
 * @typedef {import("x-media-upload").UploadProgress} UploadProgress
 */

const channel = new BroadcastChannel("uploads");

/** That an upload was added, changed or removed. */
export function tellChange() {
  channel.postMessage({});
}

/**
 * @param {number} id of the upload
 * @param {UploadProgress} progress
 */
export function tellProgress(id, progress) {
  channel.postMessage({ id, progress });
}

/**
 * Hears what others tell: not what is told from this page.
 * @param {() => void} onChange
 * @param {(id: number, progress: UploadProgress) => void} onProgress
 */
export function listen(onChange, onProgress) {
  channel.addEventListener("message", ({ data: { id, progress } }) => {
    if (progress) onProgress(id, progress);
    else onChange();
  });
}
