/** How tests and the demo steer an emulator and look into it: JSON under `/_emulator/`. See README.md. */

import { Hono } from "hono";
import { corsHeaders } from "./cors.js";
import { FAULT_KINDS } from "./faults.js";
import { MOODS } from "./moods.js";
import { NAMED_FAULTS } from "./named-faults.js";
import { COMMANDS } from "./vocabulary.js";

/**
 * @typedef {import("./faults.js").Rule} Rule
 * @typedef {import("./media.js").Media} Media
 * @typedef {import("./moods.js").MoodName} MoodName
 * @typedef {import("./state.js").State} State
 */

export const CONTROL_PREFIX = "/_emulator";

/** What was asked can't be done, because of what it says. */
class Misuse extends Error {}

/** @param {State} state */
export function createControl(state) {
  const app = new Hono({ strict: false }).basePath(CONTROL_PREFIX);

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

  app.get("/", (context) => context.json(summary(state)));
  app.get("/log", (context) => context.json(state.log.all()));
  app.get("/media", async (context) =>
    context.json(await Promise.all(state.store.all().map((media) => described(state, media)))),
  );
  app.get("/media/:id", async (context) => {
    const media = state.store.evenIfExpired(context.req.param("id"));
    return media ? context.json(await described(state, media)) : context.json({ error: "no such media" }, 404);
  });

  app.put("/mood", async (context) => {
    const { mood } = known(await context.req.json(), ["mood"]);
    if (!isMood(mood)) throw new Misuse(`mood: one of ${Object.keys(MOODS).join(", ")}`);
    state.setMood(mood);
    return context.json(summary(state));
  });
  app.put("/processing", async (context) => {
    const processing = known(await context.req.json(), [
      "duration_secs", "check_after_secs", "outcome", "error", "failed_at_percent", "script",
    ]);
    if (!Array.isArray(processing.script) && typeof processing.duration_secs !== "number") {
      throw new Misuse("processing: duration_secs or a script");
    }
    state.processing = /** @type {import("./processing.js").Processing} */ (/** @type {unknown} */ (processing));
    return context.json(summary(state));
  });
  app.put("/settings", async (context) => {
    state.change(known(await context.req.json(), Object.keys(state.settings)));
    return context.json(summary(state));
  });
  app.post("/rules", async (context) => {
    const body = await context.req.json();
    state.rules.add((Array.isArray(body) ? body : [body]).map(readRule));
    return context.json(summary(state));
  });
  app.delete("/rules", (context) => {
    state.rules.clear();
    return context.json(summary(state));
  });
  app.post("/reset", (context) => {
    state.reset();
    return context.json(summary(state));
  });

  app.notFound((context) => context.json({ error: "no such control" }, 404));
  app.onError((error, context) => {
    if (error instanceof Misuse || error instanceof SyntaxError) return context.json({ error: error.message }, 400);
    throw error;
  });
  return app;
}

/** @param {State} state */
function summary({ moodName, processing, settings, rules }) {
  return { mood: moodName, processing, settings, rules: rules.all() };
}

/**
 * @param {State} state
 * @param {Media} media
 */
async function described(state, media) {
  const isFinal = media.finalizedAt !== undefined;
  return {
    media_id_string: media.id,
    media_key: media.key ?? null,
    api: media.api,
    parameters: media.parameters,
    state: state.stateOf(media),
    created_at: media.createdAt,
    finalized_at: media.finalizedAt ?? null,
    expires_at: media.expiresAt,
    size: media.size,
    sha256: isFinal ? ((await media.sha256(state.sha256)) ?? null) : null,
    segments: [...media.segments]
      .map(([segment_index, { bytes, times }]) => ({ segment_index, bytes, times }))
      .sort((one, other) => one.segment_index - other.segment_index),
    metadata: media.metadata ?? null,
    subtitles: [...media.subtitles.values()],
  };
}

/**
 * @param {unknown} value
 * @returns {Rule}
 */
function readRule(value) {
  const rule = known(value, ["command", "segment_index", "occurrence", "times", "fault"]);
  const { command } = rule;
  if (command !== undefined && !COMMANDS.some((each) => each === command)) {
    throw new Misuse(`command: one of ${COMMANDS.join(", ")}`);
  }
  for (const [name, least] of /** @type {const} */ ([["segment_index", 0], ["occurrence", 1], ["times", 1]])) {
    const number = rule[name];
    if (number !== undefined && !(typeof number === "number" && Number.isInteger(number) && number >= least)) {
      throw new Misuse(`${name}: an integer from ${least}`);
    }
  }
  checkFault(rule.fault);
  return /** @type {Rule} */ (/** @type {unknown} */ (rule));
}

/** @param {unknown} value */
function checkFault(value) {
  if (typeof value === "string") {
    if (!Object.hasOwn(NAMED_FAULTS, value)) throw new Misuse(`fault: one of ${Object.keys(NAMED_FAULTS).join(", ")}`);
    return;
  }
  const { kind, status, patch, ms } = known(value, ["kind", "status", "body", "headers", "done", "patch", "ms"]);
  if (!FAULT_KINDS.some((each) => each === kind)) throw new Misuse(`fault.kind: one of ${FAULT_KINDS.join(", ")}`);
  if (kind === "status" && !(typeof status === "number" && status >= 200 && status <= 599)) {
    throw new Misuse("fault.status: 200 to 599");
  }
  if (kind === "patch") known(patch, Object.keys(Object(patch)));
  if (kind === "delay" && !(typeof ms === "number" && ms >= 0)) throw new Misuse("fault.ms: milliseconds");
}

/**
 * A misspelt name would do nothing, and the test that has it would prove nothing.
 * @param {unknown} value
 * @param {string[]} names
 */
function known(value, names) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Misuse("an object is expected");
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Misuse(`${unknown}: not known; known are ${names.join(", ")}`);
  return /** @type {Record<string, unknown>} */ (value);
}

/**
 * @param {unknown} name
 * @returns {name is MoodName}
 */
function isMood(name) {
  return typeof name === "string" && Object.hasOwn(MOODS, name);
}
