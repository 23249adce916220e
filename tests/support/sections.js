/** Parts of the documents that are made of what the tests saw. Each stands between <!-- name: … --> and <!-- /name -->. */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";

/** A part of one document, by its path from the project's folder. */
export class Section {
  #file;
  #pattern;

  /**
   * @param {string} path
   * @param {string} name
   */
  constructor(path, name) {
    this.where = `${name} in ${path}`;
    this.#file = new URL(`../../${path}`, import.meta.url);
    this.#pattern = new RegExp(`(?<=<!-- ${name}: .+ -->\\n)[^]*(?=<!-- /${name} -->\\n)`);
  }

  get lines() {
    const [section] = this.#pattern.exec(readFileSync(this.#file, "utf8")) ?? [];
    assert.ok(section !== undefined, `there is no section ${this.where}`);
    return section.trim().split("\n");
  }

  /**
   * Fails where the document says something else; with UPDATE_README=1 it is written.
   * @param {string[]} lines
   * @param {(line: string) => string} essence of a line, without what may differ
   */
  assertIs(lines, essence = (line) => line) {
    if (process.env.UPDATE_README) {
      const text = readFileSync(this.#file, "utf8");
      writeFileSync(this.#file, text.replace(this.#pattern, () => `\n${lines.join("\n")}\n\n`));
    }
    assert.deepEqual(this.lines.map(essence), lines.map(essence), `${this.where} is another: the tests with UPDATE_README=1 write it`);
  }
}
