// The way to X and back.

import { answer, Refusal } from "./answers.js";
import { bytesOf } from "./bytes.js";
import { within } from "./time.js";

/**
 * @typedef {object} Asked What X is asked. Of the caller's own words it has the path and the body, which were looked through.
 * @property {string} method
 * @property {string} url
 * @property {string} authorization
 * @property {string | undefined} type of the body
 * @property {BodyInit | undefined} body
 */

const LONGEST_ANSWER_MS = 60_000;

/** X's answers have less than 2 KiB. */
const MAX_ANSWER_BYTES = 65_536;

/** The limits of a command in a quarter of an hour, and those of a user and of an app in a day. */
const LIMITS = ["x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour"];

/** What the client reads of an answer. */
export const PASSED = [
  ...["date", "retry-after"],
  ...LIMITS.flatMap((limit) => [`${limit}-limit`, `${limit}-remaining`, `${limit}-reset`]),
];

const JSON_TYPE = /^application\/(problem\+)?json\b/i;

/**
 * @param {typeof globalThis.fetch} fetch
 * @param {Asked} asked
 * @param {AbortSignal} signal of the caller
 * @returns {Promise<Response>}
 */
export async function forward(fetch, { method, url, authorization, type, body }, signal) {
  const headers = { accept: "*/*", authorization, ...(type !== undefined && { "content-type": type }) };
  const late = new Refusal(504, `X did not answer within ${LONGEST_ANSWER_MS / 1000} s.`);
  const { response, said } = await within(LONGEST_ANSWER_MS, signal, late, async (signal) => {
    const response = await fetch(url, { method, headers, body, signal, redirect: "manual" }).catch(() => {
      throw new Refusal(502, "X could not be reached.");
    });
    const said = await bytesOf(response.body, MAX_ANSWER_BYTES, signal).catch(() => {
      throw new Refusal(502, "X's answer broke off.");
    });
    return { response, said };
  });
  // Where a browser would hide a redirect behind status 0, servers show it.
  if (response.status < 200 || (response.status >= 300 && response.status < 400)) {
    throw new Refusal(502, "X answered with a redirect, which is not followed: the credentials would go with it.");
  }
  if (!said) throw new Refusal(502, "X's answer is longer than any of X's.");
  return answer(response.status, passed(response.headers), said);
}

/** @param {Headers} headers */
function passed(headers) {
  const type = headers.get("content-type") ?? "";
  /** @type {Record<string, string>} */
  const kept = { "content-type": JSON_TYPE.test(type) ? type : "text/plain;charset=utf-8" };
  for (const name of PASSED) {
    const value = headers.get(name);
    if (value !== null) kept[name] = value;
  }
  return kept;
}
