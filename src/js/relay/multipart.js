// The body of an APPEND, which is read and written by hand: FormData and Blob would copy the segment.

/** @typedef {[...fields: [name: string, value: string][], file: [name: string, segment: Uint8Array]]} Append */

/** More than the fields of an APPEND take, however long the boundary. */
const LONGEST_HEAD = 1024;

/**
 * The fields of an APPEND, as fetch writes a FormData: each a part of its own, then the segment, and nothing after that.
 * @param {Uint8Array} bytes
 * @param {string} boundary without a character that is special in a RegExp
 * @returns {Append | undefined} the segment is a view of `bytes`; undefined where it is another body
 */
export function readMultipart(bytes, boundary) {
  const head = String.fromCharCode(...bytes.subarray(0, LONGEST_HEAD));
  const part = `--${boundary}\r\nContent-Disposition: form-data; name=`;
  const field = RegExp(`${part}"(\\w+)"\r\n\r\n(\\w+)\r\n`, "y");
  const file = RegExp(`${part}"media"; filename="[^"\r\n]*"\r\nContent-Type: [^\r\n]+\r\n\r\n`, "y");

  /** @type {[string, string][]} */
  const fields = [];
  for (let found; (found = field.exec(head)); file.lastIndex = field.lastIndex) {
    fields.push([found[1] ?? "", found[2] ?? ""]);
  }
  if (!file.test(head)) return undefined;

  const start = file.lastIndex;
  const tail = String.fromCharCode(...bytes.subarray(-boundary.length - 8));
  const closing = RegExp(`\r\n--${boundary}--(\r\n)?$`).exec(tail);
  if (!closing) return undefined;
  const end = indexOf(bytes, `\r\n--${boundary}`, start);
  if (end !== bytes.length - closing[0].length) return undefined;
  return [...fields, ["media", bytes.subarray(start, end)]];
}

/**
 * Writes an APPEND around its segment, where that is, between delimiters that its sender could not know.
 * @param {Append} append one that fits: its fields take less than the `ROOM` before the bytes that they were read from
 * @returns {import("./encodings.js").Written}
 */
export function writeMultipart(append) {
  const boundary = crypto.randomUUID();
  const part = (/** @type {string} */ name) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`;
  const fields = append.slice(0, -1).map(([name, value]) => `${part(name)}\r\n\r\n${value}\r\n`);
  const [file, { buffer, byteOffset, length }] = /** @type {[string, Uint8Array]} */ (append.at(-1));
  const type = '; filename="blob"\r\nContent-Type: application/octet-stream\r\n\r\n';

  const head = new TextEncoder().encode(`${fields.join("")}${part(file)}${type}`);
  const tail = new TextEncoder().encode(`\r\n--${boundary}--\r\n`);
  const body = new Uint8Array(buffer, byteOffset - head.length, head.length + length + tail.length);
  body.set(head);
  body.set(tail, head.length + length);
  return { body: /** @type {BodyInit} */ (body), type: `multipart/form-data; boundary=${boundary}`, signed: [] };
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
