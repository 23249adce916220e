/** The settings of the uploads, as the form has them. */

import { byId } from "./dom.js";

/**
 * @typedef {object} Settings
 * @property {import("../../src/js/index.js").ApiVersion} api
 * @property {number | "auto"} segmentSize
 * @property {number} concurrency
 */

export class SettingsForm {
  #form = byId("settings-form", HTMLFormElement);
  #fields = byId("settings-fields", HTMLFieldSetElement);
  #summary = byId("settings-summary", HTMLElement);
  #locked = byId("settings-locked", HTMLElement);

  /** @type {Settings} */
  chosen;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.chosen = this.#read();
    this.#summarize();
    this.#form.addEventListener("input", () => {
      this.chosen = this.#read();
      this.#summarize();
      onChange();
    });
    this.#form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** While files are sent the settings stand, and the code beside them stays true. @param {boolean} locked */
  set locked(locked) {
    this.#fields.disabled = locked;
    this.#locked.hidden = !locked;
  }

  /** @returns {Settings} */
  #read() {
    const data = new FormData(this.#form);
    return {
      api: data.get("api") === "1.1" ? "1.1" : "2",
      segmentSize: data.get("segmentSize") === "auto" ? "auto" : Number(data.get("segmentSize")),
      concurrency: Number(data.get("concurrency")),
    };
  }

  #summarize() {
    const { api, segmentSize, concurrency } = this.chosen;
    const size = segmentSize === "auto" ? "automatic" : `${segmentSize / 1024} KiB`;
    this.#summary.textContent = `API ${api}, segments ${size}, ${concurrency} at once`;
  }
}
