/// <reference lib="esnext.disposable" />

/**
 * Upload media to X from the browser, and know when it can be used.
 *
 * X's own fields keep their snake_case names; options and the package's own fields are camelCase.
 * Times are milliseconds unless the name says Secs. Constructors throw, methods that return a promise
 * reject, and `upload()` never throws: its `done()` rejects. Unknown option keys are ignored.
 *
 * @packageDocumentation
 */

// ── loading ──────────────────────────────────────────────────────────────────────────────────────

declare global {
  /** As the DOM has it: a server's types may lack it. */
  namespace WebAssembly {
    interface Module {}
  }
}

export type WasmSource = URL | string | Request | Response | Promise<Response> | Bytes | WebAssembly.Module;
export type Bytes = ArrayBuffer | ArrayBufferView;

/**
 * Loads the WebAssembly once; later calls return the same promise; a failed load can be tried again.
 * Without a source it loads `x-media-upload.wasm` from beside this module; in Node and Deno, the one
 * that is inside `x-media-upload/inline`, as Node's fetch reads no files. Nothing is done at import:
 * using anything else before this has resolved throws an Error that says so.
 */
export default function init(source?: WasmSource): Promise<void>;

/** The same, synchronously, from bytes or a compiled module. */
export function initSync(source: Bytes | WebAssembly.Module): void;

// ── what the API says ────────────────────────────────────────────────────────────────────────────

export type ApiVersion = "1.1" | "2";
export type Command = "INIT" | "APPEND" | "FINALIZE" | "STATUS" | "METADATA" | "SUBTITLES";
export type MediaCategory =
  | "tweet_image"
  | "tweet_gif"
  | "tweet_video"
  | "amplify_video"
  | "dm_image"
  | "dm_gif"
  | "dm_video"
  | "subtitles";

/**
 * What X says of a media, in one shape for v1.1 and v2. There is no numeric id anywhere: `media_id` of
 * v1.1 (a 64-bit integer, which JavaScript rounds) and `data.id` of v2 both become `media_id_string`.
 */
export interface Media {
  /** All decimal digits of the 64-bit id, exact, also where the body carried the number alone. */
  media_id_string: string;
  media_id?: never;
  media_key?: string;
  /** Bytes. */
  size?: number;
  /** As the last answer said; it counts down. */
  expires_after_secs?: number;
  /** The moment of that answer plus `expires_after_secs`, in milliseconds since the epoch. */
  expiresAt?: number;
  image?: { image_type: string; w: number; h: number };
  video?: { video_type: string };
  /** Absent: the media is ready. */
  processing_info?: ProcessingInfo;
}

export interface ProcessingInfo {
  state: "pending" | "in_progress" | "succeeded" | "failed" | (string & {});
  check_after_secs?: number;
  progress_percent?: number;
  error?: { code?: number; name?: string; message?: string };
}

// ── the client ───────────────────────────────────────────────────────────────────────────────────

/** The DOM's `HeadersInit`, which a server's types lack. */
type GivenHeaders = NonNullable<RequestInit["headers"]>;

export interface MediaClientOptions {
  /** Which API to speak. No default: "1.1" (upload.twitter.com) and "2" (api.x.com) take different credentials. */
  api: ApiVersion;
  /**
   * What the API's paths are appended to: an origin with an optional path prefix, absolute or relative
   * to the page, e.g. "/x" for a relay on your own origin. Default "https://upload.twitter.com" for
   * "1.1", "https://api.x.com" for "2". Only https:, the page's own origin, or loopback; no user,
   * password, query or hash.
   */
  baseUrl?: string | URL | undefined;
  /**
   * OAuth 2.0 user access token. A function is asked before each request, and with `{ refresh: true }`
   * once for each round of 401s: a request that was sent with an older token than the last refresh is
   * just sent again. A refresh is not counted in attempts.
   */
  accessToken?: string | ((ask: { refresh: boolean }) => string | Promise<string>) | undefined;
  /**
   * OAuth 1.0a user context: every request is signed here, with HMAC-SHA1. Not together with accessToken. Where a request is
   * answered 401 by a server whose clock, as far as its `Date` can be read, is another than this machine's, it is signed and
   * sent again by the server's, and so is every later one; that is not counted in attempts.
   */
  oauth1?: OAuth1Credentials | undefined;
  /**
   * More headers: an object, or a function asked before each request. `content-type`, and
   * `authorization` beside accessToken or oauth1, are invalid_argument.
   */
  headers?:
    | GivenHeaders
    | ((request: { command: Command; method: string; url: string }) => GivenHeaders | Promise<GivenHeaders>)
    | undefined;
  /** Default "same-origin": a relay on the page's origin sees the app's cookies, X sees none. */
  credentials?: RequestInit["credentials"] | undefined;
  /** The fetch to use. Default: the global one, in a page, a worker or a service worker. */
  fetch?: typeof globalThis.fetch | undefined;
  retry?: RetryOptions | undefined;
  /**
   * Time allowed for one request, from its start (asking for credentials included) to the end of its
   * answer. Default 30 000; for APPEND 60 000, doubled after each time-out of an APPEND, for slow lines, up
   * to an hour. A given value is never exceeded.
   */
  requestTimeoutMs?: number | undefined;
  /**
   * Chrome ends an extension's service worker after 30 s without an extension API call, even with a
   * fetch in flight; Firefox ends an extension's background page just so. While work is under way, this
   * is called at once and then every 20 s. "auto", the default: runtime.getPlatformInfo() of `chrome` or
   * `browser` where the code runs in an extension's service worker or background page, nothing elsewhere.
   */
  keepAlive?: "auto" | false | (() => void) | undefined;
}

/**
 * The app's and the user's. X's developer portal calls the first two API key and secret, the others access token and secret.
 * Each is a text of visible ASCII characters, without quotes and backslashes. Whoever can read a page's or an extension's code
 * can read what is written there: these are for tools whose user is their owner, and for servers.
 */
export interface OAuth1Credentials {
  consumerKey: string;
  consumerSecret: string;
  token: string;
  tokenSecret: string;
}

export interface RetryOptions {
  /**
   * Tries of one request in all, 1 = never retry. Default 8; four for INIT and single commands that nothing
   * answers at all while the browser says that it is online. While waiting for processing, STATUS is asked
   * again until the deadline, whatever this says. Without a network, the tries of an upload are not counted.
   */
  attempts?: number | undefined;
  /** Full-jitter exponential backoff between these. Default 1 000. */
  minDelayMs?: number | undefined;
  /** Default 30 000. */
  maxDelayMs?: number | undefined;
  /** A rate limit that resets later than this rejects with rate_limited at once. Default 900 000. */
  maxRateLimitWaitMs?: number | undefined;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

export interface InitializeParams {
  total_bytes: number;
  media_type: string;
  media_category?: MediaCategory | undefined;
  /** At most 100 user ids. */
  additional_owners?: string[] | undefined;
  shared?: boolean | undefined;
}

export interface WaitOptions extends CallOptions {
  /** Called with every STATUS answer. */
  onStatus?: ((media: Media) => void) | undefined;
  /**
   * Give up after this long with code "processing_timeout". Counts from the start of the wait, in
   * upload() from FINALIZE's answer; time spent paused does not count. Default 1800.
   */
  timeoutSecs?: number | undefined;
}

export interface MediaMetadata {
  /** At most 1000 characters. */
  alt_text?: string;
  /** Other fields are sent as they are. */
  [field: string]: unknown;
}

export interface Subtitle {
  /** The uploaded subtitle file. */
  media_id_string: string;
  /** Two letters. */
  language_code: string;
  /** What viewers choose it by. */
  display_name: string;
}

export class MediaClient {
  constructor(options: MediaClientOptions);

  // One method, one command.
  initialize(params: InitializeParams, options?: CallOptions): Promise<Media>;
  append(mediaId: string, segmentIndex: number, segment: Blob | Bytes, options?: CallOptions): Promise<void>;
  finalize(mediaId: string, options?: CallOptions): Promise<Media>;
  status(mediaId: string, options?: CallOptions): Promise<Media>;
  setMetadata(mediaId: string, metadata: MediaMetadata, options?: CallOptions): Promise<void>;
  addSubtitles(
    mediaId: string,
    mediaCategory: "tweet_video" | "amplify_video",
    subtitles: Subtitle[],
    options?: CallOptions,
  ): Promise<void>;
  removeSubtitles(
    mediaId: string,
    mediaCategory: "tweet_video" | "amplify_video",
    languageCodes: string[],
    options?: CallOptions,
  ): Promise<void>;

  /**
   * Resolves when the media can be used. Polls STATUS only where processing_info says so. Given an id
   * alone, it asks STATUS first; X answers 404 or 400 for media that never was processed (an image), so
   * pass the Media that FINALIZE gave where there is one. An answer that tells nothing of processing, size,
   * image or video proves nothing of a bare id: it is asked again. A Media that has expired is `expired`,
   * without a request.
   */
  waitUntilReady(media: Media | string, options?: WaitOptions): Promise<Media>;
  /** FINALIZE, then waitUntilReady. */
  finalizeAndWait(mediaId: string, options?: WaitOptions): Promise<Media>;

  /** The whole upload: INIT, APPEND, FINALIZE, STATUS, and METADATA where altText is given. Starts at once. */
  upload(file: Blob | Bytes, options?: UploadOptions): Upload;

  /** Releases the handle and its memory; work under way goes on until it is done or aborted. Later calls say that it was freed. */
  free(): void;
  [Symbol.dispose](): void;
}

// ── one upload ───────────────────────────────────────────────────────────────────────────────────

export interface UploadOptions extends WaitOptions {
  /** Any type/subtype; X judges it. Default: told from the first bytes, else the Blob's type; neither is one that X's documents name: invalid_argument. */
  mediaType?: string | undefined;
  /** Default by type: tweet_image, tweet_gif, tweet_video; subtitles for text/srt and text/vtt. */
  mediaCategory?: MediaCategory | undefined;
  additionalOwners?: string[] | undefined;
  shared?: boolean | undefined;
  /**
   * Set once the media is ready; at most 1000 characters; "" is none. If that fails, done() rejects with command
   * METADATA, the id and a session. With `wait: false` it is set after FINALIZE.
   */
  altText?: string | undefined;
  /**
   * Bytes a segment, 65 536 to 5 000 000, raised where 1000 segments would not hold the file; or
   * "auto": sized from the measured speed, so that the file arrives on any line that works at all. Default
   * "auto". Where a segment is too large for X, or for a proxy before it, the upload starts over: "auto" with
   * the largest size that was taken, else with half the size.
   */
  segmentSize?: number | "auto" | undefined;
  /** APPENDs in flight at once, 1 to 8; fewer on a slow line. Default 4. */
  concurrency?: number | undefined;
  /** false: done() resolves after FINALIZE, without waiting for processing. Default true. */
  wait?: boolean | undefined;
  /**
   * Called at each step and, in a visible page or a worker, at least once a second while bytes move or
   * processing runs; `fraction` never falls.
   */
  onProgress?: ((progress: UploadProgress) => void) | undefined;
  /** Called with each saved session, and awaited; calls never overlap. Keep the last one to resume. */
  onSession?: ((session: UploadSession) => void | Promise<void>) | undefined;
  /** Continue this session: acknowledged segments are not sent again. */
  session?: UploadSession | undefined;
  /**
   * Keeps sessions, so that the same file, sent the same way, continues where it stopped, after a reload
   * too. One store per account. A failing store never fails an upload. One upload at a time owns a session:
   * the same file in another tab at the same time begins its own, after 2 s, and leaves the store alone.
   */
  store?: SessionStore | undefined;
}

export interface UploadProgress {
  phase: "initialize" | "append" | "finalize" | "processing" | "metadata" | "ready" | "paused";
  /** 0 to 1. */
  fraction: number;
  /** Acknowledged bytes: fetch tells no more. */
  bytesSent: number;
  bytesTotal: number;
  /** Lately. */
  bytesPerSec?: number;
  /** Until all bytes are sent; how long X will process them, nobody knows. */
  etaSecs?: number;
  segmentsSent: number;
  processingPercent?: number;
  /** Why nothing moves just now, and until when (milliseconds since the epoch). */
  waiting?: { for: "retry" | "rate_limit" | "online" | "processing"; until?: number };
  media_id_string?: string;
}

/** Plain JSON: survives JSON.stringify, structuredClone, chrome.storage. Holds no credential. */
export interface UploadSession {
  version: 1;
  media_id_string: string;
  expiresAt?: number;
  [field: string]: unknown;
}

export interface SessionStore {
  /**
   * Tells it from the other stores of its origin: uploads own a session by this name and the key. Stores without a name may be one
   * and the same, and so count as one.
   */
  readonly name?: string | undefined;
  get(key: string): Promise<UploadSession | undefined>;
  set(key: string, session: UploadSession): Promise<void>;
  delete(key: string): Promise<void>;
}

/** A store of `x-media-upload/stores`. It also forgets what expired over a day ago. */
export interface ClearableStore extends SessionStore {
  /** Forgets all sessions, when a user signs out, say. Abort what is under way first: it would save its session again. */
  clear(): Promise<void>;
}

export class Upload {
  private constructor();
  /** Settles once; the same promise at every call. */
  done(): Promise<Media>;
  /** Lets the requests in flight end, sends no more: no segment, no retry, no STATUS. */
  pause(): void;
  resume(): void;
  /** done() rejects with `reason`, by default a DOMException named AbortError. Requests in flight are cancelled. */
  abort(reason?: unknown): void;
  readonly progress: UploadProgress;
  /** As it is now, saved or not; from INIT's answer on. */
  readonly session: UploadSession | undefined;
  /**
   * Releases the handle and its memory; the upload goes on until it is done or aborted, and done() still settles. Later calls
   * of anything else say that it was freed.
   */
  free(): void;
  [Symbol.dispose](): void;
}

// ── errors ───────────────────────────────────────────────────────────────────────────────────────

/** An abort rejects with the signal's own reason. Everything else rejects with a MediaUploadError of one of these codes. */
export type ErrorCode =
  /** Before any request; the message names the field. What a function for headers or accessToken gives can be wrong later. */
  | "invalid_argument"
  /** No answer. */
  | "network"
  | "timeout"
  /** HTTP 401. */
  | "unauthorized"
  /** HTTP 402. */
  | "payment_required"
  /** HTTP 403. */
  | "forbidden"
  /** HTTP 404. */
  | "not_found"
  /** HTTP 413. */
  | "too_large"
  /** HTTP 429. */
  | "rate_limited"
  /** Any other 4xx. */
  | "rejected"
  /** HTTP 5xx. */
  | "server"
  /** 2xx whose body can't be what was asked; a redirect. */
  | "invalid_response"
  /** State failed, or any processing_info.error. */
  | "processing_failed"
  /** timeoutSecs passed; the session can still be waited for. */
  | "processing_timeout"
  /** expiresAt has passed. */
  | "expired"
  /** A session's file is not this file, or it changed while being read. */
  | "file_changed"
  /** accessToken, headers, onSession or keepAlive threw: see cause. */
  | "callback_failed"
  /** A defect of this package. */
  | "internal";

export interface ApiError {
  code?: number;
  message: string;
  title?: string;
  type?: string;
}

export class MediaUploadError extends Error {
  private constructor();
  readonly name: "MediaUploadError";
  readonly code: ErrorCode;
  readonly command?: Command;
  readonly media_id_string?: string;
  /** HTTP status. */
  readonly status?: number;
  /** What the body said, whichever of X's eight error shapes it had. */
  readonly apiErrors: ApiError[];
  /** resetsAt in milliseconds since the epoch. */
  readonly rateLimit?: { limit?: number; remaining?: number; resetsAt?: number };
  readonly processing_info?: ProcessingInfo;
  /** Of an upload, from INIT's answer on. */
  readonly session?: UploadSession;
  /** Tries made. */
  readonly attempts: number;
  /** Whether the same call may succeed later: network, timeout, rate_limited (a usage cap is not), server, processing_timeout, and 408 and 425. */
  readonly retryable: boolean;
  readonly cause?: unknown;
  /** All of the above as plain JSON, for messages between contexts, which keep only an error's name and message. */
  toJSON(): object;
}

/** Also true for an error of another copy of the package, or from another realm. */
export function isMediaUploadError(value: unknown): value is MediaUploadError;
