/**
 * A fetch that tells of every request it carries: the client is handed it as its `fetch` option, so
 * what the page shows is what leaves, and not what the client says of itself.
 */

/**
 * @typedef {import("../../src/js/index.js").Command} Command
 *
 * @typedef {object} ObservedRequest
 * @property {number} number From 1, in the order of leaving.
 * @property {Command | "?"} command
 * @property {string | undefined} segment
 * @property {number} tries Which try of the same thing this is, from 1.
 * @property {string} method
 * @property {string} url
 * @property {number} startedAt On the clock of performance.now().
 * @property {number | undefined} endedAt
 * @property {number | undefined} waitedSince When what it waited for had ended: the try before, or for
 *   STATUS the answer that said to ask later.
 * @property {Outcome} outcome
 * @property {string} answer Headers worth reading and the start of the body.
 *
 * @typedef {{ kind: "in_flight" }
 *   | { kind: "answered", status: number, ok: boolean }
 *   | { kind: "cut_short", status: number }
 *   | { kind: "redirected" }
 *   | { kind: "cancelled" }
 *   | { kind: "no_answer" }} Outcome
 */

const ANSWER_CHARACTERS = 4000;
const HEADERS_WORTH_READING =
  /^(content-type|retry-after|x-rate-limit-(limit|remaining|reset)|x-mediaid)$/;

/**
 * @param {typeof globalThis.fetch} fetch
 * @param {(request: ObservedRequest) => void} onChange Called when a request leaves and when it ends.
 * @returns {typeof globalThis.fetch}
 */
export function observed(fetch, onChange) {
  let number = 0;
  /** What was last asked for each thing: a second try follows a first that did not end well.
   *  @type {Map<string, ObservedRequest>} */
  const latest = new Map();

  return async (input, init) => {
    const method = init?.method ?? (input instanceof Request ? input.method : "GET");
    const url = input instanceof Request ? input.url : new URL(input, location.href).href;
    const { command, mediaId, segment } = whatIsAsked(new URL(url), init?.body);

    const key = [command, mediaId, segment].join(" ");
    const before = latest.get(key);
    const again = before !== undefined && !endedWell(before);
    const askedLater = command === "STATUS" ? (before ?? latest.get(`FINALIZE ${mediaId} `)) : undefined;
    /** @type {ObservedRequest} */
    const request = {
      number: ++number,
      command,
      segment,
      tries: again ? before.tries + 1 : 1,
      method,
      url,
      startedAt: performance.now(),
      endedAt: undefined,
      waitedSince: again ? before.endedAt : askedLater?.endedAt,
      outcome: { kind: "in_flight" },
      answer: "",
    };
    latest.set(key, request);
    onChange(request);

    /** @param {Outcome} outcome */
    const end = (outcome) => {
      request.endedAt = performance.now();
      request.outcome = outcome;
      onChange(request);
    };
    const cancelled = () => (init?.signal ?? (input instanceof Request ? input.signal : null))?.aborted;
    try {
      const response = await fetch(input, init);
      const { status, ok, type } = response;
      end(type === "opaqueredirect" ? { kind: "redirected" } : { kind: "answered", status, ok });
      keepAnswer(request, response.clone()).catch(() =>
        end(cancelled() ? { kind: "cancelled" } : { kind: "cut_short", status }),
      );
      return response;
    } catch (error) {
      end({ kind: cancelled() ? "cancelled" : "no_answer" });
      throw error;
    }
  };
}

/** @param {ObservedRequest} request */
export function endedWell({ outcome }) {
  return outcome.kind === "answered" && outcome.ok;
}

/**
 * 2 has a path for each command; 1.1 has one path, and names the command in the body or the query.
 * @param {URL} url
 * @param {BodyInit | null | undefined} body
 * @returns {{ command: Command | "?", mediaId?: string | undefined, segment?: string | undefined }}
 */
function whatIsAsked(url, body) {
  const fields = fieldsOf(body);
  /** @param {string} name */
  const field = (name) => fields(name) ?? url.searchParams.get(name) ?? undefined;

  if (/\/media\/metadata(\/create\.json)?$/.test(url.pathname)) return { command: "METADATA" };
  const path = /\/2\/media\/upload\/(?:(\d+)\/)?(initialize|append|finalize)$/.exec(url.pathname);
  if (path) {
    const [, mediaId, name] = path;
    const command = name === "initialize" ? "INIT" : name === "append" ? "APPEND" : "FINALIZE";
    return { command, mediaId, segment: field("segment_index") };
  }
  const command = field("command");
  return {
    command: isCommand(command) ? command : "?",
    mediaId: field("media_id"),
    segment: field("segment_index"),
  };
}

/**
 * @param {BodyInit | null | undefined} body
 * @returns {(name: string) => string | undefined}
 */
function fieldsOf(body) {
  const form = typeof body === "string" ? new URLSearchParams(body) : body;
  if (!(form instanceof FormData || form instanceof URLSearchParams)) return () => undefined;
  return (name) => {
    const value = form.get(name);
    return typeof value === "string" ? value : undefined;
  };
}

/**
 * @param {string | undefined} word
 * @returns {word is Command}
 */
function isCommand(word) {
  return word === "INIT" || word === "APPEND" || word === "FINALIZE" || word === "STATUS";
}

/**
 * @param {ObservedRequest} request
 * @param {Response} response
 */
async function keepAnswer(request, response) {
  const headers = [...response.headers]
    .filter(([name]) => HEADERS_WORTH_READING.test(name))
    .map(([name, value]) => `${name}: ${value}`);
  request.answer = headers.join("\n");
  const body = await response.text();
  request.answer = [...headers, "", body.slice(0, ANSWER_CHARACTERS)].join("\n");
}
