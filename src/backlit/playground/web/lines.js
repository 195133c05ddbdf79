/**
 * The formula of each quantity, as in `explain/steps.py`: a tree with symbols and values, and the value that the
 * sweeps gave. Layers are counted from 1, units from 0. With `letters` the indices are letters.
 */
import { difference, exponential, functionMath, leaf, nameMath, product, quotient, sum } from "./formula.js";
import { counted, digitsToShow } from "./numbers.js";
import { name } from "./names.js";
import { fusedPair } from "./sweeps.js";

/**
 * @typedef {import("./formula.js").Formula} Formula
 * @typedef {import("./formula.js").Leaf} Leaf
 * @typedef {import("./names.js").Name} Name
 * @typedef {import("./state.js").View} View
 * @typedef {{address: string, name: Name, formula: Formula, value: number, digits?: number | null,
 *   becomes?: boolean}} Line
 */

const MOST_TERMS = 6;
const SAMPLES_SHOWN = 4;

/** @param {View} view @param {boolean} [letters] */
export function linesOf(view, letters = false) {
  const { sizes, names, state, trace } = view;
  const last = names.last;
  /** @param {number} l @param {"z"|"a"|"error"|"errorTerm"|"slope"|"input"} quantity @param {number} unit */
  const at = (l, quantity, unit) => {
    const values = trace.layers[l - 1][quantity];
    return values ? values[state.sample * (quantity === "input" ? sizes[l - 1] : sizes[l]) + unit] : NaN;
  };
  /** @param {number} unit @param {string} letter */
  const index = (unit, letter) => (letters ? letter : String(unit + 1));
  /** @param {number} l */
  const letter = (l) => (l === last && l > 1 ? "k" : "j");
  /** @param {number} l @param {number} unit */
  const own = (l, unit) => index(unit, letter(l));
  /** @param {number} l @param {number} unit */
  const below = (l, unit) => index(unit, letter(l) === "k" ? "j" : "i");
  return { view, at, index, letter, own, below };
}

/** @typedef {ReturnType<typeof linesOf>} Lines */

/** The largest terms in order of place, and the sum of the rest. @param {string} over @param {number[]} values
 * @param {(i: number) => Formula} term @param {Formula | null} [extra] */
function shortSum(over, values, term, extra = null) {
  const all = values.map((_, i) => i);
  if (values.length <= MOST_TERMS + 1) return sum(over, all.map(term), extra);
  const order = all.sort((i, j) => Math.abs(values[j]) - Math.abs(values[i]));
  const shown = order.slice(0, MOST_TERMS).sort((i, j) => i - j);
  const hidden = order.slice(MOST_TERMS);
  return sum(over, shown.map(term), extra, hidden.length, hidden.reduce((total, i) => total + values[i], 0));
}

/** @param {Lines} lines @param {number} l @param {number} unit @returns {Line} */
export function sumLine({ view: { state, sizes, names }, at, own, below, letter }, l, unit) {
  const { weights, biases } = state.net.layers[l - 1];
  const w = (/** @type {number} */ i) => weights[i * sizes[l] + unit];
  const products = counted(sizes[l - 1], (i) => w(i) * at(l, "input", i));
  const bias = biases && leaf(names.bias(l, own(l, unit)), biases[unit]);
  const term = (/** @type {number} */ i) =>
    product(
      leaf(names.weight(l, below(l, i), own(l, unit)), w(i)),
      leaf(names.input(l, below(l, i)), at(l, "input", i)),
    );
  const formula = shortSum(letter(l) === "k" ? "j" : "i", products, term, bias);
  return { address: `L${l}.u${unit + 1}`, name: names.sum(l, own(l, unit)), formula, value: at(l, "z", unit) };
}

/** @param {Lines} lines @param {number} l @param {number} unit @returns {Leaf} */
const sumLeaf = ({ view: { names }, at, own }, l, unit) => leaf(names.sum(l, own(l, unit)), at(l, "z", unit));
/** @param {Lines} lines @param {number} l @param {number} unit @returns {Leaf} */
const activationLeaf = ({ view: { names }, at, own }, l, unit) =>
  leaf(names.activation(l, own(l, unit)), at(l, "a", unit));

/** f(h), or f′(h). @param {Lines} lines @param {number} l @param {number} unit @param {"formula" | "slope"} which
 * @returns {Formula} */
function functionOf(lines, l, unit, which) {
  const { view, at } = lines;
  const row = view.tables.activations[view.state.net.layers[l - 1].activation];
  const z = sumLeaf(lines, l, unit);
  return {
    type: "filled",
    name: [functionMath(functionName(view, l), which === "slope", nameMath(z.name))],
    template: row[which].math,
    marks: { "⟨z⟩": z, "⟨a⟩": activationLeaf(lines, l, unit) },
    value: at(l, which === "slope" ? "slope" : "a", unit),
    open: false,
  };
}

/** f where all layers have one function, else its name. @param {View} view @param {number} l */
export function functionName(view, l) {
  const names = view.state.net.layers.map((layer) => layer.activation);
  const elementwise = new Set(names.filter((each) => view.tables.activations[each].derivative));
  return elementwise.size === 1 ? "f" : names[l - 1];
}

/** @param {Lines} lines @param {number} l @param {number} unit @returns {Line} */
export function activationLine(lines, l, unit) {
  const { view, at, own } = lines;
  const elementwise = view.tables.activations[view.state.net.layers[l - 1].activation].derivative;
  const formula = elementwise ? functionOf(lines, l, unit, "formula") : softmaxOf(lines, l, unit);
  const symbol = view.names.activation(l, own(l, unit));
  return { address: `L${l}.u${unit + 1}`, name: symbol, formula, value: at(l, "a", unit) };
}

/** @param {Lines} lines @param {number} l @param {number} unit */
function softmaxOf(lines, l, unit) {
  const { view, at, index } = lines;
  const powers = counted(view.sizes[l], (m) => Math.exp(at(l, "z", m)));
  const term = (/** @type {number} */ m) =>
    exponential(leaf(view.names.sum(l, index(m, "m")), at(l, "z", m)));
  return quotient(exponential(sumLeaf(lines, l, unit)), shortSum("m", powers, term));
}

/** The loss's own formula, with its marks filled. @param {Lines} lines @param {number} unit
 * @param {"formula" | "error"} which @param {number} value @returns {Formula} */
function lossOf(lines, unit, which, value) {
  const { view, own } = lines;
  const { last } = view.names;
  const target = view.state.Y[view.state.sample * view.sizes[last] + unit];
  return {
    type: "filled",
    name: [],
    template: view.tables.losses[view.state.net.loss][which].math,
    marks: { "⟨p⟩": activationLeaf(lines, last, unit), "⟨y⟩": leaf(view.names.target(own(last, unit)), target) },
    value,
    open: true,
  };
}

/** @param {Lines} lines @returns {Line} */
export function lossLine(lines) {
  const { view, letter } = lines;
  const { last } = view.names;
  const value = view.trace.sampleLosses[view.state.sample];
  const share = value / view.sizes[last];
  const terms = counted(Math.min(view.sizes[last], MOST_TERMS), (k) =>
    lossOf(lines, k, "formula", share),
  );
  const hidden = view.sizes[last] - terms.length;
  return { address: "loss", name: name("ℓ"), formula: sum(letter(last), terms, null, hidden, share * hidden), value };
}

/** @param {Lines} lines @param {number} unit @returns {Line} */
export function errorLine(lines, unit) {
  const { view, at, own } = lines;
  const { last } = view.names;
  const value = at(last, "error", unit);
  const symbol = view.names.error(last, own(last, unit));
  return { address: `L${last}.u${unit + 1}`, name: symbol, formula: lossOf(lines, unit, "error", value), value };
}

/** What the layer above sends back. @param {Lines} lines @param {number} l @param {number} unit */
function sentBack({ view, at, own, index }, l, unit) {
  const { sizes, names, state } = view;
  const weight = (/** @type {number} */ k) => state.net.layers[l].weights[unit * sizes[l + 1] + k];
  const products = counted(sizes[l + 1], (k) => weight(k) * at(l + 1, "errorTerm", k));
  const term = (/** @type {number} */ k) =>
    product(
      leaf(names.weight(l + 1, own(l, unit), index(k, "k")), weight(k)),
      leaf(names.errorTerm(l + 1, index(k, "k")), at(l + 1, "errorTerm", k)),
    );
  return shortSum("k", products, term);
}

/** @param {Lines} lines @param {number} l @param {number} unit @returns {Line} */
export function errorTermLine(lines, l, unit) {
  const { view, at, own } = lines;
  const last = l === view.names.last;
  const symbol = view.names.errorTerm(l, own(l, unit));
  return { address: `L${l}.u${unit + 1}`, name: symbol, formula: formula(), value: at(l, "errorTerm", unit) };

  /** @returns {Formula} */
  function formula() {
    if (last && fusedPair(view.tables, view.state.net)) {
      const target = view.state.Y[view.state.sample * view.sizes[l] + unit];
      return difference(leaf(view.names.target(own(l, unit)), target), activationLeaf(lines, l, unit));
    }
    if (!view.tables.activations[view.state.net.layers[l - 1].activation].derivative) {
      return softmaxErrorTerm(lines, unit);
    }
    const error = last ? errorLine(lines, unit).formula : sentBack(lines, l, unit);
    return product(error, functionOf(lines, l, unit, "slope"));
  }
}

/** The whole Jacobian: a_k (e_k - sum a_m e_m). @param {Lines} lines @param {number} unit */
function softmaxErrorTerm(lines, unit) {
  const { view, at, own, index } = lines;
  const { last } = view.names;
  const error = (/** @type {number} */ m, /** @type {string} */ i) =>
    leaf(view.names.error(last, i), at(last, "error", m));
  const products = counted(view.sizes[last], (m) => at(last, "a", m) * at(last, "error", m));
  const term = (/** @type {number} */ m) =>
    product(leaf(view.names.activation(last, index(m, "m")), at(last, "a", m)), error(m, index(m, "m")));
  const spread = shortSum("m", products, term);
  return product(activationLeaf(lines, last, unit), difference(error(unit, own(last, unit)), spread));
}

/** The step of a weight, or of a bias where `input` is null. @param {Lines} lines @param {number} l
 * @param {number | null} input @param {number} unit @returns {Line} */
export function stepLine(lines, l, input, unit) {
  const { view, own, below } = lines;
  const { state, sizes, names, trace } = view;
  const layer = trace.layers[l - 1];
  const delta = (/** @type {number} */ s) =>
    leaf(names.errorTerm(l, own(l, unit)), layer.errorTerm[s * sizes[l] + unit]);
  const term = (/** @type {number} */ s) =>
    input === null
      ? [delta(s)]
      : [delta(s), leaf(names.input(l, below(l, input)), layer.input[s * sizes[l - 1] + input])];
  const rate = leaf(name("η"), state.rate);
  const address = parameterAddress(l, input, unit);
  const still = state.frozen.includes(address) ? [leaf(name("0"), 0)] : [];
  const formula = state.n === 1 ? product(...still, rate, ...term(0)) : product(...still, rate, meanOver(state.n, term));
  const values = input === null ? layer.biasStep : layer.weightStep;
  const value = values ? values[input === null ? unit : input * sizes[l] + unit] : NaN;
  const symbol =
    input === null ? names.bias(l, own(l, unit), true) : names.weight(l, below(l, input), own(l, unit), true);
  return { address, name: symbol, formula, value };
}

/** @param {number} n @param {(s: number) => Leaf[]} term */
function meanOver(n, term) {
  const terms = counted(n, (s) => product(...term(s)));
  const values = terms.map((t) => t.factors.reduce((total, f) => total * /** @type {Leaf} */ (f).value, 1));
  const shown = n <= SAMPLES_SHOWN + 1 ? n : SAMPLES_SHOWN;
  const rest = values.slice(shown).reduce((total, v) => total + v, 0);
  return quotient(sum("s", terms.slice(0, shown), null, n - shown, rest), leaf(name("n"), n));
}

/** @param {number} l @param {number | null} input @param {number} unit */
const parameterAddress = (l, input, unit) =>
  input === null ? `L${l}.b[${unit + 1}]` : `L${l}.w[${input + 1},${unit + 1}]`;

/** The parameter after its step. @param {Lines} lines @param {number} l @param {number | null} input
 * @param {number} unit @returns {Line} */
export function updatedLine(lines, l, input, unit) {
  const { view, own, below } = lines;
  const { state, sizes, names } = view;
  const layer = state.net.layers[l - 1];
  const step = stepLine(lines, l, input, unit);
  const old = input === null ? (layer.biases?.[unit] ?? 0) : layer.weights[input * sizes[l] + unit];
  const symbol = input === null ? names.bias(l, own(l, unit)) : names.weight(l, below(l, input), own(l, unit));
  const value = old + step.value;
  const formula = sum("", [leaf(symbol, old)], leaf(step.name, step.value));
  return { address: step.address, name: symbol, formula, value, digits: digitsToShow(value, step.value), becomes: true };
}
