/**
 * What the page shows, as one plain value that is never changed: an edit makes the next one, so that undo, redo and
 * the way back to the start are a list.
 */
import { heldStill } from "./frozen.js";
import { trace } from "./sweeps.js";
import { namesOf } from "./names.js";

/**
 * @typedef {import("./sweeps.js").Net} Net
 * @typedef {import("./sweeps.js").Trace} Trace
 * @typedef {import("./sweeps.js").Tables} Tables
 * @typedef {{net: Net, X: Float64Array, Y: Float64Array, n: number, sample: number, rate: number,
 *   frozen: string[], start?: State}} State X is n x nIn; `sample`, from 0, is the one shown; `frozen`: addresses of what
 *   no step moves; `start`: where the way back leads
 * @typedef {{past: State[], present: State, future: State[]}} History
 * @typedef {{kind: "unit", layer: number, unit: number} | {kind: "weight", layer: number, input: number, unit: number}
 *   | {kind: "bias", layer: number, unit: number} | {kind: "input", unit: number} | {kind: "target", unit: number}
 *   | {kind: "rate"}} Place layers are counted from 1, units from 0
 * @typedef {{tables: any, state: State, trace: Trace, sizes: number[], names: import("./names.js").Names}} View
 */

const MOST_STEPS_BACK = 200;

/** @param {Net} net */
export function sizesOf(net) {
  return [net.layers[0].nIn, ...net.layers.map((layer) => layer.nOut)];
}

/** @param {any} tables @param {State} state @returns {View} */
export function viewOf(tables, state) {
  const sizes = sizesOf(state.net);
  const traced = trace(tables, state.net, state.X, state.Y, state.n, state.rate);
  traced.layers = heldStill(state.frozen, state.net, traced.layers);
  return { tables, state, trace: traced, sizes, names: namesOf(sizes) };
}

/** Nested lists, or base64 of floats. @param {any} given @returns {Float64Array} */
function flattened(given) {
  if (typeof given !== "string") return Float64Array.from(given.flat(2));
  const { buffer } = Uint8Array.from(atob(given.slice(3)), (c) => c.charCodeAt(0));
  return given.startsWith("f4") ? Float64Array.from(new Float32Array(buffer)) : new Float64Array(buffer);
}

/** The state that Python wrote. @param {any} data @returns {State} */
export function stateOf(data) {
  const layers = data.layers.map((/** @type {any} */ { shape: [nIn, nOut], weights, biases, activation }) => ({
    nIn,
    nOut,
    weights: flattened(weights),
    biases: biases && flattened(biases),
    activation,
  }));
  const net = { layers, loss: data.loss };
  const { n, sample, learning_rate: rate } = data;
  return asStart({ net, X: flattened(data.X), Y: flattened(data.Y), n, sample, rate, frozen: [] });
}

/** A state that the way back leads to. @param {State} state @returns {State} */
export function asStart(state) {
  const start = { ...state };
  start.start = start;
  return start;
}

/** The address as explanations print it. @param {Place} place */
export function addressOf(place) {
  switch (place.kind) {
    case "unit":
      return `L${place.layer}.u${place.unit + 1}`;
    case "weight":
      return `L${place.layer}.w[${place.input + 1},${place.unit + 1}]`;
    case "bias":
      return `L${place.layer}.b[${place.unit + 1}]`;
    case "input":
      return `x[${place.unit + 1}]`;
    case "target":
      return `y[${place.unit + 1}]`;
    case "rate":
      return "learning rate";
  }
}

/** The place that an address names. @param {string} address @returns {Place | null} */
export function placeOf(address) {
  const found = /^L(\d+)\.(?:u(\d+)|w\[(\d+),(\d+)\]|b\[(\d+)\])$/.exec(address);
  if (!found) return null;
  const [layer, unit, input, to, bias] = found.slice(1).map(Number);
  if (unit) return { kind: "unit", layer, unit: unit - 1 };
  return bias ? { kind: "bias", layer, unit: bias - 1 } : { kind: "weight", layer, input: input - 1, unit: to - 1 };
}

/** @param {{sizes: number[], state: State}} view @param {Place} place @returns {boolean} */
export function isThere({ sizes, state }, place) {
  if (!("layer" in place)) return true;
  const { layer, unit } = place;
  const known = layer >= 1 && unit >= 0 && unit < sizes[layer];
  if (place.kind === "bias") return known && valueAt(state, place) !== null;
  return known && (place.kind === "unit" || (place.input >= 0 && place.input < sizes[layer - 1]));
}

/** @param {State} state @param {Place} place @returns {number | null} the number there that one can change */
export function valueAt(state, place) {
  const sizes = sizesOf(state.net);
  switch (place.kind) {
    case "weight":
      return state.net.layers[place.layer - 1].weights[place.input * sizes[place.layer] + place.unit];
    case "bias":
      return state.net.layers[place.layer - 1].biases?.[place.unit] ?? null;
    case "input":
      return state.X[state.sample * sizes[0] + place.unit];
    case "target":
      return state.Y[state.sample * sizes[sizes.length - 1] + place.unit];
    case "rate":
      return state.rate;
    case "unit":
      return null;
  }
}

/** @param {Float64Array} array @param {number} i @param {number} value */
function replaced(array, i, value) {
  const copy = Float64Array.from(array);
  copy[i] = value;
  return copy;
}

/** @param {State} state @param {number} l from 1 @param {Partial<import("./sweeps.js").Layer>} changes @returns {State} */
export function withLayer(state, l, changes) {
  const layers = state.net.layers.map((layer, i) => (i === l - 1 ? { ...layer, ...changes } : layer));
  return { ...state, net: { ...state.net, layers } };
}

/** @param {State} state @param {Place} place @param {number} value @returns {State} */
export function withValue(state, place, value) {
  const sizes = sizesOf(state.net);
  switch (place.kind) {
    case "weight": {
      const { weights } = state.net.layers[place.layer - 1];
      const i = place.input * sizes[place.layer] + place.unit;
      return withLayer(state, place.layer, { weights: replaced(weights, i, value) });
    }
    case "bias": {
      const { biases } = state.net.layers[place.layer - 1];
      return biases ? withLayer(state, place.layer, { biases: replaced(biases, place.unit, value) }) : state;
    }
    case "input":
      return { ...state, X: replaced(state.X, state.sample * sizes[0] + place.unit, value) };
    case "target":
      return { ...state, Y: replaced(state.Y, state.sample * sizes[sizes.length - 1] + place.unit, value) };
    case "rate":
      return { ...state, rate: value };
    case "unit":
      return state;
  }
}

/** What the gradient says that a change does to the mean loss. @param {View} view @param {Place} place
 * @param {number} change @returns {number | null} */
export function promised(view, place, change) {
  if (place.kind === "weight") {
    const i = place.input * view.sizes[place.layer] + place.unit;
    return view.trace.layers[place.layer - 1].weightGradient[i] * change;
  }
  if (place.kind === "bias") return (view.trace.layers[place.layer - 1].biasGradient?.[place.unit] ?? 0) * change;
  return null;
}

/** @param {State} start @returns {History} */
export function historyOf(start) {
  return { past: [], present: start, future: [] };
}

/** @param {History} history @param {State} next @param {boolean} [continues] whether it goes on with the last edit,
 *   as a drag does @returns {History} */
export function edited(history, next, continues = false) {
  const past = continues ? history.past : [...history.past, history.present].slice(-MOST_STEPS_BACK);
  return { past, present: next, future: [] };
}

/** @param {History} history @returns {History} */
export function undone(history) {
  if (!history.past.length) return history;
  const past = history.past.slice(0, -1);
  return { past, present: history.past[past.length], future: [history.present, ...history.future] };
}

/** @param {History} history @returns {History} */
export function redone(history) {
  if (!history.future.length) return history;
  const [present, ...future] = history.future;
  return { past: [...history.past, history.present], present, future };
}
