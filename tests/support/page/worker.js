/** A worker, dedicated or service, that uploads when it is asked to, and tells what came of it. */

import { clientOf, failureOf, lib, sha256, stores, uploadWithin, videoOf } from "./toolkit.js";

/**
 * @typedef {object} Asked
 * @property {string} baseUrl
 * @property {"chrome" | "browser"} [extension] What has the API of extensions.
 * @property {boolean} [background] Whether that says that this is the extension's background page.
 * @property {boolean} [stored] Only to upload, and to keep the session.
 * @property {boolean} [emulated] Only to upload to an emulator in the worker itself.
 */

/** @type {string[]} */
const complaints = [];
addEventListener("error", ({ message }) => complaints.push(message));
addEventListener("unhandledrejection", ({ reason }) => complaints.push(String(reason)));

addEventListener("message", (event) => {
  const answering = answer(event.data).then(
    (told) => event.ports[0]?.postMessage(told),
    (error) => event.ports[0]?.postMessage({ error: String(error.stack) }),
  );
  // A service worker may be stopped when nothing is waited for.
  if ("waitUntil" in event) /** @type {any} */ (event).waitUntil(answering);
});

/**
 * What keeps an extension's worker alive: how often it was called, and after which times it is to be called again.
 * @type {{ calls: number, afterMs: (number | undefined)[] }}
 */
const kept = { calls: 0, afterMs: [] };

/**
 * From now on the API of extensions is here.
 * @param {"chrome" | "browser"} name
 * @param {boolean} [background] whether this is the background page
 */
function becomeExtension(name, background) {
  const { setTimeout } = globalThis;
  Object.assign(globalThis, {
    [name]: {
      runtime: { getPlatformInfo: async () => kept.calls++ },
      extension: { getBackgroundPage: () => (background ? globalThis : null) },
    },
    setTimeout(/** @type {() => void} */ callback, /** @type {number | undefined} */ ms) {
      kept.afterMs.push(ms);
      return setTimeout(callback, ms);
    },
  });
}

/** @param {Asked} asked */
async function answer({ baseUrl, extension, background, stored, emulated }) {
  if (extension) becomeExtension(extension, background);
  await lib.default();
  if (emulated) return uploadWithin();
  const client = clientOf(baseUrl);
  if (stored) {
    const options = { segmentSize: 65_536, concurrency: 2, store: stores.indexedDbStore() };
    return client.upload(videoOf(20 * 65_536), options).done();
  }
  const file = videoOf(200_000);
  /** @type {string[]} */
  const phases = [];
  const upload = client.upload(file, { segmentSize: 65_536, onProgress: ({ phase }) => phases.push(phase) });
  const media = await upload.done();

  const controller = new AbortController();
  const aborted = client.upload(file, { signal: controller.signal, onProgress: () => controller.abort("enough") });
  return {
    realm: Object.prototype.toString.call(globalThis),
    media,
    digest: await sha256(await file.arrayBuffer()),
    phases: [...new Set(phases)],
    reason: await aborted.done().catch((reason) => reason),
    failure: await failureOf(client.finalize("1")),
    complaints,
    kept,
  };
}
