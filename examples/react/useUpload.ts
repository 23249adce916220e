import { useCallback, useEffect, useRef, useState } from "react";
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
  const [state, setState] = useState<State>({});
  const controller = useRef<AbortController>(null);
  const handle = useRef<Upload>(null);

  const abort = useCallback(() => {
    controller.current?.abort();
    setState({});
  }, []);
  useEffect(() => abort, [abort]);

  const upload = useCallback(
    async (file: File, options?: Options) => {
      abort();
      const { signal } = (controller.current = new AbortController());
      // What is aborted is shown no more: the next one may be.
      const show = (state: State) => {
        if (!signal.aborted) setState(state);
      };
      try {
        const client = await getClient();
        handle.current = client.upload(file, { ...options, signal, onProgress: (progress) => show({ progress }) });
        show({ media: await handle.current.done() });
      } catch (error) {
        show({ error });
      }
    },
    [abort],
  );

  const pause = useCallback(() => handle.current?.pause(), []);
  const resume = useCallback(() => handle.current?.resume(), []);
  return { ...state, upload, abort, pause, resume };
}
