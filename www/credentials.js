/** As whom the demo uploads to X: what the environment says. */

/**
 * @typedef {{ accessToken: string } | { oauth1: Record<keyof typeof OAUTH1, string> }} Credentials
 */

/** By the fields of the option `oauth1`. */
const OAUTH1 = {
  consumerKey: "X_CONSUMER_KEY",
  consumerSecret: "X_CONSUMER_SECRET",
  token: "X_TOKEN",
  tokenSecret: "X_TOKEN_SECRET",
};

const ACCESS_TOKEN = "X_ACCESS_TOKEN";

const HOW = `For X itself, set ${ACCESS_TOKEN} (OAuth 2.0, a user's, with the scope media.write), or all of ${Object.values(OAUTH1).join(", ")} (OAuth 1.0a).`;

/** The environment says something that can't be meant. Its message quotes no value. */
export class Misgiven extends Error {}

/**
 * @param {Record<string, string | undefined>} env
 * @returns {Credentials | undefined} undefined where nothing is said: the demo is for the emulator then
 */
export function credentialsIn(env) {
  /** @param {string} name */
  const value = (name) => env[name]?.trim() || undefined;
  const accessToken = value(ACCESS_TOKEN);
  const names = Object.values(OAUTH1);
  const missing = names.filter((name) => value(name) === undefined);
  const given = names.filter((name) => !missing.includes(name));
  if (accessToken && given.length > 0) throw new Misgiven(`${ACCESS_TOKEN} and ${given.join(", ")} are both set: choose one. ${HOW}`);
  if (accessToken) return { accessToken };
  if (given.length === 0) return undefined;
  if (missing.length > 0) throw new Misgiven(`${missing.join(", ")} ${missing.length > 1 ? "are" : "is"} missing beside ${given.join(", ")}. ${HOW}`);
  const oauth1 = Object.fromEntries(Object.entries(OAUTH1).map(([field, name]) => [field, value(name)]));
  return { oauth1: /** @type {any} */ (oauth1) };
}
