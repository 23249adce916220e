/** What config.js is where the server has a relay: requests go to X itself, as whoever its credentials are of. */

export const config = Object.freeze({
  packageUrl: "/dist/index.js",
  storesUrl: "/dist/stores.js",
  baseUrl: "/x",
  accessToken: undefined,
  where: "Requests go to X itself, through the relay of this server: what is uploaded here is on X.",
  /** Under which name this page remembers what is unfinished. */
  room: "X",
  /** There is no emulator to steer. */
  controlUrl: undefined,
});
