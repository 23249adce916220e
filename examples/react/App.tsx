import type { ChangeEvent } from "react";
import { useUpload } from "./useUpload";

export function App() {
  const { progress, media, error, upload, abort, pause, resume } = useUpload();
  const choose = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const file = target.files?.[0];
    if (file) void upload(file);
    target.value = ""; // the same file may be chosen again
  };
  const isPaused = progress?.phase === "paused";
  return (
    <main>
      <label>
        File <input type="file" accept="image/*,video/*" onChange={choose} />
      </label>
      {progress && (
        <p>
          <progress aria-label={progress.phase} value={progress.fraction} />
          <button onClick={isPaused ? resume : pause}>{isPaused ? "Resume" : "Pause"}</button>
          <button onClick={abort}>Abort</button>
        </p>
      )}
      {media && <output aria-label="media_id_string">{media.media_id_string}</output>}
      {error !== undefined && <p role="alert">{error instanceof Error ? error.message : String(error)}</p>}
    </main>
  );
}
