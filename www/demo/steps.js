/** The steps of an upload: which are done, which is under way, which are left, and which were not needed. */

import { element } from "./dom.js";

/**
 * @typedef {import("./queued-file.js").QueuedFile} QueuedFile
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
  const isEnded = stage.name === "ready";
  if (step === current && !isEnded) return stage.name === "failed" ? "failed" : stage.name === "cancelled" ? "stopped" : "now";
  if (reached.has(step)) return "done";
  const isBehind = isEnded || (current !== undefined && ORDER.indexOf(step) < ORDER.indexOf(current));
  if (isBehind && isResumed && step !== "metadata" && step !== "processing") return "earlier";
  if (isBehind || (step === "metadata" && !altText)) return "not-needed";
  return "left";
}
