/** The caller's own functions: those that throw, and those that call back into what calls them. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openBench } from "../support/bench.js";

const bench = openBench();

const TOGETHER = { concurrency: 8 };

/** A room where an upload has a STATUS to ask. */
function enterWithStatus() {
  const room = bench.enter();
  room.state.processing = { script: [{ state: "pending", check_after_secs: 1 }, null] };
  return room;
}

describe("a callback", { concurrency: 2 }, () => {
  describe("that throws is reported, and changes nothing", TOGETHER, () => {
    for (const name of /** @type {const} */ (["onProgress", "onStatus"])) {
      test(name, async () => {
        const room = enterWithStatus();
        const { media, calls, reported } = await room.run(
          async ({ x, baseUrl, name }) => {
            const thrown = new Error("of the caller's own");
            let calls = 0;
            let reported = 0;
            /** @param {ErrorEvent} event */
            const listener = (event) => {
              if (event.error === thrown) reported++;
              event.preventDefault(); // or the page would complain
            };
            addEventListener("error", listener);
            const fail = () => {
              calls++;
              throw thrown;
            };
            const media = await x.clientOf(baseUrl).upload(x.videoOf(10), { [name]: fail }).done();
            removeEventListener("error", listener);
            return { media, calls, reported };
          },
          { name },
        );
        assert.equal(media.media_id_string, room.log[0]?.media_id);
        assert.ok(calls >= 1);
        assert.equal(reported, calls);
      });
    }
  });

  describe("may call back", TOGETHER, () => {
    const CALLBACKS = /** @type {const} */ ([
      ...["accessToken", "headers", "fetch", "keepAlive", "onProgress", "onStatus", "onSession", "get", "set"],
    ]);
    const ACTIONS = /** @type {const} */ ([
      ...["abort", "pause", "done", "progress", "session", "free", "upload", "finalize"],
    ]);

    for (const callback of CALLBACKS) {
      for (const action of ACTIONS) {
        test(`${action}() within ${callback}`, async () => {
          const room = callback === "onStatus" ? enterWithStatus() : bench.enter();
          const { outcome, digest, other, seen } = await room.run(
            async ({ x, baseUrl, callback, action }) => {
              /** @type {Promise<unknown> | undefined} */
              let other;
              /** @type {unknown} */
              let seen;
              const actions = {
                abort: () => upload.abort("enough"),
                done: () => (other = upload.done()),
                progress: () => (seen = upload.progress.bytesTotal),
                session: () => (seen = typeof upload.session),
                pause() {
                  upload.pause();
                  setTimeout(() => upload.resume(), 50);
                },
                free() {
                  upload.free();
                  client.free();
                },
                upload: () => (other = client.upload(x.videoOf(20), { wait: false }).done()),
                finalize: () => (other = client.finalize("1").catch(() => "refused")),
              };
              let acted = false;
              /** @param {typeof callback} from */
              const called = (from) => {
                if (from !== callback || acted) return;
                acted = true;
                actions[action]();
              };
              const client = x.clientOf(baseUrl, {
                accessToken: () => (called("accessToken"), "token"),
                headers: () => (called("headers"), {}),
                fetch: (url, init) => (called("fetch"), fetch(url, init)),
                keepAlive: () => called("keepAlive"),
              });
              const file = x.videoOf(200_000);
              const upload = client.upload(file, {
                segmentSize: 65_536,
                onProgress: () => called("onProgress"),
                onStatus: () => called("onStatus"),
                onSession: () => called("onSession"),
                store: {
                  get: async () => void called("get"),
                  set: async () => called("set"),
                  delete: async () => {},
                },
              });
              const outcome = await upload.done().catch((thrown) => String(thrown));
              return { outcome, other: await other, seen, digest: await x.sha256(await file.arrayBuffer()) };
            },
            { callback, action },
          );
          if (action === "abort") return assert.equal(outcome, "enough");
          assert.ok(typeof outcome === "object", `${outcome}`);
          await room.assertHolds(outcome, digest);
          if (action === "done") assert.deepEqual(other, outcome);
          if (action === "progress") assert.equal(seen, 200_000);
          if (action === "session") assert.match(String(seen), /^(object|undefined)$/);
          if (action === "upload") assert.equal((await room.media(/** @type {any} */ (other).media_id_string)).size, 20);
          if (action === "finalize") assert.equal(other, "refused");
        });
      }
    }
  });
});

test("a listener at the signal may call back", async () => {
  const room = bench.enter();
  const outcome = await room.run(async ({ x, baseUrl }) => {
    const controller = new AbortController();
    const client = x.clientOf(baseUrl);
    /** @type {Promise<unknown>[]} */
    const others = [];
    const callBack = () => {
      upload.abort("another reason");
      others.push(upload.done().catch((thrown) => thrown), client.upload(x.videoOf(20)).done());
      client.free();
    };
    controller.signal.addEventListener("abort", callBack); // called before the client's own
    const upload = client.upload(x.videoOf(10), { signal: controller.signal });
    controller.abort("the reason");
    return Promise.all([upload.done().catch((thrown) => thrown), ...others]);
  });
  assert.equal(outcome.length, 3);
  assert.deepEqual(outcome.slice(0, 2), Array(2).fill("another reason")); // the first one counts
  assert.equal(room.commands, "INIT APPEND FINALIZE");
});

describe("a getter of the caller's", () => {
  const METHODS = /** @type {const} */ (["upload", "initialize", "finalize", "status", "waitUntilReady", "finalizeAndWait"]);

  for (const method of METHODS) {
    for (const action of /** @type {const} */ (["free", "upload", "finalize"])) {
      test(`may call ${action}() while ${method}() reads its options`, async () => {
        const room = bench.enter();
        const { reads, outcome, others } = await room.run(
          async ({ x, baseUrl, method, action }) => {
            const client = x.clientOf(baseUrl);
            const id = await x.sent(client);
            if (method !== "finalize" && method !== "finalizeAndWait") await client.finalize(id);
            /** @type {Promise<unknown>[]} */
            const others = [];
            const actions = {
              free: () => client.free(),
              upload: () => others.push(client.upload(x.videoOf(20)).done()),
              finalize: () => others.push(client.finalize(id)),
            };
            let reads = 0;
            // Every read of every option calls back.
            const options = new Proxy(
              {},
              {
                get() {
                  reads++;
                  actions[action]();
                },
              },
            );
            const parameters = { total_bytes: 1, media_type: "video/mp4" };
            const calls = {
              upload: () => client.upload(x.videoOf(10), options).done(),
              initialize: () => client.initialize(parameters, options),
              finalize: () => client.finalize(id, options),
              status: () => client.status(id, options),
              waitUntilReady: () => client.waitUntilReady(id, options),
              finalizeAndWait: () => client.finalizeAndWait(id, options),
            };
            return { outcome: await calls[method](), others: await Promise.all(others), reads };
          },
          { method, action },
        );
        assert.ok(reads >= 1);
        assert.match(outcome.media_id_string, /^[0-9]{19}$/);
        assert.equal(others.length, action === "free" ? 0 : reads);
      });
    }
  }

  test("that throws is invalid_argument, naming the field, with what it threw, and nothing leaves", async () => {
    const room = bench.enter();
    const told = await room.run(async ({ x, baseUrl }) => {
      const { MediaClient } = x.lib;
      const client = x.clientOf(baseUrl);
      const thrown = new Error("of the caller's own");
      /** @param {string} name @returns {any} */
      const trap = (name) =>
        Object.defineProperty({ api: "2", baseUrl, total_bytes: 1, media_type: "video/mp4" }, name, {
          get() {
            throw thrown;
          },
        });
      /** @type {[call: (given: any) => unknown, ...names: string[]][]} */
      const calls = [
        [
          (options) => new MediaClient(options),
          ...["api", "baseUrl", "accessToken", "headers", "credentials", "fetch", "retry", "requestTimeoutMs", "keepAlive"],
        ],
        [(params) => client.initialize(params), "total_bytes", "media_type", "additional_owners"],
        [(media) => client.waitUntilReady(media), "media_id_string", "processing_info"],
        [(options) => client.finalize("1", options), "signal"],
        [
          (options) => client.upload(x.videoOf(10), options).done(),
          ...["mediaType", "additionalOwners", "segmentSize", "wait", "signal", "onProgress", "onStatus", "timeoutSecs"],
          ...["altText", "session", "store", "onSession"],
        ],
      ];
      const refusals = calls.flatMap(([call, ...names]) =>
        names.map(async (name) => {
          /** @type {any} */
          const error = await (async () => call(trap(name)))().catch((thrown) => thrown);
          return [name, error.code, error.message?.startsWith(name), error.cause === thrown];
        }),
      );
      return Promise.all(refusals);
    });
    for (const [name, ...error] of told) assert.deepEqual(error, ["invalid_argument", true, true], `${name}`);
    assert.equal(room.log.length, 0);
  });
});
