/** Where words stand in the drawing: beside or below what they belong to, within it, and none over another. */
import { nameText } from "./names.js";
import { formatNumber, shortNumber } from "./numbers.js";

/**
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {{x: number, y: number, width: number, height: number}} Area about its middle
 * @typedef {{text: string, beside: boolean, area: Area, delta: number}} ErrorTerm
 */

const HEIGHT = 17;
const BESIDE = 8;
const NARROW = /[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁽⁾₀-₉ₐ-ₜ., ]/u;

/** About how wide a text is drawn. @param {string} text @param {number} size of its letters */
const widthOf = (text, size) => [...text].reduce((sum, c) => sum + (NARROW.test(c) ? 0.42 : 0.66) * size, 0);

/** The error terms of the drawn units of a layer: all beside their units or all below, shorter where there is no room
 * for their names, or all left out. @param {import("./state.js").View} view @param {Layout} layout @param {number} l
 * @returns {(ErrorTerm | null)[]} */
export function errorTermsOf(view, layout, l) {
  const { units } = layout.rows[l];
  const { errorTerm } = view.trace.layers[l - 1];
  const deltas = units.map((unit) => errorTerm[view.state.sample * view.sizes[l] + unit]);
  const long = deltas.map((delta, k) => `${nameText(view.names.errorTerm(l, String(units[k] + 1)))} ${formatNumber(delta)}`);
  const short = deltas.map((delta) => `δ ${shortNumber(delta, 2)}`);
  const size = layout.size === "large" ? 18 : 15;
  const beside = long.every((text, k) => widthOf(text, size) <= roomBeside(layout, l, k));
  const fits = (/** @type {string} */ text) => widthOf(text, size) <= layout.step(l) - 4;
  const texts = beside || long.every(fits) ? long : short;
  if (!beside && !texts.every(fits)) return texts.map(() => null);
  return texts.map((text, k) => {
    const [x, y, width] = [layout.x(l, k), layout.y(l), widthOf(text, size)];
    const middle = beside ? { x: x + layout.radius + BESIDE + width / 2, y } : { x, y: y + layout.radius + 12 };
    return { text, beside, area: { ...middle, width, height: HEIGHT }, delta: deltas[k] };
  });
}

/** @param {Layout} layout @param {number} l @param {number} k */
function roomBeside({ width, radius, rows, x, step }, l, k) {
  const last = k === rows[l].units.length - 1;
  return (last ? width - x(l, k) - radius : step(l) - 2 * radius - BESIDE) - BESIDE;
}

/** The circles of the drawn units. @param {Layout} layout @param {number} l @returns {Area[]} */
export const discsOf = ({ rows, radius, x, y }, l) =>
  rows[l].units.map((_, k) => ({ x: x(l, k), y: y(l), width: 2 * radius, height: 2 * radius }));

/** Points along a line, the nearest to its middle first.
 * @param {[number, number]} start @param {[number, number]} end */
function* along([x0, y0], [x1, y1]) {
  for (let step = 0; step < 31; step++) {
    const t = 0.5 + (step % 2 ? -1 : 1) * 0.026 * Math.ceil(step / 2);
    yield { x: x0 + t * (x1 - x0), y: y0 + t * (y1 - y0) };
  }
}

/** A place on a line where a text covers nothing, or null; it is noted. @param {[[number, number], [number, number]]} ends
 * @param {string} text @param {number} size @param {Area[]} taken @returns {Area | null} */
export function freePlace(ends, text, size, taken) {
  const width = widthOf(text, size) + BESIDE;
  for (const { x, y } of along(...ends)) {
    const area = { x, y, width, height: HEIGHT };
    const free = taken.every(
      (other) =>
        Math.abs(x - other.x) >= (width + other.width) / 2 || Math.abs(y - other.y) >= (HEIGHT + other.height) / 2,
    );
    if (free) {
      taken.push(area);
      return area;
    }
  }
  return null;
}
