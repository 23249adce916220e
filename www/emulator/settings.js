/** What can be set of an emulator, in the place of X's own ways. */

/**
 * @typedef {object} OwnSettings
 * @property {number} maxSegmentBytes A larger segment draws a 413. "Server maximum is 8 MB" (X's page
 *   on append, 2026), though 5 MB have drawn it too.
 * @property {number | null} expiresAfterSecs null for X's own.
 * @property {Partial<Record<import("./vocabulary.js").Command, import("./rate-limits.js").Limit>>} rateLimits
 *   Instead of X's own.
 * @property {boolean} emptyJson Whether FINALIZE of version 2 may be JSON with an empty body; see v2.js.
 * @property {boolean} widthAndHeight Whether FINALIZE of version 2 tells a picture's size as `width` and `height`.
 *
 * @typedef {import("./auth.js").AuthSettings & import("./cors.js").CorsSettings & OwnSettings} Settings
 */

/** @type {Settings} */
export const X = {
  tokens: null,
  oauth1: null,
  strictAuth: false,
  allowedOrigins: [],
  exposedHeaders: [],
  maxSegmentBytes: 8_000_000,
  expiresAfterSecs: null,
  rateLimits: {},
  emptyJson: false,
  widthAndHeight: false,
};
