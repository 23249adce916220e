/**
 * The size of a picture from its first bytes, for `image: { image_type, w, h }`.
 *
 * @typedef {{ w: number, h: number }} Size
 */

/**
 * @param {Uint8Array} bytes
 * @returns {Size | undefined} Undefined where it is no PNG, GIF, JPEG or WebP: what X takes as an image.
 */
export function pictureSize(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return png(view) ?? gif(view) ?? webp(view) ?? jpeg(view);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** @param {DataView} view @returns {Size | undefined} */
function png(view) {
  if (text(view, 1, 3) !== "PNG" || text(view, 12, 4) !== "IHDR") return undefined;
  return { w: view.getUint32(16), h: view.getUint32(20) };
}

/** @param {DataView} view @returns {Size | undefined} */
function gif(view) {
  if (!/^GIF8[79]a$/.test(text(view, 0, 6))) return undefined;
  return { w: view.getUint16(6, true), h: view.getUint16(8, true) };
}

/** @param {DataView} view @returns {Size | undefined} */
function webp(view) {
  if (text(view, 0, 4) !== "RIFF" || text(view, 8, 4) !== "WEBP") return undefined;
  switch (text(view, 12, 4)) {
    case "VP8 ":
      return { w: view.getUint16(26, true) & 0x3fff, h: view.getUint16(28, true) & 0x3fff };
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return { w: (bits & 0x3fff) + 1, h: ((bits >> 14) & 0x3fff) + 1 };
    }
    case "VP8X":
      return { w: uint24(view, 24) + 1, h: uint24(view, 27) + 1 };
    default:
      return undefined;
  }
}

/** @param {DataView} view @returns {Size | undefined} */
function jpeg(view) {
  if (view.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; ; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    if (marker < 0xffc0) return undefined;
    if (isStartOfFrame(marker)) return { w: view.getUint16(at + 7), h: view.getUint16(at + 5) };
  }
}

/**
 * SOF0 to SOF15, among which DHT, JPG and DAC have their numbers too.
 * @param {number} marker
 */
function isStartOfFrame(marker) {
  return marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
}

/** @param {DataView} view @param {number} at */
function uint24(view, at) {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}

/** @param {DataView} view @param {number} at @param {number} length */
function text(view, at, length) {
  let letters = "";
  for (let index = at; index < at + length; index++) letters += String.fromCharCode(view.getUint8(index));
  return letters;
}
