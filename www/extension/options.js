/** The options: as whom, and where. */

import { MediaClient, initSync } from "x-media-upload/inline";
import { byId } from "../demo/dom.js";
import { permissionsFor, readSettings, writeSettings } from "./settings.js";

const form = byId("form", HTMLFormElement);
const said = byId("said", HTMLElement);
const trouble = byId("trouble", HTMLElement);

initSync();
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void save();
});
form.addEventListener("input", () => say(""));
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

/**
 * @param {string} words
 * @param {string} [wrong]
 */
function say(words, wrong = "") {
  said.textContent = words;
  trouble.textContent = wrong;
  trouble.hidden = wrong === "";
}
