/**
 * The way of a web app to X through its own origin, as X answers no cross-origin page: a Fetch-API handler, for any server
 * runtime that speaks Request and Response (Node, Workers, Deno, Bun, edge functions). It lets through the requests that
 * this package makes and no others, with credentials that only the server has. Nothing is done at import, nothing is logged.
 *
 * @packageDocumentation
 */

import type { OAuth1Credentials } from "./index.js";

export interface RelayOptions {
  /**
   * Who may upload: gets the app's request, without its body, and returns the credentials to use upstream, or a Response to
   * refuse with. Where it throws, the answer is a 500 that does not say why.
   */
  authorize(request: Request): Promise<RelayCredentials | Response> | RelayCredentials | Response;
  /** Path prefix under which the relay is mounted. Default "/x". */
  prefix?: string | undefined;
  /** Largest request body let through. Default 8 MiB. */
  maxBodyBytes?: number | undefined;
  /** Other origins that may call, as a browser writes them: "https://app.example". Default: none, same origin only. */
  allowedOrigins?: string[] | undefined;
  /** Where the APIs are. Default "https://upload.twitter.com" for "1.1", "https://api.x.com" for "2". Only https: or loopback. */
  upstream?: { "1.1"?: string | undefined; "2"?: string | undefined } | undefined;
  /** The fetch to use. Default: the global one. */
  fetch?: typeof globalThis.fetch | undefined;
}

/** `accessToken`: OAuth 2.0, a user's. `oauth1`: OAuth 1.0a, a user's; requests are signed by the relay. */
export type RelayCredentials = { accessToken: string } | { oauth1: OAuth1Credentials };

export type { OAuth1Credentials };

/**
 * Makes the handler. With oauth1 credentials call init() or initSync() of `x-media-upload` first (on Workers with the
 * statically imported .wasm module); accessToken needs no WebAssembly. Options that are not what they must be are
 * invalid_argument, which is thrown.
 */
export function createRelay(options: RelayOptions): (request: Request) => Promise<Response>;
