/**
 * Uploads what the page has put aside.
 *
 * The browser ends this script when it likes, and starts it again for an event that it listens to. So it keeps nothing
 * to itself: files and outcomes are in IndexedDB, sessions in the extension's storage, and whatever wakes it makes it
 * look there.
 */

import { MediaClient, initSync, isMediaUploadError } from "x-media-upload/inline";
import { notify, showOnBadge } from "./announce.js";
import { tellProgress } from "./channel.js";
import { inShort } from "./failures.js";
import { clientOptions, readSettings, whatIsMissing } from "./settings.js";
import { forgetSession, storeOf } from "./sessions.js";
import { SignedOut } from "./sign-in.js";
import { allUploads, changeUpload } from "./uploads.js";

/** @typedef {import("./uploads.js").UploadRecord} UploadRecord */

/** The others wait: they share a connection, and X's rate limit. */
const AT_ONCE = 3;

/** Wakes the background where it was ended in the middle. */
const ALARM = "go on";
const ALARM_MINUTES = 1;

/** @type {Map<number, import("x-media-upload").Upload>} */
const running = new Map();

/** One for all uploads: they share what it learns of X's rate limits, and each refresh of the token. @type {MediaClient | undefined} */
let client;
/** The settings that it was made of. */
let madeOf = "";

// In the first turn: an event that has no listener by then does not wake it.
const { action, alarms, notifications, runtime } = chrome;
for (const event of [runtime.onStartup, runtime.onInstalled, runtime.onMessage, alarms.onAlarm]) {
  event.addListener(() => void catchUp());
}
for (const event of [action.onClicked, notifications.onClicked]) {
  event.addListener(() => void chrome.tabs.create({ url: "page.html" }));
}
initSync();
void catchUp();

/** Starts what should run, and ends what should not. */
async function catchUp() {
  const settings = await readSettings();
  const missing = await whatIsMissing(settings);
  // Last, and nothing is waited for until they are started: an upload that has ended meanwhile would be started again.
  const uploads = await allUploads();
  const waiting = uploads.filter(({ state }) => state === "waiting");
  for (const [id, upload] of running) {
    if (missing === "sign-in") upload.abort(new SignedOut());
    else if (!waiting.some((each) => each.id === id)) upload.abort();
  }
  for (const upload of missing ? [] : waiting.slice(0, AT_ONCE)) {
    if (!running.has(upload.id)) void run(upload, settings);
  }
  for (const [id, { progress }] of running) tellProgress(id, progress);
  showOnBadge([...running.values()], uploads.some(({ state }) => state === "failed"));
  if (running.size > 0) await alarms.create(ALARM, { periodInMinutes: ALARM_MINUTES });
  else await alarms.clear(ALARM);
}

/**
 * @param {UploadRecord} record
 * @param {import("./settings.js").Settings} settings
 */
async function run(record, settings) {
  const { id, name, file } = record;
  try {
    const upload = clientFor(settings).upload(/** @type {File} */ (file), {
      store: storeOf(id),
      onProgress(progress) {
        tellProgress(id, progress);
        showOnBadge([...running.values()]);
      },
    });
    running.set(id, upload);
    const { media_id_string, expiresAt } = await upload.done();
    await changeUpload(id, { state: "ready", media_id_string, expiresAt, file: undefined });
    notify(id, `${name} is ready`, `Its media id: ${media_id_string}`);
  } catch (error) {
    if (isSignedOut(error)) pause(record, error);
    else await fail(record, error);
  }
  // Not where its outcome could not be written: it would be started again, and again.
  running.delete(id);
  await catchUp();
}

/** @param {import("./settings.js").Settings} settings */
function clientFor(settings) {
  const text = JSON.stringify(settings);
  if (!client || text !== madeOf) {
    client?.free(); // what it has begun goes on
    client = undefined; // also where the next line throws
    client = new MediaClient(clientOptions(settings));
    madeOf = text;
  }
  return client;
}

/** @param {unknown} error */
function isSignedOut(error) {
  return error instanceof SignedOut || (isMediaUploadError(error) && error.cause instanceof SignedOut);
}

/**
 * It goes on when somebody signs in.
 * @param {UploadRecord} record
 * @param {unknown} error
 */
function pause({ id, name }, error) {
  const upload = running.get(id);
  if (upload) tellProgress(id, { ...upload.progress, phase: "paused", waiting: undefined });
  const isByUser = error instanceof SignedOut; // as catchUp() aborts it
  if (!isByUser) notify(id, `${name} is paused`, "X has signed you out. Sign in again to go on.");
}

/**
 * @param {UploadRecord} record
 * @param {unknown} error
 */
async function fail({ id, name, file }, error) {
  const message = error instanceof Error ? error.message : String(error);
  const code = isMediaUploadError(error) ? error.code : undefined;
  // Any other failure may pass, or be no word of X: the file is kept for that.
  const isOver = code === "processing_failed";
  const isThere = await changeUpload(id, { state: "failed", code, message, file: isOver ? undefined : file });
  if (isOver || !isThere) await forgetSession(id);
  if (isThere) notify(id, `${name} was not uploaded`, `${inShort(code)}. ${message}`);
}
