/** The steps of an upload: which are done, which is under way, which are left, and which were not needed. */

import { element } from "./dom.js";

/**
 * @typedef {import("./queued-file.js").QueuedFile} QueuedFile
 * @typedef {import("./queued-file.js").Stage} Stage
 * @typedef {import("./queued-file.js").Step} Step
 * @typedef {"done" | "earlier" | "now" | "left" | "not-needed" | "failed" | "stopped"} State
 */

/** @type {[step: Step, words: string, command: string][]} */
const STEPS = [
  ["initialize", "Get an ID", "INIT"],
  ["append", "Send the file", "APPEND"],
  ["finalize", "Confirm", "FINALIZE"],
  ["processing", "X prepares it", "STATUS"],
  ["metadata", "Describe it", "METADATA"],
];
const ORDER = STEPS.map(([step]) => step);

/** Those whose work is in a session, and need not be done again. @type {Step[]} */
const KEPT = ["initialize", "append", "finalize"];

/** What the step is at which a file is. @type {Record<Exclude<Stage["name"], "ready">, State>} */
const AT = { waiting: "left", under_way: "now", failed: "failed", cancelled: "stopped" };

/** @type {Record<State, string>} */
const WORDS = {
  done: "done",
  earlier: "done earlier",
  now: "now",
  left: "to do",
  "not-needed": "not needed",
  failed: "failed",
  stopped: "stopped",
};

/**
 * Draws the steps of `file` into `list`.
 * @param {Element} list
 * @param {QueuedFile} file
 */
export function showSteps(list, file) {
  const states = STEPS.map(([step]) => stateOf(step, file));
  const drawn = states.join(" ");
  if (list.getAttribute("data-drawn") === drawn) return;
  list.setAttribute("data-drawn", drawn);
  list.replaceChildren(
    ...STEPS.map(([, words, command], index) => {
      const state = states[index] ?? "left";
      const made = element(
        "li",
        { className: state },
        element("span", { className: "step-name", text: words }),
        new Text(" "),
        element("span", { className: "step-facts" }, element("code", { text: command }), new Text(` ${WORDS[state]}`)),
      );
      if (state === "now") made.setAttribute("aria-current", "step");
      return made;
    }),
  );
}

/**
 * @param {Step} step
 * @param {QueuedFile} file
 * @returns {State}
 */
function stateOf(step, { stage, step: current, reached, isResumed, altText }) {
  if (step === current && stage.name !== "ready") return AT[stage.name];
  if (reached.has(step)) return "done";
  const isBehind = stage.name === "ready" || (current !== undefined && ORDER.indexOf(step) < ORDER.indexOf(current));
  if (isBehind) return isResumed && KEPT.includes(step) ? "earlier" : "not-needed";
  return step === "metadata" && !altText ? "not-needed" : "left";
}
