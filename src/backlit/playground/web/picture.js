/** The drawing by itself: as SVG with its colours in it, and as a picture of dots. */
import { svg } from "./dom.js";

const KEPT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "stroke-linejoin", "paint-order", "text-anchor", "font-family", "font-size", "font-weight"];
const DOTS = 2;

/** @param {Element} root the drawing on the page @param {string} title @returns {string} */
export function svgText(root, title) {
  const copy = /** @type {SVGElement} */ (root.cloneNode(true));
  const originals = [root, ...root.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((element, i) => {
    const style = getComputedStyle(originals[i]);
    for (const { name } of [...element.attributes]) {
      if (/^(class|role|tabindex|aria-|data-)/.test(name)) element.removeAttribute(name);
    }
    for (const property of KEPT) element.setAttribute(property, style.getPropertyValue(property));
  });
  const paper = getComputedStyle(/** @type {Element} */ (root.closest(".page"))).backgroundColor;
  copy.prepend(svg("title", {}, title), svg("rect", { width: "100%", height: "100%", fill: paper }));
  return `${new XMLSerializer().serializeToString(copy)}\n`;
}

/** @param {string} text of an SVG @returns {Promise<Blob>} */
export async function pngOf(text) {
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const image = new Image();
  image.src = url;
  await image.decode();
  URL.revokeObjectURL(url);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [DOTS * image.width, DOTS * image.height];
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture")))),
  );
}
