/**
 * What the options page sets, and MediaClient takes.
 *
 * @typedef {object} Settings
 * @property {import("x-media-upload").ApiVersion} api
 * @property {string} [accessToken]
 * @property {string} [baseUrl] X's own where there is none.
 */

const HOSTS = { "1.1": "https://upload.twitter.com", 2: "https://api.x.com" };

/** @returns {Promise<Settings>} */
export async function readSettings() {
  const { settings } = await chrome.storage.local.get("settings");
  return { api: "2", ...settings };
}

/** @param {Settings} settings */
export async function writeSettings(settings) {
  await chrome.storage.local.set({ settings });
}

/**
 * What the extension must be allowed to reach. In Firefox its user may have taken it back.
 * @param {Settings} settings
 */
export function permissionsFor({ api, baseUrl = HOSTS[api] }) {
  const { protocol, hostname } = new URL(baseUrl);
  return { origins: [`${protocol}//${hostname}/*`] };
}
