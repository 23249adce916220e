/** The page: a file, a run, and what came of it. Each part is a module; this one ties them together. */

import { config } from "./config.js";
import { copyOnClick } from "./copy.js";
import { byId, isEnabled, setEnabled } from "./dom.js";
import { EmulatorPanel } from "./emulator-panel.js";
import { FilePicker } from "./file-picker.js";
import { loadPackage } from "./load.js";
import { observed } from "./observer.js";
import { OptionsForm } from "./options.js";
import { OutcomeView } from "./outcome-view.js";
import { ProgressView } from "./progress-view.js";
import { RequestList } from "./request-list.js";
import { highlighted, sampleCode } from "./sample-code.js";
import { offerSamples } from "./samples.js";
import { noting, unfinished } from "./unfinished.js";

/**
 * @typedef {import("./load.js").Package} Package
 * @typedef {import("../../src/js/index.js").Upload} Upload
 */

const uploadButton = byId("upload", HTMLButtonElement);
const pauseButton = byId("pause", HTMLButtonElement);
const abortButton = byId("abort", HTMLButtonElement);
const keeping = byId("keeping", HTMLElement);
const code = byId("code", HTMLElement);

const progress = new ProgressView();
const outcome = new OutcomeView();
const requests = new RequestList();
const options = new OptionsForm(showCode);
const picker = new FilePicker(showChoice);
const emulator = config.controlUrl === undefined ? undefined : new EmulatorPanel();
offerSamples((file) => picker.take(file));

/** @type {Package | undefined} */
let loaded;
/** @type {Upload | undefined} */
let running;

byId("where", HTMLElement).textContent = config.where;
byId("emulator", HTMLElement).hidden = !emulator;
copyOnClick(byId("copy-code", HTMLButtonElement), () => code.textContent ?? "");
uploadButton.addEventListener("click", () => {
  if (isEnabled(uploadButton) && loaded && picker.file) void upload(loaded, picker.file);
});
pauseButton.addEventListener("click", () => {
  if (running?.progress.phase === "paused") running.resume();
  else running?.pause();
});
abortButton.addEventListener("click", () => running?.abort());
byId("load-again", HTMLButtonElement).addEventListener("click", load);
showCode();
showUnfinished();
void emulator?.refresh();
await load();

async function load() {
  const notice = byId("load-failure", HTMLElement);
  try {
    loaded = await loadPackage();
    notice.hidden = true;
    progress.say(picker.file ? `${picker.file.name} is chosen` : "Choose a picture or a video");
  } catch (error) {
    notice.hidden = false;
    byId("load-failure-words", HTMLElement).textContent =
      error instanceof Error ? error.message : String(error);
    progress.say("Not loaded");
  }
  showReadiness();
}

/**
 * @param {Package} x
 * @param {File} file
 */
async function upload({ MediaClient, isMediaUploadError, indexedDbStore }, file) {
  const { api, ...chosen } = options.chosen;
  outcome.clear();
  requests.clear();
  progress.start();
  options.locked = true;
  showKeeping("It survives a reload: choose the same file again, and it goes on where it stopped.");

  /** @type {InstanceType<typeof MediaClient> | undefined} */
  let client;
  try {
    client = new MediaClient({
      api,
      baseUrl: config.baseUrl,
      accessToken: config.accessToken,
      fetch: observed(globalThis.fetch, (request) => requests.changed(request)),
    });
    running = client.upload(file, {
      ...chosen,
      store: noting(indexedDbStore(), file.name, () => showKeeping("This goes on where an earlier upload stopped.")),
      onProgress: showProgress,
    });
    showReadiness();
    outcome.ready(await running.done());
    progress.stop("ready");
  } catch (error) {
    const aborted = error instanceof DOMException && error.name === "AbortError";
    progress.stop(aborted ? "aborted" : "failed");
    if (isMediaUploadError(error)) outcome.refused(error);
    else if (!aborted) outcome.broken(error);
  } finally {
    running?.free();
    client?.free();
    running = undefined;
    options.locked = false;
    showReadiness();
    showUnfinished();
    void emulator?.refresh();
  }
}

/** @param {import("../../src/js/index.js").UploadProgress} now */
function showProgress(now) {
  progress.show(now);
  pauseButton.textContent = now.phase === "paused" ? "Resume" : "Pause";
}

/** @param {File} file */
function showChoice(file) {
  if (running) return;
  options.suit(file);
  showCode();
  showUnfinished();
  outcome.clear();
  progress.rest();
  if (loaded) progress.say(`${file.name} is chosen`);
  showReadiness();
}

function showReadiness() {
  setEnabled(uploadButton, loaded !== undefined && picker.file !== undefined && !running);
  setEnabled(pauseButton, running !== undefined);
  setEnabled(abortButton, running !== undefined);
  if (!running) pauseButton.textContent = "Pause";
}

/**
 * What becomes of the upload when the page goes away.
 * @param {string} words
 */
function showKeeping(words, isUnfinished = false) {
  keeping.textContent = words;
  keeping.classList.toggle("unfinished", isUnfinished);
}

function showUnfinished() {
  const name = unfinished();
  if (name === undefined) return showKeeping("");
  const how = picker.file?.name === name ? "Upload it again" : "Choose the same file again";
  showKeeping(`The upload of ${name} is not finished. ${how}, and it goes on where it stopped.`, true);
}

function showCode() {
  code.replaceChildren(...highlighted(sampleCode(options.chosen)));
}
