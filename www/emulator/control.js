/** The controls over HTTP: JSON under `/_emulator/`. See README.md. */

import { Hono } from "hono";
import { Misuse, isObject } from "./checks.js";
import { corsHeaders } from "./cors.js";
import { pathWithin } from "./exchange.js";

/** @typedef {import("./controls.js").Controls} Controls */

export const CONTROL_PREFIX = "/_emulator";

/**
 * @param {Controls} controls
 * @param {import("./state.js").State} state
 */
export function createControl(controls, state) {
  const app = new Hono({ getPath: (request, env) => pathWithin(request, env).replace(/\/$/, "") }).basePath(CONTROL_PREFIX);

  app.use(async (context, next) => {
    const headers = Object.entries(corsHeaders(context.req.raw, state.settings));
    if (context.req.method === "OPTIONS") {
      headers.push(["access-control-allow-methods", "GET, PUT, POST, DELETE"]);
      headers.push(["access-control-allow-headers", "content-type"]);
      return context.body(null, 204, Object.fromEntries(headers));
    }
    await next();
    for (const [name, value] of headers) context.res.headers.set(name, value);
    return undefined;
  });

  app.get("/", async (context) => context.json(await controls.summary()));
  app.get("/log", async (context) => context.json(await controls.log()));
  app.get("/media", async (context) => context.json(await controls.media()));
  app.get("/media/:id", async (context) => {
    const media = await controls.mediaOf(context.req.param("id"));
    return media ? context.json(media) : context.json({ error: "no such media" }, 404);
  });

  /** @type {[method: "PUT" | "POST" | "DELETE", path: string, act: (body: any) => Promise<void>][]} */
  const changes = [
    ["PUT", "/mood", (body) => controls.setMood(moodIn(body))],
    ["PUT", "/processing", controls.setProcessing],
    ["PUT", "/settings", controls.changeSettings],
    ["POST", "/rules", (body) => controls.addRules(...(Array.isArray(body) ? body : [body]))],
    ["DELETE", "/rules", controls.removeRules],
    ["POST", "/reset", controls.reset],
  ];
  for (const [method, path, act] of changes) {
    app.on(method, path, async (context) => {
      const text = await context.req.text();
      await act(text === "" ? undefined : JSON.parse(text));
      return context.json(await controls.summary());
    });
  }

  app.notFound((context) => context.json({ error: "no such control" }, 404));
  app.onError((error, context) => {
    if (error instanceof Misuse || error instanceof SyntaxError) return context.json({ error: error.message }, 400);
    throw error;
  });
  return app;
}

/**
 * `{ "mood": "slow" }`
 * @param {unknown} body
 * @returns {any}
 */
function moodIn(body) {
  return isObject(body) && Object.keys(body).length === 1 ? body.mood : undefined;
}
