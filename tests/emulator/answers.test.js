/** What the emulator answers, beside what X was recorded or documented to answer. */

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { ABC, DEF, START, UNKNOWN, VIDEO, createBench, fixture, reply } from "./client.js";

const { beginV1, beginV2, clock, reset, state, x } = createBench();

beforeEach(reset);

/**
 * The same members in the same order, whatever their values.
 * @param {unknown} actual
 * @param {unknown} recorded
 */
function assertSameShape(actual, recorded) {
  assert.deepEqual(shape(actual), shape(recorded));
}

/**
 * @param {unknown} value
 * @returns {unknown}
 */
function shape(value) {
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.entries(value).map(([name, member]) => [name, shape(member)]);
}

describe("ids", () => {
  test("are beyond 2^53, never a double, and whole integers in 1.1", async () => {
    for (let count = 0; count < 50; count++) {
      const { text, json } = await x.v1({ command: "INIT", total_bytes: 1, media_type: "image/png" });
      const id = json.media_id_string;
      assert.ok(text.startsWith(`{"media_id":${id},`), text);
      assert.ok(BigInt(id) > 2n ** 53n && BigInt(id) < 2n ** 63n);
      assert.notEqual(BigInt(Number(id)), BigInt(id), "survived a double");
    }
  });

  test("are strings alone in 2", async () => {
    const { json } = await x.v2Init({ total_bytes: 1, media_type: "image/png" });
    assert.match(json.data.id, /^[0-9]{19}$/);
    assert.equal(json.data.media_key, `3_${json.data.id}`);
  });
});

describe("1.1 as it was recorded", () => {
  test("INIT, without a category and with one", async () => {
    const plain = await x.v1({ command: "INIT", total_bytes: 6, media_type: "video/mp4" });
    assert.equal(plain.status, 202);
    assertSameShape(plain.json, reply("v1-init.json"));
    assert.equal(plain.headers.get("content-type"), "application/json;charset=utf-8");
    assert.equal(plain.headers.get("content-disposition"), "attachment; filename=json.json");
    assert.equal(plain.headers.get("vary"), "Origin");
    assert.equal(plain.headers.get("x-mediaid"), plain.json.media_id_string);
    assert.equal(plain.headers.get("x-rate-limit-limit"), "200");
    assert.equal(plain.headers.get("x-rate-limit-remaining"), "199");
    assert.equal(plain.headers.get("x-rate-limit-reset"), String(START / 1000 + 3600));

    const categorized = await x.v1({ command: "INIT", total_bytes: 6, ...VIDEO });
    assertSameShape(categorized.json, reply("v1-init-with-category.json"));
  });

  test("APPEND", async () => {
    const id = await beginV1(VIDEO);
    const said = await x.v1({ command: "APPEND", media_id: id, segment_index: 0, media: ABC });
    assert.equal(said.status, 204);
    assert.equal(said.text, "");
    assert.equal(said.headers.get("content-type"), "text/html;charset=utf-8");
    assert.equal(said.headers.get("x-mediaid"), id);
    assert.equal(said.headers.get("x-segmentcount"), "0");
    assert.equal(said.headers.get("x-totalbytes"), "0");
  });

  test("FINALIZE and STATUS of a video", async () => {
    state.processing = { duration_secs: 10, check_after_secs: [1, 10] };
    const id = await beginV1(VIDEO, ABC, DEF);
    const pending = await x.v1Finalize(id);
    assert.equal(pending.status, 201);
    assertSameShape(pending.json, reply("v1-finalize-pending.json"));
    assert.deepEqual(pending.json.processing_info, { state: "pending", check_after_secs: 1 });

    clock.now += 800;
    const inProgress = await x.v1Status(id);
    assert.equal(inProgress.status, 200);
    assertSameShape(inProgress.json, reply("v1-status-in-progress.json"));
    assert.deepEqual(inProgress.json.processing_info, { state: "in_progress", check_after_secs: 10, progress_percent: 8 });

    clock.now += 9200;
    const succeeded = await x.v1Status(id);
    const { media_id_string, ...rest } = succeeded.json;
    assert.equal(media_id_string, id);
    assertSameShape(rest, reply("v1-status-succeeded-without-id-string.json"));
    assert.equal(succeeded.json.expires_after_secs, 86_390);
  });

  test("FINALIZE of a video without a category, and of an image", async () => {
    const video = await x.v1Finalize(await beginV1({ media_type: "video/mp4" }, ABC));
    assert.match(video.text, /"video":\{"video_type":"video\\\/mp4"\}/);
    assertSameShape(video.json, reply("v1-finalize-ready.json"));

    const gif = await x.v1Finalize(await beginV1({ media_type: "image/gif" }, fixture("animated.gif")));
    assertSameShape(gif.json, reply("v1-finalize-ready-gif.json"));

    const image = await x.v1Finalize(await beginV1({ media_type: "image/png" }, fixture("picture.png")));
    assertSameShape(image.json, reply("v1-one-shot-image.json"));
    assert.deepEqual(image.json.image, { image_type: "image/png", w: 160, h: 120 });
  });

  test("a failure, without an expiry", async () => {
    state.setMood("failed");
    const id = await beginV1(VIDEO, ABC);
    await x.v1Finalize(id);
    clock.now += 3000;
    const failed = await x.v1Status(id);
    assertSameShape(failed.json, reply("v1-status-failed.json"));
    assert.deepEqual(failed.json.processing_info, reply("v1-status-failed.json").processing_info);
  });

  test("the limits of INIT: one of pictures and GIFs, another of video", async () => {
    /** @param {string} media_type */
    const limitOf = async (media_type) => {
      const { headers } = await x.v1({ command: "INIT", total_bytes: 6, media_type });
      return [headers.get("x-rate-limit-limit"), headers.get("x-rate-limit-remaining")];
    };
    assert.deepEqual(await limitOf("video/mp4"), ["200", "199"]);
    assert.deepEqual(await limitOf("image/png"), ["415", "414"]);
    assert.deepEqual(await limitOf("image/gif"), ["415", "413"]);
  });

  test("parameters in the query, a segment in base64", async () => {
    const query = "/1.1/media/upload.json?command=INIT&total_bytes=3&media_type=video/mp4&media_category=TweetVideo";
    const { json } = await x.send("POST", query);
    assert.equal(json.media_key, `7_${json.media_id_string}`);
    const said = await x.v1({ command: "APPEND", media_id: json.media_id_string, segment_index: 0, media_data: "YWJj" });
    assert.equal(said.status, 204);
    const done = await x.send("POST", `/1.1/media/upload.json?command=FINALIZE&media_id=${json.media_id_string}`);
    assert.equal(done.status, 201);
  });
});

describe("2 as it was documented and recorded", () => {
  test("INIT and APPEND", async () => {
    const init = await x.v2Init({ total_bytes: 6, media_type: "video/mp4", media_category: "amplify_video" });
    assert.equal(init.status, 200);
    assertSameShape(init.json, reply("v2-init.json"));
    assert.equal(init.json.data.media_key, `13_${init.json.data.id}`);
    assert.equal(init.json.data.expires_after_secs, 1_296_000);
    assert.equal(init.headers.get("x-rate-limit-limit"), "1875");

    const append = await x.v2Append(init.json.data.id, { segment_index: 0, media: ABC });
    assertSameShape(append.json, reply("v2-append.json"));
    assert.equal(append.json.data.expires_at, START / 1000 + 1_296_000);
    const base64 = await x.postJson(`/2/media/upload/${init.json.data.id}/append`, { segment_index: 1, media: "ZGVm" });
    assert.equal(base64.status, 200);
    assert.equal((await x.v2Finalize(init.json.data.id)).status, 200);
  });

  test("FINALIZE and STATUS of a video", async () => {
    state.setMood("slow");
    const id = await beginV2(VIDEO, ABC, DEF);
    const pending = await x.v2Finalize(id);
    assert.equal(pending.status, 200);
    assertSameShape(pending.json, reply("v2-finalize-pending.json"));
    clock.now += 12_000;
    const { json } = await x.v2Status(id);
    assert.deepEqual(json.data, {
      id,
      media_key: `7_${id}`,
      size: 6,
      expires_after_secs: 86_388,
      processing_info: { state: "succeeded", progress_percent: 100 },
    });
  });

  test("FINALIZE that has succeeded at once, and of an image, also with {}", async () => {
    const video = await x.v2Finalize(await beginV2(VIDEO, ABC));
    assertSameShape(video.json, reply("v2-finalize-succeeded-at-once.json"));
    const id = await beginV2({ media_type: "image/jpeg" }, fixture("picture.jpg"));
    const image = await x.postJson(`/2/media/upload/${id}/finalize`, {});
    assertSameShape(image.json, reply("v2-finalize-ready-image.json"));
  });

  test("FINALIZE of an image as other recordings have it, where a setting says so", async () => {
    state.change({ widthAndHeight: true });
    const { json } = await x.v2Finalize(await beginV2({ media_type: "image/png" }, fixture("picture.png")));
    const recorded = reply("v2-finalize-ready-image-width-height.json").data.image;
    assertSameShape(json.data.image, recorded);
    assert.deepEqual(json.data.image, { height: 120, image_type: "image/png", width: 160 });
  });

  test("FINALIZE as JSON without a body, as X's own SDK sends it, where a setting says so", async () => {
    state.change({ emptyJson: true });
    const path = `/2/media/upload/${await beginV2(VIDEO, ABC)}/finalize`;
    assert.equal((await x.send("POST", path, "", { "content-type": "application/json" })).status, 200);
  });

  test("a failure, also without a reason", async () => {
    state.processing = { duration_secs: 0, outcome: "failed", failed_at_percent: 99 };
    const id = await beginV2(VIDEO, ABC);
    await x.v2Finalize(id);
    const { status, json } = await x.v2Status(id);
    assert.equal(status, 200);
    assert.deepEqual(json.data.processing_info, reply("v2-status-failed-without-error.json").data.processing_info);
  });
});

describe("alt text and subtitles", () => {
  test("1.1 answers without a body", async () => {
    const id = await beginV1(VIDEO, ABC);
    const texts = await x.postJson("/1.1/media/metadata/create.json", { media_id: id, alt_text: { text: "a cat" } });
    assert.deepEqual([texts.status, texts.text], [200, fixture("replies/v1-metadata.txt").toString()]);
    assert.equal(texts.headers.get("content-type"), "text/html;charset=utf-8");
    assert.equal(texts.headers.get("x-rate-limit-limit"), "2000");
    assert.equal(texts.headers.get("x-rate-limit-reset"), String(START / 1000 + 3600));
    const english = { media_id: UNKNOWN, language_code: "EN", display_name: "English" };
    const subtitles = { media_id: id, media_category: "TweetVideo", subtitle_info: { subtitles: [english] } };
    assert.equal((await x.postJson("/1.1/media/subtitles/create.json", subtitles)).status, 200);
    const media = await x.control("GET", `media/${id}`);
    assert.deepEqual([media.metadata, media.subtitles], [{ alt_text: { text: "a cat" } }, [english]]);
    assert.equal((await x.postJson("/1.1/media/subtitles/delete.json", subtitles)).status, 200);
    assert.deepEqual((await x.control("GET", `media/${id}`)).subtitles, []);
  });

  test("1.1 takes ids as integers too", async () => {
    const id = await beginV1(VIDEO, ABC);
    /** @param {string} path @param {string} body */
    const post = (path, body) => x.send("POST", `/1.1/media/${path}`, body, { "content-type": "application/json" });
    const said = await post("metadata/create.json", `{"media_id":${id},"alt_text":{"text":"\\"media_id\\":1"}}`);
    assert.equal(said.status, 200);
    const subtitle = `{"media_id" : ${UNKNOWN},"language_code":"EN","display_name":"English"}`;
    const subtitles = `{"media_id":${id},"media_category":"TweetVideo","subtitle_info":{"subtitles":[${subtitle}]}}`;
    assert.equal((await post("subtitles/create.json", subtitles)).status, 200);
    const media = await x.control("GET", `media/${id}`);
    assert.deepEqual(media.metadata, { alt_text: { text: '"media_id":1' } });
    assert.deepEqual(media.subtitles, [{ media_id: UNKNOWN, language_code: "EN", display_name: "English" }]);
    assert.equal((await post("subtitles/delete.json", subtitles)).status, 200);
  });

  test("2 tells what is associated now", async () => {
    const id = await beginV2(VIDEO, ABC);
    const metadata = { alt_text: { text: "a cat" } };
    const texts = await x.postJson("/2/media/metadata", { id, metadata });
    assert.deepEqual(texts.json, { data: { id, associated_metadata: metadata } });
    const tooLong = await x.postJson("/2/media/metadata", { id, metadata: { alt_text: { text: "a".repeat(1001) } } });
    assert.equal(tooLong.status, 400);
    const english = { id: UNKNOWN, language_code: "EN", display_name: "English" };
    const added = await x.postJson("/2/media/subtitles", { id, media_category: "TweetVideo", subtitles: english });
    assert.deepEqual(added.json.data.associated_subtitles, { EN: english });
    const body = JSON.stringify({ id, media_category: "TweetVideo", language_code: "EN" });
    const deleted = await x.send("DELETE", "/2/media/subtitles", body, { "content-type": "application/json" });
    assert.deepEqual(deleted.json, { data: { deleted: true } });
  });
});
