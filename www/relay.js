/** The demo's relay to X: whoever sits at this machine uploads with its credentials. */

/**
 * @typedef {import("../src/js/relay.js").RelayOptions} RelayOptions
 * @param {import("./credentials.js").Credentials} credentials
 * @param {Partial<RelayOptions>} [options]
 */
export async function relayWith(credentials, options) {
  // Here, because the package may not have been built where the emulator is all that is needed.
  const [{ createRelay }, { initSync }] = await Promise.all([import("../dist/relay.js"), import("../dist/inline.js")]);
  initSync();
  return createRelay({
    authorize: ({ url }) => (isThisMachine(url) ? credentials : Response.json({ title: "Not from here" }, { status: 403 })),
    ...options,
  });
}

/**
 * A page of another site may give this machine's address a name of its own, and be of the same origin then.
 * @param {string} url
 */
function isThisMachine(url) {
  return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname);
}
