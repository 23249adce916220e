/** The page: files, their way to X, and what came of them. Each part is a module; this one ties them together. */

import { CodeView } from "./code-view.js";
import { config } from "./config.js";
import { byId, isEnabled } from "./dom.js";
import { FileIntake } from "./file-intake.js";
import { FileList } from "./file-list.js";
import { loadPackage } from "./load.js";
import { observed } from "./observer.js";
import { Overview } from "./overview.js";
import { Queue } from "./queue.js";
import { repositoryUrl } from "./repository.js";
import { RequestList } from "./request-list.js";
import { offerSamples } from "./samples.js";
import { SettingsForm } from "./settings.js";
import { Survival } from "./survival.js";
import { TroublePanel } from "./trouble-panel.js";
import { noting } from "./unfinished.js";

/**
 * @typedef {import("./load.js").Package} Package
 * @typedef {import("./queued-file.js").QueuedFile} QueuedFile
 */

/** @type {Package | undefined} */
let loaded;

const queue = new Queue({ begin, onFile: showFile, onQueue: showQueue });
const overview = new Overview();
const survival = new Survival(() => loaded);
const requests = new RequestList();
const code = new CodeView();
const settings = new SettingsForm(showCode);
const trouble = config.controlUrl === undefined ? undefined : new TroublePanel();
const intake = new FileIntake((files) => queue.add(files));
const list = new FileList({
  retry: (file) => queue.retry(file),
  remove(file) {
    queue.remove(file);
    showCode();
  },
  describe: showCode,
  isMediaUploadError,
});
offerSamples((file) => queue.add([file]));

const uploadButton = byId("upload", HTMLButtonElement);
uploadButton.addEventListener("click", () => {
  if (!isEnabled(uploadButton)) return;
  requests.clear();
  void queue.start();
  list.focusOn(queue.current); // the button is gone
});
byId("clear", HTMLButtonElement).addEventListener("click", () => {
  for (const file of queue.files.filter(({ stage }) => stage.name !== "waiting")) queue.remove(file);
  byId("file", HTMLInputElement).focus();
});
byId("load-again", HTMLButtonElement).addEventListener("click", load);
byId("trouble", HTMLElement).hidden = !trouble;
showQueue();
showCode();
void showRepository();
await load();

async function load() {
  const notice = byId("load-failure", HTMLElement);
  try {
    byId("where", HTMLElement).textContent = await config.where();
    void trouble?.refresh();
    loaded = await loadPackage();
    notice.hidden = true;
  } catch (error) {
    notice.hidden = false;
    byId("load-failure-words", HTMLElement).textContent = error instanceof Error ? error.message : String(error);
  }
  showQueue();
}

/**
 * @param {QueuedFile} file
 * @param {import("./queue.js").Reports} reports
 */
function begin({ file, altText }, { onProgress, onResumed }) {
  if (!loaded) throw new Error("The package is not loaded");
  const { api, segmentSize, concurrency } = settings.chosen;
  const client = new loaded.MediaClient({
    api,
    baseUrl: config.baseUrl,
    accessToken: config.accessToken,
    fetch: observed(globalThis.fetch, requests.begin(file.name)),
  });
  const store = noting(loaded.indexedDbStore(), file.name, onResumed);
  try {
    return client.upload(file, { segmentSize, concurrency, altText, store, onProgress });
  } finally {
    client.free(); // the upload goes on without its handle
  }
}

/**
 * @param {unknown} error
 * @returns {error is import("../../src/js/index.js").MediaUploadError}
 */
function isMediaUploadError(error) {
  return loaded !== undefined && loaded.isMediaUploadError(error);
}

/** @param {QueuedFile} file */
function showFile(file) {
  list.showFile(file, queue);
  overview.show(queue, loaded !== undefined);
  // Rules are used up by requests.
  if (file.stage.name !== "under_way") void trouble?.refresh();
}

function showQueue() {
  list.show(queue);
  overview.show(queue, loaded !== undefined);
  survival.show(queue);
  intake.compact = queue.files.length > 0;
  settings.locked = queue.isRunning;
}

function showCode() {
  const described = queue.files.find(({ altText }) => altText);
  code.show(settings.chosen, described?.altText);
}

async function showRepository() {
  const response = await fetch(config.manifestUrl).catch(() => undefined);
  const url = response?.ok ? repositoryUrl(await response.json()) : undefined;
  const link = byId("repository", HTMLAnchorElement);
  link.hidden = url === undefined;
  if (url) link.href = url;
}
