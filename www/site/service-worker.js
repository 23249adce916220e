/** X, simulated in the visitor's own browser: answers what the pages beside this file ask at x/<room>/. All else goes its way. */

import { fetchBy } from "../emulator/fetch.js";
import { createEmulator } from "../emulator/index.js";
import { RoomStore } from "./room-store.js";

const worker = /** @type {ServiceWorkerScope} */ (/** @type {unknown} */ (self));
const { scope } = worker.registration;

const storage = new RoomStore(`${scope} x-media-upload emulator`);
const emulator = createEmulator({ storage });
/** Once in a worker's life, before any room is read. A browser that can't will say so when a room is. */
const cleared = storage.removeOld().catch(() => {});

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
// From a page that was loaded without its worker.
worker.addEventListener("message", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (event) => {
  const { href, pathname } = new URL(event.request.url);
  if (!href.startsWith(`${scope}x/`)) return;
  event.respondWith(answer(event.request, pathname.slice(new URL(scope).pathname.length - 1)));
});

/**
 * @param {Request} request
 * @param {string} path below the scope
 */
async function answer(request, path) {
  await cleared;
  try {
    return await fetchBy((request) => emulator.answer(request, path))(request);
  } catch (error) {
    if (error instanceof DOMException && error.name !== "AbortError") return notKept(error);
    throw error; // to the page, a connection that was cut
  }
}

/**
 * The browser did not store what it was to keep.
 * @param {DOMException} error
 */
function notKept({ name, message }) {
  const isFull = name === "QuotaExceededError";
  const words = isFull
    ? "The simulation of X has no room left: this browser gives the site no more storage. Delete the site's data, and begin again."
    : `The simulation of X could not use this browser's storage: ${message}`;
  return Response.json({ errors: [{ message: words }] }, { status: isFull ? 507 : 500 });
}
