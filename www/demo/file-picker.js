/** The file to upload: chosen, dropped anywhere on the page, or made here; with a look at it. */

import { byId } from "./dom.js";
import { inBytes } from "./words.js";

export class FilePicker {
  #input = byId("file", HTMLInputElement);
  #zone = byId("drop-zone", HTMLElement);
  #preview = byId("preview", HTMLElement);
  #facts = byId("file-facts", HTMLElement);
  #onChange;
  #previewUrl = "";

  /** @type {File | undefined} */
  file;

  /** @param {(file: File) => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
    this.#input.addEventListener("change", () => this.take(this.#input.files?.[0]));

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
      this.take(event.dataTransfer?.files[0]);
    });
  }

  /** @param {File | undefined} file */
  take(file) {
    // Undefined: the picker was closed without a choice, or text was dropped. What was chosen stays.
    if (file === undefined) return;
    this.file = file;
    this.#facts.textContent = [file.name, inBytes(file.size), file.type || "type unknown"].join(" · ");
    this.#facts.hidden = false;
    this.#showPreview(file);
    this.#onChange(file);
  }

  /** @param {File} file */
  #showPreview(file) {
    URL.revokeObjectURL(this.#previewUrl);
    this.#previewUrl = URL.createObjectURL(file);
    const picture = pictureOf(file, this.#previewUrl);
    this.#preview.replaceChildren(...(picture ? [picture] : []));
    this.#preview.hidden = picture === undefined;
    // Not every browser plays every format that X takes.
    picture?.addEventListener("error", () => (this.#preview.hidden = true));
  }
}

/**
 * @param {File} file
 * @param {string} url
 */
function pictureOf(file, url) {
  if (file.type.startsWith("image/")) {
    const image = new Image();
    image.src = url;
    image.alt = "";
    return image;
  }
  if (file.type.startsWith("video/")) {
    const video = document.createElement("video");
    video.src = url;
    video.muted = true;
    video.playsInline = true;
    video.preload = "metadata";
    return video;
  }
  return undefined;
}
