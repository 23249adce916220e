/** The extension: through its pages, beyond the 30 s that a service worker has, and after an end in the middle. */

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { assemble, browsers } from "../../scripts/extension.js";
import { sha256 } from "../support/bench.js";
import { eventually, filmOf, openExtension } from "../support/extension.js";

/** @typedef {import("../../www/server.js").Room} Room */

const extension = openExtension();

const WORKER = "/background.js";
/** Chrome ends it after so long without a call of an extension's API. */
const WORKER_MS = 30_000;

/** The background wakes again within a minute. */
const ALARM_MS = 60_000;

/** How late a timer, and whoever looks, may be. */
const LATENESS_MS = 5000;

/** What a room got. @param {Room} room */
async function mediaOf(room) {
  const response = await room.fetch(new Request("http://emulator/_emulator/media"));
  return response.json();
}

/**
 * @param {Room} room
 * @param {import("../../src/js/index.js").Command} command
 */
function logged({ state }, command) {
  return state.log.all().filter((entry) => entry.command === command);
}

describe("through its pages", () => {
  test("from the options to the id and a notification, with nothing to complain of", async (t) => {
    const room = extension.enter();
    room.state.processing = { duration_secs: 3 };
    const visit = await extension.visit(room, t);
    const film = filmOf(100_000);
    await visit.choose(film);
    await visit.says("X is processing it");
    assert.match(await visit.badge(), /^9\d%$/);
    await visit.says("Ready");
    const [media] = await mediaOf(room);
    await visit.says(media.media_id_string);
    assert.equal(media.sha256, sha256(film.buffer));
    assert.deepEqual(await visit.notifications(), ["1"]);
    await eventually(async () => (await visit.badge()) === "", LATENESS_MS);
    assert.deepEqual(await visit.kept(), { files: 0, alarms: 0, session: undefined });
    assert.deepEqual(await visit.complaints(), []);
  });

  test("what X refuses is said, and can be tried again or removed", async (t) => {
    const room = extension.enter();
    room.state.setMood("failed");
    const visit = await extension.visit(room, t);
    await visit.choose(filmOf(1000));
    await visit.says("X refused the media: Unsupported video format (InvalidMedia, code 1)");
    await eventually(async () => (await visit.badge()) === "!", LATENESS_MS);
    room.state.setMood("slow");
    await visit.press("Try again");
    await visit.says("X is processing it");
    await visit.press("Remove film.mp4");
    await visit.page.getByRole("listitem").waitFor({ state: "hidden" });
    await eventually(async () => (await visit.badge()) === "", LATENESS_MS);
    const { length } = logged(room, "STATUS");
    assert.deepEqual(await visit.kept(), { files: 0, alarms: 0, session: undefined });
    await visit.page.waitForTimeout(3500); // the longest pause of the mood is 3 s
    assert.equal(logged(room, "STATUS").length, length, "it was aborted");
    assert.deepEqual(await visit.complaints(), []);
  });
});

describe("beyond 30 s, with no page open", { concurrency: 2 }, () => {
  /** One APPEND and one STATUS, with 40 and 50 s in which nothing else happens. @param {Room} room */
  function slowDown(room) {
    room.state.rules.add([{ command: "APPEND", fault: { kind: "delay", ms: 40_000 } }]);
    room.state.processing = { script: [{ state: "pending", check_after_secs: 50 }, { state: "succeeded" }] };
  }

  /**
   * Begins an upload in the page, which is closed then, and leaves a mark in the service worker.
   * @param {import("../support/devtools.js").Devtools} browser
   * @param {object} settings
   */
  async function begin(browser, settings) {
    const worker = await eventually(() => browser.find("service_worker", WORKER), LATENESS_MS);
    const { targetId } = await browser.send("Target.createTarget", { url: worker.url.replace(WORKER, "/page.html") });
    const work = async (/** @type {object} */ settings) => {
      await chrome.storage.local.set({ settings });
      const chosen = new DataTransfer();
      chosen.items.add(new File([new Uint8Array(1000)], "film.mp4", { type: "video/mp4" }));
      const input = /** @type {HTMLInputElement} */ (document.querySelector("input[type=file]"));
      input.files = chosen.files;
      input.dispatchEvent(new Event("change"));
    };
    await eventually(() => browser.run(targetId, () => document.readyState === "complete"), LATENESS_MS);
    await browser.run(targetId, work, settings);
    await browser.run(worker.targetId, () => void Object.assign(globalThis, { mark: "the first" }));
    return { worker, page: targetId };
  }

  test("a service worker goes on for 90 s until the media is ready", async (t) => {
    const room = extension.enter();
    slowDown(room);
    const browser = extension.launchUnwatched(t);
    const { worker, page } = await begin(browser, { api: "2", accessToken: "token", baseUrl: room.url });
    await eventually(() => logged(room, "APPEND").length > 0, LATENESS_MS);
    await browser.send("Target.closeTarget", { targetId: page });
    const start = Date.now();
    await eventually(() => logged(room, "STATUS")[0]?.status, 90_000 + LATENESS_MS);
    assert.ok(Date.now() - start > 85_000);
    const told = await eventually(
      () =>
        browser.run(worker.targetId, async () => {
          const [id] = Object.keys(await chrome.notifications.getAll());
          return id && { id, mark: Reflect.get(globalThis, "mark") };
        }),
      LATENESS_MS,
    );
    assert.deepEqual(told, { id: "1", mark: "the first" });
    assert.deepEqual(
      room.state.log.all().map(({ command }) => command),
      ["INIT", "APPEND", "FINALIZE", "STATUS"],
    );
  });

  test("it is ended after 30 s, in the middle of a request, where keepAlive is false", async (t) => {
    const room = extension.enter();
    slowDown(room);
    const browser = extension.launchUnwatched(t);
    const { worker, page } = await begin(browser, { api: "2", accessToken: "token", baseUrl: room.url, keepAlive: false });
    const append = await eventually(() => logged(room, "APPEND")[0], LATENESS_MS);
    await browser.send("Target.closeTarget", { targetId: page });
    await eventually(async () => !(await browser.find("service_worker", WORKER)), WORKER_MS + LATENESS_MS);
    const lived = Date.now() - append.at;
    assert.ok(lived > WORKER_MS - LATENESS_MS, `${lived} ms`);
    await eventually(() => append.gone, 40_000);
    assert.deepEqual(logged(room, "FINALIZE"), []);
    t.diagnostic(`${worker.targetId} lived for ${lived} ms`);
  });
});

describe("after an end in the middle", { concurrency: 2 }, () => {
  /** In which several segments are acknowledged, and then no more. */
  const film = filmOf(20_000_000);

  /**
   * @param {Room} room
   * @param {import("../support/extension.js").Visit} visit
   */
  async function beginAndStall(room, visit) {
    room.state.processing = { duration_secs: 2 };
    room.state.rules.add([{ command: "APPEND", occurrence: 5, times: 1000, fault: { kind: "stall" } }]);
    await visit.choose(film);
    const { acknowledged } = await eventually(async () => {
      const session = await visit.session();
      return session?.acknowledged.length === 4 && session;
    }, LATENESS_MS);
    return { acknowledged, sent: logged(room, "APPEND").length };
  }

  /**
   * It arrived whole, once, and what the session knew to be there was not sent again.
   * @param {Room} room
   * @param {import("../support/extension.js").Visit} visit
   * @param {{ acknowledged: number[], sent: number }} before
   */
  async function assertWentOn(room, visit, { acknowledged, sent }) {
    const [media, ...others] = await mediaOf(room);
    await visit.says(media.media_id_string);
    assert.deepEqual([media.sha256, others, logged(room, "INIT").length], [sha256(film.buffer), [], 1]);
    const sentAgain = logged(room, "APPEND").slice(sent).map(({ segment_index }) => segment_index);
    assert.deepEqual(sentAgain.filter((index) => acknowledged.includes(Number(index))), []);
    assert.deepEqual(await visit.kept(), { files: 0, alarms: 0, session: undefined });
    assert.deepEqual(await visit.complaints(), []);
  }

  test("a service worker that was killed wakes within a minute, and goes on", async (t) => {
    const room = extension.enter();
    const visit = await extension.visit(room, t);
    const before = await beginAndStall(room, visit);
    await visit.killWorker();
    room.state.rules.clear();
    assert.deepEqual(await visit.kept(), { files: 1, alarms: 1, session: await visit.session() });
    await visit.says("Ready", ALARM_MS + 2 * LATENESS_MS);
    await assertWentOn(room, visit, before);
  });

  test("a browser that was closed goes on when it is started again", async (t) => {
    const room = extension.enter();
    const visit = await extension.visit(room, t);
    const before = await beginAndStall(room, visit);
    await visit.stop();
    room.state.rules.clear();
    await visit.start();
    await visit.says("Ready", 2 * LATENESS_MS);
    await assertWentOn(room, visit, before);
  });
});

test("the manifest of each browser names files that are there, and the background that it knows", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "x-media-upload-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const browser of browsers) {
    await assemble(browser, folder);
    const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
    const { service_worker, scripts = [service_worker] } = manifest.background;
    const named = [...scripts, manifest.options_ui.page, manifest.action.default_icon, ...Object.values(manifest.icons)];
    assert.deepEqual(named.filter((file) => !existsSync(join(folder, file))), []);
    assert.equal(service_worker !== undefined, browser === "chrome");
    assert.equal(manifest.browser_specific_settings?.gecko.id !== undefined, browser === "firefox");
    assert.deepEqual(manifest.permissions, ["alarms", "notifications", "storage"]);
    assert.deepEqual(manifest.host_permissions, ["https://api.x.com/*", "https://upload.twitter.com/*"]);
  }
});
