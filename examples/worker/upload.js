/** @type {Worker | undefined} */
let worker;

/**
 * Uploads a file in a worker, which is made for the first one.
 * @param {File} file
 * @param {{ signal?: AbortSignal, onProgress?: (progress: import("x-media-upload").UploadProgress) => void }} [options]
 * @returns {Promise<import("x-media-upload").Media>}
 */
export async function upload(file, { signal, onProgress } = {}) {
  signal?.throwIfAborted();
  worker ??= new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  const { port1: port, port2: theirs } = new MessageChannel();
  worker.postMessage(file, [theirs]); // the file's bytes stay where they are
  const ended = new AbortController();
  const listening = { signal: ended.signal };
  signal?.addEventListener("abort", () => port.postMessage("abort"), listening);
  try {
    return await new Promise((resolve, reject) => {
      worker?.addEventListener("error", ({ message }) => reject(new Error(message ?? "The worker was not loaded")), listening);
      port.onmessage = ({ data: { progress, media, error } }) => {
        if (progress) onProgress?.(progress);
        else if (media) resolve(media);
        else if (signal?.aborted) reject(signal.reason);
        else reject(error instanceof Error ? error : Object.assign(new Error(), error));
      };
    });
  } finally {
    ended.abort();
    port.close();
  }
}
