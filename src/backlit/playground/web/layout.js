/** Where the drawing puts things: inputs at the bottom, the prediction at the top. */
import { counted } from "./numbers.js";

/**
 * @typedef {import("./state.js").View} View
 * @typedef {{units: number[], hidden: number, rest: number}} Row the units of a layer that are drawn, how many are not, and
 *   their share in what the layer carries: activation times error term, an input's size
 * @typedef {{width: number, height: number, radius: number, rows: Row[], x: (l: number, k: number) => number,
 *   y: (l: number) => number, step: (l: number) => number, left: number, slot: number, size: "large" | "usual" | "small"}} Layout rows from the input up; `k` counts the drawn units
 */

export const MOST_UNITS = 10;
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
  const count = (/** @type {number} */ l) => rows[l].units.length + (rows[l].hidden ? 1 : 0);
  const step = (/** @type {number} */ l) => Math.min((width - left - 12) / count(l), 210);
  const x = (/** @type {number} */ l, /** @type {number} */ k) =>
    left + (width - left - 12) / 2 + step(l) * (k - (count(l) - 1) / 2);
  return { width, height: y(0) + radius + 34, radius, rows, x, y, step, left, slot, size: large ? "large" : deep ? "small" : "usual" };
}

/** The units of a layer that a place names. @param {import("./state.js").Place | null} place @param {number} l */
export function unitsOf(place, l) {
  if (!place || place.kind === "rate") return [];
  if (place.kind === "input") return l === 0 ? [place.unit] : [];
  if (place.kind === "target") return [];
  if (place.kind === "weight" && place.layer - 1 === l) return [place.input];
  return place.layer === l ? [place.unit] : [];
}

/** The units that matter most and those asked for, in order of place. @param {View} view @param {number} l
 * @param {number} most @param {number[]} asked @returns {Row} */
export function rowOf(view, l, most, asked) {
  const size = view.sizes[l];
  const all = counted(size, (j) => j);
  if (size <= most) return { units: all, hidden: 0, rest: 0 };
  const weight = weightOf(view, l);
  const ranked = [...all].sort((i, j) => weight(j) - weight(i)).filter((j) => !asked.includes(j));
  const units = [...asked, ...ranked].slice(0, most - 1);
  const total = all.reduce((sum, j) => sum + weight(j), 0);
  const drawn = units.reduce((sum, j) => sum + weight(j), 0);
  return { units: units.sort((i, j) => i - j), hidden: size - units.length, rest: total > 0 ? 1 - drawn / total : 0 };
}

/** How much a unit matters: activation times error term; for an input its size. @param {View} view @param {number} l */
function weightOf({ state, sizes, trace }, l) {
  const start = state.sample * sizes[l];
  if (l === 0) return (/** @type {number} */ i) => Math.abs(state.X[start + i]);
  const { a, errorTerm } = trace.layers[l - 1];
  return (/** @type {number} */ j) => Math.abs(a[start + j] * errorTerm[start + j]);
}
