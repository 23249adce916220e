/** What the emulator of this room can be told, and what it says of itself. */

import { config } from "./config.js";

/**
 * @typedef {import("../emulator/faults.js").Rule} Rule
 *
 * @typedef {object} Summary What every answer of its control says.
 * @property {string} mood
 * @property {(Rule & { seen: number })[]} rules Each with how many matching requests it has seen.
 */

export const summary = () => control("GET", "");

/** @param {string} mood */
export const setMood = (mood) => control("PUT", "/mood", { mood });

/** @param {Rule} rule */
export const addRule = (rule) => control("POST", "/rules", rule);

export const removeRules = () => control("DELETE", "/rules");

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<Summary>}
 */
async function control(method, path, body) {
  const response = await fetch(config.controlUrl + path, {
    method,
    ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const said = await response.json();
  if (!response.ok) throw new Error(said.error);
  return said;
}
