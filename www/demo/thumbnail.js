/** A look at the file, where the browser can draw it. */

/**
 * Puts a small picture of `file` into `frame`, or leaves there what stands for one.
 * @param {Element} frame
 * @param {File} file
 * @returns {() => void} releases what it holds of the file
 */
export function showThumbnail(frame, file) {
  const url = URL.createObjectURL(file);
  const release = () => URL.revokeObjectURL(url);
  const picture = pictureOf(file, url);
  if (!picture) return release;
  const instead = [...frame.childNodes];
  frame.replaceChildren(picture);
  // Not every browser plays every format that X takes.
  picture.addEventListener("error", () => frame.replaceChildren(...instead));
  return release;
}

/**
 * @param {File} file
 * @param {string} url
 */
function pictureOf(file, url) {
  if (file.type.startsWith("image/")) {
    return Object.assign(new Image(), { src: url, alt: "" });
  }
  if (file.type.startsWith("video/")) {
    const video = document.createElement("video");
    return Object.assign(video, { src: url, muted: true, playsInline: true, preload: "metadata", tabIndex: -1 });
  }
  return undefined;
}
