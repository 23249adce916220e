// What a body says, as far as it must be known to let it through.

/** @typedef {import("./routes.js").Encoding} Encoding */
/** @typedef {import("./routes.js").Parameters} Parameters */

/**
 * The parameters in a body.
 * @param {Encoding} encoding
 * @param {Uint8Array} bytes
 * @param {string} boundary
 * @returns {Parameters | undefined} undefined where it is not so encoded
 */
export function parametersIn(encoding, bytes, boundary) {
  try {
    if (encoding === "multipart") return multipart(bytes, boundary);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (encoding === "form") return [...new URLSearchParams(text)];
    const fields = JSON.parse(text);
    if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return undefined;
    const textOf = (/** @type {unknown} */ value) => (typeof value === "string" ? value : JSON.stringify(value));
    return Object.entries(fields).map(([name, value]) => [name, textOf(value)]);
  } catch {
    return undefined;
  }
}

/** More than the fields of an APPEND take, however long the boundary. */
const LONGEST_HEAD = 1024;

/**
 * The fields of an APPEND, as fetch writes a FormData: each a part of its own, then the segment, and nothing after that.
 * @param {Uint8Array} bytes
 * @param {string} boundary without a character that is special in a RegExp
 * @returns {Parameters | undefined}
 */
function multipart(bytes, boundary) {
  const head = String.fromCharCode(...bytes.subarray(0, LONGEST_HEAD));
  const part = `--${boundary}\r\nContent-Disposition: form-data; name=`;
  const fields = RegExp(`${part}"(\\w+)"\r\n\r\n(\\w+)\r\n`, "y");
  const file = RegExp(`${part}"media"; filename="[^"\r\n]*"\r\nContent-Type: [^\r\n]+\r\n\r\n`, "y");

  /** @type {Parameters} */
  const parameters = [];
  for (let found; (found = fields.exec(head)); file.lastIndex = fields.lastIndex) {
    parameters.push([found[1] ?? "", found[2] ?? ""]);
  }
  if (!file.test(head)) return undefined;

  const end = String.fromCharCode(...bytes.subarray(-boundary.length - 8));
  const closing = RegExp(`\r\n--${boundary}--(\r\n)?$`).exec(end);
  const next = indexOf(bytes, `\r\n--${boundary}`, file.lastIndex - 2);
  return closing && next === bytes.length - closing[0].length ? parameters : undefined;
}

/**
 * @param {Uint8Array} bytes
 * @param {string} text of ASCII
 * @param {number} from
 */
function indexOf(bytes, text, from) {
  const first = text.charCodeAt(0);
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let length = 1;
    while (length < text.length && bytes[at + length] === text.charCodeAt(length)) length++;
    if (length === text.length) return at;
  }
  return -1;
}
