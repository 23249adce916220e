/** The site, from a server of files and nothing else: what it uploads to is a service worker, which may be ended at any moment. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { chromium } from "../../scripts/browser.js";
import { otherBrowsers } from "../../scripts/other-browsers.js";
import { fileOf } from "../support/disk.js";
import { Visitor, serveSite } from "../support/site.js";
import { until } from "../support/until.js";

const SEGMENTS = 20;
const SEGMENT_SIZE = 65_536;
/** In the middle of the file; a request that nothing but its end or the client's time limit of a minute ends. */
const STALLED = { command: "APPEND", segment_index: 10, fault: { kind: "stall" } };
const READY = /^Ready to post/;
/** A time-out would take longer. */
const SOON_MS = 30_000;

/** @type {Awaited<ReturnType<typeof serveSite>>} */
let site;
before(async () => {
  site = await serveSite();
});
after(() => site?.close());

const [firefox, webKit] = otherBrowsers();

/** @param {import("../../scripts/driver.js").Browser} browser */
function visit(browser) {
  /** @type {Visitor} */
  let visitor;
  before(async () => {
    visitor = await Visitor.open(browser, site.url);
  });
  after(() => visitor?.session.close());
  return () => visitor;
}

/**
 * @param {import("node:test").TestContext} t
 * @param {number} size
 */
function file(t, size) {
  const file = fileOf(size);
  t.after(file.remove);
  return file;
}

/** All segments but the one that stalls are there. @param {Visitor} visitor */
async function allButOneArrived(visitor) {
  const arrived = async () => Object.values(await visitor.segments()).filter(([, acknowledged]) => acknowledged > 0);
  await until(async () => (await arrived()).length === SEGMENTS - 1);
}

/**
 * The file is there, and of its segments only the one that stalled was sent twice.
 * @param {Visitor} visitor
 * @param {{ sha256: string }} file
 */
async function assertArrivedOnce(visitor, { sha256 }) {
  const [media, ...others] = await visitor.control("GET", "/media");
  assert.deepEqual([media.sha256, others], [sha256, []]);
  const once = Array.from({ length: SEGMENTS }, (_, index) => [index, index === STALLED.segment_index ? [2, 1] : [1, 1]]);
  assert.deepEqual(await visitor.segments(), Object.fromEntries(once));
}

for (const browser of [chromium(), firefox, webKit]) {
  describe(browser.name, () => {
    const visitor = visit(browser);

    test("the documentation is there, and leads back", async () => {
      const { session } = visitor();
      await session.goTo(site.url);
      for (const [link, heading] of [["masthead", "x-media-upload"], ["document", ""]]) {
        await session.click(`.${link} a[href]`);
        await visitor().shows("h1", new RegExp(String(heading)));
      }
    });
  });
}

for (const browser of [chromium(), firefox]) {
  describe(`uploads in ${browser.name}`, () => {
    const visitor = visit(browser);

    test("100 MB are uploaded, and are there", async (t) => {
      const { path, sha256 } = file(t, 100_000_000);
      await visitor().enter("large");
      await visitor().upload(path);
      await visitor().shows("#status", READY, 300_000);
      const [media] = await visitor().control("GET", "/media");
      assert.deepEqual([media.size, media.sha256], [100_000_000, sha256]);
    });

    test("ends the worker in the middle of an upload, which goes on", async (t) => {
      const chosen = file(t, SEGMENTS * SEGMENT_SIZE);
      await visitor().enter("stopped");
      await visitor().control("POST", "/rules", STALLED);
      await visitor().upload(chosen.path, SEGMENT_SIZE);
      await allButOneArrived(visitor());
      await visitor().stopWorker();
      await visitor().shows("#status", READY, SOON_MS);
      await assertArrivedOnce(visitor(), chosen);
    });

    test("reloads the page and ends the worker: the upload goes on with what was not acknowledged", async (t) => {
      const chosen = file(t, SEGMENTS * SEGMENT_SIZE);
      await visitor().enter("reloaded");
      await visitor().control("POST", "/rules", STALLED);
      await visitor().upload(chosen.path, SEGMENT_SIZE);
      await allButOneArrived(visitor());
      await visitor().session.click(".pause");
      await visitor().session.run(() => void setTimeout(() => location.reload()));
      await visitor().shows("#unfinished-words", /large\.mp4/);
      await visitor().stopWorker();
      await visitor().upload(chosen.path, SEGMENT_SIZE);
      await visitor().shows("#status", READY, SOON_MS);
      await assertArrivedOnce(visitor(), chosen);
    });

    test("reloads without the worker: the page says so, and uploads", async (t) => {
      const chosen = file(t, SEGMENTS * SEGMENT_SIZE);
      await visitor().enter("hard");
      await visitor().hardReload();
      await visitor().shows("#where", /^This page was reloaded past its service worker, and is connected to it again\./);
      await visitor().upload(chosen.path, SEGMENT_SIZE);
      await visitor().shows("#status", READY, SOON_MS);
    });
  });
}
