/** What callers get wrong: refused by name, before any request. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openBench } from "../support/bench.js";

const bench = openBench();

const IDS = [
  ...[123, 9007199254740993n, "", " 1", "1 ", "+1", "-1", "1.0", "1e3", "0x1", "１", "one", "12345678901234567890"],
  ...["1/append", "../1", "1?command=INIT", "1#", "1\n", undefined, null, true, ["1"], {}],
];
const NUMBERS = [NaN, Infinity, -Infinity, "1", 1n, null, true, [1], {}];
const INDEXES = [...NUMBERS, -1, 1.5, 1000, 65_536, 2 ** 32, undefined];
const MILLIS = [...NUMBERS, -1, 1.5];
const SECS = [...NUMBERS, 0, -1];
const OBJECTS = [null, 1, "x", true];
const TYPES = [
  ...["", "video", "video/", "/mp4", "video/mp4\r\nx: y", "vidéo/mp4", "video/mp4/x", " / "],
  ...[1, null, ["video/mp4"], {}],
];
const CATEGORIES = ["", "tweet", "TweetVideo", "TWEET_VIDEO", 1, null, ["tweet_video"], {}];
const OWNERS = ["1", 1, null, {}, [1], ["x"], ["-1"], [""], [null], ["1", "12345678901234567890"], Array(101).fill("1")];
const FLAGS = [0, 1, "true", "", null, [], {}];
const FUNCTIONS = [null, 1, "x", true, {}, []];
const BYTES = [undefined, null, "bytes", 1, [1, 2], {}, new Uint8Array(0)];
const SIGNALS = [null, true, "x", {}, { aborted: false, reason: undefined }];
const TEXTS = [null, 1, true, [], {}, "a".repeat(1001)];
const VIDEOS = ["", "tweet_image", "TweetVideo", 1, null, ["tweet_video"], undefined];
/** Subtitles, of which each lacks something. */
const SUBTITLES = [
  ...[undefined, null, "EN", {}, [], [null], ["EN"], [{}]],
  ...[{ language_code: "ENG" }, { language_code: "E1" }, { display_name: 1 }, { media_id_string: 1 }].map((wrong) => [
    { media_id_string: "1", language_code: "EN", display_name: "English", ...wrong },
  ]),
];
const STORES = [null, 1, "x", {}, [], { get: 1, set: 1, delete: 1 }];
const URLS = [
  ...["http://example.com", "http://192.0.2.1", "http://127.0.0.1.example.com", "http://localhost.example.com"],
  ...["http://127.example.com", "ftp://127.0.0.1", "file:///x", "data:,x", "javascript:0", "blob:https://x.com/1"],
  ...["https://", "https://user@x.com", "https://u:p@x.com", "https://x.com?a=b", "https://x.com/#a", "/x?a", "//u:p@x.com"],
  ...["https://api.x.com/2", "/x/1.1/"],
];

/** @typedef {[where: string, field: string, values: unknown[]]} Case */

/** Where a value goes, the field that it is in, and values that are refused there. @type {Case[]} */
const CLIENT = [
  ["new MediaClient()", "options", OBJECTS],
  ["options", "api", [undefined, null, "", "1", "1.1.0", "3", 1.1, 2, ["2"], {}]],
  ["options", "baseUrl", [...URLS, null, 5, true, {}, []]],
  ["options", "accessToken", ["", " ", "a b", "a\r\nb", "a\n", "tök", null, 1, true, {}, ["a"]]],
  [
    "options",
    "headers",
    [
      ...[{ "x-a": "b\r\nx-c: d" }, { "x-a": "b\nc" }, { "x-a": "\0" }, { "x a": "b" }, { "": "b" }, [["x-a"]], "x-a: b", 1],
      ...[{ "content-type": "text/plain" }, { "Content-Type": "" }, [["CONTENT-TYPE", "x"]], { authorization: "x" }, null],
    ],
  ],
  ["options", "credentials", ["", "Omit", "none", null, true, {}]],
  ["options", "fetch", FUNCTIONS],
  ["options", "requestTimeoutMs", [...MILLIS, 0]],
  ["options", "keepAlive", [null, 0, true, "", "on", {}, []]],
  ["options", "retry", [...OBJECTS, []]],
  ["retry", "attempts", [...MILLIS, 0]],
  ["retry", "minDelayMs", MILLIS],
  ["retry", "maxDelayMs", MILLIS],
  ["retry", "maxRateLimitWaitMs", MILLIS],
];

/** The same for each argument of each method, and for each option. @type {Case[]} */
const METHODS = [
  ["initialize()", "params", OBJECTS],
  ["initialize()", "total_bytes", [...NUMBERS, 0, -1, 1.5, undefined]],
  ["initialize()", "media_type", [...TYPES, undefined]],
  ["initialize()", "media_category", CATEGORIES],
  ["initialize()", "additional_owners", OWNERS],
  ["initialize()", "shared", FLAGS],
  ["append()", "mediaId", IDS],
  ["append()", "segmentIndex", INDEXES],
  ["append()", "segment", BYTES],
  ["finalize()", "mediaId", IDS],
  ["status()", "mediaId", IDS],
  ["finalizeAndWait()", "mediaId", IDS],
  ["finalizeAndWait()", "timeoutSecs", SECS],
  ["waitUntilReady()", "media", IDS],
  ["waitUntilReady()", "media_id_string", IDS],
  ["waitUntilReady()", "timeoutSecs", SECS],
  ["upload()", "file", BYTES],
  ["upload()", "mediaType", TYPES],
  ["upload()", "mediaCategory", CATEGORIES],
  ["upload()", "additionalOwners", OWNERS],
  ["upload()", "shared", FLAGS],
  ["upload()", "segmentSize", [...NUMBERS, 0, -1, 65_535, 65_536.5, 5_000_001, "Auto"]],
  ["upload()", "concurrency", [...NUMBERS, 0, -1, 1.5, 9]],
  ["upload()", "wait", FLAGS],
  ["upload()", "timeoutSecs", SECS],
  ["upload()", "onProgress", FUNCTIONS],
  ["upload()", "onStatus", FUNCTIONS],
  ["upload()", "onSession", FUNCTIONS],
  ["upload()", "session", [null, 1, "x", true, [], [{}], {}, { version: 1 }, { version: 2, media_id_string: "1" }]],
  ["upload()", "store", STORES],
  ["upload()", "altText", TEXTS],
  ["setMetadata()", "mediaId", IDS],
  ["setMetadata()", "metadata", [...OBJECTS, undefined, [], ...TEXTS.map((alt_text) => ({ alt_text }))]],
  ["addSubtitles()", "mediaId", IDS],
  ["addSubtitles()", "mediaCategory", VIDEOS],
  ["addSubtitles()", "subtitles", SUBTITLES],
  ["removeSubtitles()", "mediaId", IDS],
  ["removeSubtitles()", "mediaCategory", VIDEOS],
  ["removeSubtitles()", "languageCodes", [undefined, null, "EN", {}, [], [1], [null], ["ENG"], ["EN", "E "]]],
  ...[
    ...["initialize()", "append()", "finalize()", "status()", "waitUntilReady()", "finalizeAndWait()", "upload()"],
    ...["setMetadata()", "addSubtitles()", "removeSubtitles()"],
  ].flatMap(
    /** @returns {Case[]} */ (method) => [
      [method, "options", OBJECTS],
      [method, "signal", SIGNALS],
    ],
  ),
];

describe("what a constructor is given wrongly makes it throw", () => {
  for (const [where, field, values] of CLIENT) {
    test(`${field} of ${where}`, async () => {
      const room = bench.enter();
      const refusals = await room.run(
        ({ x, baseUrl, where, field, values }) =>
          values.map((value) => {
            const wrong = { [field]: value };
            const options = { api: "2", baseUrl, accessToken: "token", ...(where === "retry" ? { retry: wrong } : wrong) };
            try {
              new x.lib.MediaClient(/** @type {any} */ (field === "options" ? value : options));
              return undefined;
            } catch (error) {
              return x.plainly(error);
            }
          }),
        { where, field, values },
      );
      assertRefused(field, values, refusals);
    });
  }
});

describe("what a method is given wrongly makes it reject, and nothing leaves", () => {
  for (const [where, field, values] of METHODS) {
    test(`${field} of ${where}`, async () => {
      const room = bench.enter();
      const refusals = await room.run(
        async ({ x, baseUrl, method, field, values }) => {
          const client = x.clientOf(baseUrl);
          /** The arguments that a method must have, by name. @type {Record<string, object>} */
          const rightOf = {
            initialize: { params: { total_bytes: 1, media_type: "video/mp4" } },
            append: { mediaId: "1", segmentIndex: 0, segment: new Uint8Array(1) },
            finalize: { mediaId: "1" },
            status: { mediaId: "1" },
            finalizeAndWait: { mediaId: "1" },
            waitUntilReady: { media: "1" },
            upload: { file: x.videoOf(10) },
            setMetadata: { mediaId: "1", metadata: { alt_text: "A sunrise" } },
            addSubtitles: {
              mediaId: "1",
              mediaCategory: "tweet_video",
              subtitles: [{ media_id_string: "2", language_code: "EN", display_name: "English" }],
            },
            removeSubtitles: { mediaId: "1", mediaCategory: "tweet_video", languageCodes: ["EN"] },
          };
          /** @param {unknown} value */
          const argumentsWith = (value) => {
            const right = { ...rightOf[method], options: {} };
            const wrong = { [field]: value };
            if (field in right) return Object.values({ ...right, ...wrong });
            if ("params" in right && field !== "signal") return [{ .../** @type {object} */ (right.params), ...wrong }];
            if (field === "media_id_string") return [wrong];
            return Object.values({ ...right, options: wrong });
          };
          return Promise.all(
            values.map(async (value) => {
              // A method that throws, fails the test.
              const promise = /** @type {any} */ (client)[method](...argumentsWith(value));
              return Promise.resolve(method === "upload" ? promise.done() : promise).then(() => undefined, x.plainly);
            }),
          );
        },
        { method: where.slice(0, -2), field, values },
      );
      assertRefused(field, values, refusals);
      assert.equal(room.log.length, 0);
    });
  }

  test("a file of a type that X does not take, or that nothing tells, is refused too, in words for a person", async () => {
    const room = bench.enter();
    const types = ["", "application/zip", "text/plain", "image/heic", "image/avif", "audio/mp4"];
    const errors = await room.run(
      ({ x, baseUrl, types }) => {
        const client = x.clientOf(baseUrl);
        // In the container of MP4, and in none that is known.
        const bytesOf = (/** @type {string} */ type) => (/^(image|audio)/.test(type) ? "\0\0\0\x18ftypdash" : "of no type");
        const files = types.map((type) => new File([bytesOf(type)], "a.mp4", { type }));
        return Promise.all(files.map((file) => x.failureOf(client.upload(file).done())));
      },
      { types },
    );
    assert.deepEqual(errors.map(({ code }) => code), types.map(() => "invalid_argument"));
    for (const [n, { message }] of errors.entries()) {
      assert.match(message, /X takes pictures \(JPEG, PNG, /);
      assert.ok(message.includes(types[n] || "can't be told"), message);
    }
    assert.match(errors[3]?.message, /image\/heic\..* Convert it to JPEG first\.$/);
    assert.equal(room.log.length, 0);
  });

  test("an empty file is refused for that", async () => {
    const room = bench.enter();
    const messages = await room.run(async ({ x, baseUrl }) => {
      const client = x.clientOf(baseUrl);
      const files = [new Blob([]), new File([], "a.mp4", { type: "video/mp4" }), new ArrayBuffer(0)];
      const errors = files.map((file) => x.failureOf(client.upload(file).done()));
      return (await Promise.all([...errors, x.failureOf(client.append("1", 0, new Blob([])))])).map(({ message }) => message);
    });
    assert.deepEqual(messages, [
      ...Array(3).fill("The file is empty. Choose another one."),
      "segment must be of 1 to 8 000 000 bytes",
    ]);
    assert.equal(room.log.length, 0);
  });

  test("what is larger than X takes is refused too", async () => {
    const room = bench.enter();
    const [segment, file] = await room.run(async ({ x, baseUrl }) => {
      const client = x.clientOf(baseUrl);
      const larger = new Blob([new ArrayBuffer(8_000_001)]);
      const largest = Object.defineProperty(x.videoOf(10), "size", { value: 8_000_000_001 });
      return [await x.failureOf(client.append("1", 0, larger)), await x.failureOf(client.upload(largest).done())];
    });
    assertRefused("segment", [8_000_001], [segment]);
    assertRefused("file", [8_000_000_001], [file]);
    assert.equal(room.log.length, 0);
  });

  test("a view of shared memory is refused too", async () => {
    const room = bench.enter();
    const errors = await room.run(async ({ x, baseUrl }) => {
      const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
      const view = /** @type {any} */ (new Uint8Array(buffer, 0, 10));
      const client = x.clientOf(baseUrl);
      return [await x.failureOf(client.append("1", 0, view)), await x.failureOf(client.upload(view).done())];
    });
    assertRefused("(segment|file)", [1, 2], errors);
  });
});

describe("what functions of the caller's give wrongly fails the request, which does not leave", () => {
  for (const [field, values] of /** @type {const} */ ([
    ["accessToken", ["", "a\r\nb", undefined, null, 1]],
    ["headers", [{ "x-a": "b\r\nx-c: d" }, { "content-type": "text/plain" }, { authorization: "OAuth" }, "x", 1]],
  ])) {
    test(field, async () => {
      const room = bench.enter();
      const refusals = await room.run(
        ({ x, baseUrl, field, values }) =>
          Promise.all(values.map((value) => x.failureOf(x.clientOf(baseUrl, { [field]: () => value }).finalize("1")))),
        { field, values },
      );
      for (const { code, command, message } of refusals) {
        assert.deepEqual([code, command], ["invalid_argument", "FINALIZE"]);
        assert.ok(message.startsWith(field), message);
      }
      assert.equal(room.log.length, 0);
    });
  }
});

test("what looks odd and is right is taken, and goes where it should", async () => {
  const page = new URL(bench.page.url());
  const urls = await bench.enter().run(async ({ x }) => {
    const baseUrls = [
      ...["https://x.example", "https://x.example/", "https://x.example/a/b//", "HTTPS://X.example:443/a/../b"],
      ...["/x", "x/y", "//localhost", "http://localhost:1", "http://127.0.0.1:1", "http://127.1", "http://[::1]:1"],
      ...["http://app.localhost:1", location.origin, new URL("https://x.example/a"), undefined],
    ];
    /** @type {string[]} */
    const urls = [];
    const fetch = async (/** @type {unknown} */ url) => {
      urls.push(String(url));
      return new Response('{"data":{"id":"0012"}}');
    };
    for (const baseUrl of baseUrls) await new x.lib.MediaClient({ api: "2", baseUrl, fetch }).finalize("0012");
    return urls;
  });
  const folder = new URL(".", page);
  assert.deepEqual(
    urls,
    [
      ...["https://x.example", "https://x.example", "https://x.example/a/b", "https://x.example/b", `${page.origin}/x`],
      ...[`${folder}x/y`, "http://localhost", "http://localhost:1", "http://127.0.0.1:1", "http://127.0.0.1"],
      ...["http://[::1]:1", "http://app.localhost:1", page.origin, "https://x.example/a", "https://api.x.com"],
    ].map((base) => `${base}/2/media/upload/0012/finalize`),
  );
});

/**
 * @param {string} field
 * @param {readonly unknown[]} values
 * @param {(Record<string, any> | undefined)[]} refusals one for each value, undefined where it was taken
 */
function assertRefused(field, values, refusals) {
  assert.equal(refusals.length, values.length);
  // A file may be refused in words for the person who chose it.
  const names = { media: "media(Id)? must", media_id_string: "media must", file: "(file must|The file is)" };
  const named = new RegExp(`^${names[/** @type {keyof typeof names} */ (field)] ?? `${field} must`} `);
  for (const [n, error] of refusals.entries()) {
    const value = `${field} = ${typeof values[n]} ${String(values[n]).slice(0, 30)}`;
    assert.equal(error?.code, "invalid_argument", value);
    assert.match(error?.message, named, value);
    assert.deepEqual([error?.name, error?.attempts, error?.retryable], ["MediaUploadError", 0, false], value);
  }
}
