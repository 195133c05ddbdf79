/** Where the drawing puts things: inputs at the bottom, the prediction at the top. */
import { counted } from "./numbers.js";

/**
 * @typedef {import("./state.js").View} View
 * @typedef {{units: number[], hidden: number}} Row the units of a layer that are drawn, and how many are not
 * @typedef {{width: number, height: number, radius: number, rows: Row[], x: (l: number, k: number) => number,
 *   y: (l: number) => number, left: number, slot: number, tight: boolean, size: "large" | "usual" | "small"}} Layout rows from the input up; `k` counts the drawn units
 */

const MOST_UNITS = 10;
const SIDE = 118;
const NARROW = 520;

/** @param {View} view @param {number} width in CSS pixels @param {import("./state.js").Place | null} chosen
 * @returns {Layout} */
export function layoutOf(view, width, chosen) {
  const narrow = width < NARROW;
  const left = narrow ? 12 : SIDE;
  const most = Math.max(2, Math.min(MOST_UNITS, Math.floor((width - left) / 72)));
  const rows = view.sizes.map((_, l) => rowOf(view, l, most, unitsOf(chosen, l)));
  const deep = view.sizes.length > 6;
  const widest = Math.max(...rows.map((row) => row.units.length + (row.hidden ? 1 : 0)));
  const slot = (width - left - 12) / widest;
  const large = view.sizes.length < 4 && slot > 150 && !narrow;
  const radius = deep ? 21 : large ? 34 : 26;
  const gap = deep ? 78 : large ? 160 : 150;
  const top = large ? 116 : 104;
  const y = (/** @type {number} */ l) => top + gap * (rows.length - 1 - l);
  const x = (/** @type {number} */ l, /** @type {number} */ k) => {
    const count = rows[l].units.length + (rows[l].hidden ? 1 : 0);
    const step = Math.min((width - left - 12) / count, 210);
    return left + (width - left - 12) / 2 + step * (k - (count - 1) / 2);
  };
  return { width, height: y(0) + radius + 34, radius, rows, x, y, left, slot, tight: slot < 136, size: large ? "large" : deep ? "small" : "usual" };
}

/** The units of a layer that a place names. @param {import("./state.js").Place | null} place @param {number} l */
function unitsOf(place, l) {
  if (!place || place.kind === "rate") return [];
  if (place.kind === "input") return l === 0 ? [place.unit] : [];
  if (place.kind === "target") return [];
  if (place.kind === "weight" && place.layer - 1 === l) return [place.input];
  return place.layer === l ? [place.unit] : [];
}

/** The units that matter most and those asked for, in order of place. @param {View} view @param {number} l
 * @param {number} most @param {number[]} asked @returns {Row} */
function rowOf(view, l, most, asked) {
  const size = view.sizes[l];
  const all = counted(size, (j) => j);
  if (size <= most) return { units: all, hidden: 0 };
  const weight = weightOf(view, l);
  const ranked = all.sort((i, j) => weight(j) - weight(i)).filter((j) => !asked.includes(j));
  const units = [...asked, ...ranked].slice(0, most - 1);
  return { units: units.sort((i, j) => i - j), hidden: size - units.length };
}

/** How much a unit matters: activation times error term; for an input its size. @param {View} view @param {number} l */
function weightOf({ state, sizes, trace }, l) {
  const start = state.sample * sizes[l];
  if (l === 0) return (/** @type {number} */ i) => Math.abs(state.X[start + i]);
  const { a, errorTerm } = trace.layers[l - 1];
  return (/** @type {number} */ j) => Math.abs(a[start + j] * errorTerm[start + j]);
}

/** Points along a line, the nearest to its middle first.
 * @param {[number, number]} start @param {[number, number]} end */
function* along([x0, y0], [x1, y1]) {
  for (let step = 0; step < 13; step++) {
    const t = 0.5 + (step % 2 ? -1 : 1) * 0.06 * Math.ceil(step / 2);
    yield /** @type {[number, number]} */ ([x0 + t * (x1 - x0), y0 + t * (y1 - y0)]);
  }
}

/** A place on a line where a label covers no other; it is noted. @param {[number, number]} start
 * @param {[number, number]} end @param {number} width @param {[number, number, number][]} taken */
export function freePlace(start, end, width, taken) {
  let best = /** @type {[number, number]} */ ([0, 0]);
  let fewest = Infinity;
  for (const [x, y] of along(start, end)) {
    const covered = taken.filter(([u, v, w]) => Math.abs(x - u) < (width + w) / 2 && Math.abs(y - v) < 17).length;
    if (covered < fewest) {
      fewest = covered;
      best = [x, y];
    }
  }
  taken.push([...best, width]);
  return best;
}
