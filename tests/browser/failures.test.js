/** What goes wrong on the way: what is tried again, when, and what the caller is told in the end. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fixture, openBench } from "../support/bench.js";
import { until } from "../support/until.js";

/**
 * @typedef {import("../support/bench.js").Room} Room
 * @typedef {import("../support/bench.js").Fault} Fault
 * @typedef {import("../../src/js/index.js").MediaClientOptions} MediaClientOptions
 */

const bench = openBench();

const TOGETHER = { concurrency: 6 };

/**
 * INIT, which should fail.
 * @param {Room} room
 * @param {Partial<MediaClientOptions>} [options]
 */
function failingInit(room, options) {
  return room.run(
    ({ x, baseUrl, options }) =>
      x.failureOf(x.clientOf(baseUrl, options).initialize({ total_bytes: 1, media_type: "video/mp4" })),
    { options },
  );
}

describe("an HTTP status, as the caller is told", () => {
  for (const [status, code, retryable] of /** @type {const} */ ([
    [400, "rejected", false],
    [401, "unauthorized", false],
    [402, "payment_required", false],
    [403, "forbidden", false],
    [404, "not_found", false],
    [408, "rejected", true],
    [413, "too_large", false],
    [422, "rejected", false],
    [425, "rejected", true],
    [429, "rate_limited", true],
    [500, "server", true],
    [503, "server", true],
  ])) {
    test(`${status} is ${code}`, async () => {
      for (const api of /** @type {const} */ (["1.1", "2"])) {
        const room = bench.enter();
        room.strike({ fault: { kind: "status", status } });
        const error = await failingInit(room, { api, retry: { attempts: 1 } });
        assert.deepEqual(
          [error.code, error.status, error.retryable, error.command, error.attempts],
          [code, status, retryable, "INIT", 1],
        );
        const http = `\\(HTTP ${status}\\)`;
        assert.match(error.message, new RegExp(`^(X (refused|failed at) INIT ${http}: "|INIT was refused ${http} without a reason\\. )`));
      }
    });
  }
});

describe("a body of errors, whatever its shape, as the caller is told", () => {
  const type = "https://api.twitter.com/2/problems/invalid-request";
  const title = "Invalid Request";

  for (const [name, status, apiErrors] of /** @type {[name: string, status: number, apiErrors: unknown][]} */ ([
    ["error-1-page-does-not-exist.json", 404, [{ code: 34, message: "Sorry, that page does not exist" }]],
    ["error-2-media-type-unrecognized.json", 400, [{ message: "media type unrecognized." }]],
    ["error-3-unauthorized.json", 401, [{ message: "Unauthorized", title: "Unauthorized", type: "about:blank" }]],
    ["error-4-invalid-request.json", 400, [{ message: "BadRequest: Not found", title, type }]],
    ["error-5-internal-server-error.json", 500, [{ message: "internal server error" }]],
    ["error-6-code-and-message.json", 400, [{ code: 131, message: "Internal error" }]],
    ["error-7-empty.txt", 413, []],
    ["error-8-page.html", 503, []],
    ["error-8-plain.txt", 503, [{ message: fixture("replies/error-8-plain.txt").toString() }]],
  ])) {
    test(name, async () => {
      const room = bench.enter();
      room.strike({ fault: { kind: "status", status, body: fixture(`replies/${name}`).toString() } });
      assert.deepEqual((await failingInit(room, { retry: { attempts: 1 } })).apiErrors, apiErrors);
    });
  }
});

describe("trying again", { concurrency: 3 }, () => {
  describe("what is tried again", TOGETHER, () => {
    /** @type {[what: string, fault: Fault, code: string][]} */
    const passing = [
      ["408", { kind: "status", status: 408 }, "rejected"],
      ["425", { kind: "status", status: 425 }, "rejected"],
      ["500", { kind: "status", status: 500 }, "server"],
      ["503", { kind: "status", status: 503 }, "server"],
      ["429 without a time", { kind: "status", status: 429, body: "" }, "rate_limited"],
      ["429 of the past", { kind: "status", status: 429, headers: { "x-rate-limit-reset": "1" } }, "rate_limited"],
      ["a cut connection", { kind: "cut" }, "network"],
      ["a lost answer", { kind: "lost" }, "network"],
      ["an answer that is cut short", { kind: "truncate" }, "network"],
      ["no answer in time", { kind: "stall" }, "timeout"],
    ];
    for (const [what, fault, code] of passing) {
      test(`${what}, as often as attempts allow`, async () => {
        const [passes, stays] = [bench.enter(), bench.enter()];
        const options = { retry: { attempts: 3 }, requestTimeoutMs: code === "timeout" ? 2000 : undefined };
        passes.strike({ times: 2, fault });
        stays.strike({ times: 9, fault });
        const [error] = await Promise.all([
          failingInit(stays, options),
          passes.run(
            ({ x, baseUrl, options }) =>
              x.clientOf(baseUrl, options).initialize({ total_bytes: 1, media_type: "video/mp4" }),
            { options },
          ),
        ]);
        assert.deepEqual([error.code, error.attempts, error.retryable], [code, 3, true]);
        assert.equal(passes.commands, "INIT INIT INIT");
        assert.equal(stays.commands, "INIT INIT INIT");
      });
    }

    /** @type {[what: string, fault: Fault, code: string][]} */
    const final = [
      ...[301, 302, 303, 307, 308].map(
        /** @returns {[string, Fault, string]} */
        (status) => [`a redirect by ${status}`, { kind: "status", status, headers: { location: "/" } }, "invalid_response"],
      ),
      ["200 with a page", { kind: "status", status: 200, body: "<html>" }, "invalid_response"],
      ["200 without a body", { kind: "status", status: 200, body: "" }, "invalid_response"],
      ["200 without an id", { kind: "status", status: 200, body: { data: {} } }, "invalid_response"],
      ["200 with an id of 20 digits", { kind: "status", status: 200, body: { id: "1".repeat(20) } }, "invalid_response"],
      ["200 with 64 KiB", { kind: "status", status: 200, body: { id: "1", _: " ".repeat(65_536) } }, "invalid_response"],
      ["200 with errors alone", { kind: "status", status: 200, body: { errors: [{ message: "no" }] } }, "rejected"],
    ];
    for (const [what, fault, code] of final) {
      test(`not ${what}`, async () => {
        const room = bench.enter();
        room.strike({ fault });
        const error = await failingInit(room);
        assert.deepEqual([error.code, error.attempts, error.retryable], [code, 1, false]);
        if (what.startsWith("a redirect")) assert.match(error.message, /^The answer to INIT is a redirect, which is not followed\. /);
        assert.equal(room.log.length, 1, "one request, and none to where it was redirected");
      });
    }

    test("with a pause between minDelayMs and maxDelayMs", async () => {
      const room = bench.enter();
      room.strike({ times: 9, fault: { kind: "status", status: 503 } });
      await failingInit(room, { retry: { attempts: 6, minDelayMs: 100, maxDelayMs: 200 } });
      const pauses = room.log.slice(1).map(({ at }, n) => at - Number(room.log[n]?.ended_at));
      assert.equal(pauses.length, 5);
      assert.ok(pauses.every((pause) => pause >= 99 && pause <= 700), `${pauses}`);
    });

    test("a segment alone, and not its neighbours", async () => {
      const room = bench.enter();
      room.strike(
        { command: "INIT", fault: { kind: "lost" } },
        { command: "APPEND", segment_index: 1, times: 3, fault: { kind: "status", status: 503 } },
        { command: "APPEND", segment_index: 2, fault: { kind: "lost" } },
      );
      const { media, digest } = await room.run(async ({ x, baseUrl }) => {
        const file = x.videoOf(4 * 65_536);
        const media = await x.clientOf(baseUrl).upload(file, { segmentSize: 65_536 }).done();
        return { media, digest: await x.sha256(await file.arrayBuffer()) };
      });
      await room.assertHolds(media, digest);
      const { segments } = await room.media(media.media_id_string);
      assert.deepEqual(segments.map((/** @type {any} */ { times }) => times), [1, 1, 2, 1]);
      assert.equal(room.logged("APPEND").length, 8);
    });

    test("nothing once a segment is refused for good: the others are cancelled", async () => {
      const room = bench.enter();
      room.strike(
        { command: "APPEND", segment_index: 0, fault: { kind: "stall" } },
        { command: "APPEND", segment_index: 1, fault: { kind: "status", status: 403 } },
      );
      const error = await room.run(({ x, baseUrl }) =>
        x.failureOf(x.clientOf(baseUrl).upload(x.videoOf(4 * 65_536), { segmentSize: 65_536, concurrency: 2 }).done()),
      );
      assert.deepEqual([error.code, error.command, error.media_id_string], ["forbidden", "APPEND", room.log[0]?.media_id]);
      await until(() => room.log[1]?.gone === true);
      assert.equal(room.commands, "INIT APPEND APPEND");
    });
  });

  describe("a rate limit", TOGETHER, () => {
    /** A time that X would name, at least so many seconds ahead. @param {number} secs */
    const inSecs = (secs) => Math.ceil(Date.now() / 1000) + secs;

    test("holds back every request of its command until it resets, and no other command", async () => {
      const room = bench.enter();
      const resetAt = inSecs(1);
      room.strike({
        command: "APPEND",
        fault: { kind: "status", status: 429, headers: { "x-rate-limit-reset": String(resetAt) } },
      });
      const { waits, media, digest } = await room.run(async ({ x, baseUrl }) => {
        const client = x.clientOf(baseUrl, { retry: { attempts: 2 } });
        const file = x.videoOf(3 * 65_536);
        /** @type {unknown[]} */
        const waits = [];
        const upload = client.upload(file, {
          segmentSize: 65_536,
          concurrency: 1,
          onProgress: ({ waiting }) => waits.push(waiting?.for),
        });
        await x.sleep(300);
        const other = client.upload(file, { segmentSize: 5_000_000 });
        const [media] = await Promise.all([upload.done(), other.done()]);
        return { media, waits, digest: await x.sha256(await file.arrayBuffer()) };
      });
      await room.assertHolds(media, digest);
      assert.ok(waits.includes("rate_limit"), `${waits}`);
      const [first, ...appends] = room.logged("APPEND");
      assert.deepEqual([first?.status, appends.length], [429, 4]);
      const [firstAgain] = appends;
      const lateness = Number(firstAgain?.at) - resetAt * 1000;
      assert.ok(lateness >= 0 && lateness <= 1300, `${lateness} ms after the reset`); // it is told in whole seconds
      assert.ok(Number(room.logged("INIT")[1]?.at) < resetAt * 1000, "another upload begins meanwhile");
    });

    test("that lasts longer than maxRateLimitWaitMs is an error at once, and the next call asks again", async () => {
      const room = bench.enter();
      const resetAt = inSecs(60);
      room.strike({ fault: { kind: "status", status: 429, headers: { "x-rate-limit-reset": String(resetAt) } } });
      const { error, next, ms } = await room.run(async ({ x, baseUrl }) => {
        const client = x.clientOf(baseUrl, { retry: { maxRateLimitWaitMs: 5000 } });
        const start = performance.now();
        const error = await x.failureOf(client.finalize("1"));
        return { error, next: await x.failureOf(client.finalize("2")), ms: performance.now() - start };
      });
      assert.deepEqual([error.code, error.command, error.retryable], ["rate_limited", "FINALIZE", true]);
      assert.ok(Math.abs(error.rateLimit.resetsAt - resetAt * 1000) <= 2000, `${error.rateLimit.resetsAt}`);
      assert.equal(error.rateLimit.remaining, 0);
      assert.equal(next.code, "rejected");
      assert.ok(ms < 3000, `${ms} ms`);
      assert.equal(room.commands, "FINALIZE FINALIZE");
    });

    test("that lasts longer than the wait for processing may is an error at once", async () => {
      const room = bench.enter();
      room.state.processing = { script: [{ state: "pending", check_after_secs: 1 }] };
      const headers = { "x-rate-limit-reset": String(inSecs(60)) };
      room.strike({ command: "STATUS", fault: { kind: "status", status: 429, headers } });
      const error = await room.run(({ x, baseUrl }) =>
        x.failureOf(x.clientOf(baseUrl).upload(x.videoOf(10), { timeoutSecs: 10 }).done()),
      );
      assert.deepEqual([error.code, error.command], ["rate_limited", "STATUS"]);
    });
  });

  describe("requestTimeoutMs", TOGETHER, () => {
    test("counts from the request for credentials on, and what comes later is not sent", async () => {
      const room = bench.enter();
      const error = await room.run(async ({ x, baseUrl }) => {
        const accessToken = () => x.sleep(400).then(() => "token");
        const client = x.clientOf(baseUrl, { accessToken, requestTimeoutMs: 200, retry: { attempts: 1 } });
        const error = await x.failureOf(client.finalize("1"));
        await x.sleep(400);
        return error;
      });
      assert.deepEqual([error.code, error.attempts], ["timeout", 1]);
      assert.equal(room.log.length, 0);
    });

    test("takes the request back, and tries it again", async () => {
      const room = bench.enter();
      room.strike({ times: 2, fault: { kind: "stall" } });
      const error = await failingInit(room, { requestTimeoutMs: 2000, retry: { attempts: 2 } });
      assert.deepEqual([error.code, error.attempts, error.retryable], ["timeout", 2, true]);
      await until(() => room.log.every(({ gone }) => gone));
      assert.equal(room.log.length, 2);
    });
  });
});

describe("a file that can't be read as it was", () => {
  const folder = mkdtempSync(join(tmpdir(), "x-media-upload-"));
  after(() => rmSync(folder, { recursive: true }));

  for (const when of /** @type {const} */ (["before it is sent", "while it is sent"])) {
    test(`changed ${when} is file_changed, and not tried again`, async () => {
      const room = bench.enter();
      const path = join(folder, "video.mp4");
      writeFileSync(path, fixture("video.mp4"));
      await bench.page.setInputFiles("input", path);
      // Chromium looks at the file when the page first does.
      await bench.page.evaluate(() => document.querySelector("input")?.files?.[0]?.slice(0, 1).arrayBuffer());
      const change = () => {
        writeFileSync(path, "something else");
        // Chromium tells by the time, which may still be that of the first write.
        const later = Date.now() / 1000 + 60;
        utimesSync(path, later, later);
      };
      if (when === "before it is sent") change();
      else room.strike({ command: "INIT", fault: { kind: "delay", ms: 200 } });
      const failing = room.run(({ x, baseUrl }) => {
        const file = document.querySelector("input")?.files?.[0];
        return x.failureOf(x.clientOf(baseUrl).upload(/** @type {File} */ (file)).done());
      });
      if (when === "while it is sent") {
        await until(() => room.commands.startsWith("INIT"));
        change();
      }
      const error = await failing;
      assert.deepEqual([error.code, error.retryable], ["file_changed", false]);
      assert.match(error.cause, /^NotReadableError/);
      assert.equal(room.logged("FINALIZE").length, 0);
    });
  }
});

test("where no answer comes, the words are for a page, and for whom it asks", async () => {
  const messages = await bench.enter().run(async ({ x }) => {
    const fetch = async () => Promise.reject(new TypeError("no"));
    const told = async (/** @type {string | undefined} */ baseUrl) => {
      const client = new x.lib.MediaClient({ api: "2", baseUrl, fetch, retry: { attempts: 1 } });
      return (await x.failureOf(client.finalize("1"))).message;
    };
    return Promise.all([undefined, "/x", "https://relay.example"].map(told));
  });
  assert.deepEqual(messages, [
    "No answer came to FINALIZE. X answers no cross-origin page: send through a relay on your own origin (baseUrl), or from an extension.",
    "No answer came to FINALIZE. Check the connection, and the server at baseUrl.",
    "No answer came to FINALIZE. Check the connection, and that the server at baseUrl answers pages of other origins (CORS).",
  ]);
});

describe("an error", () => {
  test("is an Error of one class, with all that is known, and says it as JSON too", async () => {
    const room = bench.enter();
    room.state.processing = { script: [{ state: "failed", error: { code: 1, name: "InvalidMedia", message: "no" } }] };
    const told = await room.run(async ({ x, baseUrl }) => {
      const { MediaUploadError, isMediaUploadError } = x.lib;
      const error = await x
        .clientOf(baseUrl)
        .upload(x.videoOf(10))
        .done()
        .catch((error) => error);
      const { session, ...json } = JSON.parse(JSON.stringify(error));
      return {
        json,
        session,
        isOurs: [error instanceof Error, error instanceof MediaUploadError, isMediaUploadError(error)],
        asField: Object.fromEntries(Object.keys(json).map((name) => [name, error[name]])),
        text: String(error),
        hasStack: error.stack.includes("/dist/shared.js"),
        notOurs: [undefined, null, "x", {}, new Error("x"), json].map(isMediaUploadError),
      };
    });
    const id = room.log[0]?.media_id;
    assert.deepEqual(told.json, {
      name: "MediaUploadError",
      message:
        'X refused the media: "no" (InvalidMedia, code 1). ' +
        "Encode it anew, a video as MP4 with H.264 and AAC, or send another file.",
      code: "processing_failed",
      command: "FINALIZE",
      media_id_string: id,
      apiErrors: [],
      processing_info: { state: "failed", error: { code: 1, name: "InvalidMedia", message: "no" } },
      attempts: 1,
      retryable: false,
    });
    assert.equal(told.session.media_id_string, id);
    assert.deepEqual(told.asField, told.json);
    assert.deepEqual(told.isOurs, [true, true, true]);
    assert.equal(told.text, `MediaUploadError: ${told.json.message}`);
    assert.ok(told.hasStack);
    assert.deepEqual(told.notOurs, Array(6).fill(false));
  });

  test("of another copy of the package, and of another realm, is known too", async () => {
    const known = await bench.enter().run(async ({ x, baseUrl }) => {
      const url = "/copies/another/index.js";
      const other = await import(url);
      await other.default();

      const frame = document.createElement("iframe");
      frame.src = location.href;
      const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
      document.documentElement.append(frame);
      await loaded;
      const realm = /** @type {any} */ (frame.contentWindow);
      const inFrame = await realm.eval('import("/dist/index.js")');
      await inFrame.default();
      const told = [];
      for (const { MediaClient } of [other, inFrame]) {
        const client = new MediaClient({ api: "2", baseUrl });
        const error = await client.finalize("x").catch((/** @type {any} */ thrown) => thrown);
        told.push([error instanceof x.lib.MediaUploadError, x.lib.isMediaUploadError(error), error.code]);
      }
      frame.remove();
      return told;
    });
    assert.deepEqual(known, Array(2).fill([false, true, "invalid_argument"]));
  });

  test("never holds what the client was let in with", async () => {
    const room = bench.enter();
    const SECRET = "hunter2";
    const texts = await room.run(
      async ({ x, baseUrl, SECRET }) => {
        const options = { accessToken: SECRET, headers: { "x-key": SECRET }, retry: { attempts: 1 } };
        const broken = async () => {
          throw new TypeError("of the caller's own");
        };
        const never = "http://127.0.0.1:1";
        const failures = [
          x.clientOf(baseUrl, options).finalize("1"),
          x.clientOf(never, options).finalize("1"),
          x.clientOf(baseUrl, options).finalize(SECRET),
          x.clientOf(baseUrl, { ...options, accessToken: () => `${SECRET}\n` }).finalize("1"),
          x.clientOf(baseUrl, { ...options, headers: () => ({ "x-key": `${SECRET}\n${SECRET}` }) }).finalize("1"),
          x.clientOf(baseUrl, { ...options, headers: broken }).finalize("1"),
          Promise.resolve().then(() => x.clientOf(baseUrl, { accessToken: `${SECRET} ${SECRET}` })),
          Promise.resolve().then(() => x.clientOf(baseUrl, { headers: { [SECRET]: `${SECRET}\n${SECRET}` } })),
        ];
        const errors = await Promise.all(failures.map((failure) => failure.then(() => undefined, (error) => error)));
        return errors.map((error) => [error.message, error.stack, JSON.stringify(error), String(error.cause)].join("\n"));
      },
      { SECRET },
    );
    for (const text of texts) {
      assert.match(text, /MediaUploadError/);
      assert.ok(!text.includes(SECRET), text);
    }
  });
});

test("a defect of the package itself ends the upload as internal, with its cause, instead of leaving it waiting", async () => {
  const room = bench.enter();
  room.strike({ fault: { kind: "delay", ms: 200 } });
  const { error, isCause } = await room.run(async ({ x, baseUrl }) => {
    const { random } = Math;
    const cause = new Error("nobody expects this");
    const upload = x.clientOf(baseUrl).upload(x.videoOf(10));
    await x.sleep(100);
    Math.random = () => {
      throw cause;
    };
    /** @type {any} */
    const thrown = await upload.done().catch((error) => error);
    Math.random = random;
    return { error: x.plainly(thrown), isCause: thrown.cause === cause };
  });
  assert.deepEqual([error.code, isCause, error.retryable], ["internal", true, false]);
  assert.match(error.message, /defect of x-media-upload/);
});
