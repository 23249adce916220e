// What TypeScript lets a user of the package write, and what not.

import init, { initSync, isMediaUploadError, MediaClient, MediaUploadError, Upload } from "x-media-upload";
import type {
  ApiError,
  ApiVersion,
  Bytes,
  CallOptions,
  Command,
  ErrorCode,
  InitializeParams,
  Media,
  MediaCategory,
  MediaClientOptions,
  MediaMetadata,
  ProcessingInfo,
  RetryOptions,
  ClearableStore,
  SessionStore,
  Subtitle,
  UploadOptions,
  UploadProgress,
  UploadSession,
  WaitOptions,
  WasmSource,
} from "x-media-upload";
import initInside, * as inline from "x-media-upload/inline";
import { createRelay } from "x-media-upload/relay";
import type { OAuth1Credentials, RelayCredentials, RelayOptions } from "x-media-upload/relay";
import { ConnectionCut, createEmulator } from "x-media-upload/emulator";
import type { Emulator, EmulatorOptions, EmulatorRoom, EmulatorStorage, LogEntry, Rule, UploadedMedia } from "x-media-upload/emulator";
import { extensionStore, indexedDbStore } from "x-media-upload/stores";

declare const module: WebAssembly.Module;
declare const bytes: Uint8Array;
declare const file: File;
declare const signal: AbortSignal;

const sources: WasmSource[] = [
  "x.wasm",
  new URL("https://x.example/x.wasm"),
  new Request("x.wasm"),
  new Response(),
  fetch("x.wasm"),
  bytes,
  bytes.buffer as ArrayBuffer,
  module,
];
export const loaded: Promise<void>[] = [init(), init(undefined), ...sources.map(init)];
initSync(module);
initSync(bytes);
export const loadedInside: Promise<void>[] = [initInside(), initInside("x.wasm")];
inline.initSync();
inline.initSync(bytes);
export const one: typeof MediaClient & typeof inline.MediaClient = MediaClient;
export const clients: MediaClient[] = [new inline.MediaClient({ api: "2" })];
export const isOne: (error: unknown) => error is MediaUploadError = inline.isMediaUploadError;

const retry: RetryOptions = { attempts: 3, minDelayMs: undefined, maxDelayMs: 5, maxRateLimitWaitMs: 0 };
const options: MediaClientOptions = {
  api: "2" satisfies ApiVersion,
  baseUrl: new URL("https://x.example"),
  accessToken: async ({ refresh }) => (refresh ? "new" : "old"),
  headers: ({ command, method, url }) => ({ "x-about": [command satisfies Command, method, url].join(" ") }),
  credentials: "omit",
  fetch: (...args) => fetch(...args),
  retry,
  requestTimeoutMs: undefined,
  keepAlive: () => {},
};
using client = new MediaClient(options);
new MediaClient({ api: "1.1", accessToken: "token", headers: new Headers(), baseUrl: "/x", fetch: globalThis.fetch });
new MediaClient({ api: "2", keepAlive: false }).free();
new MediaClient({ api: "2", keepAlive: "auto" }).free();

const call: CallOptions = { signal };
const wait: WaitOptions = { signal, timeoutSecs: 1.5, onStatus: ({ processing_info }) => processing_info?.state };
const params: InitializeParams = { total_bytes: 1, media_type: "video/mp4", media_category: undefined, shared: true };
export async function byHand(): Promise<Media> {
  const { media_id_string } = await client.initialize(params, call);
  await client.append(media_id_string, 0, file.slice(0, 1), call);
  await client.append(media_id_string, 1, bytes satisfies Bytes);
  const media = await client.finalize(media_id_string, call);
  await client.status(media_id_string);
  await client.finalizeAndWait(media_id_string, wait);
  await client.waitUntilReady(media_id_string, wait);
  return client.waitUntilReady(media);
}

const metadata: MediaMetadata = { alt_text: "A sunrise", sensitive_media_warning: { other: true } };
const subtitle: Subtitle = { media_id_string: "2", language_code: "EN", display_name: "English" };
export async function afterwards(id: string): Promise<void> {
  await client.setMetadata(id, metadata, call);
  await client.addSubtitles(id, "tweet_video", [subtitle], call);
  await client.removeSubtitles(id, "amplify_video", ["EN"]);
}

const whole: UploadOptions = {
  ...wait,
  mediaType: "video/mp4",
  mediaCategory: "tweet_video" satisfies MediaCategory,
  additionalOwners: ["1"],
  shared: undefined,
  altText: "A sunrise",
  segmentSize: 65_536,
  concurrency: 8,
  wait: false,
  onSession: async ({ version, media_id_string, expiresAt }) => void [version satisfies 1, media_id_string, expiresAt],
  onProgress: (progress: UploadProgress) => progress.waiting?.until,
};
export async function atOnce(): Promise<string> {
  using upload: Upload = client.upload(file, whole);
  client.upload(bytes).free();
  upload.abort();
  upload.abort(new Error("enough"));
  upload.pause();
  upload.resume();
  const session: UploadSession | undefined = upload.session;
  client.upload(file, { session, store: undefined, segmentSize: "auto", onSession: () => {} });
  const { phase, fraction }: UploadProgress = upload.progress;
  const media = await upload.done();
  const info: ProcessingInfo | undefined = media.processing_info;
  return [phase, fraction.toFixed(), info?.error?.message, media.image?.w, media.expiresAt].join();
}

export function told(error: unknown): [ErrorCode, string?] {
  if (!isMediaUploadError(error)) throw error;
  const first: ApiError | undefined = error.apiErrors[0];
  const rest = [error.command, error.status, error.attempts, error.retryable, error.rateLimit?.resetsAt, error.session?.version];
  const name: "MediaUploadError" = error.name;
  const cause: unknown = error.cause;
  const same: MediaUploadError & Error = error;
  return [error.code, [first?.message, name, same.toJSON(), cause, ...rest].join()];
}

/** Every code has an answer: a new one would be an error here. */
export function advice(code: ErrorCode): "mend" | "again" | "sign in" | "later" | "other file" | "report" {
  switch (code) {
    case "invalid_argument":
    case "callback_failed":
      return "mend";
    case "network":
    case "timeout":
    case "server":
    case "invalid_response":
    case "expired":
    case "not_found":
      return "again";
    case "unauthorized":
    case "payment_required":
    case "forbidden":
      return "sign in";
    case "rate_limited":
    case "processing_timeout":
      return "later";
    case "rejected":
    case "too_large":
    case "processing_failed":
    case "file_changed":
      return "other file";
    case "internal":
      return "report";
    default:
      return code satisfies never;
  }
}

declare const area: unknown;
const kept = new Map<string, UploadSession>();
const ours: ClearableStore[] = [indexedDbStore(), indexedDbStore("my-uploads"), extensionStore(area)];
export const signOut = () => Promise.all(ours.map((store) => store.clear()));
const stores: SessionStore[] = [
  ...ours,
  {
    name: "my-own",
    get: async (key) => kept.get(key),
    set: async (key, session) => void kept.set(key, session),
    delete: async (key) => void kept.delete(key),
  },
];
export async function stored(key: string): Promise<(string | undefined)[]> {
  const sessions = await Promise.all(stores.map((store) => store.get(key)));
  return sessions.map((session) => session?.media_id_string);
}

declare const oauth1: OAuth1Credentials;
const relayOptions: RelayOptions = {
  authorize: async ({ headers }): Promise<RelayCredentials | Response> =>
    headers.has("cookie") ? { oauth1 } : new Response(null, { status: 401 }),
  prefix: undefined,
  maxBodyBytes: 1,
  allowedOrigins: ["https://app.example"],
  upstream: { "1.1": undefined, "2": "https://x.example" },
  fetch: globalThis.fetch,
};
export const relay: (request: Request) => Promise<Response> = createRelay(relayOptions);
createRelay({ authorize: () => ({ accessToken: "token" }) });

declare const media: Media;
// @ts-expect-error: somebody must decide who may upload
createRelay({});
// @ts-expect-error: a token, or the four of OAuth 1.0a
createRelay({ authorize: () => ({}) });
// @ts-expect-error: only the other entry has the WebAssembly inside
initSync();
// @ts-expect-error: a number has lost digits
client.finalize(1912090619981471744);
// @ts-expect-error: there is no numeric id
export const id: number = media.media_id;
// @ts-expect-error: nor may one be asked about
client.waitUntilReady(media.media_id);
// @ts-expect-error: X's answer may lack it
export const state: string = media.processing_info.state;
// @ts-expect-error: there is no API by default
new MediaClient({ accessToken: "token" });
// @ts-expect-error: the version is text
new MediaClient({ api: 2 });
// @ts-expect-error: a token is text
new MediaClient({ api: "2", accessToken: async () => 1 });
// @ts-expect-error: a signal, not a controller
client.status("1", { signal: new AbortController() });
// @ts-expect-error: subtitles are of videos
client.addSubtitles("1", "tweet_image", [subtitle]);
// @ts-expect-error: a category is X's
client.upload(file, { mediaCategory: "video" });
// @ts-expect-error: a path is not a file
client.upload("film.mp4");
// @ts-expect-error: no code is called so
export const isLost = (error: MediaUploadError): boolean => error.code === "offline";
// @ts-expect-error: what an error says is not the caller's to change
export const mend = (error: MediaUploadError) => (error.code = "internal");
// @ts-expect-error: nor is how far an upload is
export const finish = (upload: Upload) => (upload.progress = { ...upload.progress, fraction: 1 });
// @ts-expect-error: sessions are made by the package
client.upload(file, { session: { media_id_string: "1" } });
// @ts-expect-error: uploads are made by clients
new Upload();
// @ts-expect-error: errors are made by the package
new MediaUploadError();

const storage: EmulatorStorage = new Map<string, unknown>();
const emulatorOptions: EmulatorOptions = { mood: "slow", storage, seed: undefined, rateLimits: { INIT: { limit: 1, window_secs: 5 } } };
const emulator: Emulator = createEmulator(emulatorOptions);
new MediaClient({ api: "2", accessToken: "any", fetch: emulator.fetch });
const rules: Rule[] = [
  { command: "APPEND", segment_index: 1, fault: { kind: "status", status: 503, done: true } },
  { times: 2, fault: "usage-cap" },
  // @ts-expect-error: no fault has that name
  { fault: "bad-weather" },
  // @ts-expect-error: nor is that a kind
  { fault: { kind: "explode" } },
];
const emulatorRoom: EmulatorRoom = emulator.room("mine");
await emulatorRoom.addRules(...rules);
// @ts-expect-error: a mood that X never has
await emulatorRoom.setMood("grumpy");
await emulatorRoom.setProcessing({ duration_secs: 1, check_after_secs: [1, 2] });
await emulatorRoom.setProcessing({ script: [{ state: "pending", check_after_secs: "1" }, null] });
const entries: LogEntry[] = await emulatorRoom.log();
const emulated: UploadedMedia | undefined = await emulatorRoom.mediaOf("1");
try {
  await emulatorRoom.answer(new Request("https://api.x.com/2/media/upload"));
} catch (error) {
  if (error instanceof ConnectionCut) error.sent?.body satisfies Uint8Array | undefined;
}
void [entries, emulated];
