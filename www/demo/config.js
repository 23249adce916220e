/**
 * Where this page sends its requests, and as whom. Whatever another server would change is here and
 * nowhere else: one with a relay serves config.relay.js in place of it.
 */

// Each tab gets an emulator of its own, so that two tabs (or two tests) never see each other's moods and
// faults. Its name stands in the address: a reload comes back to it, as to X, and an upload can go on.
const address = new URL(location.href);
const room = address.searchParams.get("room") || randomRoom();
address.searchParams.set("room", room);
history.replaceState(null, "", address);
const prefix = `/x/${encodeURIComponent(room)}`;

export const config = Object.freeze({
  /** The entry of the built package. */
  packageUrl: "/dist/index.js",
  storesUrl: "/dist/stores.js",
  baseUrl: prefix,
  accessToken: "demo-token",
  where: `Nothing here reaches X: requests go to an emulator of its media API, room ${room}.`,
  /** Under which name this page remembers what is unfinished. */
  room,
  /** What the emulator of this room is steered through. */
  controlUrl: `${prefix}/_emulator`,
});

// Not randomUUID: that is missing where the page is served by plain HTTP from another machine.
function randomRoom() {
  const digits = crypto.getRandomValues(new Uint8Array(4));
  return Array.from(digits, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
