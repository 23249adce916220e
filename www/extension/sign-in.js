/**
 * As whom the extension uploads: signed in here, kept in the extension's storage, and shared by pages and background.
 *
 * @typedef {import("./oauth.js").Tokens & { clientId: string, baseUrl?: string }} SignIn Its tokens go to nobody but who gave them.
 */

import { App, SignInError } from "./oauth.js";

/** @typedef {import("./settings.js").Settings} Settings */

/** Where the tokens are, and the lock of who changes them: X takes a refresh token once. */
const NAME = "signIn";

/** An access token that is as good as expired: it must outlast its way to X. */
const MARGIN_MS = 60_000;

/** There is no sign-in any more: by the user's will, or by X's. */
export class SignedOut extends Error {
  constructor() {
    super("You are signed out of X.");
  }
}

/** Where X sends its answer, which an app at X must name: the browser catches what goes there. */
export const redirectUrl = () => chrome.identity.getRedirectURL();

/**
 * Asks the user on X, in a window of the browser's.
 * @param {Settings} settings
 */
export async function signIn({ clientId = "", baseUrl }) {
  const { url, tokens } = await new App(clientId, baseUrl).authorization(redirectUrl());
  const answer = await chrome.identity.launchWebAuthFlow({ url, interactive: true }).catch(() => undefined);
  if (!answer) throw new SignInError("The window of X was closed, or could not be loaded.");
  const given = await tokens(answer);
  await alone(() => write({ ...given, clientId, baseUrl }));
}

/**
 * Forgets the tokens, and has X revoke them.
 * @returns {Promise<boolean>} whether X has
 */
export function signOut() {
  return alone(async () => {
    const known = await read();
    await chrome.storage.local.remove(NAME);
    if (!known) return true;
    const app = new App(known.clientId, known.baseUrl);
    const answers = await Promise.allSettled([app.revoke(known.refreshToken), app.revoke(known.accessToken)]);
    return answers.every(({ status }) => status === "fulfilled");
  });
}

/** @param {Settings} settings */
export async function isSignedIn(settings) {
  return (await read(settings)) !== undefined;
}

/**
 * The `accessToken` of one client.
 * @param {Settings} settings
 */
export function accessTokens(settings) {
  let given = "";
  /** @param {{ refresh: boolean }} ask */
  return async ({ refresh }) => {
    given = await alone(() => accessToken(settings, refresh ? given : undefined));
    return given;
  };
}

/**
 * @param {Settings} settings
 * @param {string} [refused] what X no longer takes
 */
async function accessToken(settings, refused) {
  const known = await read(settings);
  if (!known) throw new SignedOut();
  if (known.accessToken !== refused && Date.now() < known.expiresAt - MARGIN_MS) return known.accessToken;
  try {
    const next = await new App(known.clientId, known.baseUrl).refresh(known.refreshToken);
    await write({ ...known, ...next }); // first: the old ones are spent
    return next.accessToken;
  } catch (error) {
    if (!(error instanceof SignInError && error.isRefusal)) throw error;
    await chrome.storage.local.remove(NAME);
    throw new SignedOut();
  }
}

/**
 * One at a time, in all pages and the background.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
function alone(work) {
  return navigator.locks.request(NAME, work);
}

/**
 * @param {Settings} [settings] whose server it must be for
 * @returns {Promise<SignIn | undefined>}
 */
async function read(settings) {
  const { [NAME]: known } = await chrome.storage.local.get(NAME);
  return settings && known?.baseUrl !== settings.baseUrl ? undefined : known;
}

/** @param {SignIn} known */
async function write(known) {
  await chrome.storage.local.set({ [NAME]: known });
}
