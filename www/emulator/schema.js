/**
 * Checks a JSON body or a query of version 2 against the rules of X's OpenAPI spec, where
 * additionalProperties is false. The texts follow those that X's validator is known for elsewhere in
 * version 2 ("$.media.media_ids[0]: does not match the regex pattern ^[0-9]{1,19}$").
 */

import { Refusal, invalidRequest } from "./answers.js";

/**
 * @typedef {(value: unknown, path: string) => string | undefined} Rule What is wrong, if anything is.
 * @typedef {Record<string, Rule>} Schema
 */

/** @param {readonly string[]} values @returns {Rule} */
export const oneOf = (values) => (value, path) =>
  values.some((allowed) => allowed === value)
    ? undefined
    : `${path}: does not have a value in the enumeration [${values.join(", ")}]`;

/** @param {number} minimum @param {number} maximum @returns {Rule} */
export const integer = (minimum, maximum) => (value, path) => {
  if (typeof value !== "number" || !Number.isInteger(value)) return `${path}: integer expected`;
  if (value < minimum) return `${path}: must have a minimum value of ${minimum}`;
  if (value > maximum) return `${path}: must have a maximum value of ${maximum}`;
  return undefined;
};

/** @type {Rule} */
export const boolean = (value, path) =>
  typeof value === "boolean" ? undefined : `${path}: boolean expected`;

/** @type {Rule} */
export const string = (value, path) => (typeof value === "string" ? undefined : `${path}: string expected`);

/** @param {RegExp} pattern @returns {Rule} */
export const matching = (pattern) => (value, path) =>
  typeof value === "string" && pattern.test(value)
    ? undefined
    : `${path}: does not match the regex pattern ${pattern.source}`;

export const mediaId = matching(/^[0-9]{1,19}$/);

/** @param {Rule} item @returns {Rule} */
export const arrayOf = (item) => (value, path) => {
  if (!Array.isArray(value)) return `${path}: array expected`;
  return value.map((each, index) => item(each, `${path}[${index}]`)).find((wrong) => wrong !== undefined);
};

/** @param {Schema} schema @param {readonly string[]} [required] @returns {Rule} */
export const object = (schema, required = []) => (value, path) => {
  if (!isObject(value)) return `${path}: object expected`;
  return whatIsWrong(value, schema, required, path)[0];
};

/** @type {Rule} */
export const anyObject = (value, path) => (isObject(value) ? undefined : `${path}: object expected`);

/**
 * The body, which must be JSON and an object of this schema.
 * @param {import("./body.js").Body} body
 * @param {Schema} schema
 * @param {readonly string[]} [required]
 * @returns {Record<string, unknown>}
 */
export function checkedJson(body, schema, required = []) {
  return checked(jsonBody(body), schema, required);
}

/** @param {import("./body.js").Body} body */
export function jsonBody(body) {
  if (body.type !== "application/json") {
    throw new Refusal(invalidRequest("Requests with bodies must have content-type of application/json."));
  }
  return jsonObject(body);
}

/**
 * @param {Record<string, unknown>} value
 * @param {Schema} schema
 * @param {readonly string[]} [required]
 */
export function checked(value, schema, required = []) {
  const wrong = whatIsWrong(value, schema, required, "$");
  if (wrong.length > 0) throw new Refusal(invalidRequest(...wrong));
  return value;
}

/**
 * @param {import("./body.js").Body} body
 * @returns {Record<string, unknown>}
 */
export function jsonObject(body) {
  /** @type {unknown} */
  let value;
  try {
    value = body.isEmpty ? undefined : body.json();
  } catch {
    throw new Refusal(invalidRequest("Request body is not valid JSON."));
  }
  if (!isObject(value)) throw new Refusal(invalidRequest("Request body must be a JSON object."));
  return value;
}

/**
 * @param {Record<string, unknown>} value
 * @param {Schema} schema
 * @param {readonly string[]} required
 * @param {string} path
 */
function whatIsWrong(value, schema, required, path) {
  const unknown = Object.keys(value)
    .filter((name) => !Object.hasOwn(schema, name))
    .map((name) => `${path}.${name}: is not defined in the schema and the schema does not allow additional properties`);
  const missing = required
    .filter((name) => value[name] === undefined)
    .map((name) => `${path}.${name}: is missing but it is required`);
  const wrong = Object.entries(schema)
    .filter(([name]) => value[name] !== undefined)
    .map(([name, rule]) => rule(value[name], `${path}.${name}`));
  return [...unknown, ...missing, ...wrong.filter((words) => words !== undefined)];
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
