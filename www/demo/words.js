/** Numbers as people read them; a number and its unit stay on one line. */

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const calendar = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/**
 * Decimal units, as in X's own limits.
 * @param {number} bytes
 */
export function inBytes(bytes) {
  if (bytes < 1000) return `${bytes}\u00a0B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toPrecision(3)}\u00a0kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(bytes < 1e8 ? 2 : 1)}\u00a0MB`;
  return `${(bytes / 1e9).toFixed(2)}\u00a0GB`;
}

/** @param {number} ms */
export function inTime(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * How long something will take, no more exactly than it can be known.
 * @param {number} secs
 */
export function inAbout(secs) {
  if (secs < 60) return `${Math.max(1, Math.ceil(secs))}\u00a0s`;
  if (secs < 3600) return `${Math.round(secs / 60)}\u00a0min`;
  return `${(secs / 3600).toFixed(1)}\u00a0h`;
}

/**
 * The time of day; for what may be further off, with the day.
 * @param {number} epochMs
 * @param {"time" | "day"} precision
 */
export function atTime(epochMs, precision = "time") {
  return (precision === "day" ? calendar : clock).format(epochMs);
}

/**
 * @param {number} count
 * @param {string} noun
 */
export function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** @param {number} n */
export function ordinal(n) {
  const tail = n % 100 > 10 && n % 100 < 14 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return `${n}${tail}`;
}
