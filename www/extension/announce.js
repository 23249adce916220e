/** What is seen of the uploads without their page: the badge on the extension's button, and notifications. */

const BLUE = "#2456d6";
const RED = "#b3261e";

/** @type {string | undefined} */
let shown;

/**
 * How far the running ones are together, in percent; where none runs and one has failed, an exclamation mark.
 * @param {import("x-media-upload").Upload[]} running
 * @param {boolean} [hasFailed]
 */
export function showOnBadge(running, hasFailed) {
  const text = running.length > 0 ? percentOf(running) : hasFailed ? "!" : "";
  if (text === shown) return;
  shown = text;
  void chrome.action.setBadgeBackgroundColor({ color: text === "!" ? RED : BLUE });
  void chrome.action.setBadgeTextColor({ color: "#fff" });
  void chrome.action.setBadgeText({ text });
}

/** @param {import("x-media-upload").Upload[]} running */
function percentOf(running) {
  let [done, all] = [0, 0];
  for (const { progress } of running) {
    done += progress.fraction * progress.bytesTotal;
    all += progress.bytesTotal;
  }
  return `${Math.floor((100 * done) / (all || 1))}%`;
}

/**
 * @param {number} id of the upload; a later notification of the same upload takes the place of this one
 * @param {string} title
 * @param {string} message
 */
export function notify(id, title, message) {
  void chrome.notifications.create(String(id), { type: "basic", iconUrl: "icon-128.png", title, message });
}
