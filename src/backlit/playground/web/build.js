/** Another network in this one's place: an example, other sizes, new weights from a seed. */
import { drawnNet } from "./drawn.js";
import { h, replace } from "./dom.js";
import { counted } from "./numbers.js";
import { choice, takesTargets } from "./settings.js";
import { asStart, sizesOf, stateOf } from "./state.js";
import { BUILD } from "./texts_of_views.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").View} View
 */

const MOST_LAYERS = 20;
const LARGEST_LAYER = 1000;
const MOST_WEIGHTS = 200_000;

/** Whole numbers such as 2-3-1, or null. @param {string} text @returns {number[] | null} */
export function sizesIn(text) {
  const sizes = text.trim().split(/\s*[-–, ]\s*/).map(Number);
  if (sizes.length < 2 || sizes.length > MOST_LAYERS + 1) return null;
  return sizes.every((n) => Number.isInteger(n) && n >= 1 && n <= LARGEST_LAYER) ? sizes : null;
}

/** Rows of `from` columns as rows of `to`: cut, or filled with 0. @param {Float64Array} values @param {number} n
 * @param {number} from @param {number} to */
const resized = (values, n, from, to) =>
  Float64Array.from(counted(n * to, (i) => (i % to < from ? values[Math.floor(i / to) * from + (i % to)] : 0)));

/** A network of these sizes with weights drawn from a seed; activations and samples stay as far as they go.
 * @param {any} tables @param {State} state @param {number[]} sizes @param {number} seed
 * @returns {State | string} or why there is none */
export function rebuilt(tables, state, sizes, seed) {
  if (sizes.slice(1).reduce((sum, n, i) => sum + n * sizes[i], 0) > MOST_WEIGHTS) return BUILD.tooLarge;
  const old = state.net.layers;
  const [hidden, output] = [old.slice(0, -1).map((layer) => layer.activation), old[old.length - 1].activation];
  const biased = old.some((layer) => layer.biases);
  const last = sizes.length - 2;
  const layers = counted(last + 1, (i) => ({
    nIn: sizes[i],
    nOut: sizes[i + 1],
    weights: new Float64Array(0),
    biases: biased ? new Float64Array(0) : null,
    activation: i === last ? output : (hidden[i] ?? hidden[hidden.length - 1] ?? "tanh"),
  }));
  const before = sizesOf(state.net);
  const X = resized(state.X, state.n, before[0], sizes[0]);
  const Y = resized(state.Y, state.n, before[before.length - 1], sizes[last + 1]);
  const next = { ...state, X, Y, frozen: [], net: drawnNet(tables, { ...state.net, layers }, "", seed) };
  const fits = takesTargets(tables, next, output, state.net.loss) && (output !== "softmax" || sizes[last + 1] > 1);
  return fits ? asStart(next) : BUILD.targets;
}

/** @param {HTMLElement} element @param {View} view @param {any[]} presets
 * @param {{open: (state: State) => void, refuse: (words: string) => void}} actions */
export function renderBuild(element, { tables, state, sizes }, presets, actions) {
  const text = h("input", { type: "text", "aria-label": BUILD.sizes, size: 12 });
  const seed = h("input", { type: "number", step: 1, "aria-label": BUILD.seed });
  [text.value, seed.value] = [sizes.join("-"), "0"];
  const build = () => {
    const wanted = sizesIn(text.value);
    if (!wanted || !Number.isInteger(seed.valueAsNumber)) return actions.refuse(BUILD.refused);
    const next = rebuilt(tables, state, wanted, seed.valueAsNumber);
    return typeof next === "string" ? actions.refuse(next) : actions.open(next);
  };
  const form = h(
    "form",
    { class: "steps", submit: (/** @type {Event} */ event) => (event.preventDefault(), build()) },
    h("label", { class: "choice" }, h("span", {}, BUILD.sizes), text),
    h("label", { class: "choice" }, h("span", {}, BUILD.seed), seed),
    h("button", { type: "submit" }, BUILD.draw),
  );
  const examples = Object.fromEntries([["", BUILD.none], ...presets.map(({ name, words }) => [name, words])]);
  const open = (/** @type {string} */ name) => {
    const preset = presets.find((each) => each.name === name);
    if (preset) actions.open(stateOf(preset));
  };
  replace(element, choice(BUILD.example, examples, "", open), form);
}
