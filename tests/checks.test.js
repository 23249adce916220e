/** What callers may give, at its edges and beyond: without a browser, because nothing here needs one. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { about } from "../src/browser/about.js";
import { baseUrlOf, checked, essence } from "../src/browser/checks.js";

const ID = "1284554329119236097";

const IDS = [null, 7, "", "-1", "+1", "1.0", " 1", "1\n", "12345678901234567890", "../1", "1/../2", "٣", [ID], {}];
const TYPES = [null, 1, "", "video", "video/", "/mp4", "video/mp4/x", "vidéo/mp4", "video mp4", "a b/c", {}, ["a/b"]];
const CATEGORIES = [null, "", "tweet_videos", "TweetVideo", "tweet_video ", 1, ["tweet_video"], "constructor"];
const OWNERS = [null, ID, 7, {}, [7], [null], [""], ["x"], [[ID]], Array(101).fill(ID)];
const BOOLS = [null, 0, 1, "true", "", [], {}];
const MILLIS = [-1, 0.5, "1", null, NaN, 604_800_001, true, [1]];

/** @type {[field: string, wrong: unknown[]][]} */
const WRONG = [
  ["api", [null, 2, "1", "2.0", "", ["2"], {}]],
  ["requestTimeoutMs", [0, ...MILLIS]],
  ["attempts", [0, -1, 1.5, "8", null, 1001, Infinity]],
  ["minDelayMs", MILLIS],
  ["maxDelayMs", MILLIS],
  ["maxRateLimitWaitMs", MILLIS],
  ["total_bytes", [null, 0, -1, 1.5, "10", 1e30, 10n, true, [], {}]],
  ["media_type", TYPES],
  ["mediaType", TYPES],
  ["media_category", CATEGORIES],
  ["mediaCategory", CATEGORIES],
  ["additional_owners", OWNERS],
  ["additionalOwners", OWNERS],
  ["shared", BOOLS],
  ["mediaId", IDS],
  ["segmentIndex", [null, -1, 1000, 0.5, "0", true, 1e30, [], {}]],
  ["segment", [null, 0, 8_000_001]],
  ["media", [...IDS.slice(0, -1), true, {}, { id: ID }, { media_id: 1 }, { media_id_string: 1 }]],
  ["timeoutSecs", [null, 0, -1, 0.0004, 1_000_000_001, 1e12, "30", true, [], {}]],
  ["metadata", [null, 7, "x", [], { alt_text: 7 }, { alt_text: null }, { alt_text: "x".repeat(1001) }]],
  ["subtitles", [null, [], {}, [null], [{}], [subtitle({ media_id_string: 7 })], [subtitle({ language_code: "eng" })]]],
  ["languageCodes", [null, [], "en", ["eng"], ["e"], [7], ["en", ""]]],
  ["file", [0, 8e9 + 1, null]],
  ["segmentSize", [null, 65_535, 5_000_001, 0, -1, 100_000.5, "100000", "Auto", "", true, [], {}]],
  ["concurrency", [null, 0, 9, -1, 1.5, "4", true, [], {}]],
  ["wait", BOOLS],
  ["altText", [null, 7, true, [], { text: "x" }, "x".repeat(1001)]],
  ["session", [null, 7, true, [], [{}], "{}", ""]],
];

/** @type {[field: string, right: unknown[]][]} */
const RIGHT = [
  ["requestTimeoutMs", [1, 604_800_000]],
  ["attempts", [1, 1000]],
  ["minDelayMs", [0, 604_800_000]],
  ["total_bytes", [1, 2 ** 34]],
  ["mediaType", ["a/b", "VIDEO/MP4", "video/webm;codecs=vp9", " image/svg+xml "]],
  ["additionalOwners", [[], Array(100).fill(ID)]],
  ["mediaId", ["0", "0007", ID, "9999999999999999999"]],
  ["segmentIndex", [0, 999]],
  ["media", [ID, { media_id_string: ID, size: null }]],
  ["timeoutSecs", [0.001, 1e9]],
  ["metadata", [{}, { alt_text: "😀".repeat(1000), sensitive_media_warning: { other: true } }]],
  ["subtitles", [[subtitle({})], [subtitle({ language_code: "DE", display_name: "" })]]],
  ["segmentSize", ["auto", 65_536, 5_000_000]],
  ["concurrency", [1, 8]],
  ["altText", ["", "😀".repeat(1000)]],
  ["session", [{}]],
  ["unknown", [null, 7, [[]]]],
];

/** @param {object} fields */
function subtitle(fields) {
  return { media_id_string: ID, language_code: "en", display_name: "English", ...fields };
}

describe("a field", () => {
  for (const [field, values] of WRONG) {
    test(`${field} that is wrong is refused by name, and not quoted`, () => {
      for (const value of values) assertRefused(() => checked({}, { [field]: value }), field);
      assertRefused(() => checked({ [field]: undefined }), field);
    });
  }
  for (const [field, values] of RIGHT) {
    test(`${field} that is at the edge is taken as it is`, () => {
      for (const value of values) assert.deepEqual(checked({ [field]: value }), { [field]: value });
    });
  }
  test("that is left out is no fault, where it need not be there", () => {
    assert.deepEqual(checked({}, { concurrency: undefined }), {});
  });
});

/**
 * @param {() => unknown} check
 * @param {string} field
 */
function assertRefused(check, field) {
  assert.throws(check, (/** @type {any} */ error) => {
    assert.equal(error.code, "invalid_argument");
    return error.message.startsWith(`${field} must be `);
  });
}

test("a media type is taken without its parameters, in lower case", () => {
  assert.equal(essence(" Video/WebM; codecs=vp9"), "video/webm");
  assert.equal(essence(""), undefined);
});

describe("credentials go to https, to the own origin and to loopback only", () => {
  const page = { location: { href: "http://app.test:3000/page?x#y" }, origin: "http://app.test:3000" };
  const outside = { location: globalThis.location, origin: globalThis.origin };
  before(() => Object.assign(globalThis, page));
  after(() => Object.assign(globalThis, outside));

  /** @type {[given: string, taken: string][]} */
  const safe = [
    ["https://x.test", "https://x.test"],
    ["https://x.test:8443/", "https://x.test:8443"],
    ["https://x.test/relay//", "https://x.test/relay"],
    ["https://bücher.test/a/b", "https://xn--bcher-kva.test/a/b"],
    ["/x", "http://app.test:3000/x"],
    ["http://localhost:8080/x", "http://localhost:8080/x"],
    ["http://a.localhost:8080/", "http://a.localhost:8080"],
    ["http://127.0.0.1:9/", "http://127.0.0.1:9"],
    ["http://127.8.7.6:65535/", "http://127.8.7.6:65535"],
    ["http://[::1]:8080/", "http://[::1]:8080"],
  ];
  for (const [given, taken] of safe) {
    test(given, () => assert.deepEqual([baseUrlOf(given), baseUrlOf(new URL(given, page.location.href))], [taken, taken]));
  }
  const refused = [
    ...["", "https://", "//", "http://x.test/", "http://app.test/", "http://app.test:3001/", null, 7, {}, []],
    ...["http://app.test.evil.example/", "http://127.evil.example/", "http://127.0.0.1.evil.example/"],
    ...["http://localhost.evil.example/", "http://evillocalhost/", "http://.localhost/", "http://128.0.0.1/"],
    ...["http://0.0.0.0/", "http://[::2]/", "http://[::ffff:7f00:1]/", "http://192.168.0.1/"],
    ...["https://user@x.test/", "https://user:password@x.test/", "http://user@localhost/", "/x?a=b", "/x#hash", "/x?"],
    ...["ftp://localhost/", "ws://localhost/", "file:///tmp/x", "data:text/plain,x", "javascript:1"],
    ...["blob:https://x.test/1", "blob:http://app.test:3000/1", "chrome-extension://abc/"],
  ];
  for (const given of refused) {
    test(`not to ${JSON.stringify(given)}`, () => assertRefused(() => baseUrlOf(given), "baseUrl"));
  }
});

test("metadata and subtitles have the shapes that 1.1 and 2 document", () => {
  const metadata = { alt_text: "a cat", found_media_origin: { provider: "p", id: "1" } };
  assert.deepEqual(about("1.1", { metadata }), [{ ...metadata, alt_text: { text: "a cat" } }]);
  assert.deepEqual(about("2", { altText: "a cat" }), [{ metadata: { alt_text: { text: "a cat" } } }]);

  const given = { mediaCategory: "tweet_video", subtitles: [subtitle({}), subtitle({ language_code: "DE" })] };
  const named = (/** @type {string} */ id, language_code = "EN") => ({ [id]: ID, language_code, display_name: "English" });
  assert.deepEqual(plain(about("1.1", given)), [
    { media_category: "TweetVideo", subtitle_info: { subtitles: [named("media_id"), named("media_id", "DE")] } },
  ]);
  assert.deepEqual(plain(about("2", given)), [
    { media_category: "TweetVideo", subtitles: named("id") },
    { media_category: "TweetVideo", subtitles: named("id", "DE") },
  ]);

  const removed = { mediaCategory: "amplify_video", languageCodes: ["en", "DE"] };
  const codes = [{ language_code: "EN" }, { language_code: "DE" }];
  assert.deepEqual(plain(about("1.1", removed)), [
    { media_category: "AmplifyVideo", subtitle_info: { subtitles: codes } },
  ]);
  assert.deepEqual(plain(about("2", removed)), codes.map((code) => ({ media_category: "AmplifyVideo", ...code })));
  assertRefused(() => about("2", { ...given, mediaCategory: "tweet_gif" }), "mediaCategory");
});

/** As it is sent: what is undefined is left out. @param {unknown} value */
function plain(value) {
  return JSON.parse(JSON.stringify(value));
}
