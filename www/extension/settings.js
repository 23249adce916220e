/**
 * What the options page sets.
 *
 * @typedef {object} Settings
 * @property {string} [clientId] Of the user's own app at X, to sign in with.
 * @property {string} [accessToken] Taken in place of a sign-in.
 * @property {string} [baseUrl] X's own where there is none.
 */

import { accessTokens, isSignedIn } from "./sign-in.js";

const X = "https://api.x.com";

/** @returns {Promise<Settings>} */
export async function readSettings() {
  const { settings = {} } = await chrome.storage.local.get("settings");
  return settings;
}

/** @param {Settings} settings */
export async function writeSettings(settings) {
  await chrome.storage.local.set({ settings });
}

/**
 * What the extension must be allowed to reach.
 * @param {Settings} settings
 */
export function permissionsFor({ baseUrl = X }) {
  const { protocol, hostname } = new URL(baseUrl);
  return { origins: [`${protocol}//${hostname}/*`] };
}

/**
 * @param {Settings} settings
 * @returns {import("x-media-upload").MediaClientOptions}
 */
export function clientOptions(settings) {
  return { api: "2", baseUrl: settings.baseUrl, accessToken: settings.accessToken ?? accessTokens(settings) };
}

/**
 * What no upload can begin without. Also a permission that the manifest asks for: the user can take it back.
 * @param {Settings} settings
 * @returns {Promise<"sign-in" | "permission" | undefined>}
 */
export async function whatIsMissing(settings) {
  if (!settings.accessToken && !(await isSignedIn(settings))) return "sign-in";
  return (await chrome.permissions.contains(permissionsFor(settings))) ? undefined : "permission";
}
