/** The page: a file, a run, and what came of it. Each part is a module; this one ties them together. */

import { config } from "./config.js";
import { copyOnClick } from "./copy.js";
import { byId, element, isEnabled, setEnabled } from "./dom.js";
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

/**
 * @typedef {import("./load.js").Package} Package
 * @typedef {import("../../src/js/index.js").Upload} Upload
 */

const uploadButton = byId("upload", HTMLButtonElement);
const abortButton = byId("abort", HTMLButtonElement);
const code = byId("code", HTMLElement);

const progress = new ProgressView();
const outcome = new OutcomeView();
const requests = new RequestList();
const options = new OptionsForm(showCode);
const picker = new FilePicker(showChoice);
const emulator = new EmulatorPanel();
offerSamples((file) => picker.take(file));

/** @type {Package | undefined} */
let loaded;
/** @type {Upload | undefined} */
let running;

byId("where", HTMLElement).append(
  "Nothing here reaches X: requests go to an emulator of its media API, room ",
  element("code", { text: config.room }),
  ".",
);
copyOnClick(byId("copy-code", HTMLButtonElement), () => code.textContent ?? "");
uploadButton.addEventListener("click", () => {
  if (isEnabled(uploadButton) && loaded && picker.file) void upload(loaded, picker.file);
});
abortButton.addEventListener("click", () => running?.abort());
byId("load-again", HTMLButtonElement).addEventListener("click", load);
showCode();
void emulator.refresh();
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
async function upload({ MediaClient, isMediaUploadError }, file) {
  const { api, segmentSize, concurrency } = options.chosen;
  outcome.clear();
  requests.clear();
  progress.start();
  options.locked = true;

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
      segmentSize,
      concurrency,
      onProgress: (now) => progress.show(now),
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
    void emulator.refresh();
  }
}

/** @param {File} file */
function showChoice(file) {
  if (running) return;
  outcome.clear();
  progress.rest();
  if (loaded) progress.say(`${file.name} is chosen`);
  showReadiness();
}

function showReadiness() {
  setEnabled(uploadButton, loaded !== undefined && picker.file !== undefined && !running);
  setEnabled(abortButton, running !== undefined);
}

function showCode() {
  code.replaceChildren(...highlighted(sampleCode(options.chosen)));
}
