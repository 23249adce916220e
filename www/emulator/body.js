/** A request's body: JSON, or a form in either encoding. */

import { MultipartParseError, getMultipartBoundary, parseMultipart } from "@remix-run/multipart-parser";

/**
 * @typedef {object} Form
 * @property {Map<string, string>} fields
 * @property {Uint8Array | undefined} media The part of this name, as it is.
 */

export class Body {
  /** @type {Form | undefined} */
  #form;

  /**
   * @param {string} contentType
   * @param {Uint8Array} bytes
   */
  constructor(contentType, bytes) {
    this.contentType = contentType;
    /** Without its parameters. */
    this.type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
    this.bytes = bytes;
  }

  /** @param {Request} request */
  static async of(request) {
    const bytes = new Uint8Array(await request.arrayBuffer());
    return new Body(request.headers.get("content-type") ?? "", bytes);
  }

  get isEmpty() {
    return this.bytes.length === 0;
  }

  /** Throws a SyntaxError where it is not JSON. */
  json() {
    return /** @type {unknown} */ (JSON.parse(this.#text()));
  }

  /** The same, where a `media_id` written as an integer is text of the same digits. */
  jsonWithIdsAsText() {
    return /** @type {unknown} */ (JSON.parse(this.#text().replace(/(?<!\\)("media_id"\s*:\s*)(\d+)/g, '$1"$2"')));
  }

  /** The form, empty where the body is none that can be read. */
  form() {
    return (this.#form ??= this.#readForm());
  }

  /** @returns {Form} */
  #readForm() {
    if (this.type === "multipart/form-data") return this.#multipart();
    if (this.type !== "application/x-www-form-urlencoded") return { fields: new Map(), media: undefined };
    const fields = new Map(new URLSearchParams(this.#text()));
    const media = fields.get("media");
    return { fields, media: media === undefined ? undefined : new TextEncoder().encode(media) };
  }

  /**
   * Request.formData() won't do: it reads a part without a filename as text, and clients that X
   * understands (twitter-api-v2) send the bytes of a segment that way.
   * @returns {Form}
   */
  #multipart() {
    /** @type {Form} */
    const form = { fields: new Map(), media: undefined };
    const boundary = getMultipartBoundary(this.contentType);
    if (!boundary) return form;
    const limits = { maxFileSize: Infinity, maxTotalSize: Infinity };
    try {
      for (const part of parseMultipart(this.bytes, { boundary, ...limits })) {
        if (part.name === "media") form.media = part.bytes;
        else if (part.name !== undefined) form.fields.set(part.name, new TextDecoder().decode(part.bytes));
      }
      return form;
    } catch (error) {
      if (error instanceof MultipartParseError) return { fields: new Map(), media: undefined };
      throw error;
    }
  }

  #text() {
    return new TextDecoder().decode(this.bytes);
  }
}

/**
 * What is not base64 has no bytes: X takes such a segment, and finds at FINALIZE that they do not add up.
 * @param {string} text
 */
export function fromBase64(text) {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return new Uint8Array(0);
  }
}
