/** Elements of HTML, SVG and MathML from plain values. Text is text: nothing here reads markup. */

/**
 * @typedef {import("./formula.js").MathNode} MathNode
 * @typedef {Record<string, string | number | boolean | null | ((event: any) => void)>} Attributes
 * @typedef {Node | string | null | undefined | false} Child
 */

const SVG = "http://www.w3.org/2000/svg";
const MATHML = "http://www.w3.org/1998/Math/MathML";

/** @param {Element} element @param {Attributes} attributes @param {Child[]} children */
function filled(element, attributes, children) {
  setAttributes(element, attributes);
  for (const child of children) if (child) element.append(child);
  return element;
}

/** @param {Element} element @param {Attributes} attributes */
export function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === null || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** @template {keyof HTMLElementTagNameMap} K @param {K} tag @param {Attributes} [attributes] @param {Child[]} children
 * @returns {HTMLElementTagNameMap[K]} */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  filled(element, attributes, children);
  return element;
}

/** @param {string} tag @param {Attributes} [attributes] @param {Child[]} children @returns {SVGElement} */
export function svg(tag, attributes = {}, ...children) {
  return /** @type {SVGElement} */ (filled(document.createElementNS(SVG, tag), attributes, children));
}

/** @param {MathNode} node @returns {Element} */
function mathElement([tag, attributes, content]) {
  const element = document.createElementNS(MATHML, tag);
  const children = typeof content === "string" ? [content] : content.map(mathElement);
  return filled(element, attributes, children);
}

/** A line of mathematics. @param {MathNode[]} nodes */
export function math(...nodes) {
  return mathElement(["math", {}, [["mrow", {}, nodes]]]);
}

const FOCUSABLE = "input, select, textarea, button, summary, [tabindex]";

/** Put other children in an element's place. Where the focus was in it, the one that stands in the same place has it now:
 * who uses the keys stays where they are. @param {Element} element @param {Child[]} children */
export function replace(element, ...children) {
  const focusable = () => /** @type {HTMLElement[]} */ ([...element.querySelectorAll(FOCUSABLE)]);
  const focused = element.contains(document.activeElement)
    ? focusable().indexOf(/** @type {HTMLElement} */ (document.activeElement))
    : -1;
  element.replaceChildren(...children.filter((child) => child !== null && child !== undefined && child !== false));
  if (focused >= 0) focusable()[focused]?.focus({ preventScroll: true });
}
