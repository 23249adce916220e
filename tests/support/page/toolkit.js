/** What tests have at hand in a page: the package, files, and ways to tell Node what came of something. */

import { createEmulator } from "../../../dist/emulator.js";
import * as lib from "../../../dist/index.js";
import * as stores from "../../../dist/stores.js";

export { lib, stores };

const WASM = "/dist/x-media-upload.wasm";

/** @typedef {import("../../../dist/index.js").MediaClientOptions} MediaClientOptions */

/**
 * A client of the emulator at `baseUrl` that does not wait long before it tries again.
 * @param {string} baseUrl
 * @param {Partial<MediaClientOptions>} [options]
 */
export function clientOf(baseUrl, options) {
  const retry = { minDelayMs: 0, maxDelayMs: 50, ...options?.retry };
  return new lib.MediaClient({ api: "2", baseUrl, accessToken: "token", ...options, retry });
}

/**
 * One of tests/fixtures/, without a name or a type.
 * @param {string} name
 */
export async function fixture(name) {
  const response = await fetch(new URL(`../../fixtures/${name}`, import.meta.url));
  return new Blob([await response.arrayBuffer()]);
}

/**
 * Bytes that say they are a video, no two stretches of them alike.
 * @param {number} size
 */
export function videoOf(size) {
  const bytes = new Uint8Array(size);
  for (let i = 0, state = 1; i < size; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    bytes[i] = state >>> 24;
  }
  return new Blob([bytes], { type: "video/mp4" });
}

/**
 * INIT and APPEND of a small video, ready for FINALIZE.
 * @param {import("../../../dist/index.js").MediaClient} client
 */
export async function sent(client) {
  const { media_id_string: id } = await client.initialize({
    total_bytes: 10,
    media_type: "video/mp4",
    media_category: "tweet_video",
  });
  await client.append(id, 0, videoOf(10));
  return id;
}

/**
 * A fetch that notes how it is called, before it calls the browser's.
 * @typedef {{ isBound: boolean, url: string, init: Record<string, unknown>, headers: Record<string, string> }} Call
 */
export function recordingFetch() {
  /** @type {Call[]} */
  const calls = [];
  const browsersFetch = globalThis.fetch;
  return { calls, fetch: recordAndFetch };

  /**
   * @this {unknown}
   * @param {RequestInfo | URL} url
   * @param {RequestInit} [init]
   */
  function recordAndFetch(url, init) {
    const { headers, body, signal, ...rest } = init ?? {};
    calls.push({
      isBound: this !== undefined,
      url: String(url),
      init: { ...rest, body: body?.constructor.name, signal: signal instanceof AbortSignal },
      headers: Object.fromEntries(new Headers(headers)),
    });
    return browsersFetch(url, init);
  }
}

/** @param {BufferSource} bytes */
export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * How a promise that should fail did fail: an error of the package as its toJSON() tells it, any other by name and message.
 * @param {Promise<unknown>} promise
 * @returns {Promise<Record<string, any>>}
 */
export async function failureOf(promise) {
  const value = await promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  if ("value" in value) throw new Error(`resolved with ${JSON.stringify(value.value)}`);
  return plainly(value.error);
}

/**
 * @param {any} error
 * @returns {Record<string, any>}
 */
export function plainly(error) {
  if (error instanceof lib.MediaUploadError) return { ...error.toJSON() };
  return { name: error?.name, message: error?.message ?? String(error) };
}

/**
 * Uploads to an emulator in this realm, which is ended in the middle: another goes on with what IndexedDB has of it.
 * @returns {Promise<{ digest: string, media: import("../../../dist/emulator.js").UploadedMedia | undefined }>}
 */
export async function uploadWithin() {
  const storage = await openDatabase(`emulator ${Math.random()}`);
  const file = videoOf(200_000);
  const options = { segmentSize: 65_536, session: /** @type {lib.UploadSession | undefined} */ (undefined) };

  const first = createEmulator({ storage });
  await first.setProcessing({ duration_secs: 0.1 });
  await first.addRules({ command: "APPEND", occurrence: 3, times: 100, fault: { kind: "cut" } });
  const ended = clientOf("https://api.x.com", { fetch: first.fetch, retry: { attempts: 2 } }).upload(file, options);
  options.session = (await failureOf(ended.done())).session;

  const second = createEmulator({ storage });
  await second.removeRules();
  const { media_id_string } = await clientOf("https://api.x.com", { fetch: second.fetch }).upload(file, options).done();
  return { digest: await sha256(await file.arrayBuffer()), media: await second.mediaOf(media_id_string) };
}

/**
 * IndexedDB as the emulator's storage.
 * @param {string} name
 */
async function openDatabase(name) {
  const opening = indexedDB.open(name);
  opening.onupgradeneeded = () => opening.result.createObjectStore("values");
  const database = await resultOf(opening);
  /** @param {IDBTransactionMode} mode */
  const values = (mode) => database.transaction("values", mode).objectStore("values");
  return {
    get: (/** @type {string} */ key) => resultOf(values("readonly").get(key)),
    set: (/** @type {string} */ key, /** @type {unknown} */ value) => resultOf(values("readwrite").put(value, key)),
    delete: (/** @type {string} */ key) => resultOf(values("readwrite").delete(key)),
  };
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function resultOf(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * Has a new worker do what worker.js does.
 * @param {"DedicatedWorkerGlobalScope" | "ServiceWorkerGlobalScope"} realm
 * @param {import("./worker.js").Asked} asked
 * @returns {Promise<any>} what it tells
 */
export async function askWorker(realm, asked) {
  const url = new URL("worker.js", import.meta.url);
  const worker = realm === "ServiceWorkerGlobalScope" ? await serviceWorker(url) : new Worker(url, { type: "module" });
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve, reject) => {
    worker.addEventListener("error", (event) => reject(new Error(/** @type {ErrorEvent} */ (event).message)));
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage(asked, [port2]);
  });
}

/** @param {URL} url */
async function serviceWorker(url) {
  const scope = new URL(`${Math.random()}/`, url); // one of a scope that has one would end that
  const { installing } = await navigator.serviceWorker.register(url, { type: "module", scope: scope.href });
  if (!installing) throw new Error("no service worker is installing");
  return installing;
}

/**
 * Makes a function or class of the platform throw.
 * @param {string} path from the global object
 * @param {unknown} thrown
 * @returns {() => void} mends it
 */
export function breakPlatform(path, thrown) {
  const names = path.split(".");
  const name = names.pop() ?? "";
  const owner = names.reduce((object, name) => object[name], /** @type {any} */ (globalThis));
  const own = Object.getOwnPropertyDescriptor(owner, name);
  const value = function () {
    throw thrown;
  };
  Object.defineProperty(owner, name, { configurable: true, writable: true, value });
  return () => (own ? Object.defineProperty(owner, name, own) : delete owner[name]);
}

/**
 * A Proxy as Vue makes one: so are the objects that it gives.
 * @template {object} T
 * @param {T} target
 * @returns {T}
 */
export function reactive(target) {
  const isWrapped = (/** @type {unknown} */ value) => Object.prototype.toString.call(value) === "[object Object]";
  return new Proxy(target, {
    get(object, name, receiver) {
      const value = Reflect.get(object, name, receiver);
      return isWrapped(value) ? reactive(/** @type {any} */ (value)) : value;
    },
  });
}

/** @param {number} ms */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Work with a signal of its own, to abort and see what comes of it.
 * @param {(signal: AbortSignal, abort: () => void) => Promise<unknown>} begin
 */
export function abortable(begin) {
  const reason = { why: "the signal's own" };
  const controller = new AbortController();
  const { signal } = controller;
  /** @type {Set<unknown>} */
  const listeners = new Set();
  for (const [name, note] of /** @type {const} */ ([["addEventListener", "add"], ["removeEventListener", "delete"]])) {
    const original = signal[name];
    signal[name] = (/** @type {any[]} */ ...args) => {
      listeners[note](args[1]);
      Reflect.apply(original, signal, args);
    };
  }
  let abortedAt = NaN;
  const abort = () => {
    abortedAt = performance.now();
    controller.abort(reason);
  };
  const outcome = begin(signal, abort).then(
    () => ({ how: "resolved", ms: NaN }),
    (thrown) => ({
      how: thrown === reason ? "rejected with the signal's reason" : `rejected with ${thrown}`,
      ms: performance.now() - abortedAt,
    }),
  );
  return { abort, outcome: async () => ({ ...(await outcome), listeners: listeners.size }) };
}

/**
 * A copy of the package that nobody has loaded yet, how often it has asked for a WebAssembly file of its own accord, and the
 * memory of what is loaded from now on.
 */
export async function freshCopy() {
  const folder = `/copies/${Math.random()}`;
  /** @type {typeof lib} */
  const copy = await import(`${folder}/index.js`);
  const { href } = new URL(`${folder}/x-media-upload.wasm`, location.href);
  const entries = () => performance.getEntriesByName(href).length;
  const before = entries();
  return { lib: copy, loads: () => entries() - before, memories: memoriesFromNowOn() };
}

function memoriesFromNowOn() {
  /** @type {WebAssembly.Memory[]} */
  const memories = [];
  for (const name of /** @type {const} */ (["instantiate", "instantiateStreaming"])) {
    const original = /** @type {(...args: any[]) => Promise<any>} */ (WebAssembly[name]);
    WebAssembly[name] = async (/** @type {any[]} */ ...args) => {
      const made = await original(...args);
      const exported = Object.values((made.instance ?? made).exports);
      memories.push(...exported.filter((value) => value instanceof WebAssembly.Memory));
      return made;
    };
  }
  return memories;
}

/** The bytes of the package's WebAssembly, asked for in a way that is not counted. */
export async function wasmBytes() {
  const response = await fetch(`${WASM}?by-the-caller`);
  return response.arrayBuffer();
}
