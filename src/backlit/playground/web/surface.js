/** What the network predicts over its inputs, with the samples: two inputs as a surface, one as a curve. */
import { h, replace, svg } from "./dom.js";
import { counted, formatNumber } from "./numbers.js";
import { forward } from "./sweeps.js";

/**
 * @typedef {import("./state.js").View} View
 * @typedef {{low: number[], high: number[]}} Box
 */

const SIZE = 360;
const CELLS = 72;
const SHAPES = ["M0,-5.5 A5.5,5.5 0 1 1 0,5.5 A5.5,5.5 0 1 1 0,-5.5z", "M-5,-5H5V5H-5z", "M0,-7L6.5,5H-6.5z", "M0,-7L7,0L0,7L-7,0z"];
const TINTS = [
  [62, 130, 196],
  [222, 132, 58],
  [98, 160, 90],
  [150, 110, 190],
];

/** Where the samples lie, with a margin. @param {View} view @returns {Box} */
function boxOf({ state, sizes }) {
  const low = Array.from({ length: sizes[0] }, () => Infinity);
  const high = low.map(() => -Infinity);
  state.X.forEach((x, i) => {
    low[i % sizes[0]] = Math.min(low[i % sizes[0]], x);
    high[i % sizes[0]] = Math.max(high[i % sizes[0]], x);
  });
  const margin = low.map((l, i) => 0.12 * (high[i] - l || 1));
  return { low: low.map((l, i) => l - margin[i]), high: high.map((v, i) => v + margin[i]) };
}

/** The class of each row of values: the largest of several outputs; of one, whether it is above the middle.
 * @param {Float64Array} values @param {number} k @param {number} middle */
export function classesOf(values, k, middle) {
  return counted(values.length / k, (s) => {
    if (k === 1) return Number(values[s] > middle);
    const row = values.subarray(s * k, (s + 1) * k);
    return row.indexOf(Math.max(...row));
  });
}

/** Between the two values that targets take, or null where they take more. @param {View} view */
export function middleOf({ state, sizes, names }) {
  const values = [...new Set(state.Y)];
  if (sizes[names.last] > 1) return values.every((v) => v === 0 || v === 1) ? 0.5 : null;
  return values.length === 2 ? (values[0] + values[1]) / 2 : null;
}

/** Share of samples whose class is right, or null where the targets are no classes. @param {View} view */
export function accuracyOf(view) {
  const middle = middleOf(view);
  if (middle === null) return null;
  const k = view.sizes[view.names.last];
  const wanted = classesOf(view.state.Y, k, middle);
  const got = classesOf(view.trace.layers[view.names.last - 1].a, k, middle);
  return got.filter((c, s) => c === wanted[s]).length / wanted.length;
}

/** @param {HTMLElement} element @param {View} view @param {string} label */
export function renderSurface(element, view, label) {
  if (view.sizes[0] > 2 || view.state.n < 2) return replace(element);
  const box = boxOf(view);
  if (view.sizes[0] === 1) return replace(element, curve(view, box, label));
  const canvas = h("canvas", { width: CELLS, height: CELLS, "aria-hidden": "true" });
  paint(canvas, view, box);
  const points = svg("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, role: "img", "aria-label": label }, ...samples(view, box));
  return replace(element, h("div", { class: "surface" }, canvas, points));
}

/** @param {HTMLCanvasElement} canvas @param {View} view @param {Box} box */
function paint(canvas, { tables, state, sizes, names, trace }, { low, high }) {
  const grid = new Float64Array(CELLS * CELLS * 2);
  for (let p = 0; p < CELLS * CELLS; p++) {
    grid[2 * p] = low[0] + ((high[0] - low[0]) * ((p % CELLS) + 0.5)) / CELLS;
    grid[2 * p + 1] = high[1] - ((high[1] - low[1]) * (Math.floor(p / CELLS) + 0.5)) / CELLS;
  }
  const { a } = forward(tables, state.net, grid, CELLS * CELLS)[names.last - 1];
  const k = sizes[names.last];
  const middle = middleOf({ tables, state, sizes, names, trace }) ?? middleOfRange(state.Y);
  const classes = classesOf(a, k, middle);
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(CELLS, CELLS);
  for (let p = 0; p < CELLS * CELLS; p++) {
    const edge = (p % CELLS > 0 && classes[p - 1] !== classes[p]) || (p >= CELLS && classes[p - CELLS] !== classes[p]);
    const sure = k === 1 ? Math.min(1, Math.abs(a[p] - middle) * 2) : 0.65;
    const tint = edge ? [20, 20, 20] : TINTS[classes[p] % TINTS.length].map((c) => 255 - (255 - c) * (0.15 + 0.65 * sure));
    image.data.set([...tint, 255], 4 * p);
  }
  context.putImageData(image, 0, 0);
}

/** @param {Float64Array} values */
const middleOfRange = (values) => (values.reduce((a, b) => Math.min(a, b)) + values.reduce((a, b) => Math.max(a, b))) / 2;

/** A mark for each sample, its shape after its class. @param {View} view @param {Box} box */
function samples(view, { low, high }) {
  const { state, sizes, names } = view;
  const k = sizes[names.last];
  const classes = classesOf(state.Y, k, middleOf(view) ?? middleOfRange(state.Y));
  return classes.slice(0, 1000).map((c, s) => {
    const x = ((state.X[2 * s] - low[0]) / (high[0] - low[0])) * SIZE;
    const y = ((high[1] - state.X[2 * s + 1]) / (high[1] - low[1])) * SIZE;
    const d = SHAPES[c % SHAPES.length];
    return svg("path", { d, class: `mark mark-${c % 4}`, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` });
  });
}

/** One input: the prediction as a line, the samples as dots. @param {View} view @param {Box} box @param {string} label */
function curve({ tables, state, sizes, names }, { low, high }, label) {
  const steps = 160;
  const xs = Float64Array.from({ length: steps }, (_, i) => low[0] + ((high[0] - low[0]) * i) / (steps - 1));
  const k = sizes[names.last];
  const { a } = forward(tables, state.net, xs, steps)[names.last - 1];
  const all = [...state.Y, ...a].filter(Number.isFinite);
  const [bottom, top] = [Math.min(...all), Math.max(...all)];
  const px = (/** @type {number} */ x) => (((x - low[0]) / (high[0] - low[0])) * SIZE).toFixed(1);
  const py = (/** @type {number} */ y) => (SIZE * 0.66 - ((y - bottom) / (top - bottom || 1)) * SIZE * 0.6).toFixed(1);
  const d = [...xs].map((x, i) => `${i ? "L" : "M"}${px(x)},${py(Number.isFinite(a[i * k]) ? a[i * k] : bottom)}`).join("");
  const dots = counted(Math.min(state.n, 1000), (s) =>
    svg("circle", { cx: px(state.X[s]), cy: py(state.Y[s * k]), r: 3.5, class: "mark mark-0" }),
  );
  const ends = [
    svg("text", { x: 2, y: SIZE * 0.72, class: "start" }, formatNumber(low[0])),
    svg("text", { x: SIZE - 2, y: SIZE * 0.72, class: "end" }, formatNumber(high[0])),
  ];
  const box = `0 0 ${SIZE} ${SIZE * 0.74}`;
  return svg("svg", { class: "curve", viewBox: box, role: "img", "aria-label": label }, svg("path", { d, class: "series series-1" }), ...dots, ...ends);
}
