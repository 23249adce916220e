/** The options: as whom, and where. */

import { MediaClient, initSync } from "x-media-upload/inline";
import { byId } from "../demo/dom.js";
import { forgetSessions } from "./sessions.js";
import { permissionsFor, readSettings, writeSettings } from "./settings.js";
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
void fill();

async function fill() {
  for (const [name, value] of Object.entries(await readSettings())) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = value;
  }
}

async function save() {
  const given = /** @type {import("./settings.js").Settings} */ (
    Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""))
  );
  try {
    new MediaClient({ api: "2", ...given }).free(); // says what is wrong with them
    // Nothing is waited for before this: a browser asks its user only while that user's click is being handled.
    const isAllowed = await chrome.permissions.request(permissionsFor(given));
    if (!isAllowed) throw new Error("Without your permission nothing can be sent there.");
    await writeSettings(given);
    say("Saved");
    await chrome.runtime.sendMessage("look"); // at what has waited for this
  } catch (error) {
    say("", error instanceof Error ? error.message : String(error));
  }
}

/** The background aborts what is under way before its session is forgotten: it would be saved again. */
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
