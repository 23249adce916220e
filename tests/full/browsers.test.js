/** The package as npm hands it out, in each realm of each browser that docs/compatibility.md names, and what these do not have in common. */

import assert from "node:assert/strict";
import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "../../scripts/browser.js";
import { otherBrowsers } from "../../scripts/other-browsers.js";
import { startServer } from "../../www/server.js";
import { App, ENTRIES, PLAIN, mediaRequest } from "../support/apps.js";
import { pack } from "../support/install.js";
import { fixture, sha256 } from "../support/bench.js";
import { pathOf } from "../support/demo.js";
import { assertBrowsersTold } from "../support/compatibility.js";
import { Session } from "../support/webdriver.js";
import { until } from "../support/until.js";

/** @typedef {import("../../www/server.js").Room} Room */

const TESTS = fileURLToPath(new URL("..", import.meta.url));
const TOOLKIT = "/tests/support/page/toolkit.js";
const REALMS = /** @type {const} */ (["DedicatedWorkerGlobalScope", "ServiceWorkerGlobalScope"]);
/** What X says of a video that it processes, and how exactly a browser's clock tells the pauses. */
const PROCESSING = [{ state: "pending", check_after_secs: 2 }, { state: "in_progress", check_after_secs: 1 }, null];
const CLOCK_MS = 5;

/** @type {Awaited<ReturnType<typeof pack>>} */
let packed;
/** @type {App} */
let app;
/** @type {import("../../www/server.js").RunningServer} */
let server;
/** @type {Map<string, { version: string, works: boolean[] }>} */
const seen = new Map();

before(async () => {
  packed = await pack();
  app = await App.make(PLAIN, packed);
  server = await startServer({ mounts: { "/tests": TESTS, "/dist": join(app.package, "dist"), "": app.folder } });
});
after(async () => {
  await server?.close();
  await packed?.remove();
});

/** What functions that are sent to a page find their room and their tools by. @param {Room} room */
const at = (room) => ({ toolkit: TOOLKIT, baseUrl: new URL(room.url).pathname });

/** @param {string} name */
function enter(name) {
  const room = server.room(name);
  room.state.processing = /** @type {any} */ ({ script: PROCESSING });
  return room;
}

/**
 * The emulator has these bytes under that id, and was asked when it had said so.
 * @param {Room} room
 * @param {string} id
 * @param {string} digest
 */
async function assertUploaded(room, id, digest) {
  const answer = await room.fetch(mediaRequest(id));
  assert.equal((await answer.json()).sha256, digest);
  const log = room.state.log.all().filter((entry) => entry.media_id === id && entry.command !== "APPEND");
  assert.deepEqual(log.map(({ command }) => command), ["INIT", "FINALIZE", "STATUS", "STATUS"]);
  const [, finalize, first, second] = log;
  assert.ok(Number(first?.at) - Number(finalize?.ended_at) >= 2000 - CLOCK_MS);
  assert.ok(Number(second?.at) - Number(first?.ended_at) >= 1000 - CLOCK_MS);
}

for (const browser of [chromium(), ...otherBrowsers()]) {
  describe(browser.name, () => {
    /** @type {Session} */
    let session;
    const works = [false, false, false];

    before(async () => {
      session = await Session.open(browser);
      seen.set(browser.name, { version: session.version, works });
    });
    after(() => session?.close());

    test("a page uploads the file that is chosen, with each entry", async () => {
      for (const entry of ENTRIES) {
        await app.use(entry);
        const room = enter("app"); // where the app uploads to
        await session.goTo(server.url);
        await session.type("input", pathOf("video.mp4"));
        const shown = () => session.textOf("output");
        const id = await until(shown);
        assert.match(id, /^[0-9]{19}$/);
        await assertUploaded(room, id, sha256(fixture("video.mp4")));
      }
      works[0] = true;
    });

    for (const [index, realm] of REALMS.entries()) {
      test(`a ${realm} uploads, aborts and fails`, async () => {
        const room = enter(`${browser.name} ${realm}`);
        await session.goTo(`${server.url}/tests/support/page/index.html`);
        const told = await session.run(
          async ({ toolkit, realm, baseUrl }) => (await import(toolkit)).askWorker(realm, { baseUrl }),
          { ...at(room), realm },
        );
        assert.equal(told.error, undefined);
        assert.equal(told.realm, `[object ${realm}]`);
        assert.match(told.media.media_id_string, /^[0-9]{19}$/);
        await assertUploaded(room, told.media.media_id_string, told.digest);
        assert.deepEqual(told.phases, ["initialize", "append", "finalize", "processing", "ready"]);
        assert.deepEqual([told.reason, told.failure.code, told.complaints], ["enough", "rejected", []]);
        works[index + 1] = true;
      });
    }

    test("a service worker goes on with what a page began: its session is in IndexedDB", async () => {
      const room = enter(`${browser.name} session`);
      await session.goTo(`${server.url}/tests/support/page/index.html`);
      const told = await session.run(
        async ({ toolkit, baseUrl }) => {
          const x = await import(toolkit);
          await x.lib.default();
          const options = { segmentSize: 65_536, concurrency: 2, store: x.stores.indexedDbStore() };
          const file = x.videoOf(20 * 65_536);
          const upload = x.clientOf(baseUrl).upload(file, {
            ...options,
            onProgress: (/** @type {{ fraction: number }} */ { fraction }) => fraction > 0.3 && upload.abort("enough"),
          });
          const reason = await upload.done().catch((/** @type {unknown} */ reason) => reason);
          const media = await x.askWorker("ServiceWorkerGlobalScope", { baseUrl, stored: true });
          return { reason, media, digest: await x.sha256(await file.arrayBuffer()) };
        },
        at(room),
      );
      assert.equal(told.reason, "enough");
      await assertUploaded(room, told.media.media_id_string, told.digest);
      const sent = room.state.log.all().filter(({ command, status }) => command === "APPEND" && status);
      assert.ok(sent.length < 20 + 5, `${sent.length} segments were sent, of 20`);
    });

    test("an answer that is cut short is asked for again", async () => {
      const room = enter(`${browser.name} cut short`);
      const commands = /** @type {const} */ (["INIT", "FINALIZE"]);
      room.state.rules.add(commands.map((command) => ({ command, fault: { kind: "truncate" } })));
      await session.goTo(`${server.url}/tests/support/page/index.html`);
      const media = await session.run(upload, at(room));
      assert.match(media.media_id_string, /^[0-9]{19}$/);
      const logged = room.state.log.all().map(({ command }) => command);
      for (const command of commands) assert.equal(logged.filter((other) => other === command).length, 2);
    });

    for (const command of /** @type {const} */ (["INIT", "APPEND"])) {
      test(`a file that changes on its disk during ${command} is file_changed`, async () => {
        const room = enter(`${browser.name} changed during ${command}`);
        room.state.rules.add([{ command, fault: { kind: "delay", ms: 2000 } }]);
        const logged = () => room.state.log.all().map(({ command }) => command);
        const path = join(packed.folder, "changed.mp4");
        writeFileSync(path, fixture("video.mp4"));
        await session.goTo(`${server.url}/tests/support/page/index.html`);
        await session.type("input", path);
        const failing = session.run(upload, at(room));
        await until(() => logged().includes(command));
        writeFileSync(path, "something else");
        const later = Date.now() / 1000 + 60; // some tell by the time, which may still be that of the first write
        utimesSync(path, later, later);
        assert.equal((await failing).code, "file_changed");
        assert.ok(!logged().includes("FINALIZE"), `${logged()}`);
      });
    }

    test("bytes that are shared or resizable are refused", async () => {
      await session.goTo(`${server.url}/tests/support/page/index.html`);
      const codes = await session.run(
        async ({ toolkit }) => {
          const x = await import(toolkit);
          await x.lib.default();
          const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
          const resizable = Reflect.construct(ArrayBuffer, [10, { maxByteLength: 20 }]);
          const given = [new Uint8Array(buffer), new DataView(buffer), resizable, new Uint8Array(resizable)];
          const client = x.clientOf("/x/none");
          return Promise.all(given.map(async (bytes) => (await x.failureOf(client.append("1", 0, bytes))).code));
        },
        { toolkit: TOOLKIT },
      );
      assert.deepEqual(codes, Array(4).fill("invalid_argument"));
    });
  });
}

/**
 * Uploads, in the page, the file that was chosen, or one of its own.
 * @param {{ toolkit: string, baseUrl: string }} given
 */
async function upload({ toolkit, baseUrl }) {
  const x = await import(toolkit);
  await x.lib.default();
  const file = document.querySelector("input")?.files?.[0] ?? x.videoOf(10);
  return x.clientOf(baseUrl).upload(file).done().catch(x.plainly);
}

test("all of this is what docs/compatibility.md says", () => assertBrowsersTold(seen));
