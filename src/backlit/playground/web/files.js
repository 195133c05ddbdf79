/** The state as a case of `backlit explain`, its step as `Trace.from_json` reads it, and what was asked and answered. */
import { nameText } from "./names.js";
import { counted } from "./numbers.js";
import { questionsOf } from "./questions.js";
import { rowsText } from "./scripts.js";
import { sizesOf } from "./state.js";
import { stepsOf } from "./steps.js";

/** @typedef {import("./state.js").State} State */

/** The state as a case file. @param {State} state */
export function caseText(state) {
  const { layers, loss } = state.net;
  const sizes = sizesOf(state.net);
  const quoted = (/** @type {string} */ text) => JSON.stringify(text);
  const hidden = layers.slice(0, -1).map(({ activation }) => quoted(activation));
  const rows = (/** @type {Float64Array} */ values, /** @type {number} */ k) =>
    state.n === 1 ? `[${[...values].join(", ")}]` : rowsText(values, k);
  const lines = [
    ...state.frozen.map((address) => `# ${address} is frozen in the page; here it takes its step`),
    `weights = [${layers.map(({ weights, nOut }) => rowsText(weights, nOut)).join(", ")}]`,
    layers.every(({ biases }) => biases) && `biases = [${layers.map(({ biases }) => `[${[...(biases ?? [])].join(", ")}]`).join(", ")}]`,
    hidden.length > 0 && `activation = [${hidden.join(", ")}]`,
    `output = ${quoted(layers[layers.length - 1].activation)}`,
    `loss = ${quoted(loss)}`,
    `input = ${rows(state.X, sizes[0])}`,
    `target = ${rows(state.Y, sizes[sizes.length - 1])}`,
    `learning_rate = ${state.rate}`,
  ];
  return `${lines.filter(Boolean).join("\n")}\n`;
}

/** @param {Float64Array} values @param {number} k */
const matrix = (values, k) => counted(values.length / k, (i) => [...values.subarray(i * k, (i + 1) * k)]);

/** Values a sample: one sample has no sample axis. @param {number} n */
const rowsOf = (n) => (/** @type {Float64Array | null} */ values, /** @type {number} */ k) =>
  values && (n === 1 ? [...values] : matrix(values, k));

/** @param {State} state @param {import("./sweeps.js").LayerTrace} part @param {number} i */
function layerData({ net, n }, part, i) {
  const { weights, biases, activation, nIn, nOut } = net.layers[i];
  const rows = rowsOf(n);
  return {
    address: `L${i + 1}`,
    activation_name: activation,
    weights: matrix(weights, nOut),
    biases: biases && [...biases],
    input: rows(part.input, nIn),
    pre_activation: rows(part.z, nOut),
    activation: rows(part.a, nOut),
    slope: rows(part.slope, nOut),
    error: rows(part.error, nOut),
    error_term: rows(part.errorTerm, nOut),
    weight_gradient: matrix(part.weightGradient, nOut),
    bias_gradient: part.biasGradient && [...part.biasGradient],
    weight_step: matrix(part.weightStep, nOut),
    bias_step: part.biasStep && [...part.biasStep],
    dropout_mask: null,
  };
}

/** The step as `Trace.to_json` writes it. @param {import("./state.js").View} view @returns {string | null} null where a
 * number is not finite: JSON has none */
export function traceText({ state, trace, sizes }) {
  const { layers, loss } = state.net;
  const { n } = state;
  const last = layers.length - 1;
  const rows = rowsOf(n);
  const whole = {
    schema: "backlit/trace/1",
    dtype: "float64",
    sizes,
    activation: layers.slice(0, -1).map(({ activation }) => activation),
    output: layers[last].activation,
    loss_function: loss,
    dropout: layers.slice(0, -1).map(() => 0),
    learning_rate: state.rate,
    n_samples: n,
    one_sample: n === 1,
    rounded: false,
    input: rows(state.X, sizes[0]),
    target: rows(state.Y, sizes[last + 1]),
    prediction: rows(trace.layers[last].a, sizes[last + 1]),
    loss: trace.loss,
    sample_losses: [...trace.sampleLosses],
    layers: trace.layers.map((part, i) => layerData(state, part, i)),
  };
  let finite = true;
  const text = JSON.stringify(whole, (_, value) => {
    if (typeof value === "number" && !Number.isFinite(value)) finite = false;
    return value;
  });
  return finite ? `${text}\n` : null;
}

/** Which questions there are, and how each answered one was. @param {import("./state.js").View} view
 * @param {string[]} kinds @param {boolean[]} done for each answered, whether by oneself */
export function askedText(view, kinds, done) {
  const questions = questionsOf(view, stepsOf(view), new Set(kinds)).map(({ line, kind }, i) => ({
    address: line.address,
    name: nameText(line.name),
    kind,
    answered: i < done.length ? (done[i] ? "by oneself" : "shown") : null,
  }));
  return `${JSON.stringify({ schema: "backlit/asked/1", sizes: view.sizes, questions }, null, 1)}\n`;
}
