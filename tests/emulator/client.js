/** Requests to an emulator in the fewest words, and the emulator that they go to. */

import { readFileSync } from "node:fs";
import { createEmulator } from "../../www/emulator/index.js";

/**
 * @typedef {{ status: number, headers: Headers, text: string, json: any }} Said
 * @typedef {Record<string, string | number | Uint8Array>} Fields
 */

export const START = Date.UTC(2026, 10, 1);

export const ABC = new TextEncoder().encode("abc");
export const DEF = new TextEncoder().encode("def");
export const VIDEO = { media_type: "video/mp4", media_category: "tweet_video" };
export const UNKNOWN = "1234567890123456789";

/** @param {string} name */
export const fixture = (name) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));

/** @param {string} name */
export const reply = (name) => JSON.parse(fixture(`replies/${name}`).toString());

/** An emulator in virtual time, and a client of it. */
export function createBench() {
  const clock = { now: START };
  const { fetch, state } = createEmulator({ now: () => clock.now });
  const x = clientOf(fetch);
  return {
    clock,
    state,
    x,
    reset() {
      clock.now = START;
      state.reset();
    },

    /**
     * INIT and every segment.
     * @param {Record<string, string>} type
     * @param {...Uint8Array} segments
     */
    async beginV1(type, ...segments) {
      const { json } = await x.v1({ command: "INIT", total_bytes: bytesOf(segments), ...type });
      for (const [segment_index, media] of segments.entries()) {
        await x.v1({ command: "APPEND", media_id: json.media_id_string, segment_index, media });
      }
      return String(json.media_id_string);
    },

    /**
     * @param {Record<string, string>} type
     * @param {...Uint8Array} segments
     */
    async beginV2(type, ...segments) {
      const { json } = await x.v2Init({ total_bytes: bytesOf(segments), ...type });
      for (const [segment_index, media] of segments.entries()) {
        await x.v2Append(json.data.id, { segment_index, media });
      }
      return String(json.data.id);
    },
  };
}

/** @param {Uint8Array[]} segments */
const bytesOf = (segments) => segments.reduce((bytes, segment) => bytes + segment.length, 0);

/** @param {(request: Request) => Promise<Response>} fetch */
export function clientOf(fetch) {
  /**
   * @param {string} method
   * @param {string} path
   * @param {BodyInit} [body]
   * @param {Record<string, string>} [headers]
   * @returns {Promise<Said>}
   */
  async function send(method, path, body, headers = {}) {
    const init = { method, ...(body !== undefined && { body }), headers: { authorization: "Bearer token", ...headers } };
    const response = await fetch(new Request(`http://x${path}`, init));
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  }

  /** @param {string} path @param {unknown} value */
  const postJson = (path, value) => send("POST", path, JSON.stringify(value), { "content-type": "application/json" });

  const v1Path = "/1.1/media/upload.json";
  return {
    send,
    postJson,

    /**
     * A command of 1.1, as a form: multipart where there are bytes.
     * @param {Fields} fields
     */
    v1(fields) {
      const isMultipart = Object.values(fields).some((value) => typeof value === "object");
      return send("POST", v1Path, isMultipart ? formOf(fields) : urlencoded(fields));
    },

    /** @param {string} id */
    v1Finalize: (id) => send("POST", v1Path, urlencoded({ command: "FINALIZE", media_id: id })),

    /** @param {string} id */
    v1Status: (id) => send("GET", `${v1Path}?command=STATUS&media_id=${id}`),

    /** @param {Record<string, unknown>} parameters */
    v2Init: (parameters) => postJson("/2/media/upload/initialize", parameters),

    /** @param {string} id @param {Fields} fields */
    v2Append: (id, fields) => send("POST", `/2/media/upload/${id}/append`, formOf(fields)),

    /** @param {string} id */
    v2Finalize: (id) => send("POST", `/2/media/upload/${id}/finalize`),

    /** @param {string} id */
    v2Status: (id) => send("GET", `/2/media/upload?command=STATUS&media_id=${id}`),

    /** @param {string} method @param {string} path @param {unknown} [value] */
    async control(method, path, value) {
      const { json } = await send(method, `/_emulator/${path}`, value === undefined ? undefined : JSON.stringify(value));
      return json;
    },
  };
}

/** @param {Fields} fields */
function urlencoded(fields) {
  return new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}

/** @param {Fields} fields */
function formOf(fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    form.set(name, typeof value === "object" ? new Blob([new Uint8Array(value)]) : String(value));
  }
  return form;
}
