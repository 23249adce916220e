import init, { isMediaUploadError, MediaClient, type MediaClientOptions, type Upload } from "x-media-upload";
import { indexedDbStore } from "x-media-upload/stores";

function clientFor(token: string | undefined): MediaClient {
  const options: MediaClientOptions = { api: "2", baseUrl: "/x", accessToken: token, headers: new Headers({ "x-csrf": "a" }) };
  return new MediaClient(options);
}

async function start(input: HTMLInputElement, output: HTMLOutputElement): Promise<Upload | undefined> {
  await init(new URL("x-media-upload.wasm", location.href));
  const [file] = input.files ?? [];
  if (!file) return undefined;
  const upload = clientFor(undefined).upload(file, {
    store: indexedDbStore(),
    onProgress: ({ phase, fraction, waiting }) => {
      output.value = `${phase} ${Math.round(fraction * 100)} % ${waiting?.for ?? ""}`;
    },
  });
  upload.done().then(
    ({ media_id_string }) => (output.value = media_id_string),
    (error: unknown) => (output.value = isMediaUploadError(error) ? `${error.code}: ${error.apiErrors[0]?.message}` : String(error)),
  );
  return upload;
}

// @ts-expect-error An id is text.
clientFor("token").finalize(1284554329119236097);

document.querySelector("input")?.addEventListener("change", ({ target }) => {
  const output = document.querySelector("output");
  if (target instanceof HTMLInputElement && output) void start(target, output);
});
