import { MediaClient, initSync, isMediaUploadError } from "x-media-upload/inline";
import { extensionStore } from "x-media-upload/stores";
import { accessToken } from "./sign-in.js";

initSync();
const store = extensionStore(chrome.storage.local);
/** @type {AbortController | undefined} */
let running;

// In the first turn: an event that has no listener by then does not start this script.
chrome.action.onClicked.addListener(() => void chrome.tabs.create({ url: "page.html" }));
addEventListener("message", ({ data }) => {
  running?.abort();
  void chrome.storage.session.set({ upload: {} });
  if (data instanceof File) void upload(data);
});

/** @param {File} file */
async function upload(file) {
  const { signal } = (running = new AbortController());
  /** For whichever page is open, now or later. @param {object} upload */
  const show = (upload) => {
    if (!signal.aborted) void chrome.storage.session.set({ upload });
  };
  try {
    const client = new MediaClient(await options());
    const upload = client.upload(file, { store, signal, onProgress: (progress) => show({ progress }) });
    show({ media: await upload.done() });
  } catch (error) {
    show({ error: isMediaUploadError(error) ? error.toJSON() : { message: String(error) } });
  }
}

/**
 * For tests there may be an accessToken, and the baseUrl of an emulator.
 * @returns {Promise<import("x-media-upload").MediaClientOptions>}
 */
async function options() {
  const { client } = await chrome.storage.local.get("client");
  return { api: "2", accessToken, .../** @type {object} */ (client) };
}
