/** extensionStore() over the storage of a real browser whose methods take callbacks: Firefox's `chrome`, under Manifest V2. */

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { FirefoxVisit } from "../support/extension-firefox.js";

const MANIFEST = {
  manifest_version: 2,
  name: "stores",
  version: "1",
  permissions: ["storage"],
  browser_specific_settings: { gecko: { id: "stores@test" } },
};
const PAGE = `<!doctype html><meta charset="utf-8"><pre id="uploads"></pre><script type="module" src="page.js"></script>`;

/** What the page does. It is sent there as text. @param {typeof import("../../dist/stores.js").extensionStore} extensionStore */
async function work(extensionStore) {
  const { chrome } = /** @type {any} */ (globalThis);
  const area = chrome.storage.local;
  const takesCallbacks = area.get("a") === undefined;
  const old = { version: /** @type {const} */ (1), media_id_string: "1", expiresAt: 1 };
  const store = extensionStore(area);
  await store.set("a", { ...old, expiresAt: Date.now() });
  await extensionStore(area).set("old", old);
  const found = await extensionStore(area).get("a");
  const keys = () => new Promise((resolve) => area.get(null, (/** @type {object} */ all) => resolve(Object.keys(all).join())));
  for (const end = Date.now() + 10_000; (await keys()) !== "x-media-upload:a" && Date.now() < end; );
  const left = await keys();
  await store.clear();
  return [`takes callbacks: ${takesCallbacks}`, `found: ${found?.media_id_string}`, `left: ${left}`, `then: ${(await keys()) || "none"}`];
}

test("it keeps, finds, forgets and clears", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "x-media-upload-"));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(fileURLToPath(new URL("../../dist", import.meta.url)), join(folder, "dist"), { recursive: true });
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(MANIFEST));
  writeFileSync(join(folder, "page.html"), PAGE);
  const show = (/** @type {string[]} */ lines) => {
    const shown = document.querySelector("#uploads");
    if (shown) shown.textContent = lines.join("\n");
  };
  const script = `import { extensionStore } from "./dist/stores.js";\n(${work})(extensionStore).then(${show}, (error) => (${show})([String(error)]));`;
  writeFileSync(join(folder, "page.js"), script);

  const visit = await FirefoxVisit.start(t, folder);
  await visit.open("page.html");
  for (const line of ["takes callbacks: true", "found: 1", "left: x-media-upload:a", "then: none"]) await visit.says(line);
  assert.deepEqual(await visit.complaints(), []);
});
