/** The few lines of DOM that every part of the page needs. */

/**
 * The element of that id, checked to be what the caller takes it for.
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`index.html has no ${type.name} #${id}`);
  return found;
}

/**
 * The element of that class inside `parent`, checked likewise.
 * @template {Element} T
 * @param {ParentNode} parent
 * @param {string} className
 * @param {new () => T} type
 * @returns {T}
 */
export function byClass(parent, className, type) {
  const found = parent.querySelector(`.${className}`);
  if (!(found instanceof type)) throw new Error(`index.html has no ${type.name} .${className}`);
  return found;
}

/**
 * A copy of what stands in the template of that id.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function fromTemplate(id) {
  const copy = byId(id, HTMLTemplateElement).content.firstElementChild?.cloneNode(true);
  if (!(copy instanceof HTMLElement)) throw new Error(`index.html has nothing in #${id}`);
  return copy;
}

/**
 * @param {string} name
 * @param {{ className?: string, text?: string }} [content]
 * @param {...Node} children
 */
export function element(name, { className, text } = {}, ...children) {
  const made = document.createElement(name);
  if (className !== undefined) made.className = className;
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

/**
 * A description list; pairs without a value are left out.
 * @param {[string, string | undefined][]} pairs
 */
export function descriptionList(pairs) {
  const list = element("dl", { className: "details" });
  for (const [term, value] of pairs) {
    if (value === undefined) continue;
    list.append(
      element("div", {}, element("dt", { text: term }), element("dd", { text: value })),
    );
  }
  return list;
}

/**
 * aria-disabled, not disabled: a button that is disabled while it has the focus drops the focus to
 * the body, and who works by keyboard starts again at the top of the page.
 * @param {HTMLButtonElement} button
 * @param {boolean} enabled
 */
export function setEnabled(button, enabled) {
  button.setAttribute("aria-disabled", String(!enabled));
}

/** @param {HTMLButtonElement} button */
export function isEnabled(button) {
  return button.getAttribute("aria-disabled") !== "true";
}
