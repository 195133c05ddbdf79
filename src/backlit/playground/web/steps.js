/** The steps of one backward pass, in order: what each is called, says, computes and lights up. */
import { activationLine, errorLine, errorTermLine, linesOf, lossLine, stepLine, sumLine, updatedLine } from "./lines.js";
import { counted, formatNumber } from "./numbers.js";
import { nameText } from "./names.js";
import { fusedPair, meanLoss, stepped } from "./sweeps.js";
import { SENTENCES, TEXTS, TITLES } from "./texts.js";

/**
 * @typedef {import("./state.js").View} View
 * @typedef {import("./lines.js").Line} Line
 * @typedef {{kind: "start" | "sum" | "activation" | "loss" | "error" | "term" | "steps" | "updated", layer: number}} Step
 *   the layer it is about, from 1; 0 where it is about all
 */

/** @param {View} view @returns {Step[]} */
export function stepsOf(view) {
  const layers = view.state.net.layers.map((_, i) => i + 1);
  const down = [...layers].reverse();
  /** @type {Step[]} */
  const steps = [{ kind: "start", layer: 0 }];
  for (const layer of layers) steps.push({ kind: "sum", layer }, { kind: "activation", layer });
  steps.push({ kind: "loss", layer: layers.length });
  if (!fusedPair(view.tables, view.state.net)) steps.push({ kind: "error", layer: layers.length });
  for (const layer of down) steps.push({ kind: "term", layer });
  for (const layer of down) steps.push({ kind: "steps", layer });
  steps.push({ kind: "updated", layer: 0 });
  return steps;
}

/** Whether a quantity of a layer is computed by the step that is shown, or before. @param {Step[]} steps
 * @param {number} shown @param {Step["kind"]} kind @param {number} layer */
export function isKnown(steps, shown, kind, layer) {
  const place = steps.findIndex((step) => step.kind === kind && (step.layer === layer || step.layer === 0));
  return place >= 0 && place <= shown;
}

/** @param {Step} step */
export function isBackward(step) {
  return ["error", "term", "steps"].includes(step.kind);
}

/** Which way the numbers go in a step. @param {Step} step @returns {"up" | "down" | null} */
export function wayOf(step) {
  if (step.kind === "start" || step.kind === "updated") return null;
  return isBackward(step) ? "down" : "up";
}

/** @param {View} view @param {Step} step */
export function titleOf(view, { kind, layer }) {
  const { last } = view.names;
  const where = TEXTS.layer(layer, last);
  switch (kind) {
    case "term":
      return layer === last ? TITLES.outputTerm : TITLES.hiddenTerm(layer, last);
    case "sum":
    case "activation":
    case "steps":
      return TITLES[kind](where);
    case "loss":
      return TEXTS.lossOf(view.state.n);
    default:
      return TITLES[kind];
  }
}

/** @param {View} view @param {Step} step */
export function sentenceOf(view, { kind, layer }) {
  const { state, names, trace } = view;
  const activation = state.net.layers[Math.max(0, layer - 1)].activation;
  switch (kind) {
    case "start":
      return startSentence(view);
    case "sum":
      return SENTENCES.sum(state.net.layers[layer - 1].biases !== null);
    case "activation":
      return activation === "softmax" ? SENTENCES.softmax : SENTENCES.activation(activation, layer === names.last);
    case "loss":
      return SENTENCES.loss(state.net.loss, state.n, formatNumber(trace.loss));
    case "error":
      return SENTENCES.error;
    case "term":
      return termSentence(view, layer);
    case "steps":
      return SENTENCES.steps(state.n);
    case "updated":
      return SENTENCES.updated(formatNumber(trace.loss, 4), formatNumber(lossAfter(view), 4), state.n);
  }
}

/** @param {View} view */
function startSentence({ state, sizes, names }) {
  const { last } = names;
  const few = (/** @type {number[]} */ values) =>
    values.slice(0, 4).map((v) => formatNumber(v)).join(", ") + (values.length > 4 ? ", …" : "");
  const x = state.X.subarray(state.sample * sizes[0], (state.sample + 1) * sizes[0]);
  const y = state.Y.subarray(state.sample * sizes[last], (state.sample + 1) * sizes[last]);
  return SENTENCES.start(few([...x]), "ŷ", few([...y]));
}

/** @param {View} view @param {number} layer */
function termSentence(view, layer) {
  const { net } = view.state;
  if (layer < view.names.last) return SENTENCES.hiddenTerm;
  const output = net.layers[layer - 1].activation;
  if (fusedPair(view.tables, net)) return SENTENCES.fusedTerm(output, net.loss);
  return view.tables.activations[output].derivative ? SENTENCES.outputTerm : SENTENCES.softmaxTerm;
}

/** @param {View} view */
export function lossAfter({ tables, state, trace }) {
  return meanLoss(tables, stepped(state.net, trace.layers), state.X, state.Y, state.n);
}

/** The lines of a step: one a unit or weight; at most `most`, and how many there are. @param {View} view
 * @param {Step} step @param {boolean} letters @param {number} most @returns {{lines: Line[], total: number}} */
export function linesOfStep(view, step, letters, most) {
  const lines = linesOf(view, letters);
  const { sizes, names } = view;
  const { layer } = step;
  const units = (/** @type {(unit: number) => Line} */ line) => ({
    lines: counted(Math.min(most, sizes[layer]), (j) => line(j)),
    total: sizes[layer],
  });
  switch (step.kind) {
    case "start":
      return { lines: [], total: 0 };
    case "sum":
      return units((j) => sumLine(lines, layer, j));
    case "activation":
      return units((j) => activationLine(lines, layer, j));
    case "loss":
      return { lines: [lossLine(lines)], total: 1 };
    case "error":
      return units((j) => errorLine(lines, j));
    case "term":
      return units((j) => errorTermLine(lines, layer, j));
    case "steps":
      return parameterLines(view, [layer], most, (l, i, j) => stepLine(lines, l, i, j));
    case "updated": {
      const down = counted(names.last, (i) => names.last - i);
      return parameterLines(view, down, most, (l, i, j) => updatedLine(lines, l, i, j));
    }
  }
}

/** @param {View} view @param {number[]} layers @param {number} most
 * @param {(l: number, input: number | null, unit: number) => Line} line */
function parameterLines({ state, sizes }, layers, most, line) {
  /** @type {Line[]} */
  const lines = [];
  let total = 0;
  for (const l of layers) {
    const { biases } = state.net.layers[l - 1];
    total += sizes[l - 1] * sizes[l] + (biases ? sizes[l] : 0);
    for (let p = 0; p < sizes[l - 1] * sizes[l] && lines.length < most; p++) {
      lines.push(line(l, Math.floor(p / sizes[l]), p % sizes[l]));
    }
    for (let j = 0; biases && j < sizes[l] && lines.length < most; j++) lines.push(line(l, null, j));
  }
  return { lines, total };
}

/** What a screen reader is told of a step: its first results. @param {View} view @param {Step} step */
export function spokenResult(view, step) {
  const { lines } = linesOfStep(view, step, false, 3);
  return lines.map((line) => `${nameText(line.name)} = ${formatNumber(line.value, line.digits)}`).join(", ");
}
