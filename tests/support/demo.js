/** Visits to the demo, each with an emulator of its own. */

import assert from "node:assert/strict";
import { after, afterEach, before } from "node:test";
import { fileURLToPath } from "node:url";
import { startServer } from "../../www/server.js";
import { complaintsOf, launchChromium } from "./chromium.js";
import { until } from "./until.js";

/** What the page calls what the emulator calls a mood. */
const MOODS = {
  "All goes well": "instant",
  "Slow processing": "slow",
  "Failed processing": "failed",
  "Lost connections": "flaky",
  "Rate limit": "rate-limited",
};

/** @param {string} name */
export const pathOf = (name) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/**
 * Opened before the tests of a file and closed after them.
 * @param {import("playwright-core").BrowserContextOptions} [contextOptions]
 */
export function openDemo(contextOptions) {
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
    const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"], ...contextOptions });
    page = await context.newPage();
    complaints = complaintsOf(page);
  });
  afterEach(() => assert.deepEqual(complaints, []));
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  return {
    get browser() {
      return browser;
    },
    /** The page that all visits are made in, one after the other. */
    get page() {
      return page;
    },
    get url() {
      return server.url;
    },
    /** @param {string} [path] under which the demo seems to be */
    async visit(path = "/") {
      const room = `visit ${++visits}`;
      await page.goto(`${server.url}${path}?room=${room}`);
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

  /** @param {...string} names of fixtures */
  async choose(...names) {
    await this.page.getByLabel("Choose files").setInputFiles(names.map(pathOf));
    for (const name of names) await this.file(name).waitFor();
  }

  /** The row of a file. @param {string} name */
  file(name) {
    return this.page.getByRole("list", { name: "Files" }).getByRole("listitem", { name, exact: true });
  }

  /** Opens what is folded. @param {string} heading */
  async unfold(heading) {
    const panel = this.page.locator("details", { has: this.page.getByRole("heading", { name: heading }) });
    if ((await panel.getAttribute("open")) === null) await panel.locator("summary").first().click();
  }

  /** @param {keyof typeof MOODS} name */
  async mood(name) {
    await this.unfold("Make trouble");
    await this.page.getByRole("radio", { name }).check();
    await until(() => this.room.state.moodName === MOODS[name]);
  }

  /** @param {"1.1" | "2"} api */
  async api(api) {
    await this.unfold("Settings");
    await this.page.getByRole("group", { name: "Version" }).getByRole("radio", { name: api }).check();
  }

  /** @param {string} name */
  press(name) {
    return this.page.getByRole("button", { name, exact: true }).click();
  }

  /**
   * Waits until that is said of all files together.
   * @param {string} words
   * @param {number} [timeout]
   */
  says(words, timeout = 10_000) {
    const status = this.page.getByRole("status", { name: "Upload", exact: true });
    return status.and(this.page.getByText(words, { exact: true })).waitFor({ timeout });
  }

  /** Waits until that is said of uploads that are not finished; nothing, where it is "". @param {string} words */
  async unfinished(words) {
    const status = this.page.getByRole("status", { name: "Unfinished", exact: true });
    await until(async () => ((await status.isVisible()) ? await status.textContent() : "") === words, 10_000);
  }

  /** The media id that is shown. @param {string} name of the file */
  mediaId(name) {
    return this.file(name).getByRole("status", { name: "Media ID" }).innerText();
  }

  /** The error that is shown. @param {string} name of the file */
  error(name) {
    return this.file(name).getByRole("alert").innerText();
  }

  /** The steps of a file: each with what is said of it. @param {string} name */
  async steps(name) {
    const steps = this.file(name).getByRole("list", { name: "Steps" }).getByRole("listitem");
    return (await steps.allTextContents()).map((text) => text.replace(/\s+/g, " ").trim());
  }

  /**
   * The requests that are shown of a file: command, segment and status of each.
   * @param {string} name
   * @param {number} [length] how many there are to be
   */
  async requests(name, length = this.room.state.log.all().length) {
    await this.unfold("Requests");
    const rows = this.page.getByRole("table", { name }).getByRole("row");
    await rows.nth(length).waitFor(); // after that of the headings
    await rows.getByText("in flight").first().waitFor({ state: "detached" }); // a row is drawn anew once a frame
    const texts = await rows.allInnerTexts();
    return texts.slice(1).map((text) => {
      const [, command, segment, , status] = text.split("\t");
      return [command, segment, status].filter(Boolean).join(" ");
    });
  }

  /** What the emulator holds under the id that is shown. @param {string} name of the file */
  async media(name) {
    const id = await this.mediaId(name);
    const response = await this.room.fetch(new Request(`http://emulator/_emulator/media/${id}`));
    assert.equal(response.status, 200, `the emulator knows no media ${id}`);
    return response.json();
  }
}
