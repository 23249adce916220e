// `node scripts/icons.js`: the extension's icons, drawn by Chromium from the demo's. Run it where www/demo/icon.svg has changed.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { findBrowser } from "./browser.js";
import { Failure, root, script } from "./run.js";

const EXTENSION = join(root, "www/extension");

await script(async () => {
  const found = findBrowser();
  if (!found) throw new Failure("There is no Chromium. Run: node scripts/setup.js --browser");
  const svg = readFileSync(join(root, "www/demo/icon.svg"), "base64");
  const { icons } = JSON.parse(readFileSync(join(EXTENSION, "manifest.json"), "utf8"));
  const browser = await chromium.launch({ executablePath: found.chrome });
  try {
    const page = await browser.newPage();
    for (const [size, file] of Object.entries(icons)) {
      await page.setViewportSize({ width: Number(size), height: Number(size) });
      await page.setContent(`<body style="margin:0"><img style="display:block;width:100%" src="data:image/svg+xml;base64,${svg}">`);
      await page.getByRole("img").evaluate((/** @type {HTMLImageElement} */ image) => image.decode());
      await page.screenshot({ path: join(EXTENSION, file), omitBackground: true });
    }
  } finally {
    await browser.close();
  }
});
