/**
 * An emulator of X's media endpoints, 1.1 and 2, for the tests of your app: in the same process as its client, or behind a
 * server (`npx x-media-upload emulator`). It answers as X is documented or was recorded to, keeps what is uploaded, and fails
 * on demand. It runs wherever there are Request and Response: in a page, a worker, a service worker, in Node. Nothing is done
 * at import, and nothing is ever sent.
 *
 * @packageDocumentation
 */

import type { ApiVersion, Command, OAuth1Credentials, ProcessingInfo } from "./index.js";

/**
 * Makes an emulator. An option that is not known, or not what it must be, throws a TypeError.
 *
 * ```js
 * const emulator = createEmulator({ mood: "slow" });
 * const client = new MediaClient({ api: "2", accessToken: "any", fetch: emulator.fetch });
 * ```
 */
export function createEmulator(options?: EmulatorOptions): Emulator;

/** The settings are those that each room starts with, and returns to when it is reset. */
export interface EmulatorOptions extends Partial<EmulatorSettings> {
  /** What each room starts with, and returns to when it is reset. Default "instant". */
  mood?: Mood | undefined;
  /** Milliseconds since the epoch, which processing, expiry and limits go by. Default: Date.now, looked up each time. */
  now?: (() => number) | undefined;
  /** Makes what happens by chance in the mood "flaky" another. Default 1. */
  seed?: number | undefined;
  /** How many bytes of uploads are kept. Of older ones the bytes are dropped, and the rest is still told. Default 1.5 GiB. */
  budget?: number | undefined;
  /**
   * Keeps all rooms, so that an emulator that is made anew with the same storage goes on where the last one ended: in a
   * service worker, which ends when it is idle, say. A request is answered when what it changed is stored. A room that is
   * stored has the settings and the mood that it had, and of its log the last 1000 entries. Default: none.
   */
  storage?: EmulatorStorage | undefined;
  /** Computes the SHA-256, in hexadecimal, of these bytes one after another. Default: by WebCrypto, of a copy of them all. */
  sha256?: ((chunks: Uint8Array[]) => Promise<string>) | undefined;
}

/**
 * A place for keys and values, each whatever structured clone takes: a Map, or a few lines around a database. The bytes of
 * each segment have a key of their own, and so has the rest of each room.
 */
export interface EmulatorStorage {
  /** The value, or undefined where there is none; or a promise of that. */
  get(key: string): unknown;
  /** May return a promise: what is written must be there when it resolves. */
  set(key: string, value: unknown): unknown;
  delete(key: string): unknown;
}

/** The room at the root, and the way to all others. */
export interface Emulator extends EmulatorRoom {
  /**
   * An emulator of its own, made when first asked for: tests that take a room each never meet. Over HTTP it is at `/x/<name>`,
   * as in `baseUrl: "http://127.0.0.1:8787/x/my-room"`.
   */
  room(name: string): EmulatorRoom;
}

export interface EmulatorRoom {
  /**
   * The emulator in place of the network: the option `fetch` of the client, or of anything else that sends to X. Where a fault
   * cuts the connection, it rejects with a TypeError, or the answer's body breaks off, as with any fetch.
   */
  fetch: typeof globalThis.fetch;
  /**
   * The same for a server that holds the connection: where that is to be cut, it rejects with a ConnectionCut.
   * @param path The path within the room. Default: the URL's.
   */
  answer(request: Request, path?: string): Promise<Response>;

  /** Rules stay as they are. */
  setMood(mood: Mood): Promise<void>;
  /** How video and GIFs are processed from here on, until the next mood. */
  setProcessing(processing: Processing): Promise<void>;
  /** Adds rules to those there are. Where several are due, the first strikes. */
  addRules(...rules: Rule[]): Promise<void>;
  removeRules(): Promise<void>;
  /** Changes those that are given. All limits are counted anew. */
  changeSettings(settings: Partial<EmulatorSettings>): Promise<void>;
  /** Back to how it was made, without media, log and rules. */
  reset(): Promise<void>;

  /** What it was told. Of each rule, `seen` is how many requests have matched. */
  summary(): Promise<{ mood: Mood; processing: Processing; settings: EmulatorSettings; rules: (Rule & { seen: number })[] }>;
  /** Every request to X's API, in the order of arrival. */
  log(): Promise<LogEntry[]>;
  /** All that was uploaded, or begun. */
  media(): Promise<UploadedMedia[]>;
  /** undefined where the id is none of this room. */
  mediaOf(id: string): Promise<UploadedMedia | undefined>;
}

/**
 * How X feels. `instant`: media is ready at FINALIZE. `slow`: 12 s of processing, with `check_after_secs` of 1, 2 and then 3.
 * `failed`: X refuses each video after 3 s. `flaky`: about a quarter of the requests is cut, loses its answer, gets half of it,
 * a 500 or a 503, or comes late; never more than twice on end for the same one. `rate-limited`: the first APPEND and the first
 * STATUS of each media find their limit used up for the next 3 s. `playground`: as X's own emulator does, which speaks of media
 * that was never finalized.
 */
export type Mood = "instant" | "slow" | "failed" | "flaky" | "rate-limited" | "playground";

/** Of video, and of GIFs, where INIT named a category; version 2 assumes one. */
export type Processing =
  | {
      /** Counted from FINALIZE; 0: FINALIZE already tells the outcome. */
      duration_secs: number;
      /** For all answers, or for each in turn, the last for the rest; null for none. Default 1. */
      check_after_secs?: number | number[] | null | undefined;
      /** Default "succeeded". */
      outcome?: "succeeded" | "failed" | undefined;
      /** Of a failure. Without it none is told, as version 2 was recorded. */
      error?: ProcessingInfo["error"] | undefined;
      /** Where progress stands in a failure. Default 12. */
      failed_at_percent?: number | undefined;
    }
  | {
      /** What FINALIZE says, then each STATUS; the last for the rest. null: no processing_info. What X never says can be said too. */
      script: (ProcessingInfo | Record<string, unknown> | null)[];
    };

/** Strikes requests. Of those that match, counted since the rule was added, from `occurrence` on, `times` of them. */
export interface Rule {
  /** Default: any. */
  command?: Command | undefined;
  /** Default: any. */
  segment_index?: number | undefined;
  /** From 1, the default. */
  occurrence?: number | undefined;
  /** Default 1. */
  times?: number | undefined;
  fault: Fault | NamedFault;
}

export type Fault =
  /**
   * Answered so, and not done, unless `done` is true. Without a body: what X says with this status. A string is sent as it is,
   * anything else as JSON.
   */
  | { kind: "status"; status: number; body?: unknown; headers?: Record<string, string> | undefined; done?: boolean | undefined }
  /** Done; a good answer is changed by this merge patch (RFC 7396): null takes a field out. */
  | { kind: "patch"; patch: object }
  /** Done at once, answered so many milliseconds later. */
  | { kind: "delay"; ms: number }
  /** The connection is cut, and nothing was done. */
  | { kind: "cut" }
  /** Done, then the connection is cut. */
  | { kind: "lost" }
  /** Done, then the connection is cut in the middle of the answer's body. */
  | { kind: "truncate" }
  /** Not done, and no answer until the client goes away. */
  | { kind: "stall" };

/** Faults that are ready-made: answers that X, or what stands before it, gives or was reported to give. */
export type NamedFault =
  /** 429: the month's cap is reached. It does not pass. */
  | "usage-cap"
  /** 429: the user's limit of a day is used up, that of a quarter of an hour is not. */
  | "user-limit-24hour"
  /** 429: the app's. */
  | "app-limit-24hour"
  /** 429, with a reset in milliseconds, which is absurd. */
  | "reset-in-milliseconds"
  /** 429, with a `retry-after` of a year. */
  | "retry-after-a-year"
  /** 200 and a page of HTML. */
  | "sign-in-page"
  /** 404 and a page of HTML. */
  | "proxy-not-found"
  /** X does not know the id: 404 in 1.1, 400 in 2. */
  | "unknown-media"
  /** 400, as for media that lacks a segment. */
  | "segments-do-not-add-up"
  /** 400, as a second FINALIZE may get it. */
  | "already-finalized"
  /** 200, and `errors` with nothing beside them. */
  | "errors-alone"
  /** 200, and `errors` beside an empty `data`. */
  | "errors-and-empty-data"
  /** Done; 200 and no body. */
  | "empty-answer"
  /** Done, but answered 504. */
  | "gateway-timeout"
  /** Done; the answer names no media. */
  | "without-id"
  /** Done; the answer names another media. */
  | "another-id"
  /** Done; the answer does not say when the media expires. */
  | "without-expiry";

export interface EmulatorSettings {
  /** The bearer tokens that are valid; null, the default, for any. */
  tokens: string[] | null;
  /** Whose OAuth 1.0a signatures are valid; null, the default, for anything signed. `baseUrl`: the client's, where the emulator sees another URL. */
  oauth1: (OAuth1Credentials & { baseUrl?: string | undefined }) | null;
  /** Whether 1.1 refuses bearer tokens, as X does. Default false. */
  strictAuth: boolean;
  /** Origins that may call as X's own may; "loopback" for every port of this machine. Default none: X answers no other origin. */
  allowedOrigins: string[];
  /** Headers that these origins may read. Default none. */
  exposedHeaders: string[];
  /** A larger segment draws a 413. Default 8 000 000. */
  maxSegmentBytes: number;
  /** null, the default, for X's own: a day, or 15 days for amplify_video. */
  expiresAfterSecs: number | null;
  /** In place of X's own, by command. Default {}. */
  rateLimits: Partial<Record<Command, { limit: number; window_secs: number }>>;
  /**
   * Whether FINALIZE of 2 may be JSON with an empty body, as X's own SDK for TypeScript sends it. Default false: X was reported
   * to answer 400.
   */
  emptyJson: boolean;
  /** Whether FINALIZE of 2 tells a picture's size as `width` and `height`, not as `w` and `h`: both were recorded. Default false. */
  widthAndHeight: boolean;
}

/** One request. What is null is not known, or not there. */
export interface LogEntry {
  /** From 1. */
  n: number;
  /** When it arrived, in milliseconds since the epoch. */
  at: number;
  /** When it was answered, or cut, or the client went away. */
  ended_at: number | null;
  method: string;
  /** Within the room, with its query. */
  path: string;
  api: ApiVersion | null;
  command: Command | null;
  media_id: string | null;
  segment_index: number | null;
  /** Of the request's body. */
  bytes: number;
  /** Of the answer, also where a fault kept it from arriving. */
  status: number | null;
  /** What struck it: the name of the fault, or its kind. */
  fault: Fault["kind"] | NamedFault | null;
  /** Whether the client went away first. */
  gone: boolean;
  /** Of credentials their kind is told, never the value. */
  headers: { authorization: "Bearer" | "OAuth" | "other" | "none"; content_type: string | null; origin: string | null };
}

export interface UploadedMedia {
  media_id_string: string;
  media_key: string | null;
  api: ApiVersion;
  /** What INIT said. */
  parameters: {
    total_bytes: number;
    media_type: string;
    media_category?: string;
    additional_owners?: string[];
    shared?: boolean;
  };
  /** "uploading" before FINALIZE, then that of its processing. */
  state: string;
  /** These are in milliseconds since the epoch. */
  created_at: number;
  finalized_at: number | null;
  expires_at: number;
  /** Bytes received. */
  size: number;
  /** Of all segments in order, in hexadecimal; null before FINALIZE, and where the bytes are no longer kept. */
  sha256: string | null;
  /** `times`: how often it was received; the last one counts. */
  segments: { segment_index: number; bytes: number; times: number }[];
  metadata: unknown;
  subtitles: unknown[];
}

/** The connection is to be cut, which no Response can say. */
export class ConnectionCut extends TypeError {
  constructor(reason: string, sent?: PartOfAnswer);
  readonly sent: PartOfAnswer | undefined;
}

/** What is to leave before the connection is cut: an answer whose body stops short of its content-length. */
export interface PartOfAnswer {
  status: number;
  headers: Headers;
  body: Uint8Array;
}
