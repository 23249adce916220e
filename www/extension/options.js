/** The options: as whom, and where, and what is kept. */

import { MediaClient, initSync } from "x-media-upload/inline";
import { byId } from "../demo/dom.js";
import { openAccount } from "./account.js";
import { forgetSessions } from "./sessions.js";
import { clientOptions, permissionsFor, readSettings, writeSettings } from "./settings.js";
import { isFinished, removeUploads } from "./uploads.js";

const form = byId("form", HTMLFormElement);
const said = byId("said", HTMLElement);
const trouble = byId("trouble", HTMLElement);
const forgotten = byId("forgotten", HTMLElement);

initSync();
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void save();
});
form.addEventListener("input", () => say(""));
byId("forget", HTMLButtonElement).addEventListener("click", () => void forget());
void openAccount();
void fill();

async function fill() {
  const { accessToken = "", baseUrl = "" } = await readSettings();
  byId("access-token", HTMLInputElement).value = accessToken;
  byId("base-url", HTMLInputElement).value = baseUrl;
  byId("advanced", HTMLDetailsElement).open = accessToken !== "" || baseUrl !== "";
  form.hidden = false;
}

async function save() {
  /** @type {import("./settings.js").Settings} */
  const given = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
  try {
    new MediaClient(clientOptions(given)).free(); // says what is wrong with them
    // Nothing is waited for before this: a browser asks its user only while that user's click is being handled.
    const isAllowed = await chrome.permissions.request(permissionsFor(given));
    if (!isAllowed) throw new Error("Without your permission nothing can be sent there.");
    const { clientId } = await readSettings();
    await writeSettings({ ...given, clientId });
    say("Saved");
    await chrome.runtime.sendMessage("look"); // at what has waited for this
  } catch (error) {
    say("", error instanceof Error ? error.message : String(error));
  }
}

/** What is under way is aborted when it is seen to be removed, and forgets its own session once more. */
async function forget() {
  forgotten.textContent = "";
  await removeUploads((upload) => !isFinished(upload));
  await chrome.runtime.sendMessage("look");
  await forgetSessions();
  forgotten.textContent = "Forgotten";
}

/**
 * @param {string} words
 * @param {string} [wrong]
 */
function say(words, wrong = "") {
  said.textContent = words;
  trouble.textContent = wrong;
  trouble.hidden = wrong === "";
}
