// Takes docs/demo.png, the README's picture: the demo against its emulator, while a video is being processed.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { startServer } from "../www/server.js";
import { findBrowser } from "./browser.js";
import { Failure, root, script } from "./run.js";

const PICTURE = join(root, "docs/demo.png");
const ROOM = "picture";
const SIZE = { width: 1100, height: 720 };
/** Several segments. */
const BYTES = 6 * 2 ** 20;

await script(async () => {
  const found = findBrowser();
  if (!found) throw new Failure("There is no Chromium. Run: node scripts/setup.js --browser");
  const server = await startServer();
  const browser = await chromium.launch({ executablePath: found.chrome, args: ["--no-sandbox"] });
  try {
    const { state } = server.room(ROOM);
    state.setMood("slow");
    const page = await browser.newPage({ viewport: SIZE, reducedMotion: "reduce", colorScheme: "light" });
    await page.goto(`${server.url}/?room=${ROOM}`);
    await page.locator("input[type=file]").setInputFiles({ name: "sunrise.mp4", mimeType: "video/mp4", buffer: video() });
    await page.getByRole("button", { name: "Upload", exact: true }).click();
    const isPolled = () => state.log.all().filter(({ command }) => command === "STATUS").length > 1;
    while (!isPolled()) await page.waitForTimeout(100);
    await page.waitForTimeout(500); // its answer is drawn
    await page.screenshot({ path: PICTURE });
    console.log(`${PICTURE}: ${readFileSync(PICTURE).length.toLocaleString("en")} bytes`);
  } finally {
    await browser.close();
    await server.close();
  }
});

/** A film of a second that is as large as one of a minute: a box of MP4 that players skip follows it. */
function video() {
  const box = Buffer.alloc(BYTES);
  box.writeUInt32BE(box.length);
  box.write("free", 4);
  return Buffer.concat([readFileSync(join(root, "tests/fixtures/video.mp4")), box]);
}
