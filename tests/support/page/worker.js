/** A worker, dedicated or service, that uploads when it is asked to, and tells what came of it. */

import { clientOf, failureOf, lib, sha256, videoOf } from "./toolkit.js";

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

/** @param {{ baseUrl: string }} asked */
async function answer({ baseUrl }) {
  await lib.default();
  const client = clientOf(baseUrl);
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
  };
}
