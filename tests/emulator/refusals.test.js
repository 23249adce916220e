/** What the emulator refuses, and in which words. */

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { ABC, UNKNOWN, VIDEO, createBench, fixture, reply } from "./client.js";

const { beginV1, beginV2, clock, reset, x } = createBench();

beforeEach(reset);

describe("what X refuses", () => {
  const PAGE = reply("error-1-page-does-not-exist.json");
  const NOT_FOUND = reply("error-4-invalid-request.json");

  /** @param {string} message */
  const invalid = (message) => ({ ...NOT_FOUND, errors: [{ message }] });

  /** @type {[what: string, send: () => Promise<import("./client.js").Said>, status: number, body: unknown][]} */
  const cases = [
    ["1.1 STATUS of an unknown id", () => x.v1Status(UNKNOWN), 404, PAGE],
    ["2 STATUS of an unknown id", () => x.v2Status(UNKNOWN), 400, NOT_FOUND],
    ["1.1 STATUS before FINALIZE", async () => x.v1Status(await beginV1(VIDEO, ABC)), 404, PAGE],
    ["2 STATUS before FINALIZE", async () => x.v2Status(await beginV2(VIDEO, ABC)), 400, NOT_FOUND],
    [
      "1.1 STATUS of an image",
      async () => {
        const id = await beginV1({ media_type: "image/png" }, fixture("picture.png"));
        await x.v1Finalize(id);
        return x.v1Status(id);
      },
      404,
      PAGE,
    ],
    [
      "2 STATUS of an image",
      async () => {
        const id = await beginV2({ media_type: "image/webp" }, fixture("picture.webp"));
        await x.v2Finalize(id);
        return x.v2Status(id);
      },
      400,
      NOT_FOUND,
    ],
    [
      "1.1 STATUS by POST",
      () => x.v1({ command: "STATUS", media_id: UNKNOWN }),
      400,
      reply("error-1-media-parameter-missing.json"),
    ],
    [
      "1.1 a command in small letters",
      () => x.v1({ command: "init", total_bytes: 1, media_type: "image/png" }),
      400,
      reply("error-1-media-parameter-missing.json"),
    ],
    [
      "1.1 STATUS without an id",
      () => x.send("GET", "/1.1/media/upload.json?command=STATUS"),
      400,
      { errors: [{ code: 38, message: "media_id or media_key parameter is missing." }] },
    ],
    [
      "1.1 INIT of an unknown type",
      () => x.v1({ command: "INIT", total_bytes: 1, media_type: "application/octet-stream" }),
      400,
      reply("error-2-media-type-unrecognized.json"),
    ],
    [
      "1.1 FINALIZE of a picture that is none",
      async () => x.v1Finalize(await beginV1({ media_type: "image/png" }, ABC)),
      400,
      reply("error-2-media-type-unrecognized.json"),
    ],
    [
      "2 FINALIZE of a picture that is none",
      async () => x.v2Finalize(await beginV2({ media_type: "image/png" }, ABC)),
      400,
      invalid("media type unrecognized"),
    ],
    [
      "2 parameters in the query",
      () => x.send("POST", "/2/media/upload/initialize?total_bytes=1048576"),
      400,
      invalid("query parameter [total_bytes] is not one of []"),
    ],
    [
      "2 INIT as a form",
      () => x.send("POST", "/2/media/upload/initialize", new URLSearchParams({ total_bytes: "1" })),
      400,
      invalid("Requests with bodies must have content-type of application/json."),
    ],
    [
      "2 INIT that is no JSON",
      () => x.send("POST", "/2/media/upload/initialize", "{", { "content-type": "application/json" }),
      400,
      invalid("Request body is not valid JSON."),
    ],
    [
      "2 FINALIZE with []",
      async () => x.postJson(`/2/media/upload/${await beginV2(VIDEO, ABC)}/finalize`, []),
      400,
      invalid("Request body must be a JSON object."),
    ],
    [
      "2 FINALIZE as JSON without a body",
      async () =>
        x.send("POST", `/2/media/upload/${await beginV2(VIDEO, ABC)}/finalize`, "", { "content-type": "application/json" }),
      400,
      invalid("Request body must be a JSON object."),
    ],
    [
      "2 the dead form of the commands",
      () => x.postJson("/2/media/upload", { command: "INIT", total_bytes: 1, media_type: "image/png" }),
      400,
      invalid("Missing media field in JSON"),
    ],
  ];
  for (const [what, send, status, body] of cases) {
    test(what, async () => {
      const said = await send();
      assert.equal(said.status, status);
      assert.deepEqual(said.json, body);
    });
  }

  for (const [what, parameters, message] of /** @type {const} */ ([
    ["a field too many", { command: "INIT" }, /^\$\.command: is not defined in the schema/],
    ["a type not in the list", { media_type: "application/octet-stream" }, /^\$\.media_type: .*enumeration/],
    ["a number as text", { total_bytes: "1" }, /^\$\.total_bytes: integer expected/],
    ["more than 16 GiB", { total_bytes: 2 ** 34 + 1 }, /^\$\.total_bytes: must have a maximum/],
    ["shared as text", { shared: "true" }, /^\$\.shared: boolean expected/],
    ["owners as text", { additional_owners: "1,2" }, /^\$\.additional_owners: array expected/],
    ["an owner that is no id", { additional_owners: ["1", "x"] }, /^\$\.additional_owners\[1\]: .*\^\[0-9\]/],
  ])) {
    test(`2 INIT with ${what}`, async () => {
      const { status, json } = await x.v2Init({ total_bytes: 1, media_type: "image/png", ...parameters });
      assert.equal(status, 400);
      assert.deepEqual(json, invalid(json.errors[0].message));
      assert.match(json.errors[0].message, message);
    });
  }

  test("media that has expired", async () => {
    const [v1, v2] = [await beginV1(VIDEO, ABC), await beginV2(VIDEO, ABC)];
    clock.now += 86_400_000;
    assert.equal((await x.v1Finalize(v1)).status, 400);
    assert.equal((await x.v2Finalize(v2)).status, 400);
  });
});

describe("who may", () => {
  test("nobody without an authorization", async () => {
    const none = { authorization: "" };
    const v1 = await x.send("GET", "/1.1/media/upload.json?command=STATUS&media_id=1", undefined, none);
    assert.deepEqual([v1.status, v1.json], [401, reply("error-1-could-not-authenticate.json")]);
    const v2 = await x.send("GET", "/2/media/upload?media_id=1", undefined, none);
    assert.deepEqual([v2.status, v2.json], [401, reply("error-3-unauthorized.json")]);
    assert.equal(v2.headers.get("content-type"), "application/problem+json");
    assert.equal(v2.headers.get("x-rate-limit-limit"), null);
  });

  test("only the tokens that are valid, and none at all in 1.1 that is strict", async () => {
    await x.control("PUT", "settings", { tokens: ["new"] });
    assert.equal((await x.v2Status(UNKNOWN)).status, 401);
    const again = await x.send("GET", `/2/media/upload?media_id=${UNKNOWN}`, undefined, { authorization: "Bearer new" });
    assert.equal(again.status, 400);
    await x.control("PUT", "settings", { tokens: null, strictAuth: true });
    assert.equal((await x.v1Status(UNKNOWN)).status, 403);
    assert.equal((await x.v2Status(UNKNOWN)).status, 400);
  });

  test("X's own origins, and those allowed", async () => {
    /** @param {string} origin */
    const preflight = (origin) => x.send("OPTIONS", "/2/media/upload/initialize", undefined, { origin });
    assert.equal((await preflight("https://x.com")).status, 200);
    const other = await preflight("https://app.example");
    assert.equal(other.status, 400);
    assert.equal(other.headers.get("access-control-allow-origin"), null);

    await x.control("PUT", "settings", { allowedOrigins: ["https://app.example"], exposedHeaders: ["x-rate-limit-reset"] });
    const allowed = await x.send("GET", "/2/media/upload?media_id=1", undefined, { origin: "https://app.example" });
    assert.equal(allowed.headers.get("access-control-allow-origin"), "https://app.example");
    assert.equal(allowed.headers.get("access-control-expose-headers"), "x-rate-limit-reset");
    assert.equal(allowed.headers.get("vary"), "Origin");
  });
});
