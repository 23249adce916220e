/** The lines of code that do what the page just did, with the options chosen. */

import { config } from "./config.js";
import { element } from "./dom.js";

/** @typedef {import("./options.js").ChosenOptions} ChosenOptions */

/** @param {ChosenOptions} options */
export function sampleCode({ api, segmentSize, concurrency, altText }) {
  return `\
import init, { MediaClient, isMediaUploadError } from "x-media-upload";
import { indexedDbStore } from "x-media-upload/stores";

await init();
const client = new MediaClient({
  api: "${api}",
  baseUrl: "${config.baseUrl}",${config.accessToken ? `\n  accessToken: "${config.accessToken}",` : ""}
});

const upload = client.upload(file, {
  segmentSize: ${segmentSize === "auto" ? '"auto"' : withUnderscores(segmentSize)},
  concurrency: ${concurrency},${altText === undefined ? "" : `\n  altText: ${JSON.stringify(altText)},`}
  store: indexedDbStore(), // the same file goes on where it stopped
  onProgress: ({ phase, fraction, waiting }) => show(phase, fraction, waiting?.for),
});
pauseButton.onclick = () => upload.pause();
resumeButton.onclick = () => upload.resume();
abortButton.onclick = () => upload.abort();

try {
  const media = await upload.done();
  use(media.media_id_string);
} catch (error) {
  if (!isMediaUploadError(error)) throw error; // aborted
  explain(error.code, error.message);
}
`;
}

const TOKENS =
  /(?<comment>\/\/.*)|(?<string>"(?:[^"\\]|\\.)*")|(?<keyword>\b(?:import|from|const|new|await|try|catch|if|throw)\b)|(?<number>\b\d[\d_]*\b)/g;

/**
 * The code with its comments, strings, keywords and numbers marked up.
 * @param {string} code
 * @returns {Node[]}
 */
export function highlighted(code) {
  const nodes = [];
  let end = 0;
  for (const match of code.matchAll(TOKENS)) {
    const [kind] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? [];
    nodes.push(new Text(code.slice(end, match.index)));
    nodes.push(element("span", { className: `token-${kind}`, text: match[0] }));
    end = match.index + match[0].length;
  }
  nodes.push(new Text(code.slice(end)));
  return nodes;
}

/** @param {number} n */
function withUnderscores(n) {
  return String(n).replace(/\B(?=(\d{3})+$)/g, "_");
}
