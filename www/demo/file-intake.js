/** Files come in: chosen, dropped anywhere on the page, or pasted. */

import { byId } from "./dom.js";

export class FileIntake {
  #input = byId("file", HTMLInputElement);
  #zone = byId("drop-zone", HTMLElement);
  #take;

  /** @param {(files: File[]) => void} take Called with one file or more. */
  constructor(take) {
    this.#take = take;
    this.#input.addEventListener("change", () => {
      this.#offer(this.#input.files);
      this.#input.value = ""; // the same file can be chosen again
    });

    // The whole page takes a drop: one that misses the zone would otherwise replace the page by the file.
    document.addEventListener("dragover", (event) => {
      event.preventDefault();
      this.#zone.classList.add("over");
    });
    document.addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) this.#zone.classList.remove("over");
    });
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      this.#zone.classList.remove("over");
      this.#offer(event.dataTransfer?.files);
    });
    document.addEventListener("paste", (event) => this.#offer(event.clipboardData?.files));
  }

  /** Takes less room where there are files already. @param {boolean} compact */
  set compact(compact) {
    this.#zone.classList.toggle("compact", compact);
  }

  /** @param {FileList | null | undefined} files none where the picker was closed, or text was dropped or pasted */
  #offer(files) {
    if (files?.length) this.#take([...files]);
  }
}
