/** Inputs that make an image, and the weights into the first layer's units as images of the same form. */
import { h, replace } from "./dom.js";
import { rowOf, unitsOf } from "./layout.js";
import { addressOf } from "./state.js";
import { TEXTS } from "./texts.js";

/**
 * @typedef {import("./state.js").View} View
 * @typedef {import("./state.js").Place} Place
 * @typedef {[number, number]} Form rows and columns
 */

const LEAST_SIDE = 8;
const MOST_IMAGES = 9;
const [POSITIVE, NEGATIVE] = [
  [11, 90, 165],
  [163, 63, 8],
];

/** @param {number[]} values @param {Form} form @param {string} label @param {boolean} signed
 *   whether 0 is white, or the smallest value */
function image(values, [rows, columns], label, signed) {
  const canvas = h("canvas", { width: columns, height: rows, role: "img", "aria-label": label, class: "pixels" });
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const largest = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const data = new ImageData(columns, rows);
  values.forEach((v, i) => {
    const share = signed ? Math.abs(v) / largest : (v - low) / (high - low || 1);
    const ink = !signed ? [20, 20, 20] : v < 0 ? NEGATIVE : POSITIVE;
    data.data.set([...ink.map((c) => 255 - (255 - c) * share), 255], 4 * i);
  });
  canvas.getContext("2d")?.putImageData(data, 0, 0);
  return canvas;
}

/** The form that was given, where the inputs have it; else a square. @param {number} n @param {Form | null} given
 * @returns {Form | null} */
function formOf(n, given) {
  if (given && given[0] * given[1] === n) return given;
  const side = Math.sqrt(n);
  return Number.isInteger(side) && side >= LEAST_SIDE ? [side, side] : null;
}

/** @param {HTMLElement} element @param {View} view @param {Form | null} given @param {Place | null} chosen @param {(place: Place) => void} choose */
export function renderImages(element, view, given, chosen, choose) {
  const { state, sizes } = view;
  const form = formOf(sizes[0], given);
  if (!form) return replace(element);
  const x = state.X.subarray(state.sample * sizes[0], (state.sample + 1) * sizes[0]);
  const { weights } = state.net.layers[0];
  const { units } = rowOf(view, 1, MOST_IMAGES, unitsOf(chosen, 1));
  const figures = units.map((unit) => {
    const place = /** @type {Place} */ ({ kind: "unit", layer: 1, unit });
    const into = Array.from(x, (_, i) => weights[i * sizes[1] + unit]);
    const picture = image(into, form, TEXTS.weightsInto(addressOf(place)), true);
    const take = () => {
      choose(place);
      // it was made anew
      /** @type {HTMLElement | null} */ (element.querySelector(`[data-unit="${unit}"]`))?.focus();
    };
    return h("button", { type: "button", class: "image", "data-unit": unit, click: take }, picture, h("span", {}, addressOf(place)));
  });
  return replace(
    element,
    h("h2", {}, TEXTS.images),
    h("p", { class: "aside" }, TEXTS.imagesSay),
    h("div", { class: "images" }, h("span", { class: "image" }, image([...x], form, TEXTS.sampleImage, false), h("span", {}, "x")), ...figures),
  );
}
