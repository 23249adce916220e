/**
 * What the background tells the pages that are open. It is lost where none is: what must be known later is in uploads.js.
 *
 * Not a message of chrome.runtime: that counts as a call of an extension's API, and progress would keep the background alive by chance.
 *
 * @typedef {object} Told
 * @property {number} id Of an upload.
 * @property {import("x-media-upload").UploadProgress} [progress] Absent: it has come to an end.
 */

const channel = new BroadcastChannel("uploads");

/** @param {Told} told */
export function tell(told) {
  channel.postMessage(told);
}

/** @param {(told: Told) => void} listener */
export function listen(listener) {
  channel.addEventListener("message", ({ data }) => listener(data));
}
