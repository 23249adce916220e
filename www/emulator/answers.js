/**
 * Answers, and X's ways of saying no. Texts are X's own, from its documents, recordings and issue
 * threads, except those marked "our words": for these no recording was found, and only shape and
 * status are X's.
 *
 * @typedef {import("./vocabulary.js").ApiVersion} ApiVersion
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {string} body Empty for none.
 */

export const UPLOAD_PATH = "/1.1/media/upload.json";

const JSON_V1 = "application/json;charset=utf-8";
const JSON_V2 = "application/json; charset=utf-8";
const PROBLEM = "application/problem+json";

/** A request that X refuses, thrown from wherever that is found out. */
export class Refusal extends Error {
  /** @param {Answer} answer */
  constructor(answer) {
    super(`${answer.status} ${answer.body}`);
    this.answer = answer;
  }
}

/**
 * @param {number} status
 * @param {string} type
 * @param {unknown} value
 * @returns {Answer}
 */
function json(status, type, value) {
  return { status, headers: { "content-type": type }, body: JSON.stringify(value) };
}

/**
 * @param {number} status
 * @param {string} [type]
 * @returns {Answer}
 */
export function empty(status, type) {
  return { status, headers: type ? { "content-type": type } : {}, body: "" };
}

/**
 * A body of 1.1, with the id as the integer that it is there: JSON.stringify has no number for it.
 * @param {number} status
 * @param {string} mediaId
 * @param {object} fields
 * @returns {Answer}
 */
export function mediaV1(status, mediaId, fields) {
  const rest = JSON.stringify({ media_id_string: mediaId, ...fields });
  return {
    status,
    headers: {
      "content-type": JSON_V1,
      "content-disposition": "attachment; filename=json.json",
      "x-mediaid": mediaId,
    },
    body: `{"media_id":${mediaId},${rest.slice(1)}`,
  };
}

/**
 * @param {number} status
 * @param {unknown} value
 */
export const jsonV2 = (status, value) => json(status, JSON_V2, value);

/** @param {unknown} data */
export const dataV2 = (data) => jsonV2(200, { data });

/**
 * HTML, as whoever stands between a client and X answers.
 * @param {number} status
 * @param {string} title
 * @param {string} text
 * @returns {Answer}
 */
export const page = (status, title, text) => ({
  status,
  headers: { "content-type": "text/html;charset=utf-8" },
  body: `<!doctype html><title>${title}</title><h1>${title}</h1><p>${text}</p>`,
});

/**
 * FINALIZE writes `video\/mp4` in both versions, STATUS `video/mp4`: both are the same JSON.
 * @param {Answer} answer
 */
export function withEscapedSlashes(answer) {
  return { ...answer, body: answer.body.replaceAll("/", "\\/") };
}

/**
 * The form that codes come in.
 * @param {number} status
 * @param {number} code
 * @param {string} message
 */
export const codeV1 = (status, code, message) => json(status, JSON_V1, { errors: [{ code, message }] });

/**
 * The form of the upload host.
 * @param {string} error
 */
export const errorV1 = (error) => withEscapedSlashes(json(400, JSON_V1, { request: UPLOAD_PATH, error }));

/**
 * @param {number} status
 * @param {string} title
 * @param {{ detail?: string, type?: string }} [more]
 */
export const problem = (status, title, { detail = title, type = "about:blank" } = {}) =>
  json(status, PROBLEM, { title, type, status, detail });

/**
 * What version 2 says of anything wrong with a request.
 * @param {...string} messages
 */
export const invalidRequest = (...messages) =>
  jsonV2(400, {
    errors: messages.map((message) => ({ message })),
    title: "Invalid Request",
    detail: "One or more parameters to your request was invalid.",
    type: "https://api.twitter.com/2/problems/invalid-request",
  });

/** For ids that are unknown, and at STATUS for media without processing. */
export const notFound = {
  "1.1": codeV1(404, 34, "Sorry, that page does not exist"),
  2: invalidRequest("BadRequest: Not found"),
};

/** @param {string} name */
export const missingParameter = (name) => codeV1(400, 38, `${name} parameter is missing.`);

const SEGMENTS_DO_NOT_ADD_UP = "Segments do not add up to provided total file size.";

/** For 2 the body is not on record: the text is that of 1.1, the shape that of every 400 of 2. */
export const segmentsDoNotAddUp = {
  "1.1": errorV1(SEGMENTS_DO_NOT_ADD_UP),
  2: invalidRequest(SEGMENTS_DO_NOT_ADD_UP),
};

export const mediaTypeUnrecognized = {
  "1.1": errorV1("media type unrecognized."),
  2: invalidRequest("media type unrecognized"),
};

/** A segment that is too large draws no word of explanation, from either version. */
export const tooLarge = empty(413);

/** @type {Record<number, [code: number, message: string]>} */
const TYPICAL_V1 = {
  400: [215, "Bad Authentication data."],
  401: [32, "Could not authenticate you"],
  403: [220, "Your credentials do not allow access to this resource."],
  404: [34, "Sorry, that page does not exist"],
  429: [88, "Rate limit exceeded"],
  500: [131, "Internal error"],
  503: [130, "Over capacity"],
};

/** @type {Record<number, Answer>} */
const TYPICAL_V2 = {
  400: invalidRequest("BadRequest: Not found"),
  401: problem(401, "Unauthorized"),
  402: problem(402, "Payment Required", {
    detail: "credits depleted",
    type: "https://api.x.com/2/problems/credits-depleted",
  }),
  403: problem(403, "Forbidden"),
  404: problem(404, "Not Found"),
  429: problem(429, "Too Many Requests"),
  500: jsonV2(500, { errors: ["internal server error"] }),
  503: problem(503, "Service Unavailable"),
};

/**
 * What X says with a status when nothing more is known: the answer of a fault.
 * @param {ApiVersion} api
 * @param {number} status
 * @returns {Answer}
 */
export function typical(api, status) {
  if (api === "2") return TYPICAL_V2[status] ?? empty(status);
  const [code, message] = TYPICAL_V1[status] ?? [];
  return code && message ? codeV1(status, code, message) : empty(status);
}
