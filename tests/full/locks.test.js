/** One upload at a time owns a stored session, in Firefox and WebKitGTK as in Chromium, and what each does with a page that may be shown again. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { otherBrowsers } from "../../scripts/other-browsers.js";
import { startServer } from "../../www/server.js";
import { Session } from "../support/webdriver.js";
import { until } from "../support/until.js";

/** @typedef {import("../../www/server.js").Room} Room */

const TESTS = fileURLToPath(new URL("..", import.meta.url));
const PAGE = "/tests/support/page/index.html";
const TOOLKIT = "/tests/support/page/toolkit.js";
/** Of the file that the pages send, and the worker of the tests too. */
const SEGMENTS = 20;

/** @type {import("../../www/server.js").RunningServer} */
let server;
let rooms = 0;
before(async () => {
  server = await startServer({ mounts: { "/tests": TESTS } });
});
after(() => server?.close());

/** A room in which the file takes some seconds. */
function enterSlowly() {
  const room = server.room(`locks ${++rooms}`);
  room.state.rules.add([{ command: "APPEND", times: 100, fault: { kind: "delay", ms: 250 } }]);
  return room;
}

/** @param {Room} room */
const sent = (room) => room.state.log.all().filter(({ command, status }) => command === "APPEND" && status).length;

/** @param {Room} room */
const begun = (room) => room.state.log.all().filter(({ command }) => command === "INIT").map(({ media_id }) => media_id);

for (const browser of otherBrowsers()) {
  describe(browser.name, () => {
    /** @type {Session} */
    let session;

    before(async () => {
      session = await Session.open(browser);
    });
    after(() => session?.close());

    const open = (path = PAGE) => session.goTo(`${server.url}${path}`);

    /** Opens a tab, and goes there. @returns {Promise<string>} its handle */
    async function openTab() {
      const { handle } = await session.send("POST", "/window/new", { type: "tab" });
      await session.send("POST", "/window", { handle });
      await open();
      return handle;
    }

    /** Begins to upload the file in the page that is open. @param {Room} room */
    const begin = (room) =>
      session.run(
        async ({ toolkit, baseUrl }) => {
          const x = await import(toolkit);
          await x.lib.default();
          const store = x.stores.indexedDbStore();
          const upload = x.clientOf(baseUrl).upload(x.videoOf(20 * 65_536), { segmentSize: 65_536, concurrency: 2, store });
          Object.assign(window, { ended: upload.done() });
        },
        { toolkit: TOOLKIT, baseUrl: new URL(room.url).pathname },
      );

    /** The id of what the page that is open has uploaded. */
    const ended = () => session.run(async () => (await Reflect.get(window, "ended")).media_id_string);

    /** What the emulator has got: every byte, and each segment once, but for those that were under way at an interruption.
     * @param {Room} room @param {string} id @param {number} [interruptions] */
    async function assertWhole(room, id, interruptions = 0) {
      const answer = await room.fetch(new Request(`http://emulator/_emulator/media/${id}`));
      const { segments, state } = await answer.json();
      assert.deepEqual([segments.length, state], [SEGMENTS, "succeeded"]);
      const again = segments.filter((/** @type {{ times: number }} */ { times }) => times > 1);
      assert.ok(again.length <= interruptions * 4, `${again.length} were sent again`);
    }

    test("two tabs: each sends all of it to a media of its own", async () => {
      const room = enterSlowly();
      await open();
      const [first] = await session.send("GET", "/window/handles");
      await begin(room);
      await until(() => sent(room) >= 2);
      await openTab();
      await begin(room);
      const two = await ended();
      await session.send("DELETE", "/window");
      await session.send("POST", "/window", { handle: first });
      const one = await ended();
      assert.deepEqual(begun(room), [one, two]);
      await assertWhole(room, one);
      await assertWhole(room, two);
    });

    test("a page and a service worker: each sends all of it to a media of its own", async () => {
      const room = enterSlowly();
      await open();
      await begin(room);
      await until(() => sent(room) >= 2);
      const { media_id_string: two } = await session.run(
        async ({ toolkit, baseUrl }) => {
          const x = await import(toolkit);
          return x.askWorker("ServiceWorkerGlobalScope", { baseUrl, stored: true });
        },
        { toolkit: TOOLKIT, baseUrl: new URL(room.url).pathname },
      );
      const one = await ended();
      assert.deepEqual(begun(room), [one, two]);
      await assertWhole(room, one);
      await assertWhole(room, two);
    });

    test("a page that is reloaded, and the next tab after one that was closed, go on with it", async () => {
      const room = enterSlowly();
      await open();
      const [first] = await session.send("GET", "/window/handles");
      await openTab();
      await begin(room);
      await until(() => sent(room) >= 4);
      await session.send("POST", "/refresh", {});
      await begin(room);
      await until(() => sent(room) >= 8);
      await session.send("DELETE", "/window");
      await session.send("POST", "/window", { handle: first });
      await begin(room);
      const id = await ended();
      assert.deepEqual(begun(room), [id]);
      await assertWhole(room, id, 2);
    });

    /** Leaves the page that is open, and what it uploads. @param {Room} room */
    async function leave(room) {
      await open();
      await begin(room);
      await session.run(() => addEventListener("pageshow", ({ persisted }) => Object.assign(window, { persisted })));
      await until(() => sent(room) >= 4);
      await session.run((path) => void setTimeout(() => (location.href = path), 0), `${PAGE}?next`);
      await until(async () => (await session.send("GET", "/url")).endsWith("?next"));
    }

    /** Goes back to it. @returns {Promise<boolean>} whether it is the same page, which was kept */
    async function goBack() {
      await session.run(() => void setTimeout(() => history.back(), 0));
      await until(async () => (await session.send("GET", "/url")).endsWith(PAGE));
      return session.run(() => Reflect.has(window, "persisted"));
    }

    // Firefox keeps no page that holds a lock; WebKit keeps it, and takes the lock.
    const isKept = browser.name !== "Firefox";

    test(`a page that is left is ${isKept ? "shown again, and goes on" : "not shown again: a new one goes on"}`, async () => {
      const room = enterSlowly();
      await leave(room);
      assert.equal(await goBack(), isKept);
      if (!isKept) await begin(room);
      const id = await ended();
      assert.deepEqual(begun(room), [id]);
      await assertWhole(room, id, 1);
    });

    test("a page that is left keeps nobody from going on", async () => {
      const room = enterSlowly();
      await leave(room);
      await begin(room);
      const id = await ended();
      assert.deepEqual(begun(room), [id]);
      await assertWhole(room, id, 1);
      if (await goBack()) {
        // Its own is stored no more, so it is another media's.
        const other = await ended();
        assert.deepEqual(begun(room), [id, other]);
        await assertWhole(room, other);
      }
    });
  });
}
