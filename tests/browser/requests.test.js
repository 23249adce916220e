/** How requests leave: through which fetch, with which settings, headers and credentials. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openBench } from "../support/bench.js";

const bench = openBench();

/**
 * Sends one of each command through a fetch of the caller's own, and tells how that was called.
 * @param {import("../support/bench.js").Room} room
 * @param {Partial<import("../../src/js/index.js").MediaClientOptions>} options
 */
function recorded(room, options) {
  return room.run(
    async ({ x, baseUrl, options }) => {
      const { calls, fetch } = x.recordingFetch();
      const client = x.clientOf(baseUrl, { ...options, fetch });
      const { media_id_string: id } = await client.upload(x.videoOf(10)).done();
      await client.status(id);
      return calls;
    },
    { options },
  );
}

describe("a fetch of the caller's own", () => {
  const ALWAYS = {
    signal: true,
    credentials: "same-origin",
    redirect: "manual",
    referrerPolicy: "no-referrer",
    cache: "no-store",
  };
  const authorization = "Bearer token";
  const json = { authorization, "content-type": "application/json" };

  for (const [api, bodies, headers, targets] of /** @type {const} */ ([
    [
      "1.1",
      ["URLSearchParams", "FormData", "URLSearchParams", undefined],
      [{ authorization }, { authorization }, { authorization }, { authorization }],
      [
        "/1.1/media/upload.json",
        "/1.1/media/upload.json",
        "/1.1/media/upload.json",
        "/1.1/media/upload.json?command=STATUS&media_id=ID",
      ],
    ],
    [
      "2",
      ["String", "FormData", "String", undefined],
      [json, { authorization }, json, { authorization }],
      [
        "/2/media/upload/initialize",
        "/2/media/upload/ID/append",
        "/2/media/upload/ID/finalize",
        "/2/media/upload?command=STATUS&media_id=ID",
      ],
    ],
  ])) {
    test(`is called unbound, and as fetch is called, by ${api}`, async () => {
      const room = bench.enter();
      const calls = await recorded(room, { api });
      const id = room.logged("STATUS")[0]?.media_id ?? "";
      assert.deepEqual(
        calls,
        ["POST", "POST", "POST", "GET"].map((method, n) => ({
          isBound: false,
          url: `${bench.url}${room.baseUrl}${targets[n]?.replace("ID", id)}`,
          init: { ...ALWAYS, method, body: bodies[n] },
          headers: headers[n],
        })),
      );
    });
  }

  for (const credentials of /** @type {const} */ (["include", "omit"])) {
    test(`is told to ${credentials} cookies where the caller wants that`, async () => {
      const calls = await recorded(bench.enter(), { credentials });
      assert.deepEqual(new Set(calls.map(({ init }) => init.credentials)), new Set([credentials]));
    });
  }
});

test("the global fetch is the one there is when a request leaves", async () => {
  const calls = await bench.enter().run(async ({ x, baseUrl }) => {
    const client = x.clientOf(baseUrl);
    const { fetch } = globalThis;
    const recording = x.recordingFetch();
    globalThis.fetch = recording.fetch;
    try {
      await client.initialize({ total_bytes: 1, media_type: "video/mp4" });
    } finally {
      globalThis.fetch = fetch;
    }
    return recording.calls.length;
  });
  assert.equal(calls, 1);
});

describe("headers", () => {
  test("of a function are asked for before each request, which it is told of", async () => {
    const room = bench.enter();
    const { asked, sent } = await room.run(async ({ x, baseUrl }) => {
      /** @type {object[]} */
      const asked = [];
      const { calls, fetch } = x.recordingFetch();
      const client = x.clientOf(baseUrl, {
        accessToken: undefined,
        headers: async (request) => {
          asked.push(request);
          return { authorization: "OAuth of the caller's own", "X-Number": String(asked.length) };
        },
        fetch,
      });
      await client.upload(x.videoOf(10)).done();
      return { asked, sent: calls.map(({ headers }) => headers["x-number"]) };
    });
    assert.deepEqual(sent, ["1", "2", "3"]);
    const id = room.logged("APPEND")[0]?.media_id;
    const at = `${bench.url}${room.baseUrl}/2/media/upload`;
    assert.deepEqual(asked, [
      { command: "INIT", method: "POST", url: `${at}/initialize` },
      { command: "APPEND", method: "POST", url: `${at}/${id}/append` },
      { command: "FINALIZE", method: "POST", url: `${at}/${id}/finalize` },
    ]);
    assert.deepEqual(
      room.log.map(({ headers }) => headers.authorization),
      ["OAuth", "OAuth", "OAuth"],
    );
  });

  for (const [what, make] of /** @type {const} */ ([
    ["an object", (/** @type {[string, string][]} */ pairs) => Object.fromEntries(pairs)],
    ["a list of pairs", (/** @type {[string, string][]} */ pairs) => pairs],
  ])) {
    test(`may be ${what}`, async () => {
      const headers = make([["x-one", "1"], ["x-two", "2"]]);
      const calls = await recorded(bench.enter(), { headers });
      for (const { headers } of calls) assert.deepEqual([headers["x-one"], headers["x-two"]], ["1", "2"]);
    });
  }
});

describe("an access token", () => {
  test("of a function is asked for before each request", async () => {
    const asked = await bench.enter().run(async ({ x, baseUrl }) => {
      /** @type {object[]} */
      const asked = [];
      const client = x.clientOf(baseUrl, { accessToken: (ask) => (asked.push(ask), Promise.resolve("token")) });
      await client.upload(x.videoOf(10)).done();
      return asked;
    });
    assert.deepEqual(asked, Array(3).fill({ refresh: false }));
  });

  test("that is refused is refreshed once for all who were refused, and the refresh is no attempt", async () => {
    const room = bench.enter();
    room.strike({ command: "APPEND", times: 4, fault: { kind: "status", status: 401 } });
    const { media, digest, asked, sent } = await room.run(async ({ x, baseUrl }) => {
      /** @type {boolean[]} */
      const asked = [];
      const { calls, fetch } = x.recordingFetch();
      const client = x.clientOf(baseUrl, {
        retry: { attempts: 1 },
        accessToken: async ({ refresh }) => {
          asked.push(refresh);
          if (refresh) await x.sleep(200); // all four answers are there before it
          return asked.includes(true) ? "new" : "old";
        },
        fetch,
      });
      const file = x.videoOf(4 * 65_536);
      const media = await client.upload(file, { segmentSize: 65_536 }).done();
      const sent = calls.map(({ headers }) => headers.authorization);
      return { media, asked, sent, digest: await x.sha256(await file.arrayBuffer()) };
    });
    await room.assertHolds(media, digest);
    assert.equal(asked.filter((refresh) => refresh).length, 1);
    assert.deepEqual(sent, [...Array(5).fill("Bearer old"), ...Array(5).fill("Bearer new")]);
    assert.deepEqual(
      room.logged("APPEND").map(({ status }) => status),
      [401, 401, 401, 401, 200, 200, 200, 200],
    );
  });

  test("that is refused after a refresh too is unauthorized", async () => {
    const room = bench.enter();
    room.state.change({ tokens: ["none that is known"] });
    const error = await room.run(({ x, baseUrl }) =>
      x.failureOf(x.clientOf(baseUrl, { accessToken: () => "wrong" }).status("1")),
    );
    assert.deepEqual([error.code, error.status, error.attempts, error.retryable], ["unauthorized", 401, 1, false]);
    assert.equal(room.commands, "STATUS STATUS");
  });

  test("that is no function is refused for good", async () => {
    const room = bench.enter();
    room.state.change({ tokens: ["none that is known"] });
    const error = await room.run(({ x, baseUrl }) => x.failureOf(x.clientOf(baseUrl).status("1")));
    assert.deepEqual([error.code, error.status], ["unauthorized", 401]);
    assert.equal(room.commands, "STATUS");
  });
});

describe("a function that throws is callback_failed, with what it threw, and nothing leaves", () => {
  for (const name of /** @type {const} */ (["accessToken", "headers"])) {
    for (const how of /** @type {const} */ (["throws", "rejects"])) {
      test(`${name} that ${how}`, async () => {
        const room = bench.enter();
        const { error, isCause } = await room.run(
          async ({ x, baseUrl, name, how }) => {
            const cause = new Error("of the caller's own");
            const fail = () => {
              if (how === "throws") throw cause;
              return Promise.reject(cause);
            };
            /** @type {any} */
            const thrown = await x
              .clientOf(baseUrl, { [name]: fail })
              .finalize("1")
              .catch((error) => error);
            return { error: x.plainly(thrown), isCause: thrown.cause === cause };
          },
          { name, how },
        );
        assert.deepEqual([error.code, error.command, isCause], ["callback_failed", "FINALIZE", true]);
        assert.match(error.message, new RegExp(`^Your function ${name} failed\\. `));
        assert.equal(room.log.length, 0);
      });
    }
  }

  test("accessToken that is asked to refresh, and can't", async () => {
    const room = bench.enter();
    room.strike({ fault: { kind: "status", status: 401 } });
    const error = await room.run(({ x, baseUrl }) => {
      /** @param {{ refresh: boolean }} ask */
      const accessToken = ({ refresh }) => {
        if (refresh) throw new Error("signed out");
        return "old";
      };
      return x.failureOf(x.clientOf(baseUrl, { accessToken }).finalize("1"));
    });
    assert.deepEqual([error.code, error.cause], ["callback_failed", "Error: signed out"]);
    assert.match(error.message, /^Your function accessToken failed\. /);
    assert.equal(room.commands, "FINALIZE");
  });
});

describe("an answer of the caller's own fetch", () => {
  test("is read by its text() where its body is no stream", async () => {
    const media = await bench.enter().run(({ x, baseUrl }) => {
      const text = async () => '{"data":{"id":"1","size":1}}';
      const fetch = async () => /** @type {any} */ ({ status: 200, headers: new Headers(), body: {}, text });
      return x.clientOf(baseUrl, { fetch }).finalize("1");
    });
    assert.deepEqual(media, { media_id_string: "1", size: 1 });
  });

  test("is none where its stream gives no bytes", async () => {
    const codes = await bench.enter().run(({ x, baseUrl }) => {
      const reads = [undefined, {}, { done: false }, { done: false, value: "text" }, { done: false, value: -1 }];
      return Promise.all(
        reads.map(async (read) => {
          const body = { getReader: () => ({ read: () => read, cancel() {} }) };
          const fetch = async () => /** @type {any} */ ({ status: 200, headers: new Headers(), body });
          return (await x.failureOf(x.clientOf(baseUrl, { fetch, retry: { attempts: 1 } }).finalize("1"))).code;
        }),
      );
    });
    assert.deepEqual(codes, Array(5).fill("network"));
  });

  test("may be a thenable that throws: that is no answer", async () => {
    const code = await bench.enter().run(async ({ x, baseUrl }) => {
      const fetch = () => {
        const answer = Promise.resolve(new Response());
        answer.then = () => {
          throw new Error("no");
        };
        return answer;
      };
      return (await x.failureOf(x.clientOf(baseUrl, { fetch, retry: { attempts: 1 } }).finalize("1"))).code;
    });
    assert.equal(code, "network");
  });
});
