// What the parameters of a request must be: which there are, and what each of them is.

import { isRecord } from "./checks.js";

/** @typedef {[name: string, value: unknown][]} Parameters Text, but for what is in JSON, and the bytes of a segment. */
/** @typedef {(value: any) => boolean} Is */
/**
 * @typedef {object} Shape What the parameters of one command are.
 * @property {Record<string, Is>} needed
 * @property {Record<string, Is>} [optional] Where it is left out, that is any name, with any value.
 */

export const isText = text(/^/);
export const isId = text(/^[0-9]{1,19}$/);
export const isNumber = text(/^[0-9]{1,19}$/);
export const isIndex = text(/^[0-9]{1,3}$/);
/** @type {Is} */
export const isSize = (value) => Number.isSafeInteger(value) && value >= 0;
/** @type {Is} */
export const isBoolean = (value) => typeof value === "boolean";
/** @type {Is} */
export const isBytes = (value) => value instanceof Uint8Array;

/**
 * @param {Record<string, Is>} needed
 * @param {Record<string, Is>} [optional]
 * @returns {Shape}
 */
export function only(needed, optional = {}) {
  return { needed, optional };
}

/** @param {RegExp} pattern @returns {Is} */
export function text(pattern) {
  return (value) => typeof value === "string" && pattern.test(value);
}

/** @param {Is} isItem @returns {Is} */
export function list(isItem) {
  return (value) => Array.isArray(value) && value.every(isItem);
}

/** @param {Shape} shape @returns {Is} */
export function object(shape) {
  return (value) => isRecord(value) && fits([shape], Object.entries(value));
}

/**
 * Whether these are the parameters of one of the shapes: every one that it needs, none that it does not know, none twice.
 * @param {Shape[]} shapes
 * @param {Parameters} parameters
 */
export function fits(shapes, parameters) {
  const given = new Map(parameters);
  return given.size === parameters.length && shapes.some((shape) => isOf(shape, given));
}

/**
 * @param {Shape} shape
 * @param {Map<string, unknown>} given
 */
function isOf({ needed, optional }, given) {
  const needs = Object.entries(needed);
  if (!needs.every(([name, is]) => given.has(name) && is(given.get(name)))) return false;
  if (!optional) return true;
  const known = new Map([...Object.entries(optional), ...needs]);
  return [...given].every(([name, value]) => known.get(name)?.(value) ?? false);
}
