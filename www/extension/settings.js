/**
 * What the options page sets, and MediaClient takes.
 *
 * @typedef {object} Settings
 * @property {string} [accessToken]
 * @property {string} [baseUrl] X's own where there is none.
 */

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
 * What no upload can begin without. Also a permission that the manifest asks for: the user can take it back.
 * @param {Settings} settings
 * @returns {Promise<"token" | "permission" | undefined>}
 */
export async function whatIsMissing(settings) {
  if (!settings.accessToken) return "token";
  return (await chrome.permissions.contains(permissionsFor(settings))) ? undefined : "permission";
}
