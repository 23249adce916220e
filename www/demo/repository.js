/** Where the project's source is, as its package.json tells it. */

/**
 * The page of the repository, or undefined where package.json names none that a browser can open.
 * @param {{ repository?: string | { url?: string } }} manifest
 */
export function repositoryUrl({ repository }) {
  const named = typeof repository === "string" ? repository : repository?.url;
  const short = /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(named ?? "");
  if (short) return `https://github.com/${short[1]}`;
  const [, page] = /^(?:git\+)?(https:\/\/.+?)(?:\.git)?\/?$/.exec(named ?? "") ?? [];
  return page;
}
