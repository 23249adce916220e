/** The handles of clients and uploads: freed at any moment, and behind a Proxy. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openBench } from "../support/bench.js";

const bench = openBench();

/** @typedef {import("../../src/js/index.js").Upload} Upload */

/** Each promise of a client's, by what gives it. Sent to the page. @param {import("../../src/js/index.js").MediaClient} client */
function promisesOf(client) {
  return {
    initialize: client.initialize({ total_bytes: 1, media_type: "video/mp4" }),
    append: client.append("1", 0, new Uint8Array(1)),
    finalize: client.finalize("1"),
    status: client.status("1"),
    setMetadata: client.setMetadata("1", { alt_text: "x" }),
    addSubtitles: client.addSubtitles("1", "tweet_video", []),
    removeSubtitles: client.removeSubtitles("1", "tweet_video", ["en"]),
    waitUntilReady: client.waitUntilReady("1"),
    finalizeAndWait: client.finalizeAndWait("1"),
  };
}

describe("a freed", () => {
  test("client says so: promises reject, upload() throws, and the work under way goes on", async () => {
    const room = bench.enter();
    const { media, told, thrown } = await room.run(
      async ({ x, baseUrl, promisesOf }) => {
        const client = x.clientOf(baseUrl);
        const upload = client.upload(x.videoOf(200_000), { segmentSize: 65_536 });
        client.free();
        client.free();
        const told = Object.entries(promisesOf(client)).map(async ([name, promise]) => [name, await x.failureOf(promise)]);
        let thrown;
        try {
          client.upload(x.videoOf(10));
        } catch (error) {
          thrown = x.plainly(error);
        }
        return { told: await Promise.all(told), thrown, media: await upload.done() };
      },
      { promisesOf },
    );
    const freed = { name: "Error", message: "x-media-upload: this MediaClient was freed" };
    for (const [name, failure] of told) assert.deepEqual(failure, freed, `${name}`);
    assert.equal(told.length, 9);
    assert.deepEqual(thrown, freed);
    assert.equal((await room.media(media.media_id_string)).size, 200_000);
  });

  test("upload says so, but for done(), which is the same promise and settles", async () => {
    const room = bench.enter();
    const { media, isSame, told } = await room.run(async ({ x, baseUrl }) => {
      const upload = x.clientOf(baseUrl).upload(x.videoOf(200_000), { segmentSize: 65_536 });
      const done = upload.done();
      upload.free();
      upload.free();
      const uses = {
        pause: () => upload.pause(),
        resume: () => upload.resume(),
        abort: () => upload.abort(),
        progress: () => upload.progress,
        session: () => upload.session,
      };
      const told = Object.values(uses).map((use) => {
        try {
          return use();
        } catch (error) {
          return x.plainly(error);
        }
      });
      return { told, isSame: upload.done() === done, media: await done };
    });
    assert.deepEqual(told, Array(5).fill({ name: "Error", message: "x-media-upload: this Upload was freed" }));
    assert.ok(isSame);
    assert.equal((await room.media(media.media_id_string)).size, 200_000);
  });

  test("upload that failed, or whose done() was never asked for, is no unhandled rejection", async () => {
    const codes = await bench.enter().run(async ({ x, baseUrl }) => {
      const client = x.clientOf(baseUrl);
      const uploads = [client.upload(new Uint8Array(0)), client.upload(x.videoOf(10), { altText: "x".repeat(1001) })];
      for (const upload of [...uploads, client.upload(new Uint8Array(0))]) upload.free();
      await x.sleep(100);
      return Promise.all(uploads.map(async (upload) => (await x.failureOf(upload.done()))["code"]));
    });
    assert.deepEqual(codes, Array(2).fill("invalid_argument"));
  });
});

describe("free() within a callback of what is freed", () => {
  for (const callback of /** @type {const} */ (["onProgress", "onSession", "onStatus", "accessToken", "fetch"])) {
    test(`${callback}: the upload goes on, and later calls say that it was freed`, async () => {
      const room = bench.enter();
      room.state.processing = { script: [{ state: "pending", check_after_secs: 1 }, null] };
      const { media, told } = await room.run(
        async ({ x, baseUrl, callback }) => {
          /** @param {string} from */
          const called = (from) => {
            if (from !== callback) return;
            upload.free();
            client.free();
          };
          const client = x.clientOf(baseUrl, {
            accessToken: () => (called("accessToken"), "token"),
            fetch: (url, init) => (called("fetch"), fetch(url, init)),
          });
          const upload = client.upload(x.videoOf(10), {
            onProgress: () => called("onProgress"),
            onSession: () => called("onSession"),
            onStatus: () => called("onStatus"),
          });
          const media = await upload.done();
          /** @type {any[]} */
          const told = [await x.failureOf(client.finalize("1"))];
          try {
            upload.pause();
          } catch (error) {
            told.push(x.plainly(error));
          }
          return { media, told };
        },
        { callback },
      );
      assert.equal(media.media_id_string, room.log[0]?.media_id);
      const words = ["MediaClient", "Upload"].map((name) => `x-media-upload: this ${name} was freed`);
      assert.deepEqual(told.map(({ message }) => message), words);
    });
  }

  test("and in the middle of a call, while it reads its options", async () => {
    const room = bench.enter();
    const { media, told } = await room.run(async ({ x, baseUrl }) => {
      const client = x.clientOf(baseUrl);
      const options = {
        get segmentSize() {
          client.free();
          return undefined;
        },
      };
      const media = await client.upload(x.videoOf(10), options).done();
      return { media, told: await x.failureOf(client.finalize("1")) };
    });
    assert.equal(media.media_id_string, room.log[0]?.media_id);
    assert.match(told["message"], /this MediaClient was freed/);
  });
});

test("`using` frees", async () => {
  const told = await bench.enter().run(async ({ x, baseUrl }) => {
    const client = x.clientOf(baseUrl);
    const upload = client.upload(new Uint8Array(0));
    upload[Symbol.dispose]();
    client[Symbol.dispose]();
    return [await x.failureOf(client.finalize("1")), await x.failureOf(upload.done())].map(({ message }) => message);
  });
  assert.match(told[0], /was freed/);
  assert.equal(told[1], "The file is empty. Choose another one.");
});

test("10 000 clients that are made and freed take no memory the second time, nor do their uploads", async () => {
  const { sizes } = await bench.enter().run(async ({ x, baseUrl }) => {
    const { lib, memories } = await x.freshCopy();
    await lib.default();
    const [memory] = memories;
    const burst = async () => {
      for (let n = 0; n < 10_000; n++) {
        const client = new lib.MediaClient({ api: "2", baseUrl, accessToken: "token", headers: { "x-a": "b" } });
        if (n % 10 === 0) {
          const upload = client.upload(x.videoOf(10), { mediaType: "of none" });
          upload.free();
          await upload.done().catch(() => {});
        }
        client.free();
      }
      return memory?.buffer.byteLength;
    };
    return { sizes: [await burst(), await burst()] };
  });
  assert.ok(Number(sizes[0]) > 0, `${sizes}`);
  assert.equal(sizes[1], sizes[0]);
});

describe("behind a Proxy", () => {
  for (const [what, wrap] of /** @type {const} */ ([
    ["that does nothing", (/** @type {object} */ target) => new Proxy(target, {})],
    ["as Vue makes one", undefined],
  ])) {
    test(`${what}, a client and an upload work`, async () => {
      const room = bench.enter();
      room.strike({ command: "FINALIZE", fault: { kind: "delay", ms: 200 } });
      const { media, reason, progress, session, id, failures } = await room.run(
        async ({ x, baseUrl, wrap }) => {
          const proxied = /** @type {typeof x.reactive} */ (wrap ?? x.reactive);
          const client = proxied(x.clientOf(baseUrl));
          const aborted = proxied(client.upload(x.videoOf(10)));
          aborted.abort("enough");
          const upload = proxied(client.upload(x.videoOf(200_000), { segmentSize: 65_536 }));
          upload.pause();
          upload.resume();
          const media = await upload.done();
          const { progress, session } = upload;
          const id = await x.sent(client);
          await client.finalize(id);
          upload.free();
          upload.free();
          client.free();
          client.free();
          const failures = [x.failureOf(client.status(id)), x.failureOf((async () => upload.pause())())];
          return {
            media,
            progress: progress.fraction,
            session: session?.media_id_string,
            id,
            reason: await aborted.done().catch((reason) => reason),
            failures: (await Promise.all(failures)).map(({ message }) => message),
            same: await upload.done(),
          };
        },
        { wrap },
      );
      assert.equal((await room.media(media.media_id_string)).size, 200_000);
      assert.deepEqual([reason, progress, session], ["enough", 1, media.media_id_string]);
      assert.equal((await room.media(id)).size, 10);
      for (const message of failures) assert.match(message, /was freed/);
    });
  }

  test("one that is freed there is not freed again by the collector, when its memory is another's", async () => {
    const { page } = bench;
    const room = bench.enter();
    const clients = await room.start(({ x, baseUrl }) => {
      for (let n = 0; n < 1000; n++) new Proxy(x.clientOf(baseUrl), {}).free();
      return Array.from({ length: 1000 }, () => x.clientOf(baseUrl));
    });
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("HeapProfiler.collectGarbage");
    await devtools.detach();
    const codes = await clients.evaluate(async (clients) => {
      await new Promise((resolve) => setTimeout(resolve, 100)); // the collector's callbacks are tasks of their own
      const failures = clients.map((client) => client.finalize("no id").catch((error) => error.code ?? String(error)));
      return [...new Set(await Promise.all(failures))];
    });
    assert.deepEqual(codes, ["invalid_argument"]);
  });
});
