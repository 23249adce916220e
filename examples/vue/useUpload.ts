import { onScopeDispose, shallowReadonly, shallowRef } from "vue";
import type { Media, Upload, UploadOptions, UploadProgress } from "x-media-upload";
import { getClient } from "./client";

type Options = Omit<UploadOptions, "signal" | "onProgress">;

interface State {
  progress?: UploadProgress;
  media?: Media;
  error?: unknown;
}

/** One upload at a time: the next one aborts it, and so does the end of the component. */
export function useUpload() {
  const state = shallowRef<State>({});
  let controller: AbortController | undefined;
  let handle: Upload | undefined;

  function abort() {
    controller?.abort();
    state.value = {};
  }
  onScopeDispose(abort);

  async function upload(file: File, options?: Options) {
    abort();
    const { signal } = (controller = new AbortController());
    // What is aborted is shown no more: the next one may be.
    const show = (shown: State) => {
      if (!signal.aborted) state.value = shown;
    };
    try {
      const client = await getClient();
      handle = client.upload(file, { ...options, signal, onProgress: (progress) => show({ progress }) });
      show({ media: await handle.done() });
    } catch (error) {
      show({ error });
    }
  }

  const pause = () => handle?.pause();
  const resume = () => handle?.resume();
  return { state: shallowReadonly(state), upload, abort, pause, resume };
}
