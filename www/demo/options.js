/** The options of the upload, as the form has them. */

import { byId } from "./dom.js";

/**
 * @typedef {object} ChosenOptions
 * @property {import("../../src/js/index.js").ApiVersion} api
 * @property {number | "auto"} segmentSize
 * @property {number} concurrency
 * @property {string | undefined} altText
 */

export class OptionsForm {
  #form = byId("options", HTMLFormElement);
  #fields = byId("options-fields", HTMLFieldSetElement);
  #altText = byId("alt-text", HTMLInputElement);

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#form.addEventListener("input", onChange);
    // Enter in a text field would send the form, and with it leave the page.
    this.#form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** @returns {ChosenOptions} */
  get chosen() {
    const data = new FormData(this.#form);
    return {
      api: data.get("api") === "1.1" ? "1.1" : "2",
      segmentSize: data.get("segmentSize") === "auto" ? "auto" : Number(data.get("segmentSize")),
      concurrency: Number(data.get("concurrency")),
      altText: String(data.get("altText") ?? "").trim() || undefined,
    };
  }

  /** An alternative text is asked for where there is something to see. @param {File} file */
  suit(file) {
    const isPicture = file.type.startsWith("image/");
    this.#altText.disabled = !isPicture;
    /** @type {HTMLElement} */ (this.#altText.parentElement).hidden = !isPicture;
  }

  /** While an upload runs its options stand, and the code beside it stays true. @param {boolean} locked */
  set locked(locked) {
    this.#fields.disabled = locked;
  }
}
