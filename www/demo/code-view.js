/** The sample code, with its words marked up, and ready to copy. */

import { copyOnClick } from "./copy.js";
import { byId, element } from "./dom.js";
import { pageCode, serverCode } from "./sample-code.js";

const TOKENS =
  /(?<comment>\/\/.*)|(?<string>"(?:[^"\\]|\\.)*")|(?<keyword>\b(?:import|export|from|const|new|async|await|return|try|catch|if|throw)\b)|(?<number>\b\d[\d_]*\b)/g;

export class CodeView {
  #page = byId("page-code", HTMLElement);
  #server = byId("server-code", HTMLElement);

  constructor() {
    copyOnClick(byId("copy-page-code", HTMLButtonElement), () => this.#page.textContent ?? "");
    copyOnClick(byId("copy-server-code", HTMLButtonElement), () => this.#server.textContent ?? "");
  }

  /**
   * @param {import("./settings.js").Settings} settings
   * @param {string} [altText]
   */
  show(settings, altText) {
    this.#page.replaceChildren(...highlighted(pageCode(settings, altText)));
    this.#server.replaceChildren(...highlighted(serverCode(settings)));
  }
}

/**
 * The code with its comments, strings, keywords and numbers marked up.
 * @param {string} code
 * @returns {Node[]}
 */
function highlighted(code) {
  const nodes = [];
  let end = 0;
  for (const match of code.matchAll(TOKENS)) {
    const [kind] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? [];
    nodes.push(new Text(code.slice(end, match.index)));
    nodes.push(element("span", { className: `token-${kind}`, text: match[0] }));
    end = match.index + match[0].length;
  }
  nodes.push(new Text(code.slice(end)));
  return nodes;
}
