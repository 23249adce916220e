/** keepAlive: called while work is under way, and not afterwards. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBench } from "../support/bench.js";
import { until } from "../support/until.js";

const bench = openBench();

describe("in a page, by a clock that the test has in its hand", () => {
  /** @type {import("playwright-core").BrowserContext} */
  let context;
  /** @type {import("../support/bench.js").Tab} */
  let tab;

  before(async () => {
    context = await bench.browser.newContext();
    await context.clock.install();
    tab = await bench.open(context);
  });
  after(() => context.close());

  /** A room where the first request never ends. */
  function enterStalling() {
    const room = bench.enter().from(tab);
    room.strike({ times: 2, fault: { kind: "stall" } });
    return room;
  }

  test("at once and every 20 s, for however many jobs, until the last has ended", async () => {
    const room = enterStalling();
    const work = await room.start(({ x, baseUrl }) => {
      const state = { calls: 0 };
      const client = x.clientOf(baseUrl, { keepAlive: () => void state.calls++, requestTimeoutMs: 600_000 });
      const jobs = [client.upload(x.videoOf(10)), client.upload(x.videoOf(20))];
      return { state, jobs, client, atOnce: state.calls };
    });
    const calls = () => work.evaluate(({ state }) => state.calls);
    await until(() => room.log.length === 2);
    assert.equal(await work.evaluate(({ atOnce }) => atOnce), 0, "not before upload() has returned");
    assert.equal(await calls(), 1);
    await context.clock.runFor(19_000);
    assert.equal(await calls(), 1);
    await context.clock.runFor(41_000);
    assert.equal(await calls(), 4);
    await work.evaluate(({ jobs }) => jobs[0]?.abort());
    await context.clock.runFor(20_000);
    assert.equal(await calls(), 5);
    await work.evaluate(({ jobs }) => jobs[1]?.abort());
    await context.clock.runFor(60_000);
    assert.equal(await calls(), 5);
    await work.evaluate(({ client, jobs }) => {
      for (const job of jobs) job.done().catch(() => {});
      return client.finalize("1").catch(() => {});
    });
    assert.equal(await calls(), 6, "and again for the next");
  });

  for (const how of /** @type {const} */ (["throws", "rejects"])) {
    test(`that ${how} is callback_failed with its cause, for all that is under way`, async () => {
      const room = enterStalling();
      const work = await room.start(
        ({ x, baseUrl, how }) => {
          const cause = new Error("of the caller's own");
          let calls = 0;
          const keepAlive = () => {
            if (++calls < 2) return undefined;
            if (how === "throws") throw cause;
            return Promise.reject(cause);
          };
          const client = x.clientOf(baseUrl, { keepAlive: /** @type {() => void} */ (keepAlive), requestTimeoutMs: 600_000 });
          const errors = [client.upload(x.videoOf(10)).done(), client.finalize("1")].map((job) =>
            job.then(() => undefined, (/** @type {any} */ error) => [error.code, error.cause === cause, error.message.split(".")[0]]),
          );
          return { errors };
        },
        { how },
      );
      await until(() => room.log.length === 2);
      await context.clock.runFor(20_000);
      const errors = await work.evaluate(({ errors }) => Promise.all(errors));
      assert.deepEqual(errors, Array(2).fill(["callback_failed", true, "Your function keepAlive failed"]));
      await until(() => room.log.every(({ gone }) => gone));
    });
  }

  test("false and \"auto\" call nothing there, even where there is an extension's API", async () => {
    const room = bench.enter().from(tab);
    const calls = await room.run(async ({ x, baseUrl }) => {
      let calls = 0;
      const global = /** @type {any} */ (globalThis);
      const { chrome } = global;
      global.chrome = { runtime: { getPlatformInfo: async () => calls++ } };
      for (const keepAlive of /** @type {const} */ ([false, "auto", undefined])) {
        await x.failureOf(x.clientOf(baseUrl, { keepAlive }).finalize("1"));
      }
      global.chrome = chrome;
      return calls;
    });
    assert.equal(calls, 0);
  });
});
