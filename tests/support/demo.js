/** Visits to the demo, each with an emulator of its own. */

import assert from "node:assert/strict";
import { after, afterEach, before } from "node:test";
import { fileURLToPath } from "node:url";
import { startServer } from "../../www/server.js";
import { complaintsOf, launchChromium } from "./chromium.js";
import { until } from "./until.js";

/** @typedef {"Instant" | "Slow processing" | "Failed processing" | "Flaky network" | "Rate-limited"} Mood */

/** @param {string} name */
export const pathOf = (name) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** Opened before the tests of a file and closed after them. */
export function openDemo() {
  /** @type {import("../../www/server.js").RunningServer} */
  let server;
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {import("playwright-core").Page} */
  let page;
  /** @type {string[]} */
  let complaints;
  let visits = 0;

  before(async () => {
    server = await startServer();
    browser = await launchChromium();
    const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
    page = await context.newPage();
    complaints = complaintsOf(page);
  });
  afterEach(() => assert.deepEqual(complaints, []));
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  return {
    /** The page that all visits are made in, one after the other. */
    get page() {
      return page;
    },
    async visit() {
      const room = `visit ${++visits}`;
      await page.goto(`${server.url}/?room=${room}`);
      return new Visit(page, server.room(room));
    },
  };
}

/** What a visitor sees and does. */
export class Visit {
  /**
   * @param {import("playwright-core").Page} page
   * @param {import("../../www/server.js").Room} room
   */
  constructor(page, room) {
    this.page = page;
    this.room = room;
  }

  /** @param {string} name of a fixture */
  async choose(name) {
    await this.page.getByLabel("Choose a picture or a video").setInputFiles(pathOf(name));
    await this.says(`${name} is chosen`);
  }

  /** @param {Mood} name */
  async mood(name) {
    await this.page.getByRole("radio", { name }).check();
    const chosen = name.toLowerCase().split(" ")[0]; // as the emulator calls it
    await until(() => this.room.state.moodName === chosen);
  }

  /** @param {string} name */
  press(name) {
    return this.page.getByRole("button", { name, exact: true }).click();
  }

  /**
   * Waits until the status of the upload is that.
   * @param {string} words
   * @param {number} [timeout]
   */
  says(words, timeout = 10_000) {
    const status = this.page.getByRole("status", { name: "Upload", exact: true });
    return status.and(this.page.getByText(words, { exact: true })).waitFor({ timeout });
  }

  /** Waits until that is said of what becomes of the upload without its page. @param {string} words */
  async keeps(words) {
    const status = this.page.getByRole("status", { name: "Session", includeHidden: true });
    const seen = async () => (await status.textContent()) === words;
    for (const deadline = Date.now() + 10_000; !(await seen()); ) {
      assert.ok(Date.now() < deadline, `it says: ${await status.textContent()}`);
    }
  }

  /** The media id that is shown. */
  mediaId() {
    return this.page.getByRole("status", { name: "media_id_string" }).innerText();
  }

  /** The error that is shown. */
  error() {
    return this.page.getByRole("region", { name: "Error" }).getByRole("alert").innerText();
  }

  /**
   * The requests that are shown: command, segment and status of each.
   * @param {number} [lost] how many never reached the emulator
   */
  async requests(lost = 0) {
    const length = this.room.state.log.all().length + lost;
    const rows = this.page.getByRole("table", { name: "Requests" }).getByRole("row");
    await rows.nth(length).waitFor(); // after that of the headings
    await rows.getByText("in flight").first().waitFor({ state: "detached" }); // a row is drawn anew once a frame
    const texts = await rows.allInnerTexts();
    return texts.slice(1).map((text) => {
      const [, command, segment, , status] = text.split("\t");
      return [command, segment, status].filter(Boolean).join(" ");
    });
  }

  /** What the emulator holds under the id that is shown. */
  async media() {
    const id = await this.mediaId();
    const response = await this.room.fetch(new Request(`http://emulator/_emulator/media/${id}`));
    assert.equal(response.status, 200, `the emulator knows no media ${id}`);
    return response.json();
  }
}
