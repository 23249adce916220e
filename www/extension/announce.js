/** What the background shows outside of its page: the badge on its button, and notifications. */

/** @typedef {import("x-media-upload").Upload} Upload */

const BLUE = "#2456d6";
const RED = "#b3261e";

/** Browsers know nothing of it yet. @type {string | undefined} */
let shown;
let hasFailed = false;

/**
 * How far all of it is, in percent; an exclamation mark where nothing goes on and something failed.
 * @param {Upload[]} running
 * @param {{ state: string }[]} [uploads] where they have changed
 */
export function showOnBadge(running, uploads) {
  if (uploads) hasFailed = uploads.some(({ state }) => state === "failed");
  const text = running.length > 0 ? percentOf(running) : hasFailed ? "!" : "";
  if (text === shown) return;
  shown = text;
  void chrome.action.setBadgeBackgroundColor({ color: text === "!" ? RED : BLUE });
  void chrome.action.setBadgeTextColor({ color: "#fff" });
  void chrome.action.setBadgeText({ text });
}

/** @param {Upload[]} running */
function percentOf(running) {
  let [done, all] = [0, 0];
  for (const { progress } of running) {
    done += progress.fraction * progress.bytesTotal;
    all += progress.bytesTotal;
  }
  return `${Math.floor((100 * done) / (all || 1))}%`;
}

/**
 * @param {number} id of the upload; a later one of the same upload takes its place
 * @param {string} title
 * @param {string} message
 */
export function notify(id, title, message) {
  void chrome.notifications.create(String(id), { type: "basic", iconUrl: "icon-128.png", title, message });
}
