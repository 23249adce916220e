/** A button that copies a text and says that it did. */

const SAID_MS = 2000;

/**
 * @param {HTMLButtonElement} button
 * @param {() => string} text
 */
export function copyOnClick(button, text) {
  const label = button.textContent;
  let timer = 0;
  button.addEventListener("click", async () => {
    // The clipboard is refused by an insecure origin and by a visitor's own setting.
    const copied = await copy(text());
    button.textContent = copied ? "Copied" : "Not allowed to copy";
    clearTimeout(timer);
    timer = window.setTimeout(() => (button.textContent = label), SAID_MS);
  });
}

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
