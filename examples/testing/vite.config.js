import { defineConfig } from "vitest/config";

/** In place of the relay of your server: it is the relay that adds the credentials. */
const emulator = {
  target: "http://127.0.0.1:8787",
  headers: { authorization: "Bearer any" },
  rewrite: (/** @type {string} */ path) => path.replace("/x", ""),
};

export default defineConfig({
  server: { proxy: { "/x": emulator } },
  test: { include: ["*.test.js"] }, // and not Playwright's
});
