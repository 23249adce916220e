/**
 * Where this page sends its requests, and as whom. Whatever another server would change is here and
 * nowhere else: one with a relay serves config.relay.js in place of it. Every address is relative to the
 * page, so that it works under any path.
 */

// Each tab gets an emulator of its own, so that two tabs (or two tests) never see each other's troubles.
// Its name stands in the address: a reload comes back to it, as to X, and an upload can go on.
const address = new URL(location.href);
const room = address.searchParams.get("room") || randomRoom();
address.searchParams.set("room", room);
history.replaceState(history.state, "", address);
const emulatorUrl = new URL(`x/${encodeURIComponent(room)}`, document.baseURI).href;

export const config = Object.freeze({
  /** The entries of the built package. */
  packageUrl: new URL("dist/index.js", document.baseURI).href,
  storesUrl: new URL("dist/stores.js", document.baseURI).href,
  /** Who wrote this, in its package.json. */
  manifestUrl: new URL("package.json", document.baseURI).href,
  /** The folder of the documentation's pages. */
  docsUrl: new URL("docs/", document.baseURI).href,
  baseUrl: emulatorUrl,
  accessToken: "demo-token",
  /** Resolves, when requests are answered, with who answers them. Rejects with words for people. */
  where: async () => "A simulation of X answers here. Nothing that you choose reaches X.",
  /** Under which name this page remembers what is unfinished. */
  room,
  /** What the emulator of this room is steered through. */
  controlUrl: `${emulatorUrl}/_emulator`,
});

// Not randomUUID: that is missing where the page is served by plain HTTP from another machine.
function randomRoom() {
  const digits = crypto.getRandomValues(new Uint8Array(4));
  return Array.from(digits, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
