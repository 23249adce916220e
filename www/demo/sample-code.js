/**
 * The lines of code that do at X what the page just did, with the settings chosen. X answers no page of another site:
 * the page sends through a relay on its own server, which has the credentials.
 */

/**
 * In the page.
 * @param {import("./settings.js").Settings} settings
 * @param {string} [altText]
 */
export function pageCode({ api, segmentSize, concurrency }, altText) {
  return `\
import init, { MediaClient, isMediaUploadError } from "x-media-upload";
import { indexedDbStore } from "x-media-upload/stores";

await init();
const client = new MediaClient({ api: "${api}", baseUrl: "/x" }); // the relay below

const upload = client.upload(file, {
  segmentSize: ${segmentSize === "auto" ? '"auto"' : withUnderscores(segmentSize)},
  concurrency: ${concurrency},${altText ? `\n  altText: ${JSON.stringify(altText)},` : ""}
  store: indexedDbStore(), // the same file goes on where it stopped
  onProgress: ({ phase, fraction, waiting }) => show(phase, fraction, waiting?.for),
});
pauseButton.onclick = () => upload.pause();
resumeButton.onclick = () => upload.resume();
cancelButton.onclick = () => upload.abort();

try {
  const media = await upload.done();
  post(media.media_id_string);
} catch (error) {
  if (!isMediaUploadError(error)) throw error; // cancelled
  explain(error.code, error.message);
}
`;
}

/** On the server. @param {import("./settings.js").Settings} settings */
export function serverCode({ api }) {
  return api === "1.1" ? SERVER_V1 : SERVER_V2;
}

const SERVER_V2 = `\
import { createRelay } from "x-media-upload/relay";

// A handler from Request to Response, for all of /x/.
export const relay = createRelay({
  async authorize(request) {
    const user = await userOf(request);
    if (!user) return new Response("Sign in first", { status: 401 });
    return { accessToken: user.accessToken }; // OAuth 2.0, with the scope media.write
  },
});
`;

const SERVER_V1 = `\
import { initSync } from "x-media-upload/inline";
import { createRelay } from "x-media-upload/relay";

initSync(); // it signs the requests

// A handler from Request to Response, for all of /x/.
export const relay = createRelay({
  async authorize(request) {
    const user = await userOf(request);
    if (!user) return new Response("Sign in first", { status: 401 });
    const { consumerKey, consumerSecret } = app;
    return { oauth1: { consumerKey, consumerSecret, token: user.token, tokenSecret: user.tokenSecret } }; // OAuth 1.0a
  },
});
`;

/** @param {number} n */
function withUnderscores(n) {
  return String(n).replace(/\B(?=(\d{3})+$)/g, "_");
}
