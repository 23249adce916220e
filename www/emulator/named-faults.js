/**
 * Faults that have a name: answers that X, or what stands before it, was seen or reported to give. Where
 * nothing else is said they are answered without anything being done.
 */

import { errorV1, invalidRequest, jsonV2, notFound, page, segmentsDoNotAddUp, typical } from "./answers.js";

/**
 * @typedef {import("./answers.js").Answer} Answer
 * @typedef {import("./faults.js").Fault} Fault
 * @typedef {import("./vocabulary.js").ApiVersion} ApiVersion
 * @typedef {keyof typeof NAMED_FAULTS} FaultName
 *
 * @typedef {(api: ApiVersion, now: number) => Fault} Named
 */

const WINDOW_SECS = 900;
const DAY_SECS = 80_000;

/** An id that the emulator gives to no media. */
const OTHER_ID = "99";

const USAGE_CAP = {
  title: "UsageCapExceeded",
  period: "Monthly",
  scope: "Product",
  detail: "Usage cap exceeded: Monthly product cap",
  type: "https://api.twitter.com/2/problems/usage-capped",
};

/** @satisfies {Record<string, Named>} */
export const NAMED_FAULTS = {
  /** The month's cap is reached, while the limit's window has plenty left (xdk #25). */
  "usage-cap": (_, now) => limited(jsonV2(429, USAGE_CAP), windowHeaders(now)),

  /** The user's limit of a day is used up (node-twitter-api-v2 #495, #553, PR #618). */
  "user-limit-24hour": (api, now) => limited(typical(api, 429), { ...dayHeaders("user", now), ...windowHeaders(now) }),

  /** The app's. */
  "app-limit-24hour": (api, now) => limited(typical(api, 429), { ...dayHeaders("app", now), ...windowHeaders(now) }),

  /** A reset that is told in milliseconds: tens of thousands of years off. Made up, as is the next. */
  "reset-in-milliseconds": (api, now) =>
    limited(typical(api, 429), { "x-rate-limit-remaining": "0", "x-rate-limit-reset": String(now + 3000) }),

  "retry-after-a-year": (api) => limited(typical(api, 429), { "retry-after": "31536000" }),

  /** 200, and the page of whoever stands between: a hotel, a proxy, the app's own sign-in. */
  "sign-in-page": () => answered(page(200, "Sign in", "Please sign in to go on.")),

  /** 404, and a proxy's page. */
  "proxy-not-found": () => answered(page(404, "404 Not Found", "nginx")),

  /** What X says of an id that it does not know: 404 in 1.1, 400 in 2. */
  "unknown-media": (api) => answered(notFound[api]),

  /** 200, and `errors` with nothing beside them. */
  "errors-alone": () => answered(jsonV2(200, { errors: [{ code: 34, message: "Sorry, that page does not exist" }] })),

  /** 200, and `errors` beside a `data` without anything in it. */
  "errors-and-empty-data": () =>
    answered(jsonV2(200, { data: {}, errors: [{ title: "Bad Request", detail: "One or more parameters was invalid." }] })),

  /** Done; the answer is a 200 without a body. */
  "empty-answer": () => ({ kind: "status", status: 200, body: "", done: true }),

  /** Done; but a gateway got tired of waiting for the answer. */
  "gateway-timeout": () => ({ ...answered(page(504, "504 Gateway Time-out", "nginx")), done: true }),

  /** 400. X's way with a second FINALIZE is not on record: our words. */
  "already-finalized": (api) =>
    answered(api === "1.1" ? errorV1("Media is already finalized.") : invalidRequest("Media is already finalized.")),

  /** 400, as of a media that lacks a segment. */
  "segments-do-not-add-up": (api) => answered(segmentsDoNotAddUp[api]),

  /** Done; the answer names no media. */
  "without-id": (api) => patch(api, { media_id: null, media_id_string: null, media_key: null }, { id: null, media_key: null }),

  /** Done; the answer names another media. */
  "another-id": (api) => patch(api, { media_id: OTHER_ID, media_id_string: OTHER_ID }, { id: OTHER_ID }),

  /** Done; the answer does not say when the media expires. */
  "without-expiry": (api) => patch(api, { expires_after_secs: null }, { expires_after_secs: null }),
};

/**
 * @param {FaultName} name
 * @param {ApiVersion} api
 * @param {number} now In milliseconds since the epoch.
 * @returns {Fault}
 */
export function faultNamed(name, api, now) {
  return NAMED_FAULTS[name](api, now);
}

/**
 * @param {Answer} answer
 * @returns {Extract<Fault, { kind: "status" }>}
 */
const answered = (answer) => ({ kind: "status", ...answer });

/**
 * @param {Answer} answer
 * @param {Record<string, string>} headers
 */
const limited = (answer, headers) => answered({ ...answer, headers: { ...answer.headers, ...headers } });

/**
 * @param {ApiVersion} api
 * @param {object} v1
 * @param {object} v2 Of `data`.
 * @returns {Fault}
 */
const patch = (api, v1, v2) => ({ kind: "patch", patch: api === "1.1" ? v1 : { data: v2 } });

/**
 * A limit of a quarter of an hour that has plenty left.
 * @param {number} now
 */
const windowHeaders = (now) => ({
  "x-rate-limit-limit": "1875",
  "x-rate-limit-remaining": "1870",
  "x-rate-limit-reset": String(resetIn(WINDOW_SECS, now)),
});

/**
 * A limit of a day that is used up.
 * @param {"user" | "app"} whose
 * @param {number} now
 */
const dayHeaders = (whose, now) => ({
  [`x-${whose}-limit-24hour-limit`]: "17",
  [`x-${whose}-limit-24hour-remaining`]: "0",
  [`x-${whose}-limit-24hour-reset`]: String(resetIn(DAY_SECS, now)),
});

/**
 * @param {number} secs
 * @param {number} now
 */
const resetIn = (secs, now) => Math.ceil(now / 1000) + secs;
