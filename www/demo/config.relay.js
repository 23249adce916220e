/** What config.js is where the server has a relay: requests go to X itself, as whoever its credentials are of. */

export const config = Object.freeze({
  packageUrl: new URL("dist/index.js", document.baseURI).href,
  storesUrl: new URL("dist/stores.js", document.baseURI).href,
  manifestUrl: new URL("package.json", document.baseURI).href,
  docsUrl: new URL("docs/", document.baseURI).href,
  baseUrl: new URL("x", document.baseURI).href,
  accessToken: undefined,
  /** Resolves, when requests are answered, with who answers them. Rejects with words for people. */
  where: async () => "Requests go to X itself, through the relay of this server. What you upload here is on X.",
  /** Under which name this page remembers what is unfinished. */
  room: "X",
  /** There is no emulator to steer. */
  controlUrl: undefined,
});
