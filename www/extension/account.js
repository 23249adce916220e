/** The part of the options that signs in and out. */

import { copyOnClick } from "../demo/copy.js";
import { byId } from "../demo/dom.js";
import { permissionsFor, readSettings, writeSettings } from "./settings.js";
import { forgetSessions } from "./sessions.js";
import { isSignedIn, redirectUrl, signIn, signOut } from "./sign-in.js";

const account = byId("account", HTMLElement);
const form = byId("sign-in", HTMLFormElement);
const clientId = byId("client-id", HTMLInputElement);
const signedIn = byId("signed-in", HTMLElement);
const trouble = byId("account-trouble", HTMLElement);

/** @type {import("./settings.js").Settings} */
let settings = {};
/** Whether a sign-in, or its end, is under way: one is enough. */
let isBusy = false;

/** Shows as whom uploads go, now and when that changes, and what can be done about it. */
export async function openAccount() {
  byId("redirect-url", HTMLElement).textContent = redirectUrl();
  copyOnClick(byId("copy-url", HTMLButtonElement), redirectUrl);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void once(enter);
  });
  byId("sign-out", HTMLButtonElement).addEventListener("click", () => void once(leave));
  chrome.storage.local.onChanged.addListener(() => void show());
  const { clientId: known = "" } = await readSettings();
  clientId.value = known;
  byId("how", HTMLDetailsElement).open = known === "";
  await show();
}

async function show() {
  settings = await readSettings();
  const isIn = await isSignedIn(settings);
  form.hidden = isIn;
  signedIn.hidden = !isIn;
  if (!isBusy) say(settings.accessToken ? "The access token below is used." : isIn ? "You are signed in." : "You are not signed in.");
}

/** @param {string} words */
function say(words) {
  if (account.textContent !== words) account.textContent = words;
}

/** @param {() => Promise<void>} work */
async function once(work) {
  if (isBusy) return;
  isBusy = true;
  trouble.hidden = true;
  await work().catch((error) => {
    trouble.textContent = error instanceof Error ? error.message : String(error);
    trouble.hidden = false;
  });
  isBusy = false;
  await show();
  if (document.activeElement === document.body) account.focus(); // the button that had it is gone
  await chrome.runtime.sendMessage("look");
}

async function enter() {
  // Nothing is waited for before this: a browser asks its user only while that user's click is being handled.
  const isAllowed = await chrome.permissions.request(permissionsFor(settings));
  if (!isAllowed) throw new Error("Without your permission nothing can be sent there.");
  say("X asks you in a window of its own.");
  await writeSettings({ ...settings, clientId: clientId.value.trim() });
  await signIn(await readSettings());
}

/** Nothing of the account stays: the next one may be another. */
async function leave() {
  say("Signing out.");
  const isRevoked = await signOut();
  await chrome.runtime.sendMessage("look"); // what is under way is aborted
  await forgetSessions();
  if (isRevoked) return;
  throw new Error("You are signed out here, but X could not be told. On X, remove your app from the connected apps.");
}
