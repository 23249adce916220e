// The body of an APPEND.

/** More than the fields of an APPEND take, however long the boundary. */
const LONGEST_HEAD = 1024;

/**
 * The fields of an APPEND, as fetch writes a FormData: each a part of its own, then the segment, and nothing after that.
 * @param {Uint8Array} bytes
 * @param {string} boundary without a character that is special in a RegExp
 * @returns {import("./routes.js").Parameters | undefined} the last of them the segment, a Blob; undefined where it is another body
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
  return [...fields, ["media", new Blob([/** @type {BlobPart} */ (bytes.subarray(start, end))])]];
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
