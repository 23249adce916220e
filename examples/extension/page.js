import { signIn } from "./sign-in.js";

/** @param {string} selector @returns {any} */
const find = (selector) => document.querySelector(selector);

find("input").addEventListener("change", (/** @type {any} */ { target }) => {
  const [file] = target.files;
  if (file) void send(file);
  target.value = ""; // the same file may be chosen again
});
find("#abort").addEventListener("click", () => send("abort"));
find("#sign-in").addEventListener("click", () => signIn().catch(({ message }) => (find("[role=alert]").textContent = message)));
chrome.storage.session.onChanged.addListener(() => void show());
void show();

/** To the background, which is started for it: unlike chrome.runtime's messages these may hold Files. @param {unknown} message */
async function send(message) {
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage(message);
}

async function show() {
  /** @type {{ upload?: any }} */
  const { upload = {} } = await chrome.storage.session.get("upload");
  find("#running").hidden = !upload.progress;
  find("progress").value = upload.progress?.fraction ?? 0;
  find("output").value = upload.media?.media_id_string ?? "";
  find("[role=alert]").textContent = upload.error?.message ?? "";
}
