/** Where a file is on its way to X, in words. */

import { atTime, counted, inAbout, inBytes, inTime } from "./words.js";

/**
 * @typedef {import("./queued-file.js").QueuedFile} QueuedFile
 * @typedef {import("../../src/js/index.js").UploadProgress} UploadProgress
 */

/** @type {Record<UploadProgress["phase"], string>} */
const PHASES = {
  initialize: "Asking X for an ID",
  append: "Sending",
  finalize: "Confirming",
  processing: "X is preparing it",
  metadata: "Adding the description",
  ready: "Ready to post",
  paused: "Paused",
};

/** Why it waits, and what it does then. @type {Record<NonNullable<UploadProgress["waiting"]>["for"], string>} */
const WAITS = {
  retry: "That did not work. Trying again",
  rate_limit: "X takes no more for now. Going on",
  online: "No connection. Trying all the same",
  processing: "Asking X again",
};

/** @param {QueuedFile} file @param {boolean} isQueueRunning */
export function stateWords({ stage, progress }, isQueueRunning) {
  switch (stage.name) {
    case "waiting":
      return isQueueRunning ? "Next in the queue" : "Not sent yet";
    case "under_way":
      return PHASES[progress?.phase ?? "initialize"];
    case "ready":
      return PHASES.ready;
    case "failed":
      return "Failed";
    case "cancelled":
      return "Cancelled";
  }
}

/** Sizes, speed and time. @param {QueuedFile} file */
export function figureWords({ stage, progress, altText, isResumed, startedAt, endedAt }) {
  if (stage.name === "waiting") return "";
  if (stage.name === "ready") return `in ${inTime(endedAt - startedAt)}${altText && `, described as “${altText}”`}`;
  if (!progress) return "";
  const { phase, bytesSent, bytesTotal, segmentsSent, bytesPerSec, etaSecs, processingPercent } = progress;
  const isMoving = phase === "append" && stage.name === "under_way" && !progress.waiting;
  const facts = [
    phase === "processing" && processingPercent !== undefined
      ? `${processingPercent} % prepared`
      : `${inBytes(bytesSent)} of ${inBytes(bytesTotal)}`,
    isMoving && segmentsSent > 0 && counted(segmentsSent, "segment"),
    isMoving && bytesPerSec !== undefined && `${inBytes(bytesPerSec)}/s`,
    isMoving && etaSecs !== undefined && `${inAbout(etaSecs)} left`,
    isResumed && "continued from before",
  ];
  return facts.filter(Boolean).join("\u00a0· ");
}

/**
 * Why nothing moves just now, or nothing where it moves.
 * @param {UploadProgress | undefined} progress
 */
export function waitWords(progress) {
  if (!progress?.waiting) return "";
  const { for: reason, until } = progress.waiting;
  return `${WAITS[reason]}${until === undefined ? "" : ` ${whenWords(until)}`}.`;
}

/** @param {number} until */
function whenWords(until) {
  const secsLeft = Math.ceil((until - Date.now()) / 1000);
  if (secsLeft <= 0) return "now";
  return secsLeft < 60 ? `in ${secsLeft}\u00a0s` : `at ${atTime(until)}`;
}

/** Rounded down: 100 % is said of what is ready. @param {UploadProgress | undefined} progress */
export function percentWords(progress) {
  return `${Math.floor((progress?.fraction ?? 0) * 100)} %`;
}
