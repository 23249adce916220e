// Which pages may call.

import { Refusal } from "./answers.js";
import { methodsOf } from "./routes.js";
import { PASSED } from "./upstream.js";

/** As long as Chromium lets one last. */
const PREFLIGHT_SECS = "7200";

export class Origins {
  /** @param {string[]} allowed beside the relay's own */
  constructor(allowed) {
    this.allowed = new Set(allowed);
  }

  /**
   * Refuses a page of an origin that may not call. `Sec-Fetch-Site` no page can set, and it is right also behind a proxy that
   * ends TLS; who sends neither it nor `Origin` is no browser on another's page, and `authorize` decides.
   * @param {Request} request
   */
  admit({ url, headers }) {
    const origin = headers.get("origin");
    if (this.#isAllowed(origin)) return;
    const site = headers.get("sec-fetch-site");
    const isSame = origin === null || origin === new URL(url).origin;
    const isOwn = site === null ? isSame : site === "same-origin" || site === "none";
    if (!isOwn) throw new Refusal(403, "The relay takes requests of its own origin, and of the allowedOrigins.");
  }

  /**
   * The answer to the question whether a page may call; undefined where none is asked.
   * @param {Request} request
   * @param {import("./routes.js").Route[]} here
   * @returns {Record<string, string> | undefined} headers
   */
  preflight({ method, headers }, here) {
    if (method !== "OPTIONS" || !headers.has("access-control-request-method")) return undefined;
    if (!this.#isAllowed(headers.get("origin"))) throw new Refusal(403, "The relay takes no requests of this origin.");
    return {
      "access-control-allow-methods": methodsOf(here),
      // None of them goes further than to `authorize`.
      "access-control-allow-headers": headers.get("access-control-request-headers") ?? "",
      "access-control-max-age": PREFLIGHT_SECS,
    };
  }

  /**
   * Lets an allowed page read the answer.
   * @param {Request} request
   * @param {Response} response
   */
  expose({ headers }, response) {
    if (this.allowed.size === 0) return response;
    const shown = new Response(response.body, response);
    shown.headers.append("vary", "Origin, Access-Control-Request-Headers");
    const origin = headers.get("origin");
    if (origin === null || !this.#isAllowed(origin)) return shown;
    shown.headers.set("access-control-allow-origin", origin);
    shown.headers.set("access-control-allow-credentials", "true");
    shown.headers.set("access-control-expose-headers", PASSED.join(", "));
    return shown;
  }

  /** @param {string | null} origin */
  #isAllowed(origin) {
    return origin !== null && this.allowed.has(origin);
  }
}
