/** Lines over time, as SVG: told apart by their dashes and by a name at their end, not by colour alone. */
import { svg } from "./dom.js";
import { formatNumber } from "./numbers.js";
import { TRAIN } from "./texts_of_views.js";

/**
 * @typedef {{name: string, values: number[]}} Series
 */

const DASHES = ["", "9 4", "3 3", "12 3 3 3", "1 4", "16 5"];
const MOST_POINTS = 300;
const NAME_HEIGHT = 15;
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [520, 220, 86, 54, 26, 30];

/** Every few of many. @param {number[]} values */
function thinned(values) {
  const every = Math.ceil(values.length / MOST_POINTS);
  return values.map((v, i) => /** @type {[number, number]} */ ([i, v])).filter(([i]) => i % every === 0 || i === values.length - 1);
}

/** @param {string} label @param {string} across what the x axis counts @param {Series[]} series */
export function chart(label, across, series) {
  const all = series.flatMap(({ values }) => values.filter((v) => Number.isFinite(v) && v > 0));
  const [low, high] = [Math.min(...all, Infinity), Math.max(...all, -Infinity)];
  const root = svg("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label });
  if (!all.length) return root;
  // a decade or more is read better on a logarithmic scale
  const logarithmic = high / low > 10;
  const scaled = logarithmic ? Math.log10 : (/** @type {number} */ v) => v;
  const [bottom, top] = [logarithmic ? scaled(low) : Math.min(0, low), scaled(high)];
  const length = Math.max(2, series[0].values.length);
  const x = (/** @type {number} */ i) => LEFT + ((WIDTH - LEFT - RIGHT) * i) / (length - 1);
  const y = (/** @type {number} */ v) =>
    HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * (scaled(v) - bottom)) / (top - bottom || 1);
  root.append(
    svg("path", { d: `M${LEFT},${TOP} V${HEIGHT - BOTTOM} H${WIDTH - RIGHT}`, class: "axis" }),
    text(LEFT - 6, y(high) + 5, formatNumber(high), "end"),
    text(LEFT - 6, HEIGHT - BOTTOM + 4, formatNumber(logarithmic ? low : bottom), "end"),
    text(LEFT, HEIGHT - 10, "0", "start"),
    text(WIDTH - RIGHT, HEIGHT - 10, `${series[0].values.length - 1} ${across}`, "end"),
    text(LEFT - 6, 15, logarithmic ? TRAIN.logarithmic : "", "start"),
  );
  series.forEach((one, k) => root.append(line(one, k, x, y, high)));
  root.append(...endNames(series, x, y));
  return root;
}

/** The names at the lines' ends, none on another. @param {Series[]} series @param {(i: number) => number} x
 * @param {(v: number) => number} y */
function endNames(series, x, y) {
  const ends = series.flatMap(({ name, values }) => {
    const last = values[values.length - 1];
    return name && Number.isFinite(last) && last > 0 ? [{ name, at: y(last) + 5, x: x(values.length - 1) + 6 }] : [];
  });
  ends.sort((a, b) => b.at - a.at);
  let free = Infinity;
  return ends.map((end) => {
    const place = Math.min(end.at, free);
    free = place - NAME_HEIGHT;
    return text(end.x, place, end.name, "start");
  });
}

/** @param {Series} series @param {number} k @param {(i: number) => number} x @param {(v: number) => number} y
 * @param {number} high */
function line({ values }, k, x, y, high) {
  const points = thinned(values).filter(([, v]) => Number.isFinite(v) && v > 0);
  const d = points.map(([i, v], p) => `${p ? "L" : "M"}${x(i).toFixed(1)},${y(Math.min(v, high)).toFixed(1)}`).join("");
  return svg("path", { d, class: `series series-${k % 6}`, "stroke-dasharray": DASHES[k % DASHES.length] });
}

/** @param {number} x @param {number} y @param {string} words @param {"start" | "end"} anchor */
const text = (x, y, words, anchor) => svg("text", { x: x.toFixed(1), y: y.toFixed(1), class: anchor }, words);
