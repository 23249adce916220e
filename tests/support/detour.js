// Loaded before an example of docs/relay.md, which it makes take an emulator for X.

const { process = { env: {} } } = /** @type {any} */ (globalThis);
const { X } = process.env;
const fetch = globalThis.fetch;
globalThis.fetch = (url, init) => fetch(String(url).replace(/^https:\/\/(api\.x|upload\.twitter)\.com/, X), init);
