/** The extension: through its pages, beyond the 30 s that a service worker has, and after an end in the middle. */

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { assemble, browsers } from "../../scripts/extension.js";
import { fixture, sha256 } from "../support/bench.js";
import { pathOf } from "../support/demo.js";
import { fileOf } from "../support/disk.js";
import { openExtension } from "../support/extension.js";
import { until } from "../support/until.js";

/** @typedef {import("../support/extension.js").Visit} Visit */

const extension = openExtension();
const VIDEO = pathOf("video.mp4");

const NOTHING = { files: 0, alarms: 0, sessions: 0 };
const EVERYTHING = { files: 1, alarms: 1, sessions: 1 };

describe("through its pages", () => {
  test("from the options to the id and a notification, with nothing to complain of", async (t) => {
    const visit = await extension.visit(t);
    visit.room.state.processing = { duration_secs: 10 };
    await visit.choose(VIDEO);
    await visit.page.getByText("You are not signed in to X").waitFor();
    await visit.says("Waiting");
    await visit.setOptions();
    await visit.page.getByText("You are not signed in to X").waitFor({ state: "hidden" });
    await visit.says("X is preparing it");
    await visit.shows(/^9\d%$/);
    await visit.keeps(EVERYTHING);
    await visit.says("Ready to post");
    const [media] = await visit.media();
    await visit.says(media.media_id_string);
    assert.equal(media.sha256, sha256(fixture("video.mp4")));
    await visit.notifies("1");
    await visit.shows("");
    await visit.keeps(NOTHING);
    assert.deepEqual(await visit.complaints(), []);
  });

  test("what X refuses for good is told, and nothing of it is kept", async (t) => {
    const visit = await extension.visit(t);
    await visit.setOptions();
    visit.room.state.setMood("failed");
    await visit.choose(VIDEO);
    await visit.says("X can’t use this file");
    await visit.says(
      'X refused the media: "Unsupported video format" (InvalidMedia, code 1). ' +
        "Encode it anew, a video as MP4 with H.264 and AAC, or send another file.",
    );
    await visit.shows("!");
    await visit.notifies("1");
    await visit.keeps(NOTHING);
    assert.equal(await visit.page.getByRole("button", { name: "Try again" }).isVisible(), false);
    await visit.press("Clear finished");
    await visit.shows("");

    visit.room.state.rules.add([{ command: "APPEND", fault: { kind: "status", status: 400 } }]);
    await visit.choose(VIDEO);
    await visit.says("X can’t use this file");
    await visit.keeps(NOTHING);
    assert.deepEqual(await visit.complaints(), []);
  });

  test("what a wrong token has stopped can be tried again with the right one, or removed", async (t) => {
    const visit = await extension.visit(t);
    await visit.setOptions({ "Access token": "wrong" });
    const refuse = () =>
      visit.room.state.rules.add([{ command: "APPEND", times: 100, fault: { kind: "status", status: 401 } }]);
    refuse();
    await visit.choose(VIDEO);
    await visit.says("X does not accept your sign-in");
    await visit.keeps({ ...EVERYTHING, alarms: 0 });
    visit.room.state.rules.clear();
    await visit.setOptions({ "Access token": "right" });
    await visit.press("Try again");
    await visit.says("Ready to post");
    assert.equal(visit.logged("INIT").length, 1);
    await visit.keeps(NOTHING);

    await visit.press("Remove video.mp4");
    refuse();
    await visit.choose(VIDEO);
    await visit.says("X does not accept your sign-in");
    await visit.press("Remove video.mp4");
    await visit.shows("");
    await visit.keeps(NOTHING);
    assert.deepEqual(await visit.complaints(), []);
  });

  test("what is unfinished can be forgotten: sessions, files, and what runs", async (t) => {
    const visit = await extension.visit(t);
    await visit.setOptions();
    await visit.choose(pathOf("picture.png"));
    await visit.says("Ready to post");
    visit.room.state.rules.add([{ command: "APPEND", fault: { kind: "status", status: 403 } }]);
    await visit.choose(VIDEO);
    await visit.says("X does not allow your account or app to upload this");
    visit.room.state.processing = { script: [{ state: "pending", check_after_secs: 60 }] };
    await visit.choose(VIDEO);
    await visit.says("X is preparing it");
    await visit.keeps({ files: 2, alarms: 1, sessions: 2 });
    await visit.follow("Options");
    await visit.press("Cancel and forget them");
    await visit.page.getByText("Forgotten").waitFor();
    await visit.keeps(NOTHING);
    await visit.follow("Uploads");
    await visit.says("Ready to post");
    assert.equal(await visit.page.getByRole("listitem").count(), 1);
    assert.deepEqual(await visit.complaints(), []);
  });

  test("of the same file, chosen four times, three run; what one page cancels ends in another too", async (t) => {
    const visit = await extension.visit(t);
    await visit.setOptions();
    visit.room.state.processing = { script: [{ state: "pending", check_after_secs: 3 }] };
    const other = await visit.open();
    /** @param {Record<string, number>} counts */
    const otherShows = async (counts) => {
      for (const [words, count] of Object.entries(counts)) {
        await until(async () => (await other.getByText(words, { exact: true }).count()) === count);
      }
    };
    await visit.choose(VIDEO, VIDEO, VIDEO);
    await otherShows({ "X is preparing it": 3 });
    await visit.choose(VIDEO);
    await otherShows({ "X is preparing it": 3, Waiting: 1 });
    assert.equal(visit.logged("INIT").length, 3);
    const cancel = visit.page.getByRole("button", { name: "Cancel video.mp4" });
    await cancel.last().click();
    await otherShows({ "X is preparing it": 3, Waiting: 0 });
    await until(async () => (await visit.media()).length === 4); // the page shows that it starts before INIT has arrived
    assert.equal(new Set((await visit.media()).map(({ media_id_string }) => media_id_string)).size, 4);

    // As if each saved its session once more, after the page has forgotten it and before it is aborted.
    await visit.page.evaluate(() => {
      chrome.storage.local.remove = async () => {};
    });
    for (const count of [2, 1, 0]) {
      await cancel.first().click();
      await otherShows({ Cancel: count });
    }
    await visit.shows("");
    await visit.keeps(NOTHING);
    const { length } = visit.logged("STATUS");
    await visit.page.waitForTimeout(4000);
    assert.equal(visit.logged("STATUS").length, length, "all were aborted");
    assert.deepEqual(await visit.complaints(), []);
  });
});

// These wait for real time to pass, one beside the other.
describe("in the background", { concurrency: 5 }, () => {
  describe("beyond 30 s, with no page open", { concurrency: 2 }, () => {
    /** Uploads with one APPEND and one STATUS, and 50 and 40 s in which nothing else happens. @param {Visit} visit */
    async function beginSlowly(visit) {
      visit.room.state.rules.add([{ command: "APPEND", fault: { kind: "delay", ms: 50_000 } }]);
      visit.room.state.processing = { script: [{ state: "pending", check_after_secs: 40 }, { state: "succeeded" }] };
      await visit.choose(VIDEO);
      const append = await until(() => visit.logged("APPEND")[0]);
      await visit.lookAway();
      return append;
    }

    test("a service worker goes on for 90 s until the media is ready", async (t) => {
      const visit = await extension.visit(t);
      await visit.setOptions();
      await visit.worker.evaluate(() => Object.assign(globalThis, { isTheFirst: true }));
      const { at } = await beginSlowly(visit);
      const { ended_at } = await until(() => visit.logged("STATUS").find(({ status }) => status === 200), 150_000);
      const lasted = Number(ended_at) - at;
      assert.ok(lasted >= 90_000, `${lasted} ms`);
      t.diagnostic(`ready ${lasted} ms after APPEND began`);
      await visit.look();
      await visit.says("Ready to post");
      await visit.notifies("1");
      assert.equal(await visit.worker.evaluate(() => Reflect.get(globalThis, "isTheFirst")), true);
      const commands = visit.room.state.log.all().map(({ command }) => command);
      assert.deepEqual(commands, ["INIT", "APPEND", "FINALIZE", "STATUS"]);
      assert.deepEqual(await visit.complaints(), []);
    });

    test("it would be ended after 30 s, in the middle of a request, without the calls of keepAlive", async (t) => {
      const visit = await extension.visit(t);
      await visit.setOptions();
      await visit.worker.evaluate(() => {
        chrome.runtime.getPlatformInfo = async () => ({});
      });
      const append = await beginSlowly(visit);
      await until(() => append.gone);
      const lived = Number(append.ended_at) - append.at;
      assert.ok(lived < 50_000, `${lived} ms`);
      t.diagnostic(`ended ${lived} ms after APPEND began`);
    });
  });

  describe("after an end in the middle", { concurrency: 3 }, () => {
    const film = fileOf(20_000_000);
    after(film.remove);

    /** @type {[title: string, end: (visit: Visit) => Promise<void>][]} */
    const ends = [
      ["a service worker that was killed wakes within a minute, and goes on", (visit) => visit.killWorker()],
      ["an extension that was updated goes on", (visit) => visit.update()],
      [
        "a browser that was closed goes on when it is started again",
        async (visit) => {
          await visit.stop();
          await visit.start();
        },
      ],
    ];
    for (const [title, end] of ends) {
      test(title, async (t) => {
        const visit = await extension.visit(t);
        await visit.setOptions();
        visit.room.state.processing = { duration_secs: 2 };
        visit.room.state.rules.add([{ command: "APPEND", occurrence: 5, times: 100, fault: { kind: "stall" } }]);
        await visit.choose(film.path);
        // Four have arrived, and four are under way.
        await until(() => visit.logged("APPEND").length === 8);
        const { acknowledged } = await until(async () => {
          const session = await visit.session();
          return session?.acknowledged.length === 4 && session;
        });
        visit.room.state.rules.clear();
        await visit.keeps(EVERYTHING);

        await end(visit);
        const ended = Date.now();
        await visit.says("Ready to post", 120_000);
        t.diagnostic(`ready ${Date.now() - ended} ms after that`);
        const [media, ...others] = await visit.media();
        await visit.says(media.media_id_string);
        assert.equal(media.sha256, film.sha256);
        assert.deepEqual(others, []);
        const later = visit.logged("APPEND").slice(8).map(({ segment_index }) => Number(segment_index));
        const sentAgain = later.filter((index) => acknowledged.includes(index));
        assert.deepEqual(sentAgain, [], "what X had acknowledged");
        await visit.shows("");
        await visit.keeps(NOTHING);
        assert.deepEqual(await visit.complaints(), []);
      });
    }
  });
});

test("what is tested is made of the package as npm hands it out", () => {
  const text = readFileSync(join(extension.folder, "background.js"), "utf8"); // esbuild says where each part is from
  assert.match(text, /^\/\/ .*node_modules\/x-media-upload\/dist\/inline\.js$/m);
});

test("the manifest of each browser names files that are there, and the background that it knows", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "x-media-upload-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const browser of browsers) {
    await assemble(browser, folder);
    const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
    const { service_worker, scripts = [service_worker] } = manifest.background;
    const icons = [...Object.values(manifest.action.default_icon), ...Object.values(manifest.icons)];
    const named = [...scripts, manifest.options_ui.page, "page.html", ...icons];
    assert.deepEqual(named.filter((file) => !existsSync(join(folder, file))), []);
    assert.equal(service_worker !== undefined, browser === "chrome");
    assert.equal(manifest.browser_specific_settings?.gecko.id !== undefined, browser === "firefox");
    assert.deepEqual(manifest.permissions, ["alarms", "identity", "notifications", "storage"]);
    assert.deepEqual(manifest.host_permissions, ["https://api.x.com/*"]);
  }
});
