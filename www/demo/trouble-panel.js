/** What X does here: all the time, and to single requests. What is shown is what the emulator says it has. */

import { byId, element } from "./dom.js";
import { addRule, removeRules, setMood, summary } from "./emulator.js";
import { ruleIn, ruleWords } from "./fault-rule.js";
import { counted } from "./words.js";

/** @typedef {import("./emulator.js").Summary} Summary */

export class TroublePanel {
  #moods = byId("mood-form", HTMLFormElement);
  #form = byId("fault-form", HTMLFormElement);
  #segment = byId("fault-segment", HTMLInputElement);
  #status = byId("fault-status", HTMLInputElement);
  #delay = byId("fault-delay", HTMLInputElement);
  #pending = byId("faults", HTMLElement);
  #list = byId("fault-list", HTMLElement);
  #summary = byId("trouble-summary", HTMLElement);
  #said = byId("trouble-status", HTMLElement);

  constructor() {
    this.#moods.addEventListener("change", () => {
      const mood = String(new FormData(this.#moods).get("mood"));
      void this.#tell(setMood(mood), "");
    });
    this.#form.addEventListener("change", () => this.#askWhatMatters());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const rule = ruleIn(new FormData(this.#form));
      void this.#tell(addRule(rule), `Added: ${ruleWords(rule)}.`);
    });
    byId("remove-faults", HTMLButtonElement).addEventListener("click", () => {
      void this.#tell(removeRules(), "Removed.");
    });
    this.#askWhatMatters();
  }

  /** Asks the emulator anew: rules are used up by requests, and a room may be older than its page. */
  refresh() {
    return this.#tell(summary(), "");
  }

  /** Only APPEND has segments, only a status has a number, only a late answer a delay. */
  #askWhatMatters() {
    const data = new FormData(this.#form);
    ask(this.#segment, data.get("command") === "APPEND");
    ask(this.#status, data.get("kind") === "status");
    ask(this.#delay, data.get("kind") === "delay");
  }

  /**
   * @param {Promise<Summary>} told
   * @param {string} words Said when it has been done.
   */
  async #tell(told, words) {
    try {
      this.#show(await told);
      this.#said.textContent = words;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#said.textContent = `The simulation did not take it: ${why}`;
    }
  }

  /** @param {Summary} summary */
  #show({ mood, rules }) {
    for (const radio of this.#moods.querySelectorAll("input")) radio.checked = radio.value === mood;
    const moodName = this.#moods.querySelector("input:checked + * > .choice-name")?.textContent ?? "";
    const due = rules.filter((rule) => !hasStruck(rule)).length;
    this.#summary.textContent = moodName + (due > 0 ? `, and trouble for ${counted(due, "request")}` : "");
    this.#pending.hidden = rules.length === 0;
    this.#list.replaceChildren(
      ...rules.map((rule) => {
        const struck = hasStruck(rule);
        const text = ruleWords(rule) + (struck ? " (has happened)" : "");
        return element("li", { className: struck ? "struck" : "", text });
      }),
    );
  }
}

/** @param {Summary["rules"][number]} rule */
function hasStruck({ seen, occurrence = 1 }) {
  return seen >= occurrence;
}

/**
 * A field that is hidden is disabled too: it would otherwise be sent, and its limits checked.
 * @param {HTMLInputElement} input
 * @param {boolean} matters
 */
function ask(input, matters) {
  input.disabled = !matters;
  /** @type {HTMLElement} */ (input.parentElement).hidden = !matters;
}
