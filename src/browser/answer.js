// An answer of the server, as the core is told of it.

/** How much of a body is read. X's have less than 2 KiB; what is longer is a page of something else. */
const MAX_BODY_BYTES = 65_536;

/**
 * An answer as JSON. A body that is JSON itself stands in it as it came, so that no digit of an id is lost.
 * @param {Response} response
 */
export async function answerOf(response) {
  const { status, headers } = response;
  // Cross-origin, all of them are hidden unless the server exposes them.
  const header = (/** @type {string} */ name) => headers.get(name) ?? undefined;
  const text = await textOf(response);
  const isBody = isJson(text);
  const answer = JSON.stringify({
    status,
    limit: header("x-rate-limit-limit"),
    remaining: header("x-rate-limit-remaining"),
    reset: header("x-rate-limit-reset"),
    retryAfter: header("retry-after"),
    retryAt: Date.parse(header("retry-after") ?? ""),
    date: Date.parse(header("date") ?? ""),
    text: isBody ? undefined : text?.trim(),
  });
  return isBody ? `${answer.slice(0, -1)},"body":${text}}` : answer;
}

/** @param {string | null} text */
function isJson(text) {
  try {
    return text !== null && JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
}

/**
 * The text of a body; null where it is longer than any of X's, or no text.
 * @param {Response} response
 */
async function textOf({ body, headers }) {
  const reader = body?.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let bytes = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.length;
    try {
      text += decoder.decode(value, { stream: true });
    } catch {
      bytes = Infinity;
    }
    if (bytes > MAX_BODY_BYTES) {
      reader.cancel().catch(() => {}); // the rest may be endless
      return null;
    }
  }
  // WebKit takes an answer that was cut short for a whole one. Compressed, it may have been longer than its text.
  const isShort = bytes < Number(headers.get("content-length")) && !headers.has("content-encoding");
  if (isShort && !isJson(text)) throw new TypeError("The answer was cut short");
  return text;
}
