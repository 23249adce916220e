/** The relay: what it lets through, what becomes of everything else, and what its answers are to the client. */

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, mock, test } from "node:test";
import { initSync, MediaClient } from "../dist/inline.js";
import { createRelay } from "../dist/relay.js";
import { mediaRequest } from "./support/apps.js";
import { ATTACKS, FIELDS, ID } from "./support/attacks.js";
import { fixture, sha256 } from "./support/bench.js";
import { SESSION, TOKEN, say, startRelay } from "./support/relay.js";
import { Section } from "./support/sections.js";

/** @typedef {import("../dist/relay.js").RelayOptions} RelayOptions */

const OTHER = "https://other.example";

const STILL_BODY = "one that stops, for half a minute";
const SLOW_BODY = "one that never stops, and never ends, for an hour";
const HIDDEN_PARTS = "a further part behind a bare LF or CR, in the segment";
const SLOW_X = "no answer, for one minute";
/** @type {[name: string, x: () => Response | Promise<Response>][]} */
const WRONGS = [
  ["a redirect", () => new Response(null, { status: 307, headers: { location: "https://evil.example" } })],
  ["a redirect that the runtime hides", () => Object.defineProperty(new Response(), "status", { value: 0 })],
  ["304, which nobody asked for", () => new Response(null, { status: 304 })],
  ["no connection", () => Promise.reject(new TypeError(`connect ECONNREFUSED ${TOKEN}`))],
  ["an answer that breaks off", () => new Response(streamOf(() => Promise.reject(new TypeError(TOKEN))))],
  ["an answer without end", () => new Response(streamOf(async (controller) => controller.enqueue(new Uint8Array(10_000))))],
];

/** @type {Awaited<ReturnType<typeof startRelay>>} */
let running;
before(async () => {
  initSync();
  running = await startRelay({ allowedOrigins: [OTHER] });
});
beforeEach(() => void running.sent.splice(0));
after(() => running?.close());

/**
 * A relay without a server.
 * @param {(request: Request) => Response | Promise<Response>} [x]
 * @param {Partial<RelayOptions>} [options]
 */
function relayTo(x = () => assert.fail("X is asked"), options) {
  const fetch = async (/** @type {any} */ url, /** @type {RequestInit} */ init) => x(new Request(url, init));
  return createRelay({ authorize: () => ({ accessToken: TOKEN }), fetch: /** @type {typeof globalThis.fetch} */ (fetch), ...options });
}

/** @param {RequestInit & { duplex?: string }} [init] */
const initialize = (init) =>
  new Request("https://app.example/x/2/media/upload/initialize", {
    method: "POST",
    body: '{"total_bytes":3,"media_type":"video/mp4"}',
    ...init,
    headers: { "content-type": "application/json", ...init?.headers },
  });

/**
 * A client behind the relay.
 * @param {"1.1" | "2"} api
 * @param {string} [url]
 */
function clientOf(api, url = running.url) {
  return new MediaClient({ api, baseUrl: `${url}/x`, headers: { cookie: SESSION }, retry: { attempts: 1 } });
}

const OAUTH1 = { consumerKey: "key+/=", consumerSecret: "secret&%", token: "1-token!'()*", tokenSecret: "secret~" };

/** @type {[api: "1.1" | "2", credentials: import("../dist/relay.js").RelayCredentials, upstream: string][]} */
const UPSTREAMS = [
  ["1.1", { accessToken: TOKEN }, ""],
  ["2", { accessToken: TOKEN }, ""],
  ["1.1", { oauth1: OAUTH1 }, "https://upload.twitter.com"],
  ["2", { oauth1: OAUTH1 }, "https://api.x.com"],
];
for (const [api, credentials, baseUrl] of UPSTREAMS) {
  test(`lets through whatever the client asks of ${api}, with ${Object.keys(credentials)}`, async (t) => {
    const running = await startRelay({ authorize: () => credentials });
    t.after(running.close);
    const { state } = running.x;
    state.change({ oauth1: { ...OAUTH1, baseUrl } });
    state.processing = { script: [{ state: "pending", check_after_secs: 1 }, { state: "succeeded" }] };
    const client = clientOf(api, running.url);
    const file = Buffer.concat([fixture("video.mp4"), Buffer.alloc(100_000)]);
    const options = { additionalOwners: ["1", "2"], shared: true, segmentSize: 65_536 };
    const { media_id_string: id } = await client.upload(file, options).done();
    const media = await (await running.x.fetch(mediaRequest(id))).json();
    assert.equal(media.sha256, sha256(file));

    await client.setMetadata(id, { alt_text: "a cat", sensitive_media_warning: { other: true } });
    const { media_id_string } = await client.upload(Buffer.from("WEBVTT\n"), { mediaType: "text/vtt" }).done();
    await client.addSubtitles(id, "tweet_video", [{ media_id_string, language_code: "EN", display_name: "English" }]);
    await client.removeSubtitles(id, "tweet_video", ["EN"]);

    const log = state.log.all().filter((entry) => entry.api === api);
    const commands = new Set(log.map(({ command }) => command));
    assert.deepEqual([...commands].sort(), ["APPEND", "FINALIZE", "INIT", "METADATA", "STATUS", "SUBTITLES"]);
    assert.ok(log.every(({ status }) => Number(status) < 300));
    const scheme = "oauth1" in credentials ? "OAuth" : "Bearer";
    assert.ok(log.every(({ headers }) => headers.authorization === scheme));
  });
}

describe("what was tried", () => {
  const logs = /** @type {const} */ (["debug", "error", "info", "log", "warn"]).map((name) => mock.method(console, name));
  after(() => {
    for (const { mock } of logs) {
      assert.equal(mock.callCount(), 0, "nothing is logged");
      mock.restore();
    }
  });

  for (const { kind, name, request, gets, sends = "nothing" } of ATTACKS) {
    test(`${kind}: ${name}`, async () => {
      const said = await say(running.port, request);
      const statuses = [...said.matchAll(/HTTP\/1\.1 ([0-9]{3}) /g)].map(([, status]) => Number(status));
      assert.deepEqual(statuses, gets, said);
      const sent = running.sent.map(({ method, url }) => `${method} ${url}`);
      assert.equal(sent.join() || "nothing", sends);
      for (const { headers, body } of running.sent) {
        assert.equal(body, FIELDS, "written anew");
        assert.deepEqual(headers, { accept: "*/*", authorization: `Bearer ${TOKEN}`, "content-type": "application/json" });
      }
      assert.doesNotMatch(said, /evil|a-token|a-session/i);
    });
  }

  test("is what docs/relay.md says", () => {
    const rows = ATTACKS.map(({ kind, name, gets, sends = "nothing" }) => [kind, name, gets.join(", "), sends]);
    rows.push(["body", HIDDEN_PARTS, "200", "a segment with all of it in, between other delimiters"]);
    rows.push(["body", STILL_BODY, "408", "nothing"], ["body", SLOW_BODY, "408", "nothing"], ["X", SLOW_X, "504", "the request, once"]);
    for (const [name] of WRONGS) rows.push(["X", name, "502", "the request, once"]);
    const table = rows.map((row) => `| ${row.join(" | ")} |`);
    new Section("docs/relay.md", "attacks").assertIs(["| | tried | answer | X gets |", "|---|---|---|---|", ...table]);
  });
});

describe("what is sent is written anew:", () => {
  test("a segment stays what it is, between delimiters that its sender does not know", async () => {
    const hidden = ["\n", "\r"].map((end) => `${end}--B${end}Content-Disposition: form-data; name="segment_index"${end}${end}7`);
    const segment = `abc${hidden.join("")}\r\n--b--\xff`;
    const head = (/** @type {string} */ boundary) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="segment_index"\r\n\r\n0\r\n` +
      `--${boundary}\r\nContent-Disposition: form-data; name="media"; filename="blob"\r\nContent-Type: application/octet-stream\r\n\r\n`;
    const relay = relayTo(async (request) => {
      const [, boundary = ""] = /^multipart\/form-data; boundary=(.{20,})$/.exec(request.headers.get("content-type") ?? "") ?? [];
      const sent = Buffer.from(await request.arrayBuffer()).toString("latin1");
      assert.equal(sent.trimEnd(), `${head(boundary)}${segment}\r\n--${boundary}--`);
      return new Response(null, { status: 204 });
    });
    const body = Buffer.from(`${head("B")}${segment}\r\n--B--\r\n`, "latin1");
    const headers = { "content-type": "multipart/form-data; boundary=B" };
    const append = new Request(`https://app.example/x/2/media/upload/${ID}/append`, { method: "POST", headers, body });
    assert.equal((await relay(append)).status, 204);
  });

  test("of a name that is twice in JSON, the value that was looked at", async () => {
    const sent = { media_id: ID, alt_text: { text: "a cat \u2028" }, other: [true, null, 7] };
    const relay = relayTo(async (request) => Response.json(await request.json()));
    const body = `{"media_id":"../2/tweets","alt_text":1, ${JSON.stringify(sent).slice(1)}`;
    const url = "https://app.example/x/1.1/media/metadata/create.json";
    const response = await relay(new Request(url, { method: "POST", headers: { "content-type": "application/json" }, body }));
    assert.equal(await response.text(), JSON.stringify(sent));
  });
});

test("the example for Next.js is a handler for each method", async () => {
  const { GET, ...others } = await import("../examples/relay/route.js");
  assert.deepEqual(Object.keys(others).sort(), ["DELETE", "OPTIONS", "POST"]);
  assert.equal((await GET(new Request("https://app.example/x/2/media/upload?command=STATUS&media_id=1"))).status, 401);
});

describe("headers", () => {
  test("to X are three, none of the caller's, and they are not carried to where X may point", async () => {
    /** @type {Request | undefined} */
    let asked;
    const relay = relayTo((request) => {
      asked = request;
      return Response.json({});
    });
    const headers = { cookie: "a=b", "x-forwarded-for": "1.2.3.4", "user-agent": "evil", accept: "text/html", referer: "https://app.example/" };
    await relay(initialize({ headers }));
    assert.deepEqual(Object.fromEntries(asked?.headers ?? []), {
      accept: "*/*",
      authorization: `Bearer ${TOKEN}`,
      "content-type": "application/json",
    });
    assert.equal(asked?.redirect, "manual");
  });

  test("from X are those that the client reads, and none else", async () => {
    const passed = {
      date: "Sun, 01 Nov 2026 00:00:00 GMT",
      "retry-after": "7",
      "x-rate-limit-limit": "10",
      "x-rate-limit-remaining": "0",
      "x-rate-limit-reset": "1793491200",
      "x-user-limit-24hour-limit": "100",
      "x-user-limit-24hour-remaining": "0",
      "x-user-limit-24hour-reset": "1793577600",
      "x-app-limit-24hour-limit": "1000",
      "x-app-limit-24hour-remaining": "3",
      "x-app-limit-24hour-reset": "1793577601",
    };
    const dropped = { "set-cookie": "a=b", "access-control-allow-origin": "*", location: "https://evil.example", link: "<x>", server: "x", "x-powered-by": "x" };
    const relay = relayTo(() => Response.json({ id: 1 }, { status: 429, headers: { ...passed, ...dropped } }));
    const response = await relay(initialize());
    assert.deepEqual([response.status, await response.text()], [429, '{"id":1}']);
    assert.deepEqual(Object.fromEntries(response.headers), {
      ...passed,
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
      "content-type": "application/json",
      "cross-origin-resource-policy": "same-origin",
      "x-content-type-options": "nosniff",
    });
  });

  test("say that a page which X answers with is text", async () => {
    const headers = { "content-type": "text/html;charset=utf-8" };
    const response = await relayTo(() => new Response("<script>alert(1)</script>", { headers }))(initialize());
    assert.equal(response.headers.get("content-type"), "text/plain;charset=utf-8");
    assert.equal(await response.text(), "<script>alert(1)</script>");
  });

  test("let an allowed page ask and read", async () => {
    const init = { origin: OTHER, "sec-fetch-site": "cross-site" };
    const preflight = { "access-control-request-method": "POST", "access-control-request-headers": "content-type,x-csrf" };
    const relay = relayTo(() => Response.json({}), { allowedOrigins: [OTHER], authorize: () => ({ accessToken: TOKEN }) });
    const asked = await relay(initialize({ method: "OPTIONS", body: null, headers: { ...init, ...preflight } }));
    const cors = (/** @type {Response} */ { headers }) =>
      Object.fromEntries([...headers].filter(([name]) => /^access-control|^vary/.test(name)));
    const always = {
      "access-control-allow-credentials": "true",
      "access-control-allow-origin": OTHER,
      "access-control-expose-headers": [
        ...["date, retry-after, x-rate-limit-limit, x-rate-limit-remaining, x-rate-limit-reset"],
        ...["x-user-limit-24hour-limit, x-user-limit-24hour-remaining, x-user-limit-24hour-reset"],
        ...["x-app-limit-24hour-limit, x-app-limit-24hour-remaining, x-app-limit-24hour-reset"],
      ].join(", "),
      vary: "Origin, Access-Control-Request-Headers",
    };
    assert.equal(asked.status, 204);
    assert.deepEqual(cors(asked), {
      ...always,
      "access-control-allow-headers": "content-type,x-csrf",
      "access-control-allow-methods": "POST",
      "access-control-max-age": "7200",
    });
    assert.deepEqual(cors(await relay(initialize({ headers: init }))), always);
    assert.deepEqual(cors(await relay(initialize({ headers: { ...init, "content-type": "text/plain" } }))), always, "a refusal too");
    const foreign = await relay(initialize({ headers: { origin: "https://evil.example" } }));
    assert.deepEqual([foreign.status, cors(foreign)], [403, { vary: always.vary }]);
  });

  test("that a browser sends of the relay's own pages let it through, also behind a proxy that ends TLS", async () => {
    const relay = relayTo(() => Response.json({}));
    /** @type {Record<string, string>[]} */
    const own = [
      { origin: "https://app.example" },
      { origin: "https://app.example", "sec-fetch-site": "same-origin" },
      { origin: "http://app.example", "sec-fetch-site": "same-origin" },
      { "sec-fetch-site": "none" },
    ];
    for (const headers of own) {
      assert.equal((await relay(initialize({ headers }))).status, 200, JSON.stringify(headers));
    }
  });
});

describe("what X, or the way to it, does wrong", () => {
  for (const [name, x] of WRONGS) {
    test(`${name} is a 502`, async () => {
      let times = 0;
      const response = await relayTo(() => (times++, x()))(initialize());
      const text = await response.text();
      assert.deepEqual([response.status, times], [502, 1]);
      assert.doesNotMatch(text, /a-token|evil/);
    });
  }
});

describe("time is short:", () => {
  before(() => mock.timers.enable({ apis: ["setTimeout"] }));
  after(() => mock.timers.reset());

  /** A body of which a space arrives whenever `arrive` is called. */
  function bodyInPieces() {
    const { readable, writable } = new TransformStream();
    const writer = writable.getWriter();
    const pieces = { readable, cancelled: false, arrive: (text = " ") => writer.write(Buffer.from(text)), end: () => writer.close() };
    writer.closed.catch(() => (pieces.cancelled = true));
    return pieces;
  }

  test(STILL_BODY, async () => {
    const body = bodyInPieces();
    const answer = relayTo()(initialize({ body: body.readable, duplex: "half" }));
    await passes(29_000);
    body.arrive();
    await passes(29_000);
    assert.equal(body.cancelled, false);
    await passes(1000);
    assert.equal((await answer).status, 408);
    assert.equal(body.cancelled, true);
  });

  test("a body that takes most of an hour is let through, as long as something arrives", async () => {
    const body = bodyInPieces();
    const answer = relayTo(() => Response.json({}))(initialize({ body: body.readable, duplex: "half" }));
    for (let minute = 0; minute < 59; minute += 0.5) {
      await passes(29_999);
      body.arrive();
    }
    body.arrive(FIELDS);
    await passes(0);
    body.end();
    assert.equal((await answer).status, 200);
  });

  test(SLOW_BODY, async () => {
    const body = bodyInPieces();
    const answer = relayTo()(initialize({ body: body.readable, duplex: "half" }));
    for (let second = 0; second < 3600; second += 20) {
      body.arrive();
      assert.equal(body.cancelled, false);
      await passes(20_000);
    }
    assert.equal((await answer).status, 408);
    assert.equal(body.cancelled, true);
  });

  test(SLOW_X, async () => {
    /** @type {AbortSignal | undefined} */
    let signal;
    const answer = relayTo((request) => silent((signal = request.signal)))(initialize());
    await passes(59_000);
    assert.equal(signal?.aborted, false);
    await passes(1000);
    assert.equal((await answer).status, 504);
    assert.equal(signal?.aborted, true);
  });

  test("X is asked no longer when the caller goes away", async () => {
    const caller = new AbortController();
    /** @type {AbortSignal | undefined} */
    let signal;
    const answer = relayTo((request) => silent((signal = request.signal)))(initialize({ signal: caller.signal }));
    await passes(0);
    caller.abort();
    assert.equal(signal?.aborted, true);
    assert.equal((await answer).status, 502);
  });

  test("a body is not waited for where the caller went away before", async () => {
    const caller = new AbortController();
    const authorize = () => (caller.abort(), { accessToken: TOKEN });
    const body = streamOf(() => new Promise(() => {}));
    const request = initialize({ body, duplex: "half", signal: caller.signal });
    assert.equal((await relayTo(undefined, { authorize })(request)).status, 400);
  });
});

describe("who may upload", () => {
  test("is asked without the body, and with all that tells a caller", async () => {
    /** @type {Request | undefined} */
    let asked;
    const relay = relayTo(() => Response.json({}), {
      authorize: (request) => {
        asked = request;
        return { accessToken: TOKEN };
      },
    });
    const request = initialize({ headers: { cookie: SESSION, authorization: "Bearer mine" } });
    assert.equal((await relay(request)).status, 200);
    assert.deepEqual([asked?.url, asked?.method, asked?.body], [request.url, "POST", null]);
    assert.deepEqual([asked?.headers.get("cookie"), asked?.headers.get("authorization")], [SESSION, "Bearer mine"]);
  });

  test("is refused as the app says, and nothing of the body is read", async () => {
    const refusal = Response.json({ title: "Sign in" }, { status: 401, headers: { "www-authenticate": "Cookie" } });
    const body = streamOf(() => assert.fail("the body is read"));
    const request = initialize({ body, duplex: "half" });
    assert.equal(await relayTo(undefined, { authorize: async () => refusal })(request), refusal);
  });

  const sent = new Response("Sign in", { status: 401 });
  before(() => sent.text());
  /** @type {[name: string, authorize: () => any][]} */
  const wrong = [
    ["throws", () => assert.fail(TOKEN)],
    ["rejects", () => Promise.reject(new Error(TOKEN))],
    ["gives nothing", () => undefined],
    ["gives a text", () => TOKEN],
    ["gives a network error", () => Response.error()],
    ["gives a Response that was sent before", () => sent],
    ["gives an empty token", () => ({ accessToken: "" })],
    ["gives a token with a line break", () => ({ accessToken: `${TOKEN}\r\nx-evil: 1` })],
    ["gives two credentials", () => ({ accessToken: TOKEN, oauth1: OAUTH1 })],
    ["gives half of oauth1", () => ({ oauth1: { ...OAUTH1, tokenSecret: undefined } })],
    ["gives an oauth1 with a line break", () => ({ oauth1: { ...OAUTH1, token: `${TOKEN}\r\nx-evil: 1` } })],
  ];
  for (const [name, authorize] of wrong) {
    test(`is nobody where authorize ${name}`, async () => {
      const response = await relayTo(undefined, { authorize })(initialize());
      const text = await response.text();
      assert.equal(response.status, 500);
      assert.match(text, /authorize/);
      assert.doesNotMatch(text, /a-token/);
    });
  }
});

describe("a refusal of the relay's own is to the client", () => {
  /** @type {[status: number, options: Partial<RelayOptions>, code: string, message: RegExp][]} */
  const failures = [
    [401, { authorize: () => Response.json({ title: "Sign in" }, { status: 401 }) }, "unauthorized", /Sign in/],
    [404, { prefix: "/y" }, "not_found", /uploads of media/],
    [413, { maxBodyBytes: 1 }, "too_large", /at most 1 bytes here/],
    [500, { authorize: () => assert.fail() }, "server", /authorize threw/],
    [502, { fetch: () => Promise.reject(new TypeError()) }, "server", /could not be reached/],
  ];
  for (const [status, options, code, message] of failures) {
    test(`${status}: ${code}`, async (t) => {
      const { url, close } = await startRelay(options);
      t.after(close);
      await assert.rejects(clientOf("2", url).finalize(ID), (/** @type {any} */ error) => {
        assert.deepEqual([error.code, error.status], [code, status]);
        assert.match(error.message, message);
        if (status !== 401) assert.match(error.apiErrors[0].type, /^urn:x-media-upload:relay:/);
        return true;
      });
    });
  }
});

test("a limit below the client's segments makes them smaller", async (t) => {
  const { url, x, close } = await startRelay({ maxBodyBytes: 2 ** 20 });
  t.after(close);
  const file = Buffer.alloc(10_000_000, "video");
  const { media_id_string: id } = await clientOf("2", url).upload(file, { mediaType: "video/mp4", segmentSize: 4_000_000 }).done();
  const { sha256: arrived, segments } = await (await x.fetch(mediaRequest(id))).json();
  assert.equal(arrived, sha256(file));
  assert.ok(segments.every((/** @type {{ bytes: number }} */ { bytes }) => bytes < 2 ** 20));
});

test("X's own answers reach the client as they are", async () => {
  running.x.state.rules.add([{ command: "STATUS", fault: { kind: "status", status: 429 } }]);
  const error = await clientOf("2").status(ID).catch((/** @type {any} */ error) => error);
  assert.deepEqual([error.code, error.apiErrors[0].title], ["rate_limited", "Too Many Requests"]);
  assert.ok(error.rateLimit.resetsAt > Date.now());
});


/** @type {[field: string, values: unknown[]][]} */
const WRONG_OPTIONS = [
  ["options", [7, "x", []]],
  ["authorize", [undefined, null, "x", {}]],
  ["prefix", [null, 7, "/", "x", "/x/", "//x", "/x/..", "/%78/é", "/x?a", "/x#a", "/x y", "https://a.example"]],
  ["maxBodyBytes", [null, 0, -1, 1.5, "10", Infinity, NaN]],
  ["allowedOrigins", ["*", OTHER, ["*"], ["null"], [""], [`${OTHER}/`], ["https://OTHER.example"], ["https://a.example:443"], ["other.example"], [7]]],
  ["upstream", [7, { 2: "http://x.example" }, { 2: "https://u:p@x.example" }, { "1.1": "x.example" }, { "1.1": "https://x.example?a" }]],
  ["fetch", [null, {}, "x"]],
];
for (const [field, values] of WRONG_OPTIONS) {
  test(`${field} that can't be meant is refused when the relay is made`, () => {
    for (const value of values) {
      const options = field === "options" ? value : { authorize: () => ({ accessToken: TOKEN }), [field]: value };
      assert.throws(() => createRelay(/** @type {any} */ (options)), (/** @type {any} */ error) => {
        assert.equal(error.code, "invalid_argument", error.stack);
        return error.message.startsWith(`${field} must be `);
      });
    }
  });
}

test("prefix, upstream and origins are taken as they are written", async () => {
  const upstream = { "1.1": "https://a.example/b/", 2: "http://localhost:1" };
  const allowedOrigins = ["http://localhost:3000", "https://xn--bcher-kva.example", "chrome-extension://abcdefghijklmnop"];
  /** @type {string[]} */
  const asked = [];
  for (const prefix of ["", "/a", "/a/b.c/~d"]) {
    const relay = relayTo(({ url }) => (asked.push(url), Response.json({})), { prefix, upstream, allowedOrigins });
    await relay(new Request(`https://app.example${prefix}/1.1/media/upload.json?command=STATUS&media_id=1`));
    await relay(new Request(`https://app.example${prefix}/2/media/upload?command=STATUS&media_id=1`));
  }
  const query = "?command=STATUS&media_id=1";
  assert.deepEqual(new Set(asked), new Set([`https://a.example/b/1.1/media/upload.json${query}`, `http://localhost:1/2/media/upload${query}`]));
});

/**
 * @param {(controller: ReadableStreamDefaultController) => Promise<void>} pull
 * @param {() => void} [cancel]
 */
function streamOf(pull, cancel) {
  return new ReadableStream({ pull, ...(cancel && { cancel }) }, { highWaterMark: 0 });
}

/**
 * No answer.
 * @param {AbortSignal} signal
 * @returns {Promise<Response>}
 */
function silent(signal) {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

/** Lets that much time pass, and all happen that is due. @param {number} ms */
async function passes(ms) {
  await new Promise(setImmediate);
  mock.timers.tick(ms);
  await new Promise(setImmediate);
}
