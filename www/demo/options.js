/** The options of the upload, as the form has them. */

import { byId } from "./dom.js";

/**
 * @typedef {object} ChosenOptions
 * @property {import("../../src/js/index.js").ApiVersion} api
 * @property {number} segmentSize
 * @property {number} concurrency
 */

export class OptionsForm {
  #form = byId("options", HTMLFormElement);
  #fields = byId("options-fields", HTMLFieldSetElement);

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#form.addEventListener("change", onChange);
  }

  /** @returns {ChosenOptions} */
  get chosen() {
    const data = new FormData(this.#form);
    return {
      api: data.get("api") === "1.1" ? "1.1" : "2",
      segmentSize: Number(data.get("segmentSize")),
      concurrency: Number(data.get("concurrency")),
    };
  }

  /** While an upload runs its options stand, and the code beside it stays true. @param {boolean} locked */
  set locked(locked) {
    this.#fields.disabled = locked;
  }
}
