/** A compressed answer of another origin: the page sees its length, and not that it is compressed. */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { openBench } from "../support/bench.js";
import { listen } from "../support/loopback.js";

const bench = openBench();

describe("an answer of another origin that is shorter than its length says", () => {
  let answer = { status: 200, body: "" };
  const server = createServer((request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "*");
    if (request.method === "OPTIONS") return void response.end();
    const body = gzipSync(answer.body);
    response.setHeader("content-encoding", "gzip").setHeader("content-length", body.length);
    request.resume().on("end", () => response.writeHead(answer.status, { "content-type": "text/plain" }).end(body));
  });
  let url = "";
  /** @type {() => Promise<void>} */
  let close;
  before(async () => ({ url, close } = await listen(server)));
  after(() => close?.());

  test("is an acknowledgement, where it is empty", async () => {
    answer = { status: 200, body: "" };
    const acknowledged = await bench
      .enter()
      .run(({ x, url }) => x.clientOf(url, { retry: { attempts: 1 } }).append("1", 0, new Uint8Array(1)), { url });
    assert.equal(acknowledged, undefined);
  });

  test("is a refusal, where it says so", async () => {
    answer = { status: 401, body: "Sign in" };
    const error = await bench
      .enter()
      .run(({ x, url }) => x.failureOf(x.clientOf(url, { retry: { attempts: 1 } }).finalize("1")), { url });
    assert.deepEqual([error["code"], error["status"]], ["unauthorized", 401]);
  });
});
