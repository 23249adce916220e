/** The page that files are chosen in. It puts them aside for the background, and may be closed at any time. */

import { byId } from "../demo/dom.js";
import { listen } from "./channel.js";
import { permissionsFor, readSettings, whatIsMissing } from "./settings.js";
import { forgetSession } from "./sessions.js";
import { UploadView } from "./upload-view.js";
import { addUpload, allUploads, changeUpload, isFinished, removeUpload, removeUploads } from "./uploads.js";

const files = byId("files", HTMLInputElement);
const zone = byId("drop-zone", HTMLElement);
const section = byId("list", HTMLElement);
const list = byId("uploads", HTMLElement);
const clear = byId("clear", HTMLButtonElement);
const idsHint = byId("ids-hint", HTMLElement);
const trouble = byId("trouble", HTMLElement);
const notice = byId("notice", HTMLElement);
const noticeButton = byId("notice-button", HTMLButtonElement);

/** @type {Map<number, UploadView>} */
const views = new Map();

files.addEventListener("change", () => void add([...(files.files ?? [])]));
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  zone.classList.add("over");
});
document.addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) zone.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  zone.classList.remove("over");
  void add([...(event.dataTransfer?.files ?? [])]);
});
clear.addEventListener("click", () => void clearFinished());
chrome.storage.local.onChanged.addListener(() => void showWhatIsMissing());
listen(
  () => void show(),
  (id, progress) => views.get(id)?.progress(progress),
);
void showWhatIsMissing();
void changed();

/** @param {File[]} chosen */
async function add(chosen) {
  trouble.hidden = true;
  try {
    for (const file of chosen) await addUpload(file);
  } catch (error) {
    // The disk is full, say.
    trouble.textContent = `The browser could not keep the file: ${error}`;
    trouble.hidden = false;
  }
  files.value = ""; // the same file may be chosen again
  await changed();
}

/** Tells the background to look, and wakes it for that. */
async function changed() {
  await show();
  await chrome.runtime.sendMessage("look");
}

async function show() {
  const uploads = await allUploads();
  for (const [id, view] of views) {
    if (uploads.some((upload) => upload.id === id)) continue;
    view.element.remove();
    views.delete(id);
  }
  for (const upload of uploads) {
    const view = views.get(upload.id) ?? new UploadView(upload, { remove, retry });
    if (!views.has(upload.id)) list.prepend(view.element);
    views.set(upload.id, view);
    view.show(upload);
  }
  section.hidden = uploads.length === 0;
  clear.hidden = !uploads.some(isFinished);
  idsHint.hidden = !uploads.some(({ state }) => state === "ready");
}

/** @param {number} id */
async function remove(id) {
  await removeUpload(id);
  await forgetSession(id);
  await changed();
  files.focus(); // the button that had it is gone
}

async function clearFinished() {
  await removeUploads(isFinished);
  await changed();
  files.focus(); // as above
}

/** @param {number} id */
async function retry(id) {
  await changeUpload(id, { state: "waiting", message: undefined });
  await changed();
}

/** Asks for what the background can't do without. */
async function showWhatIsMissing() {
  const settings = await readSettings();
  const missing = await whatIsMissing(settings);
  if (missing === "sign-in") {
    ask("You are not signed in to X. What you choose waits here until then.", "Sign in", () => location.assign("options.html"));
  } else if (missing === "permission") {
    const permissions = permissionsFor(settings);
    ask(`The browser does not let this extension reach ${permissions.origins}.`, "Allow it", async () => {
      if (await chrome.permissions.request(permissions)) await Promise.all([showWhatIsMissing(), changed()]);
    });
  } else {
    notice.hidden = true;
  }
}

/**
 * @param {string} words
 * @param {string} label
 * @param {() => void} act
 */
function ask(words, label, act) {
  byId("notice-words", HTMLElement).textContent = words;
  noticeButton.textContent = label;
  noticeButton.onclick = act;
  notice.hidden = false;
}
